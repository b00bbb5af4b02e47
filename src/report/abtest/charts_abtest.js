/* The charts of pages about A/B tests. */
const percent = (x) => `${(100 * x).toFixed(2)} %`;
const plus = (x) => (x < 0 ? "−" : "+") + percent(Math.abs(x));

function drawPower(width) {
  const list = data.curve;
  const marks = [
    Plot.ruleY([0, 1], { stroke: "currentColor", strokeOpacity: 0.4 }),
    Plot.ruleY([data.power], { stroke: "currentColor", strokeDasharray: "4 4" }),
    Plot.line(list, { x: "effect", y: "power", stroke: "var(--hero)", strokeWidth: 3, curve: "monotone-x" }),
    Plot.dot(list, { x: "effect", y: "power", fill: "var(--hero)", r: 4.5, ...tip((d) => `${d.name}: found by ${percent(d.power)} of tests`) }),
  ];
  return plot("Power by the size of the effect", Math.min(width, 640), {
    height: 320, marginLeft: 52, marginTop: 28, marks,
    x: { label: `${data.effectLabel} →`, grid: true, ticks: width < 500 ? 4 : 8, tickFormat: data.relative ? "+~p" : undefined, zero: true },
    y: { label: "↑ share of such tests that find it", domain: [0, 1], grid: true, tickFormat: "~p" },
  });
}

function drawSize(width) {
  const list = data.curve.filter((d) => d.size > 0);
  return plot("Households of each treatment by the size of the effect", Math.min(width, 640), {
    height: 320, marginLeft: 72, marginTop: 28,
    x: { label: `${data.effectLabel} →`, grid: true, ticks: width < 500 ? 4 : 8, tickFormat: data.relative ? "+~p" : undefined },
    y: { type: "log", label: "↑ households of each treatment", grid: true, ticks: 5, tickFormat: "~s" },
    marks: [
      Plot.line(list, { x: "effect", y: "size", stroke: "var(--hero)", strokeWidth: 3, curve: "monotone-x" }),
      Plot.dot(list, { x: "effect", y: "size", fill: "var(--hero)", r: 4.5, ...tip((d) => `${d.name}: ${Math.ceil(d.size).toLocaleString("en")} households`) }),
    ],
  });
}

function drawRates(width) {
  return plot("Conversion of each group, with intervals", width, {
    ...rows(data.groups.map((d) => d.name), width),
    x: { label: "conversion →", labelAnchor: "right", grid: true, nice: true, ticks: width < 500 ? 4 : 8, tickFormat: "~p" },
    marks: intervals(data.groups, (d) => (d.control ? "var(--c6)" : "var(--hero)"), (d) => `${d.name}: ${percent(d.value)} (${percent(d.low)} to ${percent(d.high)})`),
  });
}

function drawEffects(width) {
  const colour = (d) => (!d.counts ? "var(--c6)" : d.value > 0 ? "var(--hero)" : "var(--c1)");
  return plot("Effect on each metric against the control, with intervals", width, {
    ...rows(data.effects.map((d) => d.name), width),
    x: { label: "lift against the control →", labelAnchor: "right", grid: true, nice: true, ticks: width < 500 ? 4 : 8, tickFormat: "+~p" },
    marks: [
      Plot.ruleX([0], { stroke: "currentColor" }),
      ...intervals(data.effects, colour, (d) => `${d.name}: ${plus(d.value)} (${plus(d.low)} to ${plus(d.high)})`),
    ],
  });
}

function drawLooks(width) {
  const { critical, z, look } = data.looks;
  const steps = critical.map((c, i) => ({ x: i + 1, y: c }));
  const line = (sign) => [
    Plot.line(steps, { x: "x", y: (d) => sign * d.y, stroke: "currentColor", strokeDasharray: "4 4" }),
    Plot.dot(steps, { x: "x", y: (d) => sign * d.y, fill: "currentColor", r: 3, ...tip((d) => `look ${d.x}: ${d.y.toFixed(3)}`) }),
  ];
  const seen = z === null ? [] : [Plot.dot([{ x: look, y: z }], { x: "x", y: "y", fill: "var(--hero)", r: 6, ...tip((d) => `look ${d.x}: ${d.y.toFixed(3)}`) })];
  return plot("What z must reach at each look, and where it is", Math.min(width, 640), {
    height: 320, marginLeft: 46, marginTop: 28,
    x: { label: "look →", domain: [0.5, critical.length + 0.5], ticks: critical.length, tickFormat: (i) => (Number.isInteger(i) ? String(i) : "") },
    y: { label: "↑ z", grid: true, nice: true },
    marks: [Plot.ruleY([0], { stroke: "currentColor", strokeOpacity: 0.4 }), ...line(1), ...line(-1), ...seen],
  });
}

function frequencies(width, list, title, label, target) {
  const colour = (d) => (d.low > target(d) || d.high < target(d) ? "var(--c1)" : "var(--hero)");
  return plot(title, width, {
    ...rows(list.map((d) => d.name), width),
    x: { label, labelAnchor: "right", grid: true, nice: true, ticks: width < 500 ? 4 : 8, tickFormat: "~p" },
    marks: [
      Plot.tickX(list, { y: "name", x: target, stroke: "currentColor", strokeWidth: 1.5 }),
      ...intervals(list, colour, (d) => `${d.name}: ${percent(d.value)} (${percent(d.low)} to ${percent(d.high)})`),
    ],
    y: { ...rows(list.map((d) => d.name), width).y, type: "band", padding: 0.3 },
  });
}

function drawFalsePositives(width) {
  return frequencies(width, data.falsePositives, "False positives of each test in A/A tests", "false positives →", () => data.alpha);
}

function drawPowers(width) {
  return frequencies(width, data.powers, "Power of each test in A/B tests", "power →", (d) => d.designed);
}

Object.assign(charts, {
  power: drawPower, size: drawSize, rates: drawRates, effects: drawEffects, looks: drawLooks,
  falsePositives: drawFalsePositives, powers: drawPowers,
});
