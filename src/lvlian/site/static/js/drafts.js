// What is typed into a form with data-draft stays on this machine until the server has taken it.
import { toast } from "./toasts.js";
import { word } from "./words.js";

const DAYS = 30;
const user = document.body.dataset.user;
const prefix = `lvlian-draft:${user}:`;

function fields(form) {
  return [...form.elements].filter(
    (field) =>
      field.name &&
      !["password", "hidden", "file", "submit", "button", "reset", "image"].includes(field.type) &&
      field.autocomplete !== "one-time-code" &&
      field.dataset.draftSkip === undefined &&
      !field.disabled,
  );
}

function take(form) {
  const typed = {};
  for (const field of fields(form)) {
    const values = (typed[field.name] ??= []);
    if (field.type === "checkbox" || field.type === "radio") {
      if (field.checked) values.push(field.value);
    } else if (field.type === "select-multiple") values.push(...[...field.selectedOptions].map((option) => option.value));
    else values.push(field.value);
  }
  return typed;
}

function put(form, typed) {
  const left = Object.fromEntries(Object.entries(typed).map(([name, values]) => [name, [...values]]));
  for (const field of fields(form)) {
    const values = left[field.name];
    if (!values) continue;
    if (field.type === "checkbox" || field.type === "radio") field.checked = values.includes(field.value);
    else if (field.type === "select-multiple") for (const option of field.options) option.selected = values.includes(option.value);
    else if (values.length) field.value = values.shift();
  }
}

function revision(form) {
  return form.elements.namedItem("revision")?.value ?? "";
}

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

function write(key, value) {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    /* No room, or storage refused: the form works without a draft. */
  }
}

function forget(name) {
  for (const key of Object.keys(localStorage)) if (key.startsWith(prefix) && key.endsWith(`:${name}`)) localStorage.removeItem(key);
}

function bind(form) {
  if (form.dataset.draftBound) return;
  form.dataset.draftBound = "1";
  const key = `${prefix}${location.pathname}:${form.dataset.draft}`;
  const first = take(form);
  const kept = read(key);
  // A form that came back unsaved (an error, somebody was quicker) holds what was typed: its draft stays.
  const returned = form.matches("[data-draft-returned]") || form.querySelector(".invalid, .form-errors") !== null;
  if (kept && !returned && JSON.stringify(kept.typed) === JSON.stringify(first)) localStorage.removeItem(key);
  if (kept && !returned && JSON.stringify(kept.typed) !== JSON.stringify(first)) {
    put(form, kept.typed);
    const moved = kept.revision !== revision(form);
    toast({
      kind: moved ? "warn" : "ok",
      word: word("restored-word"),
      sentence: word(moved ? "restored-moved" : "restored", new Date(kept.at).toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit" })),
      links: [
        {
          label: word("discard"),
          act() {
            localStorage.removeItem(key);
            put(form, first);
          },
        },
      ],
    });
    form.dispatchEvent(new CustomEvent("draft-restored", { bubbles: true }));
  }
  let waiting = 0;
  let sent = false;
  const keep = () => {
    clearTimeout(waiting);
    const typed = take(form);
    if (!returned && JSON.stringify(typed) === JSON.stringify(first)) localStorage.removeItem(key);
    else write(key, { at: Date.now(), revision: revision(form), typed, sent });
  };
  const later = () => {
    sent = false;
    clearTimeout(waiting);
    waiting = setTimeout(keep, 250);
  };
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  form.addEventListener("submit", () => {
    sent = true;
    keep();
  });
  window.addEventListener("pagehide", () => form.isConnected && keep());
}

/** A page that says something was saved has taken what was just sent. */
function forgetSent() {
  if (!document.querySelector('#toasts [data-toast="ok"]')) return;
  for (const key of Object.keys(localStorage)) {
    if (!key.startsWith(prefix)) continue;
    const kept = read(key);
    if (kept?.sent && Date.now() - kept.at < 120000) localStorage.removeItem(key);
  }
}

/** Binds the forms below `root`, and forgets what the server says it has taken. */
export function bindDrafts(root = document) {
  if (!user) return;
  for (const done of root.querySelectorAll("[data-draft-clear]")) forget(done.dataset.draftClear);
  if (root.dataset?.draftClear) forget(root.dataset.draftClear);
  for (const form of root.querySelectorAll("form[data-draft]")) bind(form);
  if (root.matches?.("form[data-draft]")) bind(root);
}

export function startDrafts() {
  if (!user) return;
  const old = Date.now() - DAYS * 86400000;
  for (const key of Object.keys(localStorage)) if (key.startsWith("lvlian-draft:") && (read(key)?.at ?? 0) < old) localStorage.removeItem(key);
  document.body.addEventListener("draft-clear", (event) => forget(event.detail?.value ?? event.detail));
  forgetSent();
  bindDrafts();
}
