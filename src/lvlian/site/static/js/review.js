// The review page: one fact open at a time, the text and the list move together, words that are selected become a fact.
const review = document.querySelector("[data-review]");
const list = document.querySelector("[data-facts], .facts");
const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
let closed = null; // the row of the open fact as it was before it opened

const row = (id) => document.getElementById(`row-${id}`);
const marks = (id) => review?.querySelectorAll(`.plan-text [data-fact="${id}"]`) ?? [];
const opened = () => list?.querySelector("tr.open");
const address = (id) => `${location.pathname}?${query(id)}#row-${id}`;
const shown = (element) => element.getClientRects().length > 0;

function query(id) {
  const kept = new URLSearchParams(location.search);
  kept.delete("part");
  kept.set("fact", id);
  return kept;
}

function frame(id) {
  for (const old of review?.querySelectorAll(".f-current") ?? []) old.classList.remove("f-current");
  const all = marks(id);
  for (const mark of all) mark.classList.add("f-current");
  return all[0];
}

function visibleIn(element, box) {
  const at = element.getBoundingClientRect();
  const within = box?.scrollHeight > box?.clientHeight ? box.getBoundingClientRect() : { top: 0, bottom: innerHeight };
  return at.top >= Math.max(0, within.top) && at.bottom <= Math.min(innerHeight, within.bottom);
}

function intoView(element, box, block = "center") {
  if (element && !visibleIn(element, box)) element.scrollIntoView({ block, behavior: calm ? "instant" : "auto" });
}

function settle(id, { text = true } = {}) {
  const card = row(id);
  const mark = frame(id);
  if (card) intoView(card, list, "nearest");
  if (text && mark && getComputedStyle(review).gridTemplateColumns.split(" ").length > 1) intoView(mark, null);
  const section = sectionOf(card ?? mark);
  for (const link of document.querySelectorAll("#outline a")) {
    if (link === section) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

/** Puts what an address answers in the place of `target` (or into it); goes there where that fails. */
async function fetched(url, target, style, instead) {
  const answer = await fetch(url, { headers: { "HX-Request": "true" }, credentials: "same-origin" }).catch(() => null);
  if (!answer?.ok) {
    location.assign(instead);
    return false;
  }
  htmx.swap(target, await answer.text(), { swapStyle: style, swapDelay: 0, settleDelay: 0 });
  return true;
}

function sectionOf(element) {
  const start = Number(element?.dataset.start || element?.closest?.("[data-start]")?.dataset.start);
  if (!Number.isFinite(start)) return null;
  return [...document.querySelectorAll("#outline a[data-start]")].filter((link) => Number(link.dataset.start) <= start).pop();
}

function shut() {
  const now = opened();
  if (!now) return;
  if (closed && closed.dataset.fact === now.dataset.fact) now.replaceWith(closed);
  else if (now.dataset.fact && !list.matches(".lone")) {
    const bare = document.createElement("tr");
    bare.className = "fact-row";
    now.replaceWith(bare);
    fetched(`/facts/${now.dataset.fact}/row/`, bare, "outerHTML", location.href);
  }
  closed = null;
}

async function open(id, options = {}) {
  if (!id) return;
  const now = opened();
  if (now?.dataset.fact === String(id)) return settle(id, options);
  const target = row(id);
  if (!target) {
    location.assign(address(id));
    return;
  }
  shut();
  closed = target.cloneNode(true);
  if (!(await fetched(`/facts/${id}/`, target, "outerHTML", address(id)))) return;
  history.replaceState(null, "", address(id));
  settle(id, options);
  row(id)?.querySelector(".fact-card")?.focus({ preventScroll: true });
}

function step(by) {
  const rows = [...list.querySelectorAll("tr.fact-row")].filter(shown);
  const at = rows.indexOf(opened());
  const next = rows[at < 0 ? (by > 0 ? 0 : rows.length - 1) : at + by];
  if (next) open(next.dataset.fact);
  else document.querySelector(`.part-nav [aria-current] ${by > 0 ? "+" : ""} a`)?.click();
}

function changed(form) {
  return [...form.elements].some(
    (field) =>
      (field.matches("input:not([type=hidden]), textarea") && field.value !== field.defaultValue) ||
      (field.matches("select") && [...field.options].some((option) => option.selected !== option.defaultSelected)),
  );
}

function firstField(form) {
  const field = form?.querySelector("input:not([type=hidden]):not([disabled]), select:not([disabled]), textarea:not([disabled])");
  field?.focus();
  field?.select?.();
}

// Selected words ------------------------------------------------------------------------------------------------------------
function offset(node, at) {
  const home = (node.nodeType === Node.TEXT_NODE ? node.parentElement : node)?.closest?.(".plan-text [data-start]");
  if (!home) return null;
  const range = document.createRange();
  range.selectNodeContents(home);
  range.setEnd(node, at);
  return Number(home.dataset.start) + String(range.toString()).length;
}

function selected() {
  const selection = getSelection();
  if (!selection || selection.isCollapsed || !selection.rangeCount) return null;
  const range = selection.getRangeAt(0);
  const start = offset(range.startContainer, range.startOffset);
  const end = offset(range.endContainer, range.endOffset);
  return start === null || end === null || end <= start || end - start > 2000 ? null : { start, end };
}

let kept = null; // the last selection: pressing a button on a touch screen takes it away
function watch() {
  const bar = document.querySelector("[data-selection-bar]");
  const words = selected();
  if (words) kept = { ...words, at: Date.now() };
  if (!bar) return;
  if (!words) {
    setTimeout(() => selected() || (bar.hidden = true), 250);
    return;
  }
  const box = getSelection().getRangeAt(0).getBoundingClientRect();
  bar.hidden = false;
  bar.style.left = `${Math.max(8, Math.min(box.left, innerWidth - bar.offsetWidth - 8)) + scrollX}px`;
  bar.style.top = `${box.bottom + scrollY + 8}px`;
}

async function add() {
  const words = selected() ?? (kept && Date.now() - kept.at < 4000 ? kept : null);
  const from = words ?? {};
  const now = opened();
  const parameters = new URLSearchParams();
  if (words) {
    parameters.set("start", from.start);
    parameters.set("end", from.end);
  } else if (now) {
    const quote = marks(now.dataset.fact);
    if (quote.length) parameters.set("quote", [...quote].map((mark) => mark.textContent).join(""));
    if (now.dataset.start) parameters.set("start", now.dataset.start);
  }
  const url = `${review.dataset.add}?${parameters}`;
  if (!(await fetched(url, document.getElementById("add-form"), "innerHTML", url))) return;
  const form = document.querySelector("#add-card form");
  document.querySelector("[data-selection-bar]")?.setAttribute("hidden", "");
  intoView(form, list, "start");
  const quote = form?.querySelector("textarea");
  if (quote?.value) firstField(form.querySelector(".grid-2"));
  else quote?.focus();
}

let late = []; // what was typed while the fields of another kind were on their way
/** The fields of another kind are here; too late if the choice moved on, the form was sent or closed meanwhile. */
function otherKind(event) {
  const { elt, formData } = event.detail.requestConfig;
  if (elt.id !== "add-kind") return;
  if (!elt.isConnected || elt.value !== formData.get("kind") || elt.form.matches(".htmx-request")) event.detail.shouldSwap = false;
  late = [...elt.form.elements].filter((field) => formData.has(field.name) && field.value !== formData.get(field.name));
}

function retype() {
  const form = document.querySelector("#add-card form");
  for (const { name, value } of late) {
    const field = form.elements.namedItem(name);
    if (!field) form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
    else if (!field.options || [...field.options].some((option) => option.value === value)) field.value = value;
  }
  late = [];
}

// What is pressed -----------------------------------------------------------------------------------------------------------
function pressed(event) {
  const target = event.target.closest?.("a, button, summary, [data-fact], .plan-text");
  if (!target) return;
  if (target.matches("[data-step]")) return step(Number(target.dataset.step));
  if (target.matches("[data-add-open]") && review) {
    event.preventDefault();
    return add();
  }
  if (target.matches("[data-add-close]") && review) {
    event.preventDefault();
    document.getElementById("add-form").replaceChildren();
    return;
  }
  if (target.matches("[data-reject]")) {
    const form = document.getElementById(target.dataset.reject);
    form.toggleAttribute("data-open");
    target.setAttribute("aria-expanded", String(form.hasAttribute("data-open")));
    if (form.hasAttribute("data-open")) form.querySelector("input[type=text]").focus();
    return;
  }
  if (target.matches("[data-correct]") && !changed(target.form)) {
    event.preventDefault();
    event.stopPropagation();
    firstField(target.form);
    return;
  }
  if (target.matches("[data-kind]")) return chips(event, target);
  if (target.matches("[data-open]")) {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open(target.dataset.open);
    return;
  }
  if (target.matches("[data-to]")) {
    const there = document.getElementById(target.dataset.to);
    if (!there) return;
    event.preventDefault();
    there.scrollIntoView({ block: "start" });
    there.focus?.({ preventScroll: true });
    return;
  }
  if (target.matches("tr.fact-row:not(.open)") || target.matches(".plan-text [data-fact]")) {
    if (String(getSelection())) return;
    open(target.dataset.fact, { text: !target.matches(".plan-text *") });
  }
}

function chips(event, chip) {
  if (event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  const hidden = review.classList.toggle(`hide-${chip.dataset.kind}`);
  chip.classList.toggle("on", !hidden);
  chip.setAttribute("aria-pressed", String(!hidden));
  const now = new URLSearchParams(location.search);
  const all = [...document.querySelectorAll("[data-kind][aria-pressed=false]")].map((one) => one.dataset.kind);
  if (all.length) now.set("hide", all.join(","));
  else now.delete("hide");
  history.replaceState(null, "", `${location.pathname}?${now}${location.hash}`);
}

function decided({ id, state, next }) {
  for (const mark of marks(id)) {
    mark.className = mark.className.replace(/\bf-(pending|accepted|corrected|rejected|added)\b/, `f-${state}`);
  }
  closed = null;
  const here = row(id);
  let following = here?.nextElementSibling;
  while (following && !(following.matches(".fact-row") && shown(following))) following = following.nextElementSibling;
  const wanted = following?.dataset.fact ?? next;
  if (wanted) open(wanted);
  else frame(id);
}

document.addEventListener("click", pressed, true);
document.addEventListener("selectionchange", watch);
document.body.addEventListener("fact-decided", (event) => decided(event.detail));
document.body.addEventListener("htmx:beforeSwap", otherKind);
document.body.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.requestConfig?.elt.id === "add-kind") retype();
  const id = event.detail.target?.id ?? "";
  if (id.startsWith("finding-")) document.getElementById(id)?.focus({ preventScroll: true });
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.defaultPrevented && !event.target.matches?.("input, textarea, select")) {
    const form = document.getElementById("add-form");
    if (form?.firstElementChild) form.replaceChildren();
    else if (review && opened()) {
      shut();
      frame(0);
    }
  }
  if (event.key === "Enter" && event.target === document.body && review) open(list.querySelector("tr.fact-row")?.dataset.fact);
});

// Arrived at #fact-12 that stands in another part of a long text: the page that has it is asked for.
const wanted = /^#(?:fact|row)-(\d+)$/.exec(location.hash)?.[1];
if (review && wanted && !document.getElementById(`fact-${wanted}`) && !row(wanted) && !location.search.includes(`fact=${wanted}`)) {
  location.replace(`${location.pathname}?fact=${wanted}${location.hash}`);
} else if (review && wanted && opened()?.dataset.fact !== wanted) {
  open(wanted);
} else if (review && opened()) {
  const id = opened().dataset.fact;
  if (new URLSearchParams(location.search).has("fact") || wanted) settle(id);
  else frame(id);
}
