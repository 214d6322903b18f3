// A typed report: a figure far from last month's gets an amber ground and says so. A question, never a bar.
const SLIP = 5;

function number(text) {
  const value = Number(text.replace(/[,，\s]/g, ""));
  return Number.isFinite(value) ? value : null;
}

for (const form of document.querySelectorAll("[data-report-typing]")) {
  const tell = (row) => {
    const input = row.querySelector("input");
    const unit = row.querySelector("select[name^='unit:']");
    const told = row.querySelector("[data-told]");
    const before = number(row.dataset.before);
    const value = input.value.trim() ? number(input.value) : null;
    let words = "";
    if (value && before && value > 0 && before > 0 && (!unit || unit.value === row.dataset.unit)) {
      const times = value / before;
      const shown = (n) => String(n < 10 ? Math.round(n * 10) / 10 : Math.round(n));
      if (times > SLIP) words = form.dataset.timesUp.replace("%s", shown(times));
      else if (times * SLIP < 1) words = form.dataset.timesDown.replace("%s", shown(1 / times));
    }
    told.textContent = words ? `▲ ${words}` : "";
    row.classList.toggle("hit", words !== "");
  };
  const rows = [...form.querySelectorAll("tr[data-before]")];
  for (const row of rows) {
    row.addEventListener("input", () => tell(row));
    row.addEventListener("change", () => tell(row));
  }
}
