// Lists: Space or x checks the row that is walked to; the count of checked rows stands on the bulk button (rows.js).
import { current } from "./rows.js";

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.key !== " " && event.key !== "x") return;
  const row = current();
  if (!row || row !== document.activeElement) return;
  const box = row.querySelector('input[type="checkbox"][name="row"]');
  if (!box) return;
  event.preventDefault();
  box.checked = !box.checked;
  box.dispatchEvent(new Event("change", { bubbles: true }));
});
