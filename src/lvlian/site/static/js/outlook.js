// 推演: a slider and its field say the same; what is turned is sent while it is turned, the last request wins. Only what differs from the
// baseline goes into the address.
import { toast } from "./toasts.js";

const form = document.querySelector("[data-turn]");
const PAUSE = 120;
const parts = new Map(); // which figures show their table, kept over a redraw
let waiting = 0;
let sent = 0;

const rows = () => [...form.querySelectorAll("[data-slider]")];
const close = (row, value) => Math.abs(Number(value) - Number(row.dataset.base)) < 1e-9;

function show(row) {
  const number = row.querySelector("[data-number]");
  const range = row.querySelector("[data-range]");
  const drop = row.querySelector("[data-drop]");
  const low = Number(range.dataset.low);
  const high = Number(range.dataset.high);
  const at = (value) => (high > low ? Math.min(Math.max((value - low) / (high - low), 0), 1) * 100 : 0);
  const [base, now] = [at(Number(row.dataset.base)), at(Number(number.value))];
  const moved = row.querySelector(".moved");
  moved.setAttribute("x", Math.min(base, now));
  moved.setAttribute("width", Math.abs(base - now));
  row.classList.toggle("changed", !close(row, number.value) || Boolean(drop?.checked));
}

function send() {
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    sent = performance.now();
    window.htmx.trigger(form, "turn");
  }, PAUSE);
}

function reset(row) {
  row.querySelector("[data-number]").value = row.dataset.base;
  row.querySelector("[data-range]").value = row.dataset.base;
  const drop = row.querySelector("[data-drop]");
  if (drop) drop.checked = false;
  show(row);
}

function turned(event) {
  const row = event.target.closest?.("[data-slider]");
  if (!row) return;
  const number = row.querySelector("[data-number]");
  const range = row.querySelector("[data-range]");
  if (event.target === range) number.value = range.value;
  else if (event.target === number && number.value !== "") range.value = number.value;
  show(row);
  if (number.value !== "") send();
}

if (form) {
  form.addEventListener("input", turned);
  form.addEventListener("change", (event) => {
    const row = event.target.closest?.("[data-slider]");
    if (row && event.target.matches("[data-number]") && event.target.value === "") {
      reset(row);
      send();
    }
  });
  form.addEventListener("click", (event) => {
    const one = event.target.closest("[data-reset]");
    const all = event.target.closest("[data-reset-all]");
    if (one) {
      reset(one.closest("[data-slider]"));
      send();
    } else if (all) {
      event.preventDefault();
      rows().forEach(reset);
      form.querySelector("input[name=s]")?.remove();
      send();
    }
  });
  // In a slider `r` puts it back: keys of the page are off inside fields.
  form.addEventListener("keydown", (event) => {
    if (event.key !== "r" || !event.target.matches("[data-range]")) return;
    event.preventDefault();
    reset(event.target.closest("[data-slider]"));
    send();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
  document.body.addEventListener("htmx:configRequest", (event) => {
    const { path, parameters } = event.detail;
    if (!path.startsWith("/outlook/") || event.detail.verb !== "get") return;
    for (const row of rows()) {
      const number = row.querySelector("[data-number]");
      if (number.value === "" || close(row, number.value)) delete parameters[number.name];
    }
  });
  document.body.addEventListener("htmx:oobBeforeSwap", (event) => {
    for (const figure of event.detail.target.querySelectorAll?.("figure.chart") ?? []) parts.set(figure.id, figure.dataset.view);
  });
  document.body.addEventListener("htmx:afterSettle", () => {
    for (const [id, view] of parts) {
      const figure = document.getElementById(id);
      if (view === "table" && figure?.dataset.view === "chart") figure.querySelector("[data-toggle-view]")?.click();
    }
    if (sent) form.dataset.took = String(Math.round(performance.now() - sent));
    sent = 0;
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-with-query]");
    if (link) link.href = `${link.pathname}${location.search}`;
  });
}

document.addEventListener("click", async (event) => {
  const link = event.target.closest?.("[data-copy]");
  if (!link || !navigator.clipboard) return;
  event.preventDefault();
  try {
    await navigator.clipboard.writeText(link.href);
    toast({ kind: "ok", word: link.textContent.trim(), sentence: link.dataset.copy });
  } catch {
    location.assign(link.href);
  }
});
