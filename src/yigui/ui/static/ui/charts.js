// Charts: any element with data-chart holding months, paid, waiting and overdue (yuan) becomes a stacked bar chart.
document.querySelectorAll("[data-chart]").forEach((element) => {
  const data = JSON.parse(element.dataset.chart);
  if (!data.months.length) { element.textContent = "还没有数据。"; element.classList.remove("chart"); return; }
  const chart = echarts.init(element);
  const bar = (name, color, values) => ({ name, type: "bar", stack: "all", data: values, itemStyle: { color }, barMaxWidth: 40 });
  chart.setOption({
    animation: false,
    tooltip: { trigger: "axis", valueFormatter: (v) => v.toLocaleString("zh-CN", { minimumFractionDigits: 2 }) + " 元" },
    legend: { top: 0 },
    grid: { left: 80, right: 16, top: 34, bottom: 28 },
    xAxis: { type: "category", data: data.months },
    yAxis: { type: "value" },
    series: [bar("已缴", "#2f7d5b", data.paid), bar("未到期", "#8fb7df", data.waiting), bar("逾期", "#c8442f", data.overdue)],
  });
  window.addEventListener("resize", () => chart.resize());
});
