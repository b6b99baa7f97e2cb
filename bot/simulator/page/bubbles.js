// One message to one list item.

import { richText } from "./rich.js";

const PALETTE = 7;

/** Return an element; `attributes` holds properties, `children` nodes or texts. */
export function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "dataset") Object.assign(node.dataset, value);
    else if (name in node) node[name] = value;
    else node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

export const colour = (id) => `colour-${Math.abs(id) % PALETTE}`;
export const initial = (name) => (name.replace(/^[^\p{L}\p{N}]+/u, "") || name).slice(0, 1).toUpperCase();

/** Say in a line what a message holds, for lists and quotes. */
export function summary(message) {
  if (!message) return "";
  if (message.photo) return message.caption ? `Photo : ${message.caption}` : "Photo";
  if (message.sticker) return `${message.sticker.emoji} Autocollant`;
  if (message.voice) return "Message vocal";
  if (message.document) return `Fichier : ${message.document.file_name}`;
  return message.text || serviceText(message) || "";
}

export function serviceText(message) {
  const who = message.from.first_name;
  if (message.new_chat_members) {
    const [member] = message.new_chat_members;
    return member.id === message.from.id ? `${who} a rejoint le groupe` : `${who} a ajouté ${member.first_name}`;
  }
  if (message.left_chat_member) {
    const member = message.left_chat_member;
    return member.id === message.from.id ? `${who} a quitté le groupe` : `${who} a retiré ${member.first_name}`;
  }
  if (message.migrate_to_chat_id) return "Le groupe est devenu un supergroupe";
  if (message.migrate_from_chat_id) return "Le groupe a été transformé en supergroupe";
  return "";
}

/** Return the list item of a message. `context` holds me, isGroup, onLink, onButton, onReply, onEdit, onQuote. */
export function bubble(message, context) {
  const service = serviceText(message);
  if (service) return make("li", { className: "service", dataset: { id: message.message_id } }, make("span", {}, service));
  const own = message.from.id === context.me;
  const named = context.isGroup && !own;
  const body = make("div", { className: `bubble${message.sticker ? " bare" : ""}${message.photo ? " pictured" : ""}` });
  if (named) body.append(make("div", { className: `sender ${colour(message.from.id)}` }, message.from.first_name));
  else body.append(make("span", { className: "visually-hidden" }, own ? "Vous : " : `${message.from.first_name} : `));
  if (message.via_bot) body.append(make("div", { className: "via" }, `via @${message.via_bot.username}`));
  if (message.reply_to_message) body.append(quote(message.reply_to_message, context));
  const parts = contents(message, context);
  // The time floats at the end of the last line of text, so it belongs inside the text.
  const last = parts[parts.length - 1];
  if (last?.classList.contains("text")) last.append(meta(message));
  else parts.push(meta(message));
  body.append(...parts);
  const column = make("div", { className: "column" }, body, keyboard(message, context), actions(message, own, context));
  const item = make("li", { className: own ? "own" : "other", dataset: { id: message.message_id } });
  if (named) {
    const avatar = `avatar small ${colour(message.from.id)}`;
    item.append(make("span", { className: avatar, ariaHidden: "true" }, initial(message.from.first_name)));
  }
  item.append(column);
  return item;
}

function quote(target, context) {
  return make(
    "button",
    { type: "button", className: `quote ${colour(target.from.id)}`, onclick: () => context.onQuote(target.message_id) },
    make("strong", {}, target.from.first_name),
    make("span", {}, summary(target)),
  );
}

function contents(message, context) {
  const parts = [];
  if (message.photo) {
    const size = message.photo[message.photo.length - 1];
    parts.push(make("a", { className: "photo", href: `/_sim/files/${size.file_id}`, target: "_blank" },
      make("img", {
        src: `/_sim/files/${size.file_id}`, width: size.width, height: size.height,
        alt: message.caption ? `Image : ${message.caption.slice(0, 120)}` : "Image sans légende",
        onload: context.onImage,
      })));
  }
  if (message.sticker) parts.push(make("span", { className: "sticker", role: "img", ariaLabel: "Autocollant" }, message.sticker.emoji));
  if (message.voice) parts.push(make("span", { className: "text" }, `Message vocal, ${message.voice.duration} s`));
  if (message.document) {
    parts.push(make("a", { className: "document", href: `/_sim/files/${message.document.file_id}`, download: message.document.file_name }, message.document.file_name));
  }
  const text = message.text || message.caption;
  if (text) {
    const paragraph = make("div", { className: "text" });
    paragraph.append(richText(text, message.entities || message.caption_entities, context.onLink));
    parts.push(paragraph);
  }
  return parts;
}

function meta(message) {
  const time = new Date(message.date * 1000).toLocaleTimeString("fr-FR", { hour: "2-digit", minute: "2-digit" });
  return make("span", { className: "meta" }, message.edit_date ? "modifié " : "", make("time", {}, time));
}

function keyboard(message, context) {
  const rows = message.reply_markup?.inline_keyboard;
  if (!rows) return null;
  return make("div", { className: "keyboard", role: "group", ariaLabel: "Boutons du message" },
    ...rows.map((row) => make("div", { className: "row" },
      ...row.map((button) => make("button", {
        type: "button", className: "key", onclick: (event) => context.onButton(button, message, event.currentTarget),
      }, button.text, hint(button))))));
}

function hint(button) {
  if ("url" in button) return make("span", { className: "hint", ariaHidden: "true" }, "↗");
  if (Object.keys(button).some((name) => name.startsWith("switch_inline"))) {
    return make("span", { className: "hint", ariaHidden: "true" }, "@");
  }
  return null;
}

function actions(message, own, context) {
  const bar = make("div", { className: "actions" },
    make("button", { type: "button", title: "Répondre", ariaLabel: "Répondre à ce message", onclick: () => context.onReply(message) }, "↩"));
  if (own && message.text && !message.via_bot) {
    bar.append(make("button", { type: "button", title: "Modifier", ariaLabel: "Modifier ce message", onclick: () => context.onEdit(message) }, "✎"));
  }
  return bar;
}
