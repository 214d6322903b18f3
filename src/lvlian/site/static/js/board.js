// The board: left and right go to the neighbouring column, at the same height; j, k, Enter and . are the rows' own (rows.js).
function columns() {
  return [...document.querySelectorAll("[data-board] .column")].map((column) => [...column.querySelectorAll("[data-row]")]).filter((cards) => cards.length);
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
  const card = document.activeElement?.closest?.("[data-row]");
  if (!card || card !== document.activeElement || event.altKey || event.ctrlKey || event.metaKey) return;
  const all = columns();
  const at = all.findIndex((cards) => cards.includes(card));
  const next = all[at + (event.key === "ArrowRight" ? 1 : -1)];
  if (at < 0 || !next) return;
  const to = next[Math.min(all[at].indexOf(card), next.length - 1)];
  event.preventDefault();
  for (const one of document.querySelectorAll(".at[data-walked]")) {
    one.classList.remove("at");
    delete one.dataset.walked;
  }
  to.classList.add("at");
  to.dataset.walked = "1";
  to.tabIndex = -1;
  to.focus({ preventScroll: true });
  to.scrollIntoView({ block: "nearest", inline: "nearest" });
});
