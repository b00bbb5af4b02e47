/* The charts of the page about an evaluation. */
function drawModels(width) {
  const list = [...data.models].sort((a, b) => b.value - a.value);
  const ceilings = [
    { name: "ceiling", value: data.ceiling },
    { name: "ceiling of the candidates", value: data.candidateCeiling },
  ].filter((c) => c.value !== undefined);
  const most = Math.max(...list.map((d) => d.high), ...ceilings.map((c) => c.value));
  return plot(`${data.metric} of each model, with intervals`, width, {
    ...rows(list.map((d) => d.name), width),
    height: 24 * list.length + 92,
    marginTop: 44,
    x: { label: `${data.metric} →`, labelAnchor: "right", domain: [0, most * 1.02], grid: true, ticks: width < 500 ? 5 : 10 },
    marks: [
      Plot.ruleX(ceilings, { x: "value", stroke: "currentColor", strokeDasharray: "4 4" }),
      ...ceilings.map((c, i) => Plot.text([c], { x: "value", text: "name", frameAnchor: "top", dy: -26 + 14 * i, fill: "currentColor", textAnchor: "end", dx: 8 })),
      ...intervals(list, heroic, interval),
    ],
  });
}

/* The models that a chart of lines shows: that of the page first, then the best. */
function shownLines(list, value) {
  const rest = list.filter((m) => m.name !== data.hero).sort((a, b) => value(b) - value(a));
  return [...list.filter((m) => m.name === data.hero), ...rest].slice(0, LINES);
}

const colourOf = (i) => `var(--c${Math.min(i, COLOURS - 1)})`;

function legend(names) {
  const list = document.createElement("ul");
  list.className = "legend";
  names.forEach((name, i) => {
    const entry = document.createElement("li");
    const line = document.createElement("i");
    line.style.borderColor = colourOf(i);
    entry.append(line, name);
    list.append(entry);
  });
  return list;
}

function drawLines(width, title, x, y, names, points, more) {
  const colours = { domain: names, range: names.map((_, i) => colourOf(i)) };
  return plot(title, width, {
    height: Math.min(310, 0.7 * width + 60),
    marginLeft: 46,
    marginTop: 28,
    x,
    y: { grid: true, zero: true, nice: true, ...y },
    color: colours,
    marks: [
      ...more,
      Plot.ruleY([0], { stroke: "currentColor", strokeOpacity: 0.4 }),
      Plot.line(points, { x: "x", y: "y", z: "name", stroke: "name", strokeWidth: (d) => (d.name === data.hero ? 3 : 1.75) }),
      Plot.dot(points, { x: "x", y: "y", fill: "name", r: (d) => (d.name === data.hero ? 3.5 : 2.5), ...tip((d) => `${d.name}, ${d.at}: ${rate(d.y)}`) }),
    ],
  });
}

function drawCurve(width) {
  const models = shownLines(data.curve.models, (m) => m.precision[0]);
  const names = models.map((m) => m.name);
  const each = width < 660 ? width : (width - 32) / 2;
  const last = models[0].precision.length;
  const x = { label: "k, products on the list →", domain: [1, Math.max(2, last)], tickFormat: "d", ticks: Math.min(last, each / 50) };
  const ceiling = (data.curve.ceiling || []).map((y, i) => ({ x: i + 1, y }));
  const points = (part) => models.flatMap((m) => m[part].map((y, i) => ({ name: m.name, x: i + 1, y, at: `k = ${i + 1}` })));
  const plots = document.createElement("div");
  plots.className = "plots";
  plots.append(
    drawLines(each, "Precision by the length of the list", x, { label: "↑ precision@k" }, names, points("precision"),
      [Plot.line(ceiling, { x: "x", y: "y", stroke: "currentColor", strokeDasharray: "4 4" })]),
    drawLines(each, "Recall by the length of the list", x, { label: "↑ recall@k" }, names, points("recall"), []));
  const all = document.createDocumentFragment();
  all.append(legend(names), plots);
  return all;
}

function drawFolds(width) {
  const folds = [...data.folds].sort((a, b) => (a.from < b.from ? -1 : 1));
  const models = shownLines(data.models.map((m, i) => ({ name: m.name, i })), (m) => data.models[m.i].value);
  const names = models.map((m) => m.name);
  const points = models.flatMap((m) => folds.map((f) => ({ name: m.name, x: f.from, y: f.values[m.i], at: `from ${f.from}` })));
  const all = document.createDocumentFragment();
  all.append(legend(names), drawLines(width, `${data.metric} by test window`,
    { type: "point", label: "first day of the test window", domain: folds.map((f) => f.from), padding: 0.4, tickRotate: width / folds.length < 90 ? -40 : 0 },
    { label: `↑ ${data.metric}` }, names, points, []));
  return all;
}

/* Differences around 0: what is clear has the colour of its side. */
function drawDifferences(width, list, title, label, less, more) {
  const colour = (d) => (d.low > 0 ? more : d.high < 0 ? less : "var(--c6)");
  return plot(title, width, {
    ...rows(list.map((d) => d.name), width),
    x: { label, labelAnchor: "right", grid: true, nice: true, ticks: width < 500 ? 4 : 8, tickFormat: "+" },
    marks: [
      Plot.ruleX([0], { stroke: "currentColor" }),
      ...intervals(list, colour, (d) => `${d.name}: ${signed(d.value)} (${signed(d.low)} to ${signed(d.high)})`),
    ],
  });
}

function drawPairs(width) {
  const list = [...data.pairs].sort((a, b) => a.value - b.value);
  return drawDifferences(width, list, `How much more ${data.hero} scores than each other model`,
    `${data.hero} less the other, ${data.metric} →`, "var(--c1)", "var(--hero)");
}

function drawAblation(width) {
  return drawDifferences(width, data.ablation, "Difference without each family of features",
    "difference without the family →", "var(--hero)", "var(--c1)");
}

function drawSegments(width, index) {
  const column = data.segments[index].column;
  const list = data.segments.filter((s) => s.column === column);
  const others = list.map((s) => ({ ...s, value: s.rival, model: data.rival }));
  const marks = [];
  if (list[0].ceiling !== undefined)
    marks.push(Plot.tickX(list, { y: "name", x: "ceiling", stroke: "currentColor", strokeWidth: 1.5, ...tip((d) => `${d.name}: ceiling ${rate(d.ceiling)}`) }));
  if (data.rival !== data.hero)
    marks.push(Plot.dot(others, { y: "name", x: "value", r: 4, stroke: "var(--c1)", strokeWidth: 1.75, fill: "var(--paper)", ...tip((d) => `${d.name}, ${d.model}: ${rate(d.value)}`) }));
  const options = rows(list.map((d) => d.name), width);
  options.y.type = "band";
  options.y.padding = 0.3;
  return plot(`${data.metric} by ${column}`, width, {
    ...options,
    x: { label: `${data.metric} →`, labelAnchor: "right", grid: true, zero: true, nice: true, ticks: width < 500 ? 5 : 10 },
    marks: [...marks, ...intervals(list, "var(--hero)", (d) => `${interval(d)}, ${d.households} households`)],
  });
}

function drawBars(width, list, title, label, words) {
  return plot(title, width, {
    ...rows(list.map((d) => d.name), width),
    marginRight: 56,
    x: { label, labelAnchor: "right", grid: true, ticks: width < 500 ? 4 : 8 },
    marks: [
      Plot.barX(list, { y: "name", x: "value", fill: "var(--hero)", insetTop: 2, insetBottom: 2, ...tip((d) => `${d.name}: ${words(d.value)}`) }),
      Plot.text(list, { y: "name", x: "value", text: (d) => words(d.value), textAnchor: "start", dx: 5, fill: "currentColor" }),
      Plot.ruleX([0], { stroke: "currentColor", strokeOpacity: 0.4 }),
    ],
  });
}

function drawFeatures(width) {
  const list = data.features.map((d) => ({ ...d, value: 100 * d.value }));
  return drawBars(width, list, "Share of the trees' gain by column", "% of the gain →", (x) => `${x.toFixed(1)} %`);
}

function drawTime(width) {
  return drawBars(width, data.time, "Seconds by stage", "seconds →", (x) => `${x.toFixed(2)} s`);
}

function drawCalibration(width) {
  const side = Math.min(width, 460);
  const most = Math.min(1, 1.06 * Math.max(0.01, ...data.calibration.map((b) => Math.max(b.predicted, b.observed))));
  return plot("Foretold probabilities against the share that was bought", side, {
    height: side * 0.85,
    marginLeft: 52,
    marginTop: 28,
    x: { label: "foretold probability →", domain: [0, most], grid: true, ticks: 5, tickFormat: "~p" },
    y: { label: "↑ share that was bought", domain: [0, most], grid: true, ticks: 5, tickFormat: "~p" },
    r: { range: [3, 11] },
    marks: [
      Plot.line([[0, 0], [most, most]], { stroke: "currentColor", strokeDasharray: "4 4" }),
      Plot.dot(data.calibration, { x: "predicted", y: "observed", r: "count", fill: "var(--hero)", fillOpacity: 0.75, stroke: "var(--paper)", ...tip((d) => `foretold ${rate(d.predicted)}, bought ${rate(d.observed)}: ${d.count.toLocaleString("en")} candidates`) }),
    ],
  });
}

function drawSplit(width) {
  const { first, test, labels } = data.split;
  const windows = [...labels].sort((a, b) => (a.from < b.from ? -1 : 1)).map((w, i) => ({ ...w, name: `learn ${i + 1}`, kind: "var(--c4)" }));
  windows.push({ ...test, name: "judge", kind: "var(--hero)" });
  const bar = (from, to, fill, words) => Plot.barX(windows, { y: "name", x1: (w) => day(from(w)), x2: (w) => day(to(w)), fill, insetTop: 2, insetBottom: 2, ...tip(words) });
  return plot("What was known, and what was foreseen, over time", width, {
    ...rows(windows.map((w) => w.name), width),
    x: { type: "utc", label: null, grid: true, ticks: width < 500 ? 4 : 8 },
    marks: [
      bar(() => first, (w) => w.known, "var(--line)", (w) => `known: before ${w.known}`),
      bar((w) => w.from, (w) => w.to, (w) => w.kind, (w) => `${w.from} to ${w.to}`),
      Plot.ruleX([day(test.known)], { stroke: "currentColor", strokeDasharray: "4 4" }),
    ],
  });
}

Object.assign(charts, {
  split: drawSplit, models: drawModels, curve: drawCurve, pairs: drawPairs, segments: drawSegments,
  folds: drawFolds, features: drawFeatures, ablation: drawAblation, calibration: drawCalibration, time: drawTime,
});
