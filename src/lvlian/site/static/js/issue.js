// The entry of a problem: the count, the promise of the chosen kind, the draft's mark, and the queue when there is no line.
import { keep } from "./issue-queue.js";
import { toast } from "./toasts.js";
import { word } from "./words.js";

const form = document.querySelector("form[data-issue]");
const PATIENCE = 20000;

function count() {
  const place = form.querySelector("[data-count]");
  place.textContent = word("characters", [...form.elements.sentence.value].length, place.dataset.count);
}

function promise() {
  const chosen = form.querySelector("[name=kind]:checked")?.value ?? "";
  for (const line of form.querySelectorAll("[data-promise]")) line.classList.toggle("unchosen", line.dataset.promise !== chosen);
}

function mark() {
  const place = document.querySelector("[data-draft-state]");
  place.textContent = navigator.onLine ? place.dataset.kept : place.dataset.offline;
}

function about() {
  const place = form.querySelector("[data-about]");
  const select = form.elements.namedItem("item");
  if (place) place.textContent = select.options[select.selectedIndex]?.text ?? "";
}

function another() {
  const fields = form.querySelectorAll("input[name=reference]");
  if (fields.length >= 3) return;
  const last = fields[fields.length - 1];
  const next = last.cloneNode();
  next.value = "";
  next.id = `reference-${fields.length}`;
  next.setAttribute("aria-label", form.querySelector("label[for=reference]").textContent);
  last.after(next);
  next.focus();
}

function photo() {
  const [file] = form.elements.namedItem("photo").files;
  form.querySelector("[data-photo]").textContent = file ? `${file.name} ${(file.size / 1e6).toFixed(1)} MB` : "";
}

function forgetDraft() {
  const key = `lvlian-draft:${document.body.dataset.user}:${location.pathname}:issue`;
  form.removeAttribute("data-draft");
  window.addEventListener("pagehide", () => localStorage.removeItem(key));
  localStorage.removeItem(key);
}

async function queue() {
  const how = await keep(form);
  if (how === "refused") {
    toast({ kind: "bad", word: word("offline-word"), sentence: word("offline") });
    return;
  }
  form.reset();
  forgetDraft();
  form.elements.key.value = crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`;
  count();
  promise();
  toast({ kind: "warn", word: word("queue-kept-word"), sentence: word(how === "kept" ? "queue-kept" : "queue-kept-bare") });
}

/** Sends it; without an answer it is kept and sent later. What has to be mended comes as a page. */
async function send(event) {
  event.preventDefault();
  delete form.dataset.sent;
  if (form.getAttribute("aria-busy")) return;
  if (!navigator.onLine) {
    await queue();
    return;
  }
  form.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(form.action, {
      method: "POST", body: new FormData(form), redirect: "manual", headers: { "X-Live": "1" }, signal: AbortSignal.timeout(PATIENCE),
    });
    if (answer.status === 201) {
      forgetDraft();
      location.assign((await answer.json()).url);
    } else form.submit();
  } catch {
    await queue();
  } finally {
    form.removeAttribute("aria-busy");
  }
}

if (form) {
  form.querySelector("[data-another]").hidden = false;
  form.querySelector("[data-save]").hidden = false;
  form.addEventListener("input", () => {
    count();
    mark();
  });
  form.addEventListener("change", () => {
    promise();
    about();
    photo();
  });
  form.addEventListener("draft-restored", () => {
    count();
    promise();
    about();
    mark();
  });
  form.querySelector("[data-another]").addEventListener("click", another);
  form.querySelector("[data-save]").addEventListener("click", () => {
    form.dispatchEvent(new Event("change"));
    mark();
    toast({ kind: "ok", word: word("queue-draft-word"), sentence: word("queue-draft") });
  });
  form.addEventListener("submit", send);
  // Who takes it and what is similar is asked for as one chooses; without a line the entry goes on without it.
  for (const name of ["htmx:sendError", "htmx:timeout"])
    document.addEventListener(name, (event) => form.contains(event.target) && event.stopPropagation(), true);
  document.body.addEventListener("htmx:afterSwap", promise);
  window.addEventListener("online", mark);
  window.addEventListener("offline", mark);
  count();
  promise();
  about();
}
