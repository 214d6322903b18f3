// The one entry of every page: binds behaviour to what the page declares by data-… attributes.
import { bindDrafts, startDrafts } from "./drafts.js";
import { startQueue } from "./issue-queue.js";
import { startKeys } from "./keys.js";
import { startPopovers } from "./popovers.js";
import { startPrinting } from "./printing.js";
import { startRequests } from "./requests.js";
import { startRows } from "./rows.js";
import { startSearch } from "./search.js";
import { startToasts } from "./toasts.js";

document.documentElement.classList.add("js");

async function bindCharts(root) {
  if (root.querySelector?.("figure.chart") || root.matches?.("figure.chart")) (await import("./chart.js")).mountCharts(root);
}

startToasts();
startDrafts();
startPopovers();
startKeys();
startRows();
startPrinting();
startSearch();
startQueue();
startRequests((root) => {
  bindDrafts(root);
  bindCharts(root);
});
bindCharts(document);
