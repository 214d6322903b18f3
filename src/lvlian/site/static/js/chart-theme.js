// One theme for every chart: order of colours, roles, axes, tooltip.
export const COLOURS = {
  ink: "#1b2226", ink2: "#465056", ink3: "#5f696f", rule: "#b4bcbf", hair: "#dfe3e4", paper: "#fff",
  accent: "#1b6073", accentM: "#6f9aa6", accentL: "#b5cdd4",
  ok: "#1f6f43", warn: "#7d5600", warnShape: "#b87a00", bad: "#a9291f", none: "#5f696f",
  band50: "#9fc0c9", band80: "#c4d9df", band95: "#e1ecef",
};
// Single quotes: ECharts writes the face into an attribute when a chart is saved.
export const FACE = "'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif";
export const STATUS = { ok: COLOURS.ok, warn: COLOURS.warnShape, bad: COLOURS.bad, none: COLOURS.none };
export const STATUS_TEXT = { ok: COLOURS.ok, warn: COLOURS.warn, bad: COLOURS.bad, none: COLOURS.none };

const text = { color: COLOURS.ink2, fontFamily: FACE, fontSize: 12 };
const axis = {
  axisLine: { show: false },
  axisTick: { show: false },
  axisLabel: text,
  nameTextStyle: text,
  splitLine: { show: true, lineStyle: { color: COLOURS.hair, width: 1 } },
};
const base = { ...axis, axisLine: { show: true, onZero: false, lineStyle: { color: COLOURS.rule, width: 1 } }, splitLine: { show: false } };

export const THEME = {
  color: [COLOURS.accent, COLOURS.accentM, COLOURS.accentL, COLOURS.ink3, "#9aa5aa", "#dde2e4"],
  backgroundColor: "transparent",
  textStyle: { fontFamily: FACE, fontSize: 12, color: COLOURS.ink },
  title: { show: false },
  legend: { textStyle: text, itemWidth: 18, itemHeight: 8, icon: "rect" },
  categoryAxis: base,
  timeAxis: base,
  valueAxis: axis,
  logAxis: axis,
  line: { symbol: "none", symbolSize: 5, lineStyle: { width: 2 }, smooth: false },
  bar: { barMaxWidth: 18, itemStyle: { borderRadius: 0 } },
};

export const TOOLTIP = {
  className: "chart-tip",
  backgroundColor: COLOURS.paper,
  borderColor: COLOURS.ink,
  borderWidth: 1,
  borderRadius: 0,
  padding: [6, 10],
  shadowBlur: 0,
  extraCssText: "box-shadow:none",
  textStyle: { color: COLOURS.ink, fontFamily: FACE, fontSize: 12, lineHeight: 19 },
  transitionDuration: 0,
  confine: true,
  axisPointer: { type: "line", lineStyle: { color: COLOURS.rule, width: 1, type: "solid" }, animation: false },
};
