// The keyboard. A page declares a key on the thing it does (data-key="a"); what is declared is listed by ?.
import { closeOpen, openOrigin } from "./popovers.js";
import { current, enter, rowActions, walk } from "./rows.js";
import { make } from "./words.js";

const GO = {
  o: "overview", p: "plans", m: "goals", c: "account-month", x: "projects", t: "ledger", d: "dispatches", s: "outlook",
  u: "duties", i: "incentives", f: "findings", e: "people", a: "audit",
};
const OFF = "lvlian-keys-off";
let going = 0;

/* This machine's own choice (the help dialog), else the account's. */
const on = () => {
  const here = localStorage.getItem(OFF);
  return here === null ? document.body.dataset.keys !== "off" : here !== "1";
};
const inField = (target) => target.closest?.("input:not([type=checkbox]):not([type=radio]):not([type=button]):not([type=submit]), textarea, select, [contenteditable=true]");
const visible = (element) => element.getClientRects().length > 0 && !element.disabled;

function named(event) {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key.toLowerCase();
  return event.shiftKey && /^[a-z]$/.test(key) ? `shift+${key}` : key;
}

function declared(name, root) {
  const all = [...root.querySelectorAll(`[data-key="${CSS.escape(name)}"]`)].filter(visible);
  const near = document.activeElement?.closest?.("[data-keys], .finding, tr, li, .fact-card");
  return all.find((element) => near?.contains(element)) ?? all.find((element) => element.dataset.keyFocus === undefined);
}

function help() {
  const dialog = document.getElementById("help");
  if (!dialog) return;
  const go = dialog.querySelector("[data-keys-go]");
  const here = dialog.querySelector("[data-keys-page]");
  const line = (caps, text) => make("div", {}, make("dt", {}, ...caps.flatMap((cap) => [make("kbd", {}, cap), " "])), make("dd", {}, text));
  go.replaceChildren(
    ...Object.entries(GO).flatMap(([key, name]) => {
      const link = document.querySelector(`[data-nav="${name}"]`);
      return link ? [line(["g", key], link.textContent)] : [];
    }),
  );
  const seen = new Map();
  for (const element of document.querySelectorAll("[data-key]")) {
    if (seen.has(element.dataset.key)) continue;
    const copy = element.cloneNode(true);
    for (const cap of copy.querySelectorAll("kbd")) cap.remove();
    seen.set(element.dataset.key, element.dataset.keyLabel ?? element.getAttribute("aria-label") ?? copy.textContent.trim());
  }
  here.replaceChildren(...[...seen].map(([key, text]) => line(key.split("+").map((part) => (part.length === 1 ? part.toUpperCase() : "Shift")), text)));
  dialog.querySelector("[data-keys-on]").checked = on();
  if (!dialog.open) dialog.showModal();
}

function toggleChart() {
  const figures = [...document.querySelectorAll(".chart")];
  const figure = figures.find((one) => one.contains(document.activeElement)) ?? figures.find((one) => one.getBoundingClientRect().bottom > 60);
  figure?.querySelector("[data-toggle-view]")?.click();
  return Boolean(figure);
}

function originHere() {
  const at = document.activeElement;
  const root = at && at !== document.body ? (at.matches("[data-origin]") ? at : (at.closest("tr, li, article, .tile, .fact-card") ?? at)) : current();
  const mark = root?.matches?.("[data-origin]") ? root : root?.querySelector?.("[data-origin]");
  if (mark) openOrigin(mark);
  return Boolean(mark);
}

function follow(selector) {
  const link = document.querySelector(selector);
  link?.click();
  return Boolean(link);
}

const BUILT_IN = {
  "/": () => {
    const search = document.querySelector("[data-search]");
    search?.focus();
    search?.select();
    return Boolean(search);
  },
  "?": () => (help(), true),
  j: () => walk(1),
  k: () => walk(-1),
  enter,
  ".": rowActions,
  f: () => {
    const filter = document.querySelector("[data-filter]") ?? document.querySelector(".filters summary, .filters input, .filters a");
    filter?.focus();
    return Boolean(filter);
  },
  t: toggleChart,
  o: originHere,
  "[": () => follow("[data-previous]"),
  "]": () => follow("[data-next]"),
};

function press(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const field = inField(event.target);
  if (event.key === "Escape") {
    if (closeOpen()) event.preventDefault();
    else if (field) field.blur();
    else if (!document.querySelector("dialog[open]")) follow("[data-back]");
    return;
  }
  if (field || !on()) return;
  const modal = document.querySelector("dialog[open]");
  const name = named(event);
  if (going && Date.now() - going < 1500 && !modal) {
    going = 0;
    const link = document.querySelector(`[data-nav="${GO[name]}"]`);
    if (link) {
      event.preventDefault();
      link.click();
    }
    return;
  }
  going = 0;
  const element = declared(name, modal ?? document);
  if (element) {
    event.preventDefault();
    if (element.matches("input, select, textarea")) element.focus();
    else element.click();
    return;
  }
  if (modal) return;
  if (name === "g") {
    going = Date.now();
    return;
  }
  if (BUILT_IN[name]?.()) event.preventDefault();
}

export function startKeys() {
  document.addEventListener("keydown", press);
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-help]")) help();
  });
  document.addEventListener("change", (event) => {
    if (!event.target.matches?.("[data-keys-on]")) return;
    localStorage.setItem(OFF, event.target.checked ? "0" : "1");
  });
  document.addEventListener("submit", (event) => {
    if (event.target.matches?.("[data-keys-form]")) localStorage.removeItem(OFF);
  });
}
