// Projects and the factors that hold them.
//
// Data: {
//   "from": "2023-01", "to": "2024-12", "today": "2023-10-12",
//   "rows": [{
//     "name": "创格　汽车轻量化", "capacity": "38 万吨", "url": "/projects/3/", "light": "bad", "word": "滞后", "reason": "110 kV 变电站 2024-03 才送电",
//     "bars":  [{"from": "2023-01", "to": "2023-10-12", "kind": "done|planned|late|assumed"}],       late: hatched in the status colour
//     "marks": [{"at": "2023-12", "kind": "promised|now|projected", "text": "建成投产　2023-12 → 2024-04"}],
//     "lanes": [{"name": "用气　园区天然气专线", "light": "bad", "word": "滞后", "from": "2023-01", "to": "2023-09", "now": "2023-11",
//                "dashed": false, "delays": true}],                                                   dashed: the plan gives no date
//     "note": "无日期"
//   }]
// }
// A month stands for its end; a day for itself. Rows without a date show their note on a dotted line.
import { COLOURS, STATUS, STATUS_TEXT, TOOLTIP } from "./chart-theme.js";
import { make, word } from "./words.js";

const HEAD = 62;
const NAME = 18;
const LANE = 21;
const PAD = 10;

function day(text, start = false) {
  const [year, month, date] = String(text).split("-").map(Number);
  if (date) return Date.UTC(year, month - 1, date);
  if (month) return start ? Date.UTC(year, month - 1, 1) : Date.UTC(year, month, 0);
  return start ? Date.UTC(year, 0, 1) : Date.UTC(year, 11, 31);
}

const dated = (text) => text !== undefined && text !== null && text !== "";

/** Pixel rows from the top: what is where, and the height of the whole. */
function laid(rows) {
  let top = HEAD;
  const out = rows.map((row) => {
    const lines = NAME + (row.reason ? NAME : 0) + (row.lanes?.length ?? 0) * LANE;
    const place = { top, bar: top + PAD + NAME / 2, lanes: top + PAD + NAME + (row.reason ? NAME : 0), end: top + PAD + lines + PAD };
    top = place.end;
    return place;
  });
  return [out, top];
}

export function ganttHeight(data) {
  return laid(data.rows)[1] + 4;
}

const text = (x, y, said, style = {}) => ({
  type: "text",
  style: { x, y, text: said, fill: COLOURS.ink2, fontSize: 12, verticalAlign: "middle", ...style },
});
/** Room that the longest word of a light takes at the end of its column: 正常 or Figures missing. */
const aside = () => Math.max(...["ok", "warn", "bad", "none"].map((state) => [...word(state)].reduce((sum, sign) => sum + (sign > "\u2e7f" ? 13 : 7), 0)));
const stroke = (x1, y1, x2, y2, colour, width = 1, dash = null) => ({
  type: "line",
  shape: { x1, y1, x2, y2, subPixelOptimize: width === 1 },
  style: { stroke: colour, lineWidth: width, lineDash: dash },
});
const diamond = (x, y, fill, edge = COLOURS.ink, size = 5) => ({
  type: "polygon",
  shape: { points: [[x, y - size], [x + size, y], [x, y + size], [x - size, y]] },
  style: { fill, stroke: edge, lineWidth: 1.3 },
});

function light(kind, x, y, size) {
  const colour = STATUS[kind] ?? STATUS.none;
  if (kind === "ok") return { type: "circle", shape: { cx: x, cy: y, r: size }, style: { fill: colour } };
  if (kind === "warn") return { type: "polygon", shape: { points: [[x, y - size], [x + size, y + size], [x - size, y + size]] }, style: { fill: colour } };
  if (kind === "bad") return { type: "rect", shape: { x: x - size + 0.5, y: y - size + 0.5, width: 2 * size - 1, height: 2 * size - 1 }, style: { fill: colour } };
  return { type: "circle", shape: { cx: x, cy: y, r: size - 1 }, style: { fill: "none", stroke: colour, lineWidth: 1.3 } };
}

// Hatch by lines: patterns would need an image, and images a data address.
function hatch(x, y, width, height, colour) {
  const children = [{ type: "rect", shape: { x, y, width, height }, style: { fill: COLOURS.paper, stroke: colour, lineWidth: 1 } }];
  for (let step = 4; step < width + height; step += 5) {
    const [x1, y1] = step <= height ? [x, y + step] : [x + step - height, y + height];
    const [x2, y2] = step <= width ? [x + step, y] : [x + width, y + step - width];
    children.push({ ...stroke(x1, y1, x2, y2, colour, 1.3), silent: true });
  }
  return { type: "group", children };
}

function header(api, data, left, right, end) {
  const children = [stroke(0, HEAD, right, HEAD, COLOURS.rule), text(0, HEAD - 10, word("project"), { fontSize: 12 }), text(left - 12, HEAD - 10, word("light"), { align: "right" })];
  const quarters = word("quarters").split("|");
  const first = new Date(day(data.from, true));
  const last = day(data.to);
  const month = api.coord([Date.UTC(2024, 0, 31), 0])[0] - api.coord([Date.UTC(2024, 0, 1), 0])[0];
  for (let moment = new Date(first); moment <= last; moment.setUTCMonth(moment.getUTCMonth() + 1)) {
    const x = api.coord([moment.getTime(), 0])[0];
    const quarter = moment.getUTCMonth() % 3 === 0;
    const year = moment.getUTCMonth() === 0;
    children.push(stroke(x, quarter ? HEAD - 40 : HEAD, x, end, year ? COLOURS.rule : quarter ? COLOURS.hair : "#eff1f1"));
    if (quarter) {
      const said = quarters[moment.getUTCMonth() / 3] ?? "%s";
      children.push(text(x + 4, HEAD - 28, month > 24 ? said.replace("%s", moment.getUTCFullYear()) : year ? String(moment.getUTCFullYear()) : "", { fill: COLOURS.ink }));
    }
    if (month > 14) children.push(text(x + month / 2, HEAD - 10, String(moment.getUTCMonth() + 1), { align: "center", fontSize: 11 }));
  }
  return children;
}

function lane(row, one, y, bar, api, left, right) {
  const px = (moment, start = false) => Math.max(left, Math.min(right, api.coord([day(moment, start), 0])[0]));
  const colour = STATUS[one.light] ?? STATUS.none;
  const children = [text(36, y, one.name, { width: left - 78 - aside(), overflow: "truncate" }), light(one.light, left - 32 - aside(), y, 4), text(left - 12, y, one.word ?? word(one.light), { align: "right" })];
  if (!dated(one.to) && !dated(one.now)) return one.note ? [...children, text(left + 8, y, one.note)] : children;
  const from = px(one.from ?? row.from ?? one.to, true);
  const to = px(dated(one.to) ? one.to : one.now);
  children.push(stroke(from, y, to, y, COLOURS.ink2, one.dashed ? 1.6 : 1.6, one.dashed ? [4, 3] : null));
  const late = dated(one.now) && dated(one.to) && day(one.now) > day(one.to);
  const end = dated(one.now) ? px(one.now) : to;
  if (late) children.push(stroke(to, y, end, y, colour, 1.8, [2, 2]));
  if (dated(one.to)) children.push(diamond(to, y, COLOURS.paper, late ? COLOURS.ink : one.dashed ? colour : COLOURS.ink, 3.5));
  if (late) children.push(diamond(end, y, COLOURS.ink, COLOURS.ink, 3.5));
  if (one.delays) children.push(stroke(end, y - 3, end, bar + 5, colour, 1));
  return children;
}

function drawn(row, place, api, left, right, today) {
  const px = (moment, start = false) => Math.max(left, Math.min(right, api.coord([day(moment, start), 0])[0]));
  const colour = STATUS[row.light] ?? STATUS.none;
  const y = place.bar;
  const children = [
    light(row.light, 6, y, 5.5),
    text(20, y, `{name|${row.name}}${row.capacity ? `{cap|　${row.capacity}}` : ""}`, { rich: { name: { fontSize: 13, fontWeight: 600, fill: COLOURS.ink }, cap: { fontSize: 13, fill: COLOURS.ink2 } }, width: left - 64 - aside(), overflow: "truncate" }),
    text(left - 12, y, row.word ?? word(row.light), { align: "right", fill: STATUS_TEXT[row.light] ?? COLOURS.none, fontWeight: row.light === "none" ? 400 : 600 }),
    stroke(0, place.end, right, place.end, COLOURS.hair),
  ];
  if (row.reason) children.push(text(20, y + NAME, row.reason, { fill: row.light === "none" ? COLOURS.ink2 : (STATUS_TEXT[row.light] ?? COLOURS.ink2), width: left - 32, overflow: "truncate" }));
  if (!row.bars?.length && !row.marks?.length && row.note) {
    const begin = Math.min(dated(today) ? px(today) : left, right - 120);
    children.push(stroke(begin, y, right, y, COLOURS.ctl ?? COLOURS.rule, 1, [1, 3]), text(begin + 18, y, row.note, { stroke: COLOURS.paper, lineWidth: 6 }));
  }
  for (const bar of row.bars ?? []) {
    const [from, to] = [px(bar.from, true), px(bar.to)];
    if (to <= from) continue;
    if (bar.kind === "late") children.push(hatch(from, y - 4, to - from, 8, colour));
    else if (bar.kind === "assumed") children.push({ type: "rect", shape: { x: from, y: y - 4, width: to - from, height: 8 }, style: { fill: COLOURS.paper, stroke: COLOURS.ink3, lineDash: [4, 3] } });
    else children.push({ type: "rect", shape: { x: from, y: y - 4, width: to - from, height: 8 }, style: { fill: bar.kind === "planned" ? COLOURS.accentL : COLOURS.accentM } });
  }
  (row.lanes ?? []).forEach((one, index) => children.push(...lane(row, one, place.lanes + index * LANE + LANE / 2, y, api, left, right)));
  let furthest = left;
  for (const mark of row.marks ?? []) {
    const x = px(mark.at);
    children.push(mark.kind === "projected" ? diamond(x, y, COLOURS.accent, COLOURS.accent) : diamond(x, y, mark.kind === "now" ? COLOURS.ink : COLOURS.paper));
    furthest = Math.max(furthest, x);
  }
  const said = (row.marks ?? []).map((mark) => mark.text).filter(Boolean).pop();
  if (said) {
    const room = right - furthest > 170;
    children.push(text(room ? furthest + 9 : Math.min(...row.marks.map((mark) => px(mark.at))) - 9, y, said, { fill: COLOURS.ink, align: room ? "left" : "right", stroke: COLOURS.paper, lineWidth: 3 }));
  }
  return children;
}

function tip(row) {
  const box = make("div", {}, make("b", {}, `${row.name}${row.capacity ? ` ${row.capacity}` : ""}`), make("span", {}, `${row.word ?? word(row.light)}${row.reason ? `　${row.reason}` : ""}`));
  for (const mark of row.marks ?? []) box.append(make("div", {}, make("span", {}, word({ now: "now-date", projected: "projection" }[mark.kind] ?? "promised")), mark.at));
  for (const one of row.lanes ?? []) box.append(make("div", {}, make("span", {}, one.name), [one.to, one.now].filter(dated).join(" → ") || word("no-date")));
  return box;
}

export function gantt(data, width) {
  const left = width < 900 ? 260 : Math.min(400, Math.round(width * 0.29));
  const [places, end] = laid(data.rows);
  return {
    animation: false,
    grid: { left, right: 4, top: 0, bottom: 4 },
    xAxis: { type: "time", min: day(data.from, true), max: day(data.to) + 86400000, show: false },
    yAxis: { type: "value", min: 0, max: end, inverse: true, show: false },
    tooltip: { ...TOOLTIP, trigger: "item", formatter: (hit) => (hit.seriesName === "rows" ? tip(data.rows[hit.dataIndex]) : "") },
    series: [
      {
        name: "head", type: "custom", silent: true, z: 1, data: [0], tooltip: { show: false },
        renderItem: (params, api) => ({ type: "group", children: header(api, data, left, width - 4, end) }),
      },
      {
        name: "rows", type: "custom", z: 3, data: data.rows.map((row, index) => ({ value: [day(data.from, true), places[index].bar], row })),
        renderItem: (params, api) => {
          const place = places[params.dataIndex];
          const ground = { type: "rect", shape: { x: 0, y: place.top + 1, width: width - 4, height: place.end - place.top - 1 }, style: { fill: "rgba(255,255,255,0)" } };
          return { type: "group", children: [ground, ...drawn(data.rows[params.dataIndex], place, api, left, width - 4, data.today)] };
        },
      },
      {
        name: "today", type: "custom", silent: true, z: 5, data: dated(data.today) ? [0] : [], tooltip: { show: false },
        renderItem: (params, api) => {
          const x = api.coord([day(data.today), 0])[0];
          const [, month, date] = data.today.split("-");
          const label = `${word("today")} ${word("month-day", Number(month), Number(date))}`;
          return {
            type: "group",
            children: [
              stroke(x, 14, x, end, COLOURS.ink, 1.5),
              { type: "rect", shape: { x: x - 43, y: 0, width: 86, height: 16 }, style: { fill: COLOURS.ink } },
              text(x, 8, label, { fill: COLOURS.paper, align: "center", fontSize: 11 }),
            ],
          };
        },
      },
    ],
  };
}

export function ganttSteps(data) {
  return data.rows.map((row, index) => ({
    series: 1, index,
    spoken: [row.name, row.capacity, row.word ?? word(row.light), row.reason, ...(row.marks ?? []).map((mark) => mark.text ?? mark.at)].filter(Boolean).join(" "),
  }));
}
