// What was reported without a line waits on this machine, for this user, and is sent when the line is back: never twice, since each
// report carries its key and the server knows it again.
import { toast } from "./toasts.js";
import { word } from "./words.js";

const user = document.body.dataset.user;
const name = `lvlian-queue:${user}`;

function read() {
  try {
    return JSON.parse(localStorage.getItem(name)) ?? [];
  } catch {
    return [];
  }
}

function write(rows) {
  if (rows.length) localStorage.setItem(name, JSON.stringify(rows));
  else localStorage.removeItem(name);
}

export function waiting() {
  return user ? read().length : 0;
}

function asText(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}

/** Keeps a form's values. Gives "kept", "kept-without-photo", or "refused" where the browser keeps nothing. */
export async function keep(form) {
  const data = new FormData(form);
  const row = { url: form.action, key: data.get("key"), at: Date.now(), fields: [], photo: null };
  for (const [field, value] of data) if (typeof value === "string" && field !== "csrfmiddlewaretoken") row.fields.push([field, value]);
  const photo = data.get("photo");
  const rows = read().filter((one) => one.key !== row.key);
  if (photo instanceof File && photo.size) {
    try {
      write([...rows, { ...row, photo: { name: photo.name, type: photo.type, data: await asText(photo) } }]);
      return "kept";
    } catch {
      /* More than the browser keeps: the words are worth more than the photo. */
    }
  }
  try {
    write([...rows, row]);
  } catch {
    return "refused";
  }
  return photo instanceof File && photo.size ? "kept-without-photo" : "kept";
}

async function send(row) {
  const data = new FormData();
  for (const [field, value] of row.fields) data.append(field, value);
  if (row.photo) data.append("photo", await (await fetch(row.photo.data)).blob(), row.photo.name);
  const token = document.querySelector('meta[name="csrf-token"]')?.content ?? "";
  return fetch(row.url, { method: "POST", body: data, redirect: "manual", headers: { "X-CSRFToken": token, "X-Queued": "1" } });
}

let running = false;

/** Sends what waits. A report that the server refuses is put back as a draft of the entry, with the reason. */
export async function flush() {
  if (running || !user || !navigator.onLine) return;
  running = true;
  try {
    for (const row of read()) {
      let answer;
      try {
        answer = await send(row);
      } catch {
        break;
      }
      if (answer.status === 201) {
        const { url } = await answer.json();
        write(read().filter((one) => one.key !== row.key));
        toast({ kind: "ok", word: word("queue-sent-word"), sentence: word("queue-sent"), links: [{ label: word("queue-open"), url }] });
      } else if (answer.status === 422) {
        const { sentence } = await answer.json();
        write(read().filter((one) => one.key !== row.key));
        putBack(row);
        toast({ kind: "bad", word: word("failed-word"), sentence, links: [{ label: word("queue-mend"), url: new URL(row.url).pathname }] });
      } else {
        toast({ kind: "warn", word: word("offline-word"), sentence: word("queue-waits") });
        break;
      }
    }
  } finally {
    running = false;
  }
}

function putBack(row) {
  const typed = {};
  for (const [field, value] of row.fields) if (field !== "key" && field !== "seen") (typed[field] ??= []).push(value);
  localStorage.setItem(`lvlian-draft:${user}:${new URL(row.url).pathname}:issue`, JSON.stringify({ at: Date.now(), revision: "", typed, sent: false }));
}

export function startQueue() {
  if (!user) return;
  window.addEventListener("online", flush);
  if (waiting()) flush();
}
