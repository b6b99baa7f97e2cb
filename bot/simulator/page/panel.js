// The list above the input: commands after "/", inline results after "@bot".
// Arrow keys move through it while the input keeps the focus, as in Telegram.

import { make } from "./bubbles.js";

export class Panel {
  /** `opener` is the button that opens and closes it. */
  constructor(node, input, opener) {
    this.node = node;
    this.input = input;
    this.opener = opener;
    this.options = [];
    this.selected = -1;
  }

  get open() {
    return !this.node.hidden;
  }

  /** Show a list of {node, choose}; `head` and `foot` are extra nodes. */
  show(label, options, { head = null, onEnd = null } = {}) {
    this.options = [];
    this.selected = -1;
    this.onEnd = onEnd;
    this.list = make("ul", { role: "listbox", ariaLabel: label, id: "panel-list" });
    this.node.replaceChildren(...[head, this.list].filter(Boolean));
    this.node.hidden = false;
    this.opener.setAttribute("aria-expanded", "true");
    this.add(options);
    this.node.onscroll = () => {
      const left = this.node.scrollHeight - this.node.scrollTop - this.node.clientHeight;
      if (left < 80) this.end();
    };
  }

  add(options, onEnd = this.onEnd) {
    this.onEnd = onEnd;
    for (const option of options) {
      const item = make("li", { role: "option", id: `option-${this.options.length}`, ariaSelected: "false" }, option.node);
      item.addEventListener("mousedown", (event) => event.preventDefault());
      item.addEventListener("click", option.choose);
      this.list.append(item);
      this.options.push({ item, choose: option.choose });
    }
  }

  /** Ask for more when the end is near, once. */
  end() {
    const more = this.onEnd;
    this.onEnd = null;
    more?.();
  }

  close() {
    this.node.hidden = true;
    this.opener.setAttribute("aria-expanded", "false");
    this.node.replaceChildren();
    this.options = [];
    this.selected = -1;
    this.input.removeAttribute("aria-activedescendant");
  }

  /** Handle a key of the input; return whether it was for the panel. */
  key(event) {
    if (!this.open) return false;
    if (event.key === "Escape") this.close();
    else if (event.key === "ArrowDown" && this.options.length) this.move(1);
    else if (event.key === "ArrowUp" && this.options.length) this.move(-1);
    else if ((event.key === "Enter" || event.key === "Tab") && this.selected >= 0) this.options[this.selected].choose();
    else return false;
    event.preventDefault();
    return true;
  }

  move(step) {
    this.options[this.selected]?.item.setAttribute("aria-selected", "false");
    this.selected = Math.min(Math.max(this.selected + step, 0), this.options.length - 1);
    const { item } = this.options[this.selected];
    item.setAttribute("aria-selected", "true");
    item.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", item.id);
    if (this.selected === this.options.length - 1) this.end();
  }
}
