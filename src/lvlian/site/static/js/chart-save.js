// A chart as a file of its own: SVG, or PNG at twice its size. The file says what the page says around the chart: title and unit above it,
// region, as-of, source and 模拟 below it.
import { COLOURS, FACE } from "./chart-theme.js";
import { word } from "./words.js";

const SPACE = "http://www.w3.org/2000/svg";
const MARGIN = 24;
const HEAD = 58;
const LINE = 19;

// Written as text: a parsed document with styles in it would be refused by the content policy of the page.
const escaped = (text) => String(text).replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
const node = (name, attributes, text = "") => `<${name}${Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(value)}"`).join("")}>${escaped(text)}</${name}>`;
const said = (text, x, y, style = {}) => node("text", { x, y, "font-family": FACE, "font-size": 12, fill: COLOURS.ink2, ...style }, text);
const wide = (text) => [...text].reduce((sum, sign) => sum + (sign > "\u2e7f" ? 12 : 6.6), 0);

/** Words broken into lines of at most so many pixels. */
function broken(parts, room) {
  const lines = [];
  for (const part of parts.filter(Boolean)) {
    const last = lines.at(-1);
    if (last && wide(`${last}　${part}`) <= room) lines[lines.length - 1] = `${last}　${part}`;
    else {
      let line = "";
      for (const sign of part) {
        if (wide(line + sign) > room) {
          lines.push(line);
          line = "";
        }
        line += sign;
      }
      lines.push(line);
    }
  }
  return lines;
}

function told() {
  const { region, asOf, simulated } = document.body.dataset;
  const source = document.querySelector(".frame-foot > span")?.textContent.trim().replace(/\s+/g, " ");
  return [region, asOf && `${word("as-of")} ${asOf}`, source, simulated && `${word("simulated")}${word("colon")}${simulated}`];
}

export function titleOf(figure) {
  return figure.dataset.title || document.querySelector("h1")?.textContent.trim() || document.title;
}

/** The chart with its words as one SVG: its text, width and height. */
export function composed(figure, chart) {
  const [width, height] = [chart.getWidth(), chart.getHeight()];
  const whole = width + 2 * MARGIN;
  const lines = broken(told(), width);
  const end = HEAD + height + 12;
  const total = end + lines.length * LINE + MARGIN;
  const inner = chart.renderToSVGString().replace(/^[^]*?<svg /, `<svg x="${MARGIN}" y="${HEAD}" `);
  const parts = [node("rect", { width: whole, height: total, fill: COLOURS.paper }), said(titleOf(figure), MARGIN, 30, { "font-size": 16, "font-weight": 600, fill: COLOURS.ink })];
  if (figure.dataset.unit) parts.push(said(figure.dataset.unit, MARGIN, 48));
  parts.push(inner, ...lines.map((line, at) => said(line, MARGIN, end + (at + 0.7) * LINE)));
  if (document.body.dataset.simulated) {
    const label = word("simulated");
    const room = wide(label) + 12;
    parts.push(node("rect", { x: whole - MARGIN - room, y: 15, width: room, height: 20, fill: "none", stroke: COLOURS.ink2, "stroke-dasharray": "2 2" }));
    parts.push(said(label, whole - MARGIN - room / 2, 29, { "text-anchor": "middle" }));
  }
  return { text: `<svg xmlns="${SPACE}" width="${whole}" height="${total}" viewBox="0 0 ${whole} ${total}">${parts.join("\n")}</svg>`, width: whole, height: total };
}

function kept(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

async function painted({ text, width, height }) {
  const picture = new Image();
  picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await picture.decode();
  const canvas = document.createElement("canvas");
  canvas.width = 2 * width;
  canvas.height = 2 * height;
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}

/** Saves a chart; `kind` is `svg` or `png`. */
export async function save(figure, chart, kind) {
  const whole = composed(figure, chart);
  const { region, asOf } = document.body.dataset;
  const name = [titleOf(figure), region, asOf].filter(Boolean).join("-").replace(/[\\/:*?"<>|]/g, " ");
  kept(kind === "svg" ? new Blob([whole.text], { type: "image/svg+xml" }) : await painted(whole), `${name}.${kind}`);
}
