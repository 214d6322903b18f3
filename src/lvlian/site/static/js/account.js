// 链账: pictures or figures only; the row of a doubt and its card find each other.
const table = document.querySelector(".account-table");
const toggle = document.querySelector("[data-plots]");
const KEY = "lvlian-account-plots";

function show(plots) {
  table?.classList.toggle("no-plots", !plots);
  if (!toggle) return;
  const words = toggle.dataset.words ?? (toggle.dataset.words = toggle.textContent.trim());
  toggle.textContent = plots ? words : toggle.dataset.other;
  toggle.setAttribute("aria-pressed", String(!plots));
}

toggle?.addEventListener("click", () => {
  const plots = table?.classList.contains("no-plots") ?? true;
  localStorage.setItem(KEY, plots ? "" : "off");
  show(plots);
});
show(localStorage.getItem(KEY) !== "off");

// Walking to a row shows its card where there is one, and the other way.
document.addEventListener("row-walked", (event) => {
  const row = event.target;
  const card = row.querySelector?.(".looks a[href^='#']")?.getAttribute("href");
  if (card) document.querySelector(card)?.scrollIntoView({ block: "nearest" });
});
