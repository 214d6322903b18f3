// Goals and what they mean: after one is settled, the next that waits is the row one stands on, so that a and x go down the list.
function stand() {
  const row = /^#goal-\d+$/.test(location.hash) ? document.querySelector(location.hash) : null;
  if (!row) return;
  row.classList.add("at");
  row.dataset.walked = "1";
  row.tabIndex = -1;
  row.focus({ preventScroll: true });
  row.scrollIntoView({ block: "center" });
}

stand();
