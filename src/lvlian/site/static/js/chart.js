// Charts: ECharts with the SVG renderer, mounted on <figure class="chart" data-chart="#id" data-kind="…">; made by {% chart %}.
// Kinds: `trajectory` (data: chart-trajectory.js), `gantt` (chart-gantt.js), `sankey` (chart-sankey.js), `options` (plain ECharts options; functions cannot be given:
// the content policy forbids eval. A row of a series may carry `tip`: a list of lines for the tooltip, and `url`: where a click leads).
// The table beside a chart is in the page always; on a phone it is all there is.
import { gantt, ganttHeight, ganttSteps } from "./chart-gantt.js";
import { sankey, sankeyHeight, sankeySteps } from "./chart-sankey.js";
import { save } from "./chart-save.js";
import { THEME, TOOLTIP } from "./chart-theme.js";
import { trajectory, trajectorySteps } from "./chart-trajectory.js";
import { make, word } from "./words.js";

const PRINTED = 643; // 170 mm
let loading = null;
const mounted = new Map();

function script(src) {
  return new Promise((resolve, reject) => {
    const tag = make("script", { src });
    tag.addEventListener("load", resolve);
    tag.addEventListener("error", reject);
    document.head.append(tag);
  });
}

function library() {
  const { echarts, echartsZh } = document.body.dataset;
  loading ??= script(echarts)
    .then(() => script(echartsZh))
    .then(() => window.echarts.registerTheme("lvlian", THEME));
  return loading;
}

function lines(row) {
  const said = row.data?.tip;
  const box = make("div", {}, make("b", {}, row.name || row.seriesName || ""));
  if (said) for (const line of said) box.append(make("div", {}, line));
  else box.append(make("div", {}, make("span", {}, row.seriesName ?? ""), String([row.value].flat().pop() ?? "—")));
  return box;
}

function prepared(figure, width) {
  const data = JSON.parse(document.querySelector(figure.dataset.chart).textContent);
  if (figure.dataset.kind === "trajectory") {
    const option = trajectory(data);
    return { data, option, steps: trajectorySteps(data, option) };
  }
  if (figure.dataset.kind === "gantt") return { data, option: gantt(data, width), steps: ganttSteps(data), height: ganttHeight(data) };
  if (figure.dataset.kind === "sankey") return { data, option: sankey(data, width), steps: sankeySteps(data), height: sankeyHeight(data) };
  const option = { ...data, tooltip: { ...TOOLTIP, trigger: "item", ...data.tooltip, formatter: (row) => lines(Array.isArray(row) ? row[0] : row) } };
  const steps = [option.series ?? []].flat().flatMap((one, series) => (one.data ?? []).map((row, index) => ({ series, index, spoken: [one.name, row?.name ?? option.xAxis?.data?.[index], row?.value ?? row].filter(Boolean).join(" ") })));
  return { data, option, steps };
}

function mount(figure) {
  const canvas = figure.querySelector(".canvas");
  if (!canvas || mounted.has(figure) || canvas.clientWidth === 0) return;
  const made = prepared(figure, canvas.clientWidth);
  if (made.height) canvas.style.height = `${made.height}px`;
  const chart = window.echarts.init(canvas, "lvlian", { renderer: "svg", locale: document.body.dataset.language === "en" ? "EN" : "ZH" });
  const label = canvas.getAttribute("aria-label");
  chart.setOption({ animation: false, aria: { enabled: false }, ...made.option });
  canvas.setAttribute("aria-label", label);
  mounted.set(figure, chart);
  chart.on("click", (hit) => {
    const url = made.data.rows?.[hit.dataIndex]?.url ?? hit.data?.url ?? hit.data?.point?.url;
    if (url) location.assign(url);
  });
  let at = -1;
  canvas.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && made.steps[at]?.url) location.assign(made.steps[at].url);
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step || !made.steps.length) return;
    event.preventDefault();
    at = (at + step + made.steps.length) % made.steps.length;
    const { series, index, spoken, dataType } = made.steps[at];
    chart.dispatchAction({ type: "showTip", seriesIndex: series, dataIndex: index, dataType });
    figure.querySelector(".spoken").textContent = spoken;
  });
  canvas.addEventListener("blur", () => chart.dispatchAction({ type: "hideTip" }));
  let width = canvas.clientWidth;
  const fit = (wide) => {
    if (!wide || wide === width) return;
    width = wide;
    chart.resize({ width: wide });
    if (figure.dataset.kind === "gantt") chart.setOption(gantt(made.data, wide), { replaceMerge: ["series"] });
    if (figure.dataset.kind === "sankey") chart.setOption({ graphic: sankey(made.data, wide).graphic });
    chart.getZr().flush(); // a printer does not wait for the next frame
  };
  new ResizeObserver(() => fit(canvas.clientWidth)).observe(canvas);
  window.addEventListener("beforeprint", () => fit(PRINTED));
  window.addEventListener("afterprint", () => fit(canvas.clientWidth));
}

function toggle(figure) {
  const table = figure.dataset.view !== "table";
  figure.dataset.view = table ? "table" : "chart";
  const button = figure.querySelector("[data-toggle-view]");
  button.textContent = word(table ? "see-chart" : "see-table");
  button.setAttribute("aria-pressed", String(table));
  if (!table) mount(figure);
}

async function saved(figure, kind) {
  if (figure.dataset.view === "table") toggle(figure); // what was never drawn cannot be saved
  await library();
  mount(figure);
  const chart = mounted.get(figure);
  if (chart) await save(figure, chart, kind);
}

export async function mountCharts(root) {
  const figures = [...root.querySelectorAll("figure.chart")];
  if (root.matches?.("figure.chart")) figures.push(root);
  for (const figure of figures) {
    if (figure.dataset.bound) continue;
    figure.dataset.bound = "1";
    figure.querySelector("[data-toggle-view]")?.addEventListener("click", () => toggle(figure));
    for (const button of figure.querySelectorAll("[data-save]")) button.addEventListener("click", () => saved(figure, button.dataset.save));
  }
  if (window.matchMedia("(max-width: 599px)").matches) return;
  await library();
  for (const figure of figures) mount(figure);
}
