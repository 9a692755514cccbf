// Charts: any element with data-chart. With `line` its series (yuan by month) are drawn as lines; with `bands` people by band as
// bars; otherwise months with paid, waiting and overdue (yuan) become a stacked bar chart.
document.querySelectorAll("[data-chart]").forEach((element) => {
  const data = JSON.parse(element.dataset.chart);
  const names = data.bands ? data.bands.map((band) => band[0] + "–" + (band[0] + 10)) : data.months;
  if (!names.length) { element.textContent = "还没有数据。"; element.classList.remove("chart"); return; }
  const chart = echarts.init(element);
  const yuan = (v) => (v == null ? "" : v.toLocaleString("zh-CN", { minimumFractionDigits: 2 }) + " 元");
  const bar = (name, color, values) => ({ name, type: "bar", stack: "all", data: values, itemStyle: { color }, barMaxWidth: 40 });
  const colors = ["#8a6d1f", "#2f7d5b", "#2a6fb0"];
  const line = (one, k) => ({
    name: one.name, type: "line", data: one.values, symbol: "circle", showSymbol: one.values.filter((v) => v != null).length < 3,
    symbolSize: 8, showAllSymbol: true, lineStyle: { color: colors[k] }, itemStyle: { color: colors[k] },
  });
  chart.setOption({
    animation: false,
    tooltip: { trigger: "axis", valueFormatter: data.bands ? (v) => v.toLocaleString("zh-CN") + " 人" : yuan },
    legend: { top: 0 },
    grid: { left: 80, right: 16, top: 34, bottom: 28 },
    xAxis: { type: "category", data: names },
    yAxis: { type: "value", scale: Boolean(data.line) },
    series: data.bands ? [{ name: "人数", type: "bar", data: data.bands.map((band) => band[1]), itemStyle: { color: "#2a6fb0" } }]
      : data.line ? data.series.map(line)
      : [bar("已缴", "#2f7d5b", data.paid), bar("未到期", "#8fb7df", data.waiting), bar("逾期", "#c8442f", data.overdue)],
  });
  window.addEventListener("resize", () => chart.resize());
});
