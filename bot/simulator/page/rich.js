// Text and entities to DOM nodes. Offsets are UTF-16 units, which is how JavaScript counts too.
// Nothing here ever parses HTML: every text goes in as text.

const TAGS = {
  bold: "strong", italic: "em", underline: "u", strikethrough: "s",
  code: "code", pre: "pre", blockquote: "blockquote", expandable_blockquote: "blockquote",
};
const BLOCKS = new Set(["pre", "blockquote", "expandable_blockquote"]);
const CLICKABLE = new Set(["url", "text_link", "mention", "bot_command", "email", "text_mention"]);

/** Return a fragment; `onLink(entity, text)` is called when a link of any kind is followed. */
export function richText(text, entities, onLink) {
  const sorted = [...(entities || [])].sort((a, b) => a.offset - b.offset || b.length - a.length);
  const fragment = document.createDocumentFragment();
  fill(fragment, text, sorted, 0, text.length, onLink);
  return fragment;
}

function fill(parent, text, entities, begin, end, onLink) {
  let at = begin;
  for (let i = 0; i < entities.length; i += 1) {
    const entity = entities[i];
    const stop = Math.min(entity.offset + entity.length, end);
    if (entity.offset < at || entity.offset >= end) continue;
    parent.append(text.slice(at, entity.offset));
    const inside = entities.slice(i + 1).filter((other) => other.offset < stop);
    const node = element(entity, text.slice(entity.offset, stop), onLink);
    fill(node, text, inside, entity.offset, stop, onLink);
    parent.append(node);
    // A block ends its line by itself: the line feed after it would show as an empty line.
    at = BLOCKS.has(entity.type) && text[stop] === "\n" ? stop + 1 : stop;
  }
  parent.append(text.slice(Math.min(at, end), end));
}

function element(entity, covered, onLink) {
  if (CLICKABLE.has(entity.type)) {
    const link = document.createElement("a");
    link.href = entity.url || (entity.type === "url" ? absolute(covered) : "#");
    link.rel = "noreferrer noopener";
    link.addEventListener("click", (event) => {
      event.preventDefault();
      onLink(entity, covered);
    });
    return link;
  }
  if (entity.type === "spoiler") return spoiler();
  const node = document.createElement(TAGS[entity.type] || "span");
  if (entity.type === "hashtag" || entity.type === "cashtag") node.className = "tag";
  if (entity.type === "expandable_blockquote") expandable(node);
  return node;
}

function spoiler() {
  const node = document.createElement("span");
  node.className = "spoiler";
  node.tabIndex = 0;
  node.role = "button";
  node.ariaLabel = "Texte masqué : révéler";
  const reveal = () => {
    node.classList.add("shown");
    node.removeAttribute("role");
    node.removeAttribute("aria-label");
  };
  node.addEventListener("click", reveal);
  node.addEventListener("keydown", (event) => event.key === "Enter" && reveal());
  return node;
}

function expandable(node) {
  node.classList.add("expandable");
  node.tabIndex = 0;
  const toggle = () => node.classList.toggle("open");
  node.addEventListener("click", toggle);
  node.addEventListener("keydown", (event) => event.key === "Enter" && toggle());
}

export function absolute(url) {
  return /^[a-z]+:/i.test(url) ? url : `http://${url}`;
}
