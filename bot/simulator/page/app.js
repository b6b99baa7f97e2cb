// The page: what is shown, and what a tap or a key does.

import { act, listen, loadState } from "./api.js";
import { bubble, colour, initial, make, summary } from "./bubbles.js";
import { ask, menu, tell, toast } from "./menus.js";
import { Panel } from "./panel.js";
import { absolute } from "./rich.js";

const $ = (id) => document.getElementById(id);
const QUIET = new Set(["inline_answer", "closing"]);
const INLINE_PAUSE = 250;
const INLINE_WAIT = 10;
const CALLBACK_WAIT = 15;
const ACTION_SECONDS = 5;
const NEAR_BOTTOM = 120;
const RECHECK = 2000;

const input = $("input");
const panel = new Panel($("panel"), input, $("commands-button"));
let state;
let chatId;
let replyTo = null;
let editing = null;
let inlineTimer;
let inlineRound = 0;
let actionTimer;
let drawn;
let pinned = true;
let loading = 0;
let starting = null;
const early = [];
const unread = new Map();

const chat = () => state.chats.find((one) => one.id === chatId);
const botName = () => state.bot.first_name;
const isGroup = (one) => one.type !== "private";
const face = (one) => (isGroup(one) ? one.id : state.bot.id);
const chatTitle = (one) => (isGroup(one) ? one.title : botName());

// State

async function reload(userId = state?.me || Number(sessionStorage.getItem("me"))) {
  loading += 1;
  try {
    state = await loadState(userId);
  } finally {
    loading -= 1;
  }
  sessionStorage.setItem("me", state.me);
  for (const select of [$("identity"), $("speaker")]) {
    select.replaceChildren(...state.users.filter((user) => !user.is_bot).map((user) => make("option", {
      value: user.id, selected: user.id === state.me,
    }, user.first_name)));
  }
  $("disconnected").hidden = state.bot_connected;
  if (!chat()) chatId = state.chats[0].id;
  document.title = `${botName()} — Simulateur Telegram`;
  drawChats();
  drawChat();
  // What happened while the state was on its way may or may not be in it: apply it again.
  for (const event of early.splice(0)) onEvent(event);
}

async function recheckBot() {
  if (state && !state.bot_connected) {
    const fresh = await loadState(state.me).catch(() => null);
    if (fresh?.bot_connected) await reload();
  }
}

function onEvent(event) {
  if (loading || !state) early.push(event);
  else if (event.type === "message" || event.type === "edit") onMessage(event.message, event.type === "message");
  else if (event.type === "delete") onDelete(event);
  else if (event.type === "action") onAction(event);
  else if (event.type === "callback_answer") onCallbackAnswer(event);
  else if (!QUIET.has(event.type)) {
    if (event.type === "reset") forget();
    reload();
  }
}

/** Let go of what stood beside the messages, all of which are gone. */
function forget() {
  unread.clear();
  leaveContext();
  panel.close();
}

function onMessage(message, isArrival) {
  const where = state.chats.find((one) => one.id === message.chat.id);
  if (!where) return;
  const isNew = isArrival && !where.messages.some((one) => one.message_id === message.message_id);
  if (isNew) where.messages.push(message);
  else {
    const at = where.messages.findIndex((one) => one.message_id === message.message_id);
    if (at >= 0) where.messages[at] = message;
  }
  if (isNew && message.from.id === state.me && !isGroup(where)) where.started = true;
  if (isNew && where.id !== chatId && message.from.id !== state.me) unread.set(where.id, (unread.get(where.id) || 0) + 1);
  if (where.id === chatId) {
    if (message.from.is_bot) stopAction();
    if (isNew) appendMessage(message);
    else replaceMessage(message);
    drawComposer();
  }
  drawChats();
}

function onDelete(event) {
  const where = state.chats.find((one) => one.id === event.chat_id);
  if (!where) return;
  where.messages = where.messages.filter((one) => one.message_id !== event.message_id);
  if (where.id === chatId) {
    itemOf(event.message_id)?.remove();
    if ((replyTo || editing)?.message_id === event.message_id) leaveContext();
  }
  drawChats();
}

// The list of chats

function drawChats() {
  const last = (one) => one.messages[one.messages.length - 1];
  $("chats").replaceChildren(...state.chats.map((one) => {
    const message = last(one);
    const count = unread.get(one.id) || 0;
    const speaker = message && isGroup(one) ? `${message.from.first_name} : ` : "";
    return make("li", {}, make("button", {
      type: "button", className: "chat-entry", ariaCurrent: one.id === chatId ? "true" : "false",
      onclick: () => openChat(one.id),
    },
    make("span", { className: `avatar ${colour(face(one))}`, ariaHidden: "true" }, initial(chatTitle(one))),
    make("span", { className: "entry-text" },
      make("span", { className: "entry-title" }, chatTitle(one)),
      make("span", { className: "entry-last" }, message ? speaker + summary(message) : "Aucun message")),
    count ? make("span", { className: "badge" }, String(count), make("span", { className: "visually-hidden" }, " non lus")) : null));
  }));
}

function openChat(id) {
  chatId = id;
  unread.delete(id);
  leaveContext();
  panel.close();
  stopAction();
  drawChats();
  drawChat();
  document.body.classList.add("in-chat");
  input.focus();
}

// The chat

function drawChat() {
  const one = chat();
  $("title").textContent = chatTitle(one);
  $("avatar").textContent = initial(chatTitle(one));
  $("avatar").className = `avatar ${colour(face(one))}`;
  drawSubtitle();
  // A redrawn conversation is no news: a screen reader must not read it all again.
  const box = $("scroll");
  const { scrollTop } = box;
  const keep = drawn === chatId && !pinned;
  box.setAttribute("aria-live", "off");
  $("messages").replaceChildren(...one.messages.map(draw));
  setTimeout(() => box.setAttribute("aria-live", "polite"));
  drawn = chatId;
  drawWelcome();
  drawComposer();
  if (keep) box.scrollTop = scrollTop;
  else toBottom();
}

function drawSubtitle() {
  const one = chat();
  const members = Object.values(one.members).filter((status) => !["left", "kicked"].includes(status)).length;
  const privacy = one.bot_present && state.privacy_mode ? " · le bot ne lit que ce qui lui est adressé" : "";
  $("subtitle").className = "";
  $("subtitle").textContent = isGroup(one) ? `${members} membres${privacy}` : "bot";
}

function drawWelcome() {
  const one = chat();
  const text = state.description || state.short_description;
  $("welcome").hidden = isGroup(one) || one.messages.length > 0;
  $("welcome").replaceChildren(make("strong", {}, "Que peut faire ce bot ?"), make("p", {}, text || `Écrivez à ${botName()} pour commencer.`));
}

const draw = (message) => bubble(message, {
  me: state.me, isGroup: isGroup(chat()), onLink, onButton, onReply, onEdit,
  onQuote: (id) => itemOf(id)?.scrollIntoView({ block: "center", behavior: "smooth" }),
  onImage: () => nearBottom(NEAR_BOTTOM * 5) && toBottom(),
});

const itemOf = (id) => $("messages").querySelector(`[data-id="${id}"]`);
const nearBottom = (distance = NEAR_BOTTOM) => {
  const box = $("scroll");
  return box.scrollHeight - box.scrollTop - box.clientHeight < distance;
};
const toBottom = () => { $("scroll").scrollTop = $("scroll").scrollHeight; };

function appendMessage(message) {
  const follow = nearBottom() || message.from.id === state.me;
  $("messages").append(draw(message));
  drawWelcome();
  if (follow) toBottom();
}

function replaceMessage(message) {
  const old = itemOf(message.message_id);
  if (!old) return;
  const follow = nearBottom();
  const buttons = [...old.querySelectorAll(".key")];
  const focused = buttons.indexOf(document.activeElement);
  const item = draw(message);
  old.replaceWith(item);
  // Whoever pressed a button by keyboard stays on the keyboard of that message.
  if (focused >= 0) {
    const fresh = [...item.querySelectorAll(".key")];
    (fresh[Math.min(focused, fresh.length - 1)] || input).focus();
  }
  if (follow) toBottom();
}

const ACTIONS = { typing: "écrit…", upload_photo: "envoie une photo…", upload_document: "envoie un fichier…" };

function onAction(event) {
  if (event.chat_id !== chatId) return;
  const doing = ACTIONS[event.action] || "est occupé…";
  $("subtitle").textContent = isGroup(chat()) ? `${botName()} ${doing}` : doing;
  $("subtitle").className = "acting";
  clearTimeout(actionTimer);
  actionTimer = setTimeout(drawSubtitle, ACTION_SECONDS * 1000);
}

function stopAction() {
  clearTimeout(actionTimer);
  drawSubtitle();
}

// Links and buttons

async function onLink(entity, text) {
  if (entity.type === "bot_command") await send(text);
  else if (entity.type === "mention") {
    if (text.toLowerCase() === `@${state.bot.username}`.toLowerCase()) openChat(state.me);
  } else if (entity.type === "url" || entity.type === "text_link") await follow(entity.url || absolute(text));
}

async function follow(url) {
  // A person may write what looks like an address and is none.
  if (!URL.canParse(url)) { toast("Ce lien est mal formé."); return; }
  const parts = new URL(url);
  const own = /^(?:t|telegram)\.me$/.test(parts.hostname) && parts.pathname.toLowerCase() === `/${state.bot.username}`.toLowerCase();
  if (own && parts.searchParams.has("startgroup")) await startInGroup(parts.searchParams.get("startgroup"));
  else if (own) await startInPrivate(parts.searchParams.get("start"));
  else if (await ask(`Ouvrir ce lien ?\n${url}`, [["Ouvrir", true], ["Annuler", false]])) {
    window.open(url, "_blank", "noopener,noreferrer");
  }
}

async function startInPrivate(payload) {
  openChat(state.me);
  if (payload !== null) await attempt(act("start", { user_id: state.me, payload }));
}

async function startInGroup(payload) {
  const group = await pickChat("Ajouter le bot à quel groupe ?", state.chats.filter(isGroup));
  if (group === null) return;
  openChat(group);
  await attempt(act("start", { user_id: state.me, payload, chat_id: group }));
}

const pickChat = (question, chats) => ask(question, [...chats.map((one) => [chatTitle(one), one.id]), ["Annuler", null]]);

async function onButton(button, message, key) {
  if ("callback_data" in button) await press(button, message, key);
  else if ("url" in button) await follow(button.url);
  else if ("switch_inline_query_current_chat" in button) typeInline(button.switch_inline_query_current_chat);
  else if ("copy_text" in button) {
    await navigator.clipboard.writeText(button.copy_text.text);
    toast("Copié");
  } else {
    const query = button.switch_inline_query ?? button.switch_inline_query_chosen_chat?.query ?? "";
    const target = await pickChat("Partager dans quelle conversation ?", state.chats);
    if (target === null) return;
    openChat(target);
    typeInline(query);
  }
}

const waiting = new Map();

async function press(button, message, key) {
  key.classList.add("waiting");
  const values = { user_id: state.me, chat_id: message.chat.id, message_id: message.message_id, data: button.callback_data };
  const asked = await attempt(act("press", values));
  if (!asked) { key.classList.remove("waiting"); return; }
  waiting.set(asked.query_id, key);
  setTimeout(() => finishPress(asked.query_id), CALLBACK_WAIT * 1000);
}

function finishPress(queryId) {
  waiting.get(queryId)?.classList.remove("waiting");
  waiting.delete(queryId);
}

async function onCallbackAnswer(event) {
  if (event.user_id !== state.me) return;
  finishPress(event.query_id);
  if (event.url) await follow(event.url);
  else if (event.text && event.show_alert) await tell(event.text);
  else if (event.text) toast(event.text);
}

// Composer

function drawComposer() {
  const one = chat();
  const mustStart = !isGroup(one) && (one.blocked || !one.started);
  const wasPressed = document.activeElement === $("start");
  $("start").hidden = !mustStart;
  $("form").hidden = mustStart;
  if (!mustStart) {
    starting = null;
    // Who has pressed the button writes next; without this, the focus would be nowhere.
    if (wasPressed) input.focus();
  }
  $("start").textContent = one.blocked ? "Débloquer" : "Démarrer";
  $("speaker-label").hidden = !isGroup(one);
  $("commands-button").hidden = one.commands.length === 0 || !one.bot_present;
}

function grow() {
  input.style.height = "auto";
  input.style.height = `${input.scrollHeight}px`;
}

function setInput(text) {
  input.value = text;
  grow();
  input.focus();
  onInput();
}

const typeInline = (query) => setInput(`@${state.bot.username} ${query}`);

function onInput() {
  grow();
  clearTimeout(inlineTimer);
  inlineRound += 1;
  const text = input.value;
  const mention = `@${state.bot.username} `;
  if (editing) panel.close();
  else if (text.toLowerCase().startsWith(mention.toLowerCase())) {
    inlineTimer = setTimeout(() => askInline(text.slice(mention.length), inlineRound), INLINE_PAUSE);
  } else if (/^\/[a-z0-9_]*$/i.test(text) && chat().bot_present) showCommands(text.slice(1).toLowerCase());
  else panel.close();
}

function showCommands(prefix = "") {
  const suffix = isGroup(chat()) ? `@${state.bot.username}` : "";
  const found = chat().commands.filter((one) => one.command.startsWith(prefix));
  if (!found.length) { panel.close(); return; }
  panel.show("Commandes du bot", found.map((one) => ({
    node: make("span", { className: "command" },
      make("strong", {}, `/${one.command}`), make("span", {}, one.description)),
    choose: () => {
      // What was typed of the command goes with it; a draft, or the text that is being edited, stays.
      if (!editing && input.value.startsWith("/")) clearInput();
      else panel.close();
      send(`/${one.command}${suffix}`);
    },
  })));
}

async function askInline(query, round) {
  const answer = await inlinePage(query, "");
  if (round !== inlineRound) return;
  if (!answer) {
    panel.show("Résultats", [], { head: make("p", { className: "notice" }, "Le bot ne répond pas.") });
    return;
  }
  const head = answer.button && make("button", {
    type: "button", className: "wide", onclick: () => { clearInput(); startInPrivate(answer.button.start_parameter); },
  }, answer.button.text);
  const nothing = !answer.results.length && !head && make("p", { className: "notice" }, "Aucun résultat");
  panel.show("Résultats", inlineOptions(answer, query), { head: head || nothing || null, onEnd: nextPage(answer, query, round) });
}

async function inlinePage(query, offset) {
  const asked = await attempt(act("ask_inline", { user_id: state.me, chat_id: chatId, query, offset }));
  if (!asked) return null;
  const answer = await attempt(act("wait", { inline: asked.query_id, timeout: INLINE_WAIT }));
  return answer && { ...answer, query_id: asked.query_id };
}

function nextPage(answer, query, round) {
  if (!answer.next_offset) return null;
  return async () => {
    const more = await inlinePage(query, answer.next_offset);
    if (more && round === inlineRound && panel.open) panel.add(inlineOptions(more, query), nextPage(more, query, round));
  };
}

function inlineOptions(answer, query) {
  return answer.results.map((result) => ({
    node: make("span", { className: "result" },
      result.photo_file_id
        ? make("img", { src: `/_sim/files/${result.photo_file_id}`, alt: "" })
        : make("span", { className: `avatar square ${colour(result.title.length)}`, ariaHidden: "true" }, initial(result.title)),
      make("span", { className: "entry-text" },
        make("strong", {}, result.title || "Photo"), make("span", {}, result.description))),
    choose: async () => {
      clearInput();
      await attempt(act("choose", { user_id: state.me, chat_id: chatId, query_id: answer.query_id, result_id: result.id, query }));
    },
  }));
}

function clearInput() {
  input.value = "";
  inlineRound += 1;
  clearTimeout(inlineTimer);
  panel.close();
  grow();
}

/** Write a message, in reply to the chosen one; return it, null when refused. */
async function send(text) {
  const target = replyTo;
  if (target) leaveContext();
  return attempt(act("send_text", { user_id: state.me, chat_id: chatId, text, reply_to: target?.message_id ?? null }));
}

/** Do with the input what it is for: a new message or an edit. What is refused comes back into it. */
async function submit() {
  const text = input.value;
  const [where, target] = [chatId, editing];
  if (!text.trim()) return;
  if (target) leaveContext();
  clearInput();
  if (text.trim() === target?.text) return;
  const values = { user_id: state.me, chat_id: where, message_id: target?.message_id, text };
  const done = target ? await attempt(act("edit_text", values)) : await send(text);
  if (done || chatId !== where || input.value) return;
  if (target) onEdit(target);
  setInput(text);
}

/** Wait for an action and show a refusal; return its result, null when refused. */
async function attempt(action) {
  try {
    return await action;
  } catch (error) {
    toast(error.message);
    return null;
  }
}

function onReply(message) {
  leaveContext();
  replyTo = message;
  showContext(`Répondre à ${message.from.first_name}`, summary(message));
}

function onEdit(message) {
  editing = message;
  replyTo = null;
  showContext("Modifier le message", message.text);
  setInput(message.text);
}

function showContext(title, text) {
  $("context").hidden = false;
  $("context-title").textContent = title;
  $("context-text").textContent = text;
  input.focus();
}

function leaveContext() {
  // What was being edited is no draft: left there, it would be sent once more.
  if (editing) clearInput();
  replyTo = null;
  editing = null;
  $("context").hidden = true;
}

async function sendPicture(file) {
  if (editing) leaveContext();
  const bytes = new Uint8Array(await file.arrayBuffer());
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  const sent = await attempt(act("send_photo", {
    user_id: state.me, chat_id: chatId, data: btoa(binary), caption: input.value, reply_to: replyTo?.message_id ?? null,
  }));
  if (!sent) return;
  leaveContext();
  clearInput();
}

// Wiring

function options() {
  const one = chat();
  const me = { user_id: state.me };
  const here = { ...me, chat_id: one.id };
  const run = (action, values) => () => attempt(act(action, values));
  const items = [];
  if (isGroup(one)) {
    const admin = one.members[state.bot.id] === "administrator";
    if (one.bot_present) {
      items.push(["Retirer le bot du groupe", run("remove_bot", here)]);
      items.push([admin ? "Rendre le bot simple membre" : "Nommer le bot administrateur",
        run("set_admin", { ...here, target_id: state.bot.id, admin: !admin })]);
    } else items.push(["Ajouter le bot au groupe", run("add_bot", here)]);
    items.push([state.privacy_mode ? "Laisser le bot tout lire" : "Limiter le bot à ce qui lui est adressé",
      run("set_privacy", { enabled: !state.privacy_mode })]);
    if (one.type === "group") items.push(["Transformer en supergroupe", upgrade]);
  } else items.push([one.blocked ? "Débloquer le bot" : "Bloquer le bot", run(one.blocked ? "unblock" : "block", me)]);
  items.push(["Tout effacer et recommencer", () => {
    if (confirm("Effacer toutes les discussions de cette page ?")) return run("reset", {})();
  }]);
  return items;
}

async function upgrade() {
  const made = await attempt(act("upgrade", { user_id: state.me, chat_id: chatId }));
  if (!made) return;
  await reload();
  openChat(made.id);
}

menu($("options-button"), $("options"), options);
menu($("attach-button"), $("attach"), () => [
  ["Photo…", () => $("file").click()],
  ["Autocollant 👍", () => attempt(act("send_sticker", { user_id: state.me, chat_id: chatId }))],
  ["Message vocal", () => attempt(act("send_voice", { user_id: state.me, chat_id: chatId }))],
]);

$("file").addEventListener("change", async () => {
  const [file] = $("file").files;
  if (file) await sendPicture(file);
  $("file").value = "";
});
$("form").addEventListener("submit", (event) => {
  event.preventDefault();
  submit();
});
input.addEventListener("input", onInput);
input.addEventListener("keydown", (event) => {
  if (event.isComposing || panel.key(event)) return;
  if (event.key === "Escape") leaveContext();
  if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    $("form").requestSubmit();
  }
});
$("commands-button").addEventListener("click", () => {
  if (panel.open) panel.close();
  else showCommands();
  input.focus();
});
$("start").addEventListener("click", async () => {
  // The button stays until the chat has begun: pressed again, or typed at, it would start it once more.
  if (starting === chatId) return;
  starting = chatId;
  if (await attempt(act("start", { user_id: state.me, payload: "" })) === null) starting = null;
});
$("context-close").addEventListener("click", leaveContext);
$("back").addEventListener("click", () => document.body.classList.remove("in-chat"));
$("to-bottom").addEventListener("click", toBottom);
for (const select of [$("identity"), $("speaker")]) {
  select.addEventListener("change", async () => {
    const wasPrivate = !isGroup(chat());
    leaveContext();
    panel.close();
    unread.clear();
    const next = Number(select.value);
    if (wasPrivate) chatId = next;
    await reload(next);
  });
}

$("scroll").addEventListener("scroll", () => {
  pinned = nearBottom();
  $("to-bottom").hidden = pinned;
});
new ResizeObserver(() => pinned && toBottom()).observe($("scroll"));
listen(onEvent, () => reload());
setInterval(recheckBot, RECHECK);
if (new URLSearchParams(location.search).get("start") !== null) {
  const payload = new URLSearchParams(location.search).get("start");
  history.replaceState(null, "", "/");
  reload().then(() => startInPrivate(payload));
}
