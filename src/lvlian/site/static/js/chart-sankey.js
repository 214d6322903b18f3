// A flow picture: ECharts' Sankey, the places of its nodes given by the server, so that it draws the same everywhere.
//
// Data: {"height", "head", "right", "depth", "gap", "unit",
//   "nodes": [{"name", "words", "full", "told", "value", "depth", "localY", "colour", "edge"}],
//   "links": [{"source", "target", "value", "colour", "hatched", "title", "tip": [lines], "url"}],
//   "columns": [{"depth", "label", "ratio"}]}
import { COLOURS, FACE, TOOLTIP } from "./chart-theme.js";
import { make } from "./words.js";

const BAR = 9;

// Estimated: hatched at 45°. A pattern of the SVG renderer, drawn as a file of its own too.
function hatch(colour) {
  const side = 7;
  const line = (x1, y1, x2, y2) => ({ tag: "path", key: `${x1}${y1}`, attrs: { d: `M${x1} ${y1}L${x2} ${y2}`, stroke: "#fff", "stroke-width": 2.2 } });
  return {
    svgElement: { tag: "g", key: colour, attrs: {}, children: [{ tag: "rect", key: "r", attrs: { width: side, height: side, fill: colour } }, line(-1, 1, 1, -1), line(0, side, side, 0), line(side - 1, side + 1, side + 1, side - 1)] },
    svgWidth: side, svgHeight: side, repeat: "repeat", x: 0, y: 0,
  };
}

function tip(row) {
  const { title, tip: lines, full, told, unit } = row.data;
  const box = make("div", {}, make("b", {}, title ?? full));
  if (lines) for (const line of lines) box.append(make("div", {}, line));
  else box.append(make("div", {}, `${told} ${unit}`));
  return box;
}

const text = (x, y, words, style) => ({ type: "text", left: x, top: y, silent: true, style: { text: words, fontFamily: FACE, fontSize: 12, fill: COLOURS.ink2, ...style } });

export function sankeyHeight(data) {
  return data.height + data.head + 8;
}

/** The options; `width` is that of the canvas. */
export function sankey(data, width) {
  const pitch = (width - data.right - BAR) / Math.max(data.depth, 1);
  const heads = data.columns.flatMap((column) => [
    text(column.depth * pitch, 0, column.label, { fontSize: 13, fontWeight: 600, fill: COLOURS.ink }),
    text(column.depth * pitch, 18, column.ratio),
  ]);
  return {
    tooltip: { ...TOOLTIP, trigger: "item", formatter: tip },
    graphic: { elements: [...heads, { type: "line", left: 0, top: data.head - 10, silent: true, shape: { x1: 0, y1: 0, x2: width, y2: 0 }, style: { stroke: COLOURS.hair } }].map((one, id) => ({ id: String(id), ...one })) },
    series: [
      {
        type: "sankey", left: 0, right: data.right, top: data.head, bottom: 8, nodeWidth: BAR, nodeGap: data.gap, layoutIterations: 0, nodeAlign: "left", draggable: false, animation: false,
        emphasis: { focus: "adjacency", lineStyle: { opacity: 1 } }, blur: { lineStyle: { opacity: 0.25 }, itemStyle: { opacity: 0.6 } },
        lineStyle: { curveness: 0.5, opacity: 0.85 },
        label: { position: "right", distance: 5, fontFamily: FACE, fontSize: 12, color: COLOURS.ink, textBorderColor: COLOURS.paper, textBorderWidth: 3, formatter: ({ data: node }) => `${node.words} ${node.told}` },
        nodes: data.nodes.map((node) => ({ ...node, unit: data.unit, itemStyle: { color: node.colour, borderWidth: 0 }, ...(node.edge ? { label: { color: COLOURS.ink2 } } : {}) })),
        links: data.links.map((link) => ({ ...link, lineStyle: { color: link.hatched ? hatch(link.colour) : link.colour } })),
      },
    ],
  };
}

/** What the arrow keys step through: the links, largest first. */
export function sankeySteps(data) {
  return data.links
    .map((link, index) => ({ series: 0, index, dataType: "edge", value: link.value, spoken: [link.title, ...link.tip].join("，"), url: link.url }))
    .sort((a, b) => b.value - a.value);
}
