"""Panels: several small plots on one page, with shared looks. They stand on the axes and the page of tools/report."""
from report.svg import COLOURS, Axis, Page, number


class Panel:
    """A plot in a rectangle of a page. `x` and `y` are the least and the greatest value of the axes."""

    def __init__(self, page, box, title, x, y, labels, logs=(True, True)):
        left, top, right, bottom = box
        self.page, self.box = page, box
        self.x, self.y = Axis(x, left, right, logs[0]), Axis(y, bottom, top, logs[1])
        page.text(left, top - 10, title, "text")
        for tick in self.x.ticks():
            at = self.x.place(tick)
            page.line(at, top, at, bottom, "grid")
            page.text(at, bottom + 16, number(tick), "soft", "middle")
        for tick in self.y.ticks():
            at = self.y.place(tick)
            page.line(left, at, right, at, "grid")
            page.text(left - 6, at + 4, number(tick), "soft", "end")
        page.line(left, bottom, right, bottom, "axis")
        page.line(left, top, left, bottom, "axis")
        page.text((left + right) / 2, bottom + 34, labels[0], "soft", "middle")
        page.text(left - 56, (top + bottom) / 2, labels[1], "soft", "middle", turn=-90)

    def line(self, points, colour, dots=False, dash=False):
        """Draws a line through points; those above or below the plot are moved to its edge."""
        _, top, _, bottom = self.box
        places = [(self.x.place(a), min(bottom, max(top, self.y.place(b)))) for a, b in points]
        path = " ".join(f"{a:.1f},{b:.1f}" for a, b in places)
        dashed = ' stroke-dasharray="5 4"' if dash else ""
        self.page.add(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2" '
                      f'stroke-linejoin="round"{dashed}/>')
        if dots:
            self.page.add("".join(f'<circle cx="{a:.1f}" cy="{b:.1f}" r="3" fill="{colour}"/>' for a, b in places))
        return places[-1]


def names_beside(page, ends, left, top, bottom):
    """Writes names beside the ends of their lines, (y, name, colour), moved apart to avoid overlaps."""
    ends = sorted(ends, key=lambda end: end[0])
    places, at = [], top - 15
    for y, _, _ in ends:
        at = max(y, at + 15)
        places.append(at)
    over = max(0, places[-1] - bottom)
    for at, (_, name, colour) in zip(places, ends):
        page.text(left, at - over + 4, name, "text", colour=colour)


def shade(index, count):
    """A colour of a scale: the first layer is red, the last blue."""
    ends = [(0xd6, 0x33, 0x4c), (0x2f, 0x81, 0xf7)]
    share = index / max(1, count - 1)
    return "#" + "".join(f"{round(a + share * (b - a)):02x}" for a, b in zip(*ends))


__all__ = ["COLOURS", "Page", "Panel", "names_beside", "shade"]
