// Charts of the tables behind them: each row a point, each column of numbers a series; a bar opens what its number opens.
import { BarController, BarElement, CategoryScale, Chart, Legend, LinearScale, Tooltip } from "chart.js";

Chart.register(BarController, BarElement, CategoryScale, LinearScale, Legend, Tooltip);
const number = new Intl.NumberFormat(document.documentElement.lang);
const read = (cell) => Number(cell.textContent.replace(/[^\d]/g, "")) || 0;

for (const figure of document.querySelectorAll("[data-chart]")) {
  const stage = figure.querySelector(".mc-chart__stage");
  const table = figure.querySelector("table");
  const rows = [...table.tBodies[0].rows];
  const series = [...table.tHead.rows[0].cells].slice(1);
  const cells = series.map((_, column) => rows.map((row) => row.cells[column + 1]));
  const style = getComputedStyle(figure);
  const tone = (name) => style.getPropertyValue(`--${name}`).trim();
  if (!cells.flat().some(read)) continue; // nothing to look at: the table says so
  stage.hidden = false;
  figure.querySelector("details").open = false;
  Chart.defaults.font.family = style.fontFamily;
  Chart.defaults.font.size = 14;
  Chart.defaults.color = style.color;
  const stacked = "stacked" in figure.dataset;
  new Chart(stage.firstElementChild, {
    type: "bar",
    data: {
      labels: rows.map((row) => row.cells[0].textContent.trim()),
      datasets: series.map((head, place) => ({
        label: head.textContent.trim(),
        data: cells[place].map(read),
        backgroundColor: tone(head.dataset.tone),
        maxBarThickness: 36,
      })),
    },
    options: {
      maintainAspectRatio: false,
      animation: false,
      locale: document.documentElement.lang,
      interaction: { mode: "index", intersect: false },
      scales: {
        x: {
          stacked,
          grid: { display: false },
          ticks: { maxRotation: 0, callback(value) { return this.getLabelForValue(value).split(/–(?=\d+\/)/)[0]; } }, // days by their first
        },
        y: { stacked, beginAtZero: true, ticks: { precision: 0, callback: (value) => number.format(value) } },
      },
      plugins: { legend: { position: "bottom", labels: { boxWidth: 14 } } },
      onClick(event, _found, chart) {
        const [bar] = chart.getElementsAtEventForMode(event, "nearest", { intersect: true }, true);
        const link = bar && cells[bar.datasetIndex][bar.index].querySelector("a");
        if (link) location.assign(link.href);
      },
      onHover(event, _found, chart) {
        const [bar] = chart.getElementsAtEventForMode(event, "nearest", { intersect: true }, true);
        chart.canvas.style.cursor = bar ? "pointer" : "default";
      },
    },
  });
}
