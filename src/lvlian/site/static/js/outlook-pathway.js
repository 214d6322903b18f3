// 最省办法: the order of goals matters only where they are taken in order; a part that arrives later brings its chart.
const form = document.querySelector("[data-ask]");
if (form) {
  const ranks = form.querySelector(".ranks");
  form.addEventListener("change", (event) => {
    if (event.target.name === "aims" && event.target.value === "lexicographic") ranks.open = true;
  });
  // an address says what differs: empty fields stay out of it
  form.addEventListener("submit", () => {
    for (const field of form.querySelectorAll("input[type=number]")) if (field.value === "") field.disabled = true;
    setTimeout(() => form.querySelectorAll("input[type=number]").forEach((field) => { field.disabled = false; }), 0);
  });
}
