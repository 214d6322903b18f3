// htmx: the token goes with each request, an answer that is an error becomes a sentence.
import { toast } from "./toasts.js";
import { word } from "./words.js";

function told(status, reason) {
  if (reason === "stale") return word("stale");
  if (status === 403 || status === 401) return word("forbidden");
  if (status === 404 || status === 410) return word("missing");
  if (status === 413) return word("too-large");
  return word("failed");
}

export function startRequests(bind) {
  const body = document.body;
  body.addEventListener("htmx:configRequest", (event) => {
    const token = document.querySelector('meta[name="csrf-token"]')?.content;
    if (token) event.detail.headers["X-CSRFToken"] = token;
  });
  body.addEventListener("htmx:beforeRequest", (event) => event.detail.target?.setAttribute("aria-busy", "true"));
  body.addEventListener("htmx:afterRequest", (event) => event.detail.target?.removeAttribute("aria-busy"));
  body.addEventListener("htmx:responseError", (event) => {
    const { xhr } = event.detail;
    const reason = xhr.getResponseHeader("X-Reason") ?? "";
    const sentence = xhr.getResponseHeader("X-Sentence");
    toast({
      kind: "bad",
      word: word("failed-word"),
      sentence: sentence ? decodeURIComponent(sentence) : told(xhr.status, reason),
      links: reason === "stale" ? [{ label: word("reload"), act: () => location.reload() }] : [],
    });
  });
  body.addEventListener("htmx:sendError", () => toast({ kind: "warn", word: word("offline-word"), sentence: word("offline") }));
  body.addEventListener("htmx:timeout", () => toast({ kind: "warn", word: word("offline-word"), sentence: word("offline") }));
  body.addEventListener("htmx:load", (event) => {
    if (event.detail.elt !== body) bind(event.detail.elt);
  });
  // A second press while the first is on its way does nothing: no record is made twice.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || form.matches("[hx-post], [hx-put], [hx-patch], [hx-delete], [data-many]")) return;
    if (form.dataset.sent) event.preventDefault();
    else setTimeout(() => (form.dataset.sent = "1"));
    setTimeout(() => delete form.dataset.sent, 8000);
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  });
}
