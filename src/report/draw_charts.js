/* Draws the charts of the page, again when its width changes and for paper. */
function draw(box, width) {
  box.replaceChildren(charts[box.dataset.chart](width, Number(box.dataset.index)));
  box.dataset.width = width;
}

const boxes = document.querySelectorAll(".chart");

function drawAll(width) {
  for (const box of boxes) {
    const wanted = Math.floor(width || Math.min(box.clientWidth, WIDEST));
    if (wanted > 0 && Number(box.dataset.width) !== wanted) draw(box, wanted);
  }
}

drawAll();
addEventListener("resize", () => drawAll());
addEventListener("beforeprint", () => drawAll(PAPER));
addEventListener("afterprint", () => drawAll());
