// One figure as an ECharts picture: colours from the page's tokens, so that light, dark and walls look alike.
import { BarChart, HeatmapChart, LineChart, PieChart, RadarChart } from "echarts/charts";
import {
  AriaComponent, DataZoomComponent, GridComponent, LegendComponent, RadarComponent, TooltipComponent, VisualMapComponent,
} from "echarts/components";
import { type EChartsType, init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

use([
  BarChart, HeatmapChart, LineChart, PieChart, RadarChart, AriaComponent, DataZoomComponent, GridComponent,
  LegendComponent, RadarComponent, TooltipComponent, VisualMapComponent, CanvasRenderer,
]);

interface Series {
  name: string; unit: string; precision: number; values: (number | null)[];
  low: (number | null)[]; high: (number | null)[]; dashed: boolean;
}
interface Payload { kind: string; title: string; by: string; categories: string[]; drill: string[]; series: Series[] }

const drawn = new Map<HTMLElement, EChartsType>();
const watched = new WeakSet<HTMLElement>();
const quiet = matchMedia("(prefers-reduced-motion: reduce)");
// Told apart by those who see colours differently; the table beside says it in words.
const PALETTE = {
  light: ["#0b6796", "#c4570b", "#1a7a45", "#7a4fa3", "#8f5600", "#00727a", "#b02a63", "#566673"],
  dark: ["#63bbe8", "#f2a65e", "#5ecf91", "#c3a0e8", "#f2d04b", "#5fd0d4", "#f28cb4", "#a9b8c4"],
};

function token(element: Element, name: string, fallback: string): string {
  const probe = document.createElement("span");
  probe.style.color = `var(${name}, ${fallback})`;
  element.append(probe);
  const colour = getComputedStyle(probe).color;
  probe.remove();
  return colour;
}

function look(element: Element) {
  const isDark = getComputedStyle(element).colorScheme.startsWith("dark")
    || (document.documentElement.dataset.bsTheme === "auto" && matchMedia("(prefers-color-scheme: dark)").matches)
    || document.documentElement.dataset.bsTheme === "dark";
  const size = parseFloat(getComputedStyle(document.documentElement).fontSize) * 0.8;
  return {
    family: getComputedStyle(element).fontFamily, // a canvas knows no "inherit"
    palette: isDark ? PALETTE.dark : PALETTE.light, size, ground: token(element, "--bg-surface", "#fff"),
    ink: token(element, "--body-color", "#1d2933"), faint: token(element, "--secondary", "#566673"),
    line: token(element, "--border-color", "#dbe3e9"),
  };
}
type Look = ReturnType<typeof look>;

const said = (value: unknown, one?: Series) =>
  value === null || value === undefined || value === "-" ? "—"
    : `${Number(value).toLocaleString("en-US", { maximumFractionDigits: one?.precision ?? 2 })}${one?.unit ? ` ${one.unit}` : ""}`;
const short = (value: number) => {
  const zh = document.documentElement.lang.startsWith("zh");
  const steps: [number, string][] = zh ? [[1e8, "亿"], [1e4, "万"]] : [[1e9, "bn"], [1e6, "m"], [1e3, "k"]];
  const step = steps.find(([size]) => Math.abs(value) >= size);
  return step ? `${+(value / step[0]).toPrecision(3)}${step[1]}` : `${+value.toPrecision(6)}`;
};

// One axis, or two where two things are measured that cannot be compared; more than two share one without a name.
function units(data: Payload): string[] {
  const found = [...new Set(data.series.map((s) => s.unit))];
  return found.length > 2 || data.kind === "stack" ? [found.length > 1 ? "" : found[0]!] : found;
}

function axes(data: Payload, { ink, faint, line, size }: Look, isLying: boolean, fits: boolean) {
  const names = {
    type: "category" as const, data: data.categories, axisTick: { show: false }, axisLine: { lineStyle: { color: line } },
    axisLabel: { color: ink, fontSize: size, hideOverlap: true, width: isLying ? size * 9 : undefined, overflow: "truncate" as const },
    inverse: isLying,
  };
  const measured = units(data);
  const values = measured.map((unit, n) => ({
    type: "value" as const, name: fits && isLying ? "" : unit, nameTextStyle: { color: faint, fontSize: size, align: n && !isLying ? "right" as const : "left" as const }, nameGap: fits ? size * 0.6 : 15,
    splitLine: { show: !n && !(fits && isLying), lineStyle: { color: line } }, axisLabel: { show: !(fits && isLying), color: faint, fontSize: size, hideOverlap: true, formatter: short },
    scale: data.kind === "line", splitNumber: fits ? 2 : 5, alignTicks: n > 0,
  }));
  return isLying ? { xAxis: values, yAxis: names } : { xAxis: names, yAxis: values };
}

function lines(data: Payload, kind: string, { ink, size }: Look): object[] {
  const isBar = ["column", "stack", "bar"].includes(kind);
  const measured = units(data);
  return data.series.flatMap((one) => [
    {
      name: one.name, type: isBar ? "bar" : "line", [kind === "bar" ? "xAxisIndex" : "yAxisIndex"]: Math.max(0, measured.indexOf(one.unit)), data: one.values, stack: kind === "stack" ? "all" : undefined,
      barMaxWidth: 28, symbolSize: 5, showSymbol: !one.dashed && one.values.length < 40, connectNulls: false, cursor: data.drill.some(Boolean) ? "pointer" : "default",
      label: kind === "bar" && data.series.length <= 2 ? { show: true, position: "right", color: ink, fontSize: size, formatter: (at: { value: unknown }) => said(at.value) } : undefined,
      areaStyle: kind === "area" ? { opacity: 0.15 } : undefined, lineStyle: { width: 2, type: one.dashed ? "dashed" : "solid" },
      tooltip: { valueFormatter: (value: unknown) => said(value, one) },
    },
    ...band(one),
  ]);
}

// A forecast's band: its lower edge unseen, and above it the width as a tinted area.
function band(one: Series): object[] {
  if (!one.low.length) return [];
  const plain = { type: "line", stack: `band ${one.name}`, symbol: "none", silent: true, lineStyle: { opacity: 0 }, tooltip: { show: false } };
  const width = one.high.map((high, n) => (high === null || one.low[n] === null ? null : high - one.low[n]!));
  return [{ ...plain, data: one.low }, { ...plain, data: width, areaStyle: { opacity: 0.15 } }];
}

function option(data: Payload, style: Look, fits: boolean): Record<string, unknown> {
  const { palette, ink, faint, ground, line, size } = style;
  const text = { color: ink, fontSize: size };
  const base = {
    color: palette, textStyle: { fontFamily: style.family, ...text }, animation: !quiet.matches, aria: { enabled: true, decal: { show: false } },
    tooltip: { trigger: "axis", confine: true, backgroundColor: ground, borderColor: line, textStyle: text },
    legend: data.series.length > 1 ? { type: "scroll", bottom: 0, textStyle: text, pageTextStyle: text, pageIconColor: ink, pageIconInactiveColor: faint } : undefined,
  };
  if (data.kind === "pie") {
    const one = data.series[0]!;
    return {
      ...base, tooltip: { ...base.tooltip, trigger: "item", valueFormatter: (value: unknown) => said(value, one) },
      // The values stand beside the words: a wall has no pointer to ask with.
      legend: { type: "scroll", bottom: 0, textStyle: text, pageTextStyle: text, pageIconColor: ink, pageIconInactiveColor: faint,
        formatter: (name: string) => `${name} ${said(one.values[data.categories.indexOf(name)])}` },
      series: [{ type: "pie", radius: ["42%", "70%"], center: ["50%", "44%"], label: { show: false }, itemStyle: { borderColor: ground, borderWidth: 2 },
        data: data.categories.map((name, n) => ({ name, value: one.values[n] })) }],
    };
  }
  if (data.kind === "radar") {
    const most = Math.max(...data.series.flatMap((s) => s.values.map((v) => v ?? 0))) || 1;
    return {
      ...base, tooltip: { ...base.tooltip, trigger: "item" },
      radar: { indicator: data.categories.map((name) => ({ name, max: most <= 100 ? 100 : most })), axisName: { color: ink, fontSize: size },
        splitLine: { lineStyle: { color: line } }, axisLine: { lineStyle: { color: line } }, splitArea: { show: false } },
      series: [{ type: "radar", data: data.series.map((s) => ({ name: s.name, value: s.values, areaStyle: { opacity: 0.12 } })) }],
    };
  }
  if (data.kind === "heat") {
    const cells = data.series.flatMap((s, y) => s.values.map((v, x) => [x, y, v ?? "-"]));
    const known = data.series.flatMap((s) => s.values.filter((v): v is number => v !== null));
    return {
      ...base, legend: undefined, tooltip: { ...base.tooltip, trigger: "item" }, grid: { left: 8, right: 8, top: 16, bottom: 56, containLabel: true },
      xAxis: { type: "category", data: data.categories, axisLabel: text }, yAxis: { type: "category", data: data.series.map((s) => s.name), axisLabel: text },
      visualMap: { min: Math.min(0, ...known), max: Math.max(1, ...known), orient: "horizontal", left: "center", bottom: 0, textStyle: text, inRange: { color: [ground, palette[0]] } },
      series: [{ type: "heatmap", data: cells }],
    };
  }
  const isLying = data.kind === "bar";
  const isLong = data.categories.length > 40;
  return {
    ...base, ...axes(data, style, isLying, fits), series: lines(data, data.kind, style),
    grid: { left: 8, right: isLying || units(data).length > 1 ? size * 4 : 16, top: fits ? (isLying ? 4 : size * 1.9) : 32, bottom: (base.legend ? 36 : 8) + (isLong ? 32 : 0), containLabel: true },
    dataZoom: isLong && !isLying ? [{ type: "inside" }, { type: "slider", height: 18, bottom: base.legend ? 30 : 4 }] : undefined,
  };
}

const isFit = (figure: HTMLElement): boolean => !!figure.closest("[data-fit]");

// Where the place for a picture is given (a wall), as many bars as can be read; the table behind has all.
function fitted(figure: HTMLElement, data: Payload): Payload {
  if (data.kind !== "bar" || !isFit(figure)) return data;
  const room = figure.querySelector(".chart-canvas")!.clientHeight;
  const most = Math.max(3, Math.floor(room / (look(figure).size * (data.series.length > 1 ? 3 : 2.2))));
  if (data.categories.length <= most) return data;
  return { ...data, categories: data.categories.slice(0, most), drill: data.drill.slice(0, most), series: data.series.map((one) => ({ ...one, values: one.values.slice(0, most) })) };
}

export function draw(figure: HTMLElement): void {
  const canvas = figure.querySelector<HTMLElement>(".chart-canvas")!;
  const data = fitted(figure, JSON.parse(figure.querySelector('script[type="application/json"]')!.textContent!) as Payload);
  if (data.kind === "bar" && !isFit(figure)) canvas.style.height = `${Math.max(12, data.categories.length * 1.8)}rem`;
  forget();
  if (!drawn.has(canvas)) canvas.replaceChildren(); // the sketch that came with the page
  const chart = drawn.get(canvas) ?? init(canvas);
  drawn.set(canvas, chart);
  chart.setOption(option(data, look(canvas), isFit(figure)), true);
  chart.off("click");
  chart.on("click", (at: { dataIndex: number }) => {
    const where = data.drill[at.dataIndex];
    if (where) location.assign(where);
  });
  if (watched.has(canvas)) return;
  watched.add(canvas);
  new ResizeObserver(() => { if (canvas.isConnected) { chart.resize(); if (isFit(figure)) draw(figure); } }).observe(canvas);
}

// What was swapped away.
function forget(): void {
  for (const [canvas, chart] of drawn) if (!canvas.isConnected) { chart.dispose(); drawn.delete(canvas); }
}

/** The first picture of the page as a PNG file. */
export function picture(): void {
  const [canvas, chart] = [...drawn][0] ?? [];
  if (!canvas || !chart) return;
  const link = document.createElement("a");
  const title = canvas.closest("[data-chart]")?.querySelector(".chart-title")?.textContent?.trim() ?? "chart";
  link.download = `${title}.png`;
  link.href = chart.getDataURL({ pixelRatio: 2, backgroundColor: look(canvas).ground });
  link.click();
}

const again = () => { forget(); for (const canvas of drawn.keys()) draw(canvas.closest<HTMLElement>("[data-chart]")!); };
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
new MutationObserver(again).observe(document.documentElement, { attributeFilter: ["data-bs-theme", "data-type"] });
