// Toasts: what was done, what was not, bottom left. A bad one stays until it is read.
import { make, word } from "./words.js";

const SHAPES = {
  ok: ["circle", { cx: 5, cy: 5, r: 4.6, fill: "currentColor" }],
  warn: ["path", { d: "M5 .6 9.9 9.4H.1z", fill: "currentColor" }],
  bad: ["path", { d: "M.7.7h8.6v8.6H.7z", fill: "currentColor" }],
  none: ["circle", { cx: 5, cy: 5, r: 3.9, fill: "none", stroke: "currentColor", "stroke-width": 1.4 }],
};
const READING_TIME = 12000;

export function shape(kind) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", `shape shape-${kind}`);
  svg.setAttribute("viewBox", "0 0 10 10");
  svg.setAttribute("aria-hidden", "true");
  const [tag, attributes] = SHAPES[kind];
  const drawn = document.createElementNS(svg.namespaceURI, tag);
  for (const [name, value] of Object.entries(attributes)) drawn.setAttribute(name, value);
  svg.append(drawn);
  return svg;
}

/** Shows a toast; `links` are {label, url} or {label, act}. */
export function toast({ kind = "ok", word: said = "", sentence = "", links = [] }) {
  const place = document.getElementById("toasts");
  if (!place) return null;
  if (!(kind in SHAPES)) kind = "ok";
  const shown = make("div", { class: `toast toast-${kind}`, role: kind === "bad" ? "alert" : "status", "data-toast": kind });
  const light = make("span", { class: `light light-${kind}` });
  light.append(shape(kind), said);
  const end = make("span", { class: "links" });
  for (const link of links) {
    if (link.url) end.append(make("a", { href: link.url }, link.label));
    else {
      const button = make("button", { type: "button", class: "link" }, link.label);
      button.addEventListener("click", () => {
        shown.remove();
        link.act();
      });
      end.append(button);
    }
  }
  end.append(make("button", { type: "button", class: "link", "data-close": "" }, word("close")));
  shown.append(light, make("span", {}, sentence), end);
  place.append(shown);
  return shown;
}

function fade(shown) {
  if (shown.dataset.toast !== "ok" || shown.dataset.timed) return;
  shown.dataset.timed = "1";
  setTimeout(() => {
    if (shown.matches(":hover, :focus-within")) {
      delete shown.dataset.timed;
      fade(shown);
    } else shown.remove();
  }, READING_TIME);
}

export function startToasts() {
  const place = document.getElementById("toasts");
  if (!place) return;
  for (const shown of place.children) fade(shown);
  new MutationObserver((changes) => {
    for (const change of changes) for (const node of change.addedNodes) if (node.dataset?.toast) fade(node);
  }).observe(place, { childList: true });
  document.body.addEventListener("toast", (event) => toast(event.detail?.value ?? event.detail ?? {}));
}
