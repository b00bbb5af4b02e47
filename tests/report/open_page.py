#!/usr/bin/env python3
"""open_page.py PAGE…: opens reports in headless Chromium, as a reader would: no error on the
console, nothing loaded, every chart drawn, text readable at 375 and 1400 pixels. Exits with 77
where no Chromium is there."""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.parse

WIDTHS = (375, 1400)
FLAGS = ("--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run "
         "--disable-background-networking --disable-component-update --disable-sync "
         "--disable-dev-shm-usage --enable-logging=stderr --virtual-time-budget=5000").split()

# Addresses that may stand in a page: names of namespaces, and links that a reader may follow.
ADDRESSES = re.compile(r'http://www\.w3\.org/|https://d3js\.org|https://observablehq\.com/plot/')

# Runs in the page after its own scripts, and tells the frame around it what it measures. Text within
# a chart or a box that scrolls may be wider than the page; the page itself may not.
PROBE = """
<script>
addEventListener("load", () => {
  const size = (node) => parseFloat(getComputedStyle(node).fontSize);
  const shown = (node) => node.getClientRects().length > 0;
  const texts = [...document.querySelectorAll("body *")].filter((node) =>
    !["SCRIPT", "STYLE", "TITLE", "NOSCRIPT"].includes(node.tagName.toUpperCase()) && shown(node) &&
    [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim()));
  const charts = [...document.querySelectorAll(".chart")].map((box) => {
    const drawn = [...box.querySelectorAll("svg")];
    return {
      name: box.dataset.chart,
      plots: drawn.length,
      titles: drawn.filter((svg) => svg.querySelector("title")?.textContent).length,
      marks: box.querySelectorAll("svg circle, svg rect, svg path[d], svg line").length,
      wide: drawn.some((svg) => svg.getBoundingClientRect().right > innerWidth + 1),
      broken: /NaN|undefined/.test(box.innerHTML),
    };
  });
  const inside = (node) => node.closest(".scroll, svg, pre, .chart");
  const wide = texts.filter((node) => !inside(node) && node.getBoundingClientRect().right > innerWidth + 1);
  const found = {
    inner: innerWidth,
    scroll: document.documentElement.scrollWidth,
    smallest: Math.min(...texts.map(size)),
    body: size(document.body),
    wide: wide.map((node) => node.outerHTML.slice(0, 120)),
    charts,
  };
  parent.postMessage(encodeURIComponent(JSON.stringify(found)), "*");
});
</script>
"""

# A window of Chromium has at least 500 pixels, a frame in it may have any width.
FRAME = """<!DOCTYPE html><meta charset="utf-8"><link rel="icon" href="data:,">
<script>addEventListener("message", (e) => document.body.dataset.found = e.data)</script>
<body style="margin: 0"><iframe src="page.html" style="border: 0; width: WIDTHpx; height: 1000px">
"""


def run_chromium(chromium, page):
    """The page as it stands after its scripts have run, and what was written to the console."""
    with tempfile.TemporaryDirectory() as profile:
        done = subprocess.run(
            [chromium, *FLAGS, f"--user-data-dir={profile}", "--window-size=1500,1000",
             "--dump-dom", "file://" + page],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=100, check=False)
    if done.returncode != 0:
        sys.exit(f"{chromium} failed:\n{done.stderr.decode(errors='replace')}")
    console = [line for line in done.stderr.decode(errors="replace").splitlines()
               if "CONSOLE" in line]
    return done.stdout.decode(), console


def check_addresses(page, text):
    bad = [f"{page}: has the address {address}"
           for address in re.findall(r'https?://[^\s"\'<>)]+', text) if not ADDRESSES.match(address)]
    if re.search(r'<(img|iframe|object|embed|audio|video)\b|<script[^>]* src=|@import|url\(http', text):
        bad.append(f"{page}: loads something")
    if "default-src 'none'" not in text:
        bad.append(f"{page}: has no policy against loading")
    return bad


def check_width(found, console, wanted_charts, width):
    bad = [f"console: {line}" for line in console]
    if found["inner"] != width:
        bad.append(f"the page was shown at {found['inner']} pixels")
    if found["scroll"] > found["inner"]:
        bad.append(f"the page is {found['scroll']} pixels wide: {found['wide'][:3]}")
    bad += [f"stands out at the right: {node}" for node in found["wide"][:3]]
    if found["smallest"] < 12 or found["body"] < 15:
        bad.append(f"letters of {found['smallest']} pixels, the body's of {found['body']}")
    if len(found["charts"]) != wanted_charts:
        bad.append(f"{len(found['charts'])} charts, the file has places for {wanted_charts}")
    for chart in found["charts"]:
        if chart["plots"] == 0 or chart["titles"] != chart["plots"] or chart["marks"] < 2:
            bad.append(f"not drawn, or without a title: {chart}")
        if chart["wide"] or chart["broken"]:
            bad.append(f"drawn badly: {chart}")
    return bad


def check_page(chromium, page):
    with open(page, encoding="utf-8") as file:
        text = file.read()
    bad = check_addresses(page, text)
    wanted = len(re.findall(r'class="chart"', text))
    if wanted == 0:
        bad.append(f"{page}: no chart")
    with tempfile.TemporaryDirectory() as folder:
        frame = os.path.join(folder, "frame.html")
        with open(os.path.join(folder, "page.html"), "w", encoding="utf-8") as file:
            file.write(text.replace("</body>", PROBE + "</body>"))
        for width in WIDTHS:
            with open(frame, "w", encoding="utf-8") as file:
                file.write(FRAME.replace("WIDTH", str(width)))
            dom, console = run_chromium(chromium, frame)
            found = re.search(r'data-found="([^"]*)"', dom)
            if not found:
                bad.append(f"{page} at {width}: was not measured; console: {console}")
                continue
            found = json.loads(urllib.parse.unquote(found.group(1)))
            bad += [f"{page} at {width}: {why}" for why in check_width(found, console, wanted, width)]
            print(f"{page} at {width}: {sum(c['plots'] for c in found['charts'])} plots, "
                  f"{sum(c['marks'] for c in found['charts'])} marks, letters from "
                  f"{found['smallest']:.1f} pixels")
    return bad


def main():
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if not chromium:
        print("no Chromium here")
        return 1 if os.environ.get("CI") else 77
    bad = [why for page in sys.argv[1:] for why in check_page(chromium, os.path.abspath(page))]
    print("\n".join(bad))
    return 1 if bad or len(sys.argv) < 2 else 0


if __name__ == "__main__":
    sys.exit(main())
