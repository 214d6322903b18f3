// Sentences of the scripts: they stand in the page, translated with the rest (templates/part/words.html).
const said = new Map();
const list = document.getElementById("words");
if (list) {
  for (const term of list.querySelectorAll("dt")) said.set(term.textContent, term.nextElementSibling?.textContent ?? "");
}

export function word(name, ...values) {
  let text = said.get(name) ?? name;
  for (const value of values) text = text.replace("%s", value);
  return text;
}

/** An element with attributes, text and children; attributes of value null are left out. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== null) element.setAttribute(name, value);
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}
