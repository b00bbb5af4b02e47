/* What all charts of a page share; they are drawn with Observable Plot from the figures in #figures.
   The files chart_tools.js, charts_*.js and draw_charts.js stand in a page one after the other. */
"use strict";
const data = JSON.parse(document.getElementById("figures").textContent);
const COLOURS = 7;
const LINES = 7;
const WIDEST = 880;
const PAPER = 660;
const SIZE = "13px";
const LETTER = 7.9; /* its mean width at that size */
const day = (iso) => new Date(iso);
const rate = (x) => x.toFixed(4);
const signed = (x) => (x < 0 ? "−" : "+") + Math.abs(x).toFixed(4);

/* Room for names at the left, as wide as the longest, at most a third of the chart. */
function namesRoom(names, width) {
  const letters = names.reduce((most, name) => Math.max(most, name.length), 0);
  return Math.min(16 + LETTER * letters, Math.max(90, width / 3));
}

function shorten(name, room) {
  const letters = Math.floor((room - 14) / LETTER);
  return name.length > letters ? name.slice(0, Math.max(1, letters - 1)) + "…" : name;
}

function plot(title, width, options) {
  const svg = Plot.plot({ width, marginRight: 16, marginBottom: 48, style: { fontSize: SIZE, background: "none" }, ...options });
  const name = document.createElementNS("http://www.w3.org/2000/svg", "title");
  name.textContent = title;
  svg.prepend(name);
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", title);
  return svg;
}

function rows(names, width) {
  const room = namesRoom(names, width);
  return {
    marginLeft: room,
    height: 24 * names.length + 68,
    y: { domain: names, label: null, tickSize: 0, tickFormat: (name) => shorten(name, room) },
  };
}

const heroic = (d) => (d.name === data.hero ? "var(--hero)" : "var(--c6)");
const tip = (text) => ({ title: text, tip: false });

function intervals(list, colour, words) {
  return [
    Plot.ruleY(list, { y: "name", x1: "low", x2: "high", stroke: colour, strokeWidth: 2.5, strokeOpacity: 0.55 }),
    Plot.dot(list, { y: "name", x: "value", fill: colour, r: 5, ...tip(words) }),
  ];
}

const interval = (d) => `${d.name}: ${rate(d.value)} (${rate(d.low)} to ${rate(d.high)})`;

/* By the name in data-chart: what draws it, given its width and its data-index. */
const charts = {};
