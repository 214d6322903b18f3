// A goal over the years.
//
// Data: {
//   "unit": "亿元", "from": 2022, "to": 2025,
//   "plan":       [{"x": 2023, "y": 400, "text": "400 左右", "origin": "规划 › 一（二）"}],   hollow diamonds with their value
//   "now":        [{"x": 2023, "y": 420}],                                                      solid diamonds: the present target
//   "pace":       [{"x": 2022, "y": 300}, …],                                                   序时线, thin dashed
//   "actual":     [{"x": 2022, "y": 301}, {"x": "2023-09", "y": 271.3}],                        account, ink
//   "projection": [{"x": 2023, "y": 378, "low50":, "high50":, "low": 362, "high": 394, "low95":, "high95":, "chance": "44%"}],
//   "baseline":   [{"x":, "y":}],                                                               grey
//   "gaps":       [{"x": 2025, "from": 1212, "to": 1500, "text": "差 288"}],                    red vertical
//   "today": "2023-10",
//   "axis": "quarters",                                                                       names of quarters under the axis, years below them
//   "labels": {"projection": "本情景 905"}, "above": "projection", "right": 92                  names at line ends, which of two stands higher, their room
// }
// x is a year (its end), or "YYYY-MM" (the end of that month). A value of null is a gap.
import { COLOURS, TOOLTIP } from "./chart-theme.js";
import { make, word } from "./words.js";

function at(x) {
  if (typeof x === "number") return x;
  const [year, month] = String(x).split("-").map(Number);
  return month ? year - 1 + month / 12 : year;
}

const pairs = (points) => (points ?? []).map((point) => ({ value: [at(point.x), point.y], point }));
const figure = (value) => (value === null || value === undefined ? "—" : String(value).replace("-", "−"));
const when = (x) => (typeof x === "number" ? String(x) : x);

function band(points, low, high, colour, start) {
  const bounded = points.filter((point) => point[low] !== undefined && point[low] !== null && point[high] !== undefined && point[high] !== null);
  if (!bounded.length) return [];
  return [
    {
      type: "custom", silent: true, z: 1, tooltip: { show: false }, data: [0],
      renderItem(params, api) {
        const first = start ? [api.coord(start)] : [];
        const up = bounded.map((point) => api.coord([at(point.x), point[high]]));
        const down = bounded.map((point) => api.coord([at(point.x), point[low]])).reverse();
        return { type: "polygon", shape: { points: [...first, ...up, ...down] }, style: { fill: colour } };
      },
    },
  ];
}

// Where the name of a line stands at its end, so that it meets neither a diamond nor the next line.
const PLACED = { actual: { align: "right", offset: [-4, -14] }, pace: { distance: 10, offset: [0, 12] }, projection: { distance: 6 }, baseline: { distance: 6 } };

const APART = { projection: 1, baseline: 1 };

function line(name, points, colour, width, dashed = false, data = {}) {
  if (!points?.length) return [];
  return [
    {
      name: word(name), type: "line", data: pairs(points), showSymbol: !dashed, symbol: "circle", symbolSize: dashed ? 0 : 4, connectNulls: false, z: 4,
      lineStyle: { color: colour, width, type: dashed ? [4, 3] : "solid" }, itemStyle: { color: colour }, emphasis: { disabled: true },
      endLabel: { show: true, formatter: data.labels?.[name] ?? word(name), color: colour, fontSize: 12, textBorderColor: COLOURS.paper, textBorderWidth: 3, ...PLACED[name], ...(data.above && name in APART ? { offset: [0, data.above === name ? -8 : 8] } : {}) },
      role: name,
    },
  ];
}

function tip(row, unit) {
  const { point } = row.data;
  const box = make("div", {}, make("b", {}, `${row.seriesName} ${when(point.x)}`), make("div", {}, make("span", {}, unit ?? ""), make("b", {}, point.text ?? figure(point.y))));
  if (point.low !== undefined && point.low !== null) box.append(make("div", {}, make("span", {}, `80% ${word("interval")}`), `${figure(point.low)}–${figure(point.high)}`));
  if (point.chance) box.append(make("div", {}, make("span", {}, word("chance")), point.chance));
  if (point.origin) box.append(make("span", {}, point.origin));
  return box;
}

// Quarters stand under their ends; the year under the middle of it, with a line between years.
function quarters(from, to) {
  const names = word("quarter-names").split("|");
  const label = (x) => {
    const quarter = Math.round((x - Math.floor(x)) * 4);
    const year = Math.floor(x) + 1;
    return quarter === 2 ? `${names[1]}\n${year}` : names[(quarter + 3) % 4];
  };
  return {
    type: "value", min: from, max: to, interval: 0.25,
    axisLabel: { formatter: label, fontSize: 11, lineHeight: 15, hideOverlap: true },
    splitLine: { show: true, lineStyle: { color: [COLOURS.hair, "transparent", "transparent", "transparent"] } },
  };
}

export function trajectory(data) {
  const actual = data.actual ?? [];
  const projection = data.projection ?? [];
  const last = [...actual].reverse().find((point) => point.y !== null);
  const start = last ? [at(last.x), last.y] : null;
  const ahead = projection.length && last ? [{ ...last }, ...projection] : projection;
  const all = ["plan", "now", "pace", "actual", "projection", "baseline"].flatMap((name) => data[name] ?? []);
  const from = data.from ?? Math.floor(Math.min(...all.map((point) => at(point.x))));
  const to = data.to ?? Math.ceil(Math.max(...all.map((point) => at(point.x))));
  const series = [
    ...band(projection, "low95", "high95", COLOURS.band95, start),
    ...band(projection, "low", "high", COLOURS.band80, start),
    ...band(projection, "low50", "high50", COLOURS.band50, start),
    ...line("pace", data.pace, COLOURS.ink, 1, true),
    ...line("baseline", data.baseline, COLOURS.ink3, 1.5, false, data),
    ...line("projection", ahead, COLOURS.accent, 2, false, data),
    ...line("actual", actual, COLOURS.ink, 2),
  ];
  for (const [name, points, fill] of [["plan", data.plan, COLOURS.paper], ["now-date", data.now, COLOURS.ink]]) {
    if (!points?.length) continue;
    series.push({
      name: word(name), type: "scatter", data: pairs(points), symbol: "diamond", symbolSize: 11, z: 6, role: name,
      itemStyle: { color: fill, borderColor: COLOURS.ink, borderWidth: 1.4 }, emphasis: { disabled: true },
      label: {
        show: true, position: "top", distance: 4, color: COLOURS.ink, fontSize: 12, textBorderColor: COLOURS.paper, textBorderWidth: 3,
        formatter: (row) => row.data.point.text ?? figure(row.data.point.y),
      },
    });
  }
  for (const gap of data.gaps ?? []) {
    series.push({
      type: "custom", silent: true, z: 5, tooltip: { show: false }, data: [0],
      renderItem(params, api) {
        const [x, low] = api.coord([at(gap.x), gap.from]);
        const [, high] = api.coord([at(gap.x), gap.to]);
        return {
          type: "group",
          children: [
            { type: "line", shape: { x1: x, y1: low, x2: x, y2: high }, style: { stroke: COLOURS.bad, lineWidth: 1.5 } },
            { type: "text", style: { x: x - 6, y: (low + high) / 2, text: gap.text, fill: COLOURS.bad, fontSize: 12, fontWeight: 600, align: "right", verticalAlign: "middle", stroke: COLOURS.paper, lineWidth: 3 } },
          ],
        };
      },
    });
  }
  if (data.today !== undefined && series.length) {
    series[series.length - 1].markLine = {
      silent: true, symbol: "none", animation: false, data: [{ xAxis: at(data.today) }],
      lineStyle: { color: COLOURS.ink, width: 1, type: "solid" }, label: { formatter: word("today"), color: COLOURS.ink, fontSize: 11 },
    };
  }
  return {
    grid: { left: 8, right: data.right ?? 56, top: 24, bottom: 4, containLabel: true },
    xAxis: data.axis === "quarters" ? quarters(from, to) : { type: "value", min: from, max: to, interval: 1, axisLabel: { formatter: (year) => String(year) }, splitLine: { show: true, lineStyle: { color: COLOURS.hair } } },
    yAxis: { type: "value", scale: data.zero === false, splitNumber: 4, axisLabel: { formatter: (value) => figure(value) } },
    tooltip: { ...TOOLTIP, trigger: "item", formatter: (row) => (row.data?.point ? tip(row, data.unit) : "") },
    series,
  };
}

/** What the arrow keys step through: {series, index, spoken}. */
export function trajectorySteps(data, option) {
  return option.series.flatMap((one, series) =>
    (one.data ?? []).flatMap((row, index) =>
      row.point && row.point.y !== null
        ? [{ series, index, x: at(row.point.x), spoken: `${one.name} ${when(row.point.x)} ${row.point.text ?? figure(row.point.y)} ${data.unit ?? ""}` }]
        : [],
    ),
  ).sort((a, b) => a.x - b.x);
}
