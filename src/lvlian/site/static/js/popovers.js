// Origin marks open beside the figure; lists open under their word; dialogs.
import { make } from "./words.js";

let open = null; // {mark, sheet}

function close(back = false) {
  if (!open) return;
  const { mark, sheet } = open;
  open = null;
  sheet.remove();
  if (mark.tagName === "BUTTON") mark.setAttribute("aria-expanded", "false");
  if (back) mark.focus();
}

function place(sheet, mark) {
  const box = mark.getBoundingClientRect();
  const wide = document.documentElement.clientWidth;
  const left = Math.max(8, Math.min(box.left, wide - sheet.offsetWidth - 8));
  const below = box.bottom + 6;
  const fits = below + sheet.offsetHeight < window.innerHeight || box.top < sheet.offsetHeight + 12;
  sheet.style.left = `${left + window.scrollX}px`;
  sheet.style.top = `${(fits ? below : box.top - sheet.offsetHeight - 6) + window.scrollY}px`;
}

export async function openOrigin(mark) {
  if (open?.mark === mark) return close(true);
  close();
  const sheet = make("div", { class: "popover", role: "dialog", tabindex: "-1", "aria-label": mark.getAttribute("aria-label") ?? "" });
  const template = mark.nextElementSibling;
  if (template?.tagName === "TEMPLATE") sheet.append(template.content.cloneNode(true));
  else {
    const answer = await fetch(mark.href, { headers: { "HX-Request": "true" }, credentials: "same-origin" }).catch(() => null);
    if (!answer?.ok || answer.redirected) return location.assign(mark.href);
    // A fragment of this site: scripts in it do not run, styles in it are refused by the content policy.
    const parsed = new DOMParser().parseFromString(await answer.text(), "text/html");
    sheet.append(...parsed.body.childNodes);
  }
  // Inside a dialog the sheet must lie within it, or it is inert.
  (mark.closest("dialog") ?? document.body).append(sheet);
  place(sheet, mark);
  if (mark.tagName === "BUTTON") mark.setAttribute("aria-expanded", "true");
  open = { mark, sheet };
  sheet.focus({ preventScroll: true });
  sheet.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !sheet.contains(event.relatedTarget)) close();
  });
}

/** Closes what is open; false where nothing was. */
export function closeOpen() {
  if (open) {
    close(true);
    return true;
  }
  const lists = [...document.querySelectorAll("details.drop[open]")];
  for (const list of lists) {
    list.open = false;
    if (list.contains(document.activeElement)) list.querySelector("summary").focus();
  }
  return lists.length > 0;
}

export function startPopovers() {
  document.addEventListener("click", (event) => {
    const mark = event.target.closest?.("[data-origin]");
    if (mark) {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      openOrigin(mark);
      return;
    }
    if (open && !open.sheet.contains(event.target)) close();
    for (const list of document.querySelectorAll("details.drop[open]")) if (!list.contains(event.target)) list.open = false;
    const opener = event.target.closest?.("[data-dialog]");
    if (opener) document.getElementById(opener.dataset.dialog)?.showModal();
    const closer = event.target.closest?.("[data-close]");
    if (closer) {
      const dialog = closer.closest("dialog");
      if (dialog) dialog.close();
      else closer.closest(".toast, .popover")?.remove();
    }
    const menu = event.target.closest?.(".menu-button");
    if (menu) menu.setAttribute("aria-expanded", String(menu.getAttribute("aria-expanded") !== "true"));
  });
}
