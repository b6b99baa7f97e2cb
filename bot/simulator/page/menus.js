// Pop-up menus, the dialog and the passing notice.

import { make } from "./bubbles.js";

const $ = (id) => document.getElementById(id);
const TOAST_SECONDS = 4;
let toastTimer;

export function toast(text) {
  $("toast").textContent = text;
  $("toast").classList.add("shown");
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => $("toast").classList.remove("shown"), TOAST_SECONDS * 1000);
}

/** Ask with buttons; resolve with the value of the chosen one, null when dismissed. */
export function ask(text, choices) {
  const dialog = $("dialog");
  $("dialog-text").textContent = text;
  return new Promise((resolve) => {
    let chosen = null;
    $("dialog-choices").replaceChildren(...choices.map(([label, value]) => make("button", {
      className: "choice", onclick: () => { chosen = value; },
    }, label)));
    dialog.onclose = () => resolve(chosen);
    dialog.showModal();
  });
}

export const tell = (text) => ask(text, [["OK", true]]);

/** Make a button open a menu of [label, action] pairs, given anew by `items()` each time. */
export function menu(button, node, items) {
  const close = (focus) => {
    if (node.hidden) return;
    node.hidden = true;
    button.setAttribute("aria-expanded", "false");
    if (focus) button.focus();
  };
  button.addEventListener("click", () => {
    if (!node.hidden) { close(); return; }
    node.replaceChildren(...items().map(([label, action]) => make("button", {
      type: "button", role: "menuitem", onclick: () => { close(true); action(); },
    }, label)));
    node.hidden = false;
    button.setAttribute("aria-expanded", "true");
    node.firstElementChild?.focus();
  });
  node.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") close(true);
    else if (step) {
      const all = [...node.children];
      const next = all[(all.indexOf(document.activeElement) + step + all.length) % all.length];
      event.preventDefault();
      next.focus();
    }
  });
  document.addEventListener("click", (event) => {
    if (!node.contains(event.target) && !button.contains(event.target)) close();
  });
}
