// On paper: the filter in words, and origin marks as numbered notes at the end.
import { make, word } from "./words.js";

function told(chip) {
  const copy = (chip.querySelector("summary") ?? chip).cloneNode(true);
  for (const link of copy.querySelectorAll("a, button")) link.remove();
  return copy.textContent.replace(/\s+/g, " ").trim();
}

function before() {
  after();
  const filter = document.querySelector("[data-print-filter]");
  if (filter) filter.textContent = [...document.querySelectorAll(".filters .chip.on")].map(told).join("；");
  const notes = new Map();
  for (const mark of document.querySelectorAll("main .mark[data-cite]")) {
    const cite = mark.dataset.cite;
    if (!cite) continue;
    if (!notes.has(cite)) notes.set(cite, notes.size + 1);
    mark.dataset.note = String(notes.get(cite));
  }
  if (!notes.size) return;
  const list = make("section", { class: "endnotes" }, make("p", {}, word("notes")), make("ol", {}));
  for (const [cite, number] of notes) list.lastChild.append(make("li", {}, `[${number}] ${cite}`));
  document.querySelector("main").append(list);
}

function after() {
  for (const list of document.querySelectorAll(".endnotes")) list.remove();
  for (const mark of document.querySelectorAll(".mark[data-note]")) delete mark.dataset.note;
}

export function startPrinting() {
  window.addEventListener("beforeprint", before);
  window.addEventListener("afterprint", after);
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-print]")) window.print();
  });
}
