"""Writes plots as SVG: lines and points on linear or logarithmic axes, and bars. Readable on light and dark pages."""
import math
from html import escape

COLOURS = ["#2f81f7", "#e8590c", "#2b9a4b", "#a44ec2", "#d6336c", "#0c8599", "#b58105", "#7a828b"]

STYLE = """
  .page { fill: #ffffff } .text { fill: #1f2328 } .soft { fill: #59636e } .grid { stroke: #d1d9e0 } .axis { stroke: #818b98 }
  @media (prefers-color-scheme: dark) {
    .page { fill: #0d1117 } .text { fill: #f0f6fc } .soft { fill: #9198a1 } .grid { stroke: #2a313c } .axis { stroke: #656c76 }
  }
  text { font: 12px system-ui, "DejaVu Sans", sans-serif } .title { font-size: 15px; font-weight: 600 }"""


def number(value):
    """Formats a number briefly: 0.25, 40, 12 k, 3 M."""
    for size, unit in ((1e9, " G"), (1e6, " M"), (1e3, " k")):
        if abs(value) >= size:
            return f"{value / size:.3g}{unit}"
    return f"{value:.3g}"


class Axis:
    """Maps values to positions between two ends of the plot."""

    def __init__(self, values, start, end, log, zero=False):
        low, high = min(values), max(values)
        self.start, self.end, self.log = start, end, log
        if log:
            low, high = math.log10(low), math.log10(high)
            margin = 0.05 * (high - low) + 0.02
            self.low, self.high = low - margin, high + margin
        else:
            self.low = 0 if zero else low
            self.high = high + 0.06 * (high - self.low or high or 1)

    def place(self, value):
        value = math.log10(value) if self.log else value
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)

    def ticks(self):
        if not self.log:
            step = 10 ** math.floor(math.log10((self.high - self.low) / 4))
            step *= next(m for m in (1, 2, 5, 10) if (self.high - self.low) / (step * m) <= 6)
            return [i * step for i in range(math.ceil(self.low / step), math.floor(self.high / step) + 1)]
        decades = range(math.floor(self.low), math.ceil(self.high) + 1)
        steps = (1, 2, 5) if self.high - self.low < 2.5 else (1,)
        ticks = [m * 10.0**d for d in decades for m in steps]
        return [t for t in ticks if self.low <= math.log10(t) <= self.high]


class Page:
    """An SVG under construction."""

    def __init__(self, width, height, title):
        self.width, self.height, self.parts = width, height, []
        self.text(20, 26, title, "text title")

    def add(self, part):
        self.parts.append(part)

    def text(self, x, y, text, style="text", anchor="start", colour=None, turn=None):
        fill = f' style="fill:{colour}"' if colour else ""
        turned = f' transform="rotate({turn} {x:.1f} {y:.1f})"' if turn else ""
        self.add(f'<text x="{x:.1f}" y="{y:.1f}" class="{style}" text-anchor="{anchor}"{fill}{turned}>{escape(text)}</text>')

    def line(self, x1, y1, x2, y2, style):
        self.add(f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{style}"/>')

    def marker(self, x, y, colour, shape="circle", hint=""):
        shapes = {
            "circle": f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}">',
            "square": f'<rect x="{x - 4:.1f}" y="{y - 4:.1f}" width="8" height="8" fill="{colour}">',
            "triangle": f'<path d="M{x:.1f} {y - 5:.1f} l5 9 h-10 z" fill="{colour}">',
        }
        close = {"circle": "</circle>", "square": "</rect>", "triangle": "</path>"}[shape]
        self.add(shapes[shape] + f"<title>{escape(hint)}</title>" + close)

    def write(self, path):
        body = "\n".join(self.parts)
        path.write_text(
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{self.width}" height="{self.height}" '
            f'viewBox="0 0 {self.width} {self.height}">\n<style>{STYLE}\n</style>\n'
            f'<rect class="page" width="{self.width}" height="{self.height}"/>\n{body}\n</svg>\n',
            encoding="utf-8",
        )


class Plot:
    """Series over two axes. A series is a dictionary: name, points [(x, y)], and optionally dash, colour, shape, bare
    (no line) and hints."""

    LEFT, TOP, BOTTOM = 70, 46, 54

    def __init__(self, title, x_label, y_label, x_log=True, y_log=True, width=820, height=460, legend=210, zero=False):
        self.page = Page(width, height, title)
        self.labels, self.logs, self.zero = (x_label, y_label), (x_log, y_log), zero
        self.right, self.bottom, self.legend = width - legend, height - self.BOTTOM, legend
        self.series = []

    def add(self, name, points, **look):
        if points:
            look.setdefault("colour", COLOURS[len(self.series) % len(COLOURS)])
            self.series.append({"name": name, "points": points, **look})

    def draw_frame(self, x, y):
        for tick in x.ticks():
            at = x.place(tick)
            self.page.line(at, self.TOP, at, self.bottom, "grid")
            self.page.text(at, self.bottom + 18, number(tick), "soft", "middle")
        for tick in y.ticks():
            at = y.place(tick)
            self.page.line(self.LEFT, at, self.right, at, "grid")
            self.page.text(self.LEFT - 8, at + 4, number(tick), "soft", "end")
        self.page.line(self.LEFT, self.bottom, self.right, self.bottom, "axis")
        self.page.line(self.LEFT, self.TOP, self.LEFT, self.bottom, "axis")
        self.page.text((self.LEFT + self.right) / 2, self.bottom + 40, self.labels[0], "text", "middle")
        self.page.text(20, (self.TOP + self.bottom) / 2, self.labels[1], "text", "middle", turn=-90)

    def draw_series(self, series, x, y):
        places = [(x.place(a), y.place(b)) for a, b in series["points"]]
        if not series.get("bare"):
            path = " ".join(f"{a:.1f},{b:.1f}" for a, b in places)
            dash = ' stroke-dasharray="6 4"' if series.get("dash") else ""
            self.page.add(f'<polyline points="{path}" fill="none" stroke="{series["colour"]}" stroke-width="2"{dash}/>')
        if not series.get("dash"):
            for i, (a, b) in enumerate(places):
                hint = series["hints"][i] if "hints" in series else f'{series["name"]}: {number(series["points"][i][1])}'
                self.page.marker(a, b, series["colour"], series.get("shape", "circle"), hint)
        return places[-1]

    def draw_names(self, ends):
        """Writes names beside the ends of their lines, moved apart to avoid overlaps."""
        ends.sort(key=lambda end: end[0])
        at = self.TOP - 8
        placed = []
        for y, series in ends:
            at = max(y, at + 16)
            placed.append(at)
        over = max(0, placed[-1] - self.bottom) if placed else 0
        for at, (y, series) in zip(placed, ends):
            at = max(self.TOP, at - over)
            dash = ' stroke-dasharray="5 3"' if series.get("dash") else ""
            left = self.right + 10
            if series.get("bare"):
                self.page.marker(left + 8, at, series["colour"], series.get("shape", "circle"))
            else:
                self.page.add(f'<line x1="{left}" y1="{at:.1f}" x2="{left + 16}" y2="{at:.1f}" stroke="{series["colour"]}" '
                              f'stroke-width="3"{dash}/>')
            self.page.text(left + 22, at + 4, series["name"])

    def write(self, path):
        xs = [a for series in self.series for a, _ in series["points"]]
        ys = [b for series in self.series for _, b in series["points"]]
        x = Axis(xs, self.LEFT, self.right, self.logs[0])
        y = Axis(ys, self.bottom, self.TOP, self.logs[1], self.zero)
        self.draw_frame(x, y)
        ends = [(self.draw_series(series, x, y)[1], series) for series in self.series]
        if all(series.get("bare") for series in self.series if not series.get("dash")):
            ends = [(self.TOP + 16 * i, series) for i, series in enumerate(self.series)]
        self.draw_names(ends)
        self.page.write(path)


def bars(path, title, x_label, groups, names, left=130):
    """Horizontal bars right of `left`: `groups` is [(label, [value or None for each of names])]."""
    row, width = 12 * len(names) + 8, 820
    page = Page(width, 78 + row * len(groups) + 30, title)
    axis = Axis([v for _, values in groups for v in values if v is not None], left, width - 60, False, zero=True)
    bottom = 70 + row * len(groups)
    for i, name in enumerate(names):
        page.add(f'<rect x="{left + 165 * i}" y="40" width="12" height="12" fill="{COLOURS[i]}"/>')
        page.text(left + 165 * i + 18, 50, name)
    for tick in axis.ticks():
        page.line(axis.place(tick), 62, axis.place(tick), bottom, "grid")
        page.text(axis.place(tick), bottom + 16, number(tick), "soft", "middle")
    for g, (label, values) in enumerate(groups):
        top = 66 + row * g
        page.text(left - 8, top + row / 2 + 2, label, "text", "end")
        for i, value in enumerate(values):
            if value is not None:
                page.add(f'<rect x="{left}" y="{top + 12 * i}" width="{axis.place(value) - left:.1f}" height="10" '
                         f'fill="{COLOURS[i]}"/>')
                page.text(axis.place(value) + 4, top + 12 * i + 9, f"{value:.2f}", "soft")
    page.text((left + width - 60) / 2, bottom + 34, x_label, "text", "middle")
    page.height = bottom + 46
    page.write(path)


def dots(path, title, x_label, rows, names):
    """A line for each row with a marker for each name, on a logarithmic axis: `rows` is [(label, [value or None])]."""
    height, width, left = 20, 820, 130
    page = Page(width, 116 + height * len(rows), title)
    axis = Axis([v for _, values in rows for v in values if v is not None], left, width - 30, True)
    bottom = 70 + height * len(rows)
    for i, name in enumerate(names):
        page.marker(24 + 160 * i, 46, COLOURS[i])
        page.text(34 + 160 * i, 50, name)
    for tick in axis.ticks():
        page.line(axis.place(tick), 62, axis.place(tick), bottom, "grid")
        page.text(axis.place(tick), bottom + 16, number(tick), "soft", "middle")
    for r, (label, values) in enumerate(rows):
        y = 66 + height * (r + 0.5)
        page.text(left - 8, y + 4, label, "text", "end")
        page.line(left, y, width - 30, y, "grid")
        for i, value in reversed(list(enumerate(values))):
            if value is not None:
                page.marker(axis.place(value), y, COLOURS[i], hint=f"{label}, {names[i]}: {value:.3f}")
    page.text((left + width - 30) / 2, bottom + 34, x_label, "text", "middle")
    page.write(path)
