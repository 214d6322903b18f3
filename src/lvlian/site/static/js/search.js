// The best hits below the search box while somebody types; without it the box is a plain form that leads to the search page.
const PAUSE = 150;

export function startSearch() {
  const input = document.querySelector("[data-search]");
  const form = input?.form;
  if (!form) return;
  const list = document.createElement("div");
  list.className = "suggestions";
  list.id = "suggestions";
  list.hidden = true;
  form.append(list);
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  show("");

  let waiting = 0;
  let asked = 0;

  function show(html) {
    list.innerHTML = html; // the site's own fragment: its texts are escaped by the template
    list.hidden = !list.firstElementChild;
    list.querySelector("ul")?.setAttribute("role", "listbox");
    list.querySelector("ul")?.setAttribute("aria-label", input.getAttribute("aria-label") ?? "");
    for (const item of list.querySelectorAll("li")) item.setAttribute("role", "presentation");
    list.querySelectorAll("a").forEach((link, n) => {
      link.setAttribute("role", "option");
      link.id = `suggestion-${n}`;
      link.tabIndex = -1;
    });
    input.setAttribute("aria-expanded", String(!list.hidden));
    input.removeAttribute("aria-activedescendant");
  }

  function move(step) {
    const links = [...list.querySelectorAll("a")];
    const at = links.findIndex((link) => link.getAttribute("aria-selected") === "true");
    const next = at < 0 ? (step > 0 ? 0 : links.length - 1) : at + step;
    links.forEach((link, n) => link.setAttribute("aria-selected", String(n === next)));
    if (links[next]) input.setAttribute("aria-activedescendant", links[next].id);
    else input.removeAttribute("aria-activedescendant");
  }

  async function ask() {
    const words = input.value.trim();
    const mine = ++asked;
    if (!words) return show("");
    try {
      const answer = await fetch(`${form.action}suggestions/?q=${encodeURIComponent(words)}`, { headers: { "HX-Request": "true" } });
      if (mine === asked && answer.ok && document.activeElement === input) show((await answer.text()).trim());
    } catch {
      show("");
    }
  }

  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, PAUSE);
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing || list.hidden) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter") {
      const chosen = list.querySelector('a[aria-selected="true"]');
      if (chosen) {
        event.preventDefault();
        location.assign(chosen.href);
      }
    } else if (event.key === "Escape") {
      event.stopPropagation();
      show("");
    }
  });
  form.addEventListener("focusout", (event) => {
    if (!form.contains(event.relatedTarget)) setTimeout(() => show(""), 150);
  });
}
