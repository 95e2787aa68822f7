// The small charts beside a map: bars and lines, in the page's colours, with the table behind them.
import { BarChart, LineChart } from "echarts/charts";
import { GridComponent, TooltipComponent } from "echarts/components";
import { init, use, type ECharts } from "echarts/core";
import type { ECBasicOption } from "echarts/types/dist/shared";
import { CanvasRenderer } from "echarts/renderers";
import { colour } from "./colours";

use([BarChart, LineChart, GridComponent, TooltipComponent, CanvasRenderer]);
interface Chart { kind: "bar" | "line"; words: string[]; values: number[] }

export function draw(): void {
  for (const place of document.querySelectorAll<HTMLElement>("[data-chart]")) {
    const said = JSON.parse(place.querySelector("script")!.textContent!) as Chart;
    const ground = place.querySelector<HTMLElement>("[data-chart-ground]")!;
    const chart = init(ground);
    const show = () => chart.setOption(said.kind === "line" ? line(said) : bar(fitting(said, ground.clientHeight)), true);
    show();
    new ResizeObserver(() => { chart.resize(); show(); }).observe(ground);
    follow(chart, show);
  }
}

function follow(_: ECharts, show: () => void): void {
  new MutationObserver(show).observe(document.documentElement, { attributes: true, attributeFilter: ["data-bs-theme"] });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", show);
}

const size = (): number => parseFloat(getComputedStyle(document.documentElement).fontSize) * 0.75;
const words = () => ({ color: colour("secondary"), fontSize: size(), fontFamily: "inherit" });
const rule = () => ({ lineStyle: { color: colour("border-color") } });

// As many bars as can be read; the table behind has all.
function fitting(said: Chart, height: number): Chart {
  const most = Math.max(3, Math.floor(height / (size() * 1.7)));
  return { ...said, words: said.words.slice(0, most), values: said.values.slice(0, most) };
}

function bar(said: Chart): ECBasicOption {
  return {
    animation: false, grid: { left: 4, right: 44, top: 4, bottom: 4, containLabel: true }, tooltip: { trigger: "axis", confine: true },
    xAxis: { type: "value", axisLabel: { show: false }, splitLine: { show: false } },
    yAxis: { type: "category", data: said.words, inverse: true, axisLabel: { ...words(), width: size() * 8, overflow: "truncate" }, axisTick: { show: false }, axisLine: rule() },
    series: [{ type: "bar", data: said.values, barMaxWidth: 18, itemStyle: { color: colour("primary"), borderRadius: [0, 3, 3, 0] }, label: { show: true, position: "right", ...words(), color: colour("ink-strong") } }],
  };
}

function line(said: Chart): ECBasicOption {
  return {
    animation: false, grid: { left: 4, right: 12, top: 12, bottom: 4, containLabel: true }, tooltip: { trigger: "axis", confine: true },
    xAxis: { type: "category", data: said.words, axisLabel: { ...words(), hideOverlap: true }, axisLine: rule() },
    yAxis: { type: "value", axisLabel: words(), splitLine: rule() },
    series: [{ type: "line", data: said.values, smooth: 0.2, showSymbol: said.values.length < 14, itemStyle: { color: colour("primary") }, lineStyle: { width: 2.5 }, areaStyle: { color: colour("primary"), opacity: 0.14 } }],
  };
}
