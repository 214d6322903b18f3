// A unit's sheet: a correction that was typed opens its row again when the page comes back with what was wrong.
const wrong = document.querySelector(".asks .invalid, .asks .form-errors, .asks .overtaken");
wrong?.closest("tbody")?.scrollIntoView({ block: "center" });
