// Tables and lists: j k walk, Enter or a click opens the record, . opens what can be done with it.
const PICKED = "a, button, input, label, select, summary, textarea, [contenteditable]";

function rows() {
  return [...document.querySelectorAll("[data-rows] tbody > tr, [data-rows] > li, [data-row]")].filter((row) => row.offsetParent !== null);
}

export function current() {
  return document.querySelector(".at[data-walked]");
}

export function walk(step) {
  const all = rows();
  if (!all.length) return false;
  const now = current();
  const at = now ? all.indexOf(now) : -1;
  const focused = all.findIndex((row) => row.contains(document.activeElement));
  const from = at >= 0 ? at : focused;
  const next = all[Math.max(0, Math.min(all.length - 1, from < 0 ? (step > 0 ? 0 : all.length - 1) : from + step))];
  if (now) {
    now.classList.remove("at");
    delete now.dataset.walked;
  }
  next.classList.add("at");
  next.dataset.walked = "1";
  if (!next.hasAttribute("tabindex")) next.tabIndex = -1;
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
  next.dispatchEvent(new CustomEvent("row-walked", { bubbles: true }));
  return true;
}

function opens(row) {
  return row?.dataset.href ?? row?.querySelector("a[href]")?.href;
}

export function enter() {
  const row = current();
  if (!row || !(row === document.activeElement || document.activeElement === document.body)) return false;
  const link = opens(row);
  if (!link) return false;
  location.assign(link);
  return true;
}

export function rowActions() {
  const actions = current()?.querySelector("[data-row-actions]");
  if (!actions) return false;
  if (actions.tagName === "DETAILS") {
    actions.open = !actions.open;
    actions.querySelector(actions.open ? ".sheet a, .sheet button" : "summary")?.focus();
  } else actions.click();
  return true;
}

export function startRows() {
  document.addEventListener("click", (event) => {
    const row = event.target.closest?.("[data-href]");
    if (!row || event.target.closest(PICKED) || event.defaultPrevented) return;
    if (String(window.getSelection())) return;
    if (event.ctrlKey || event.metaKey) window.open(row.dataset.href, "_blank", "noopener");
    else location.assign(row.dataset.href);
  });
  // One box checks all of its table; the count follows.
  document.addEventListener("change", (event) => {
    const all = event.target.closest?.("[data-check-all]");
    const table = event.target.closest?.("table");
    if (!table) return;
    if (all) for (const box of table.querySelectorAll("tbody input[type=checkbox]")) box.checked = all.checked;
    if (!all && event.target.type !== "checkbox") return;
    const boxes = [...table.querySelectorAll("tbody input[type=checkbox]")];
    for (const box of boxes) box.closest("tr").classList.toggle("selected", box.checked);
    const count = boxes.filter((box) => box.checked).length;
    for (const told of document.querySelectorAll("[data-checked-count]")) told.textContent = String(count);
    for (const needy of document.querySelectorAll("[data-needs-checked]")) needy.disabled = count === 0;
  });
}
