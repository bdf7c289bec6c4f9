"""What a page must be, as checks in a real browser. Each takes the browser with the page open and returns complaints."""

import re

WIDTHS = (360, 1600)
SCHEMES = ("light", "dark")
PAPER = 718, 1046  # an A4 page without margins of 1 cm, in CSS pixels
MOST_BYTES = 2_000_000


def named(prefix, complaints):
    return [f"{prefix}: {complaint}" for complaint in complaints]


def silence(browser):
    """Nothing on the console, and no request but for the page itself; also after the mouse has been over all charts."""
    for x, y in browser.call("middles"):
        browser.move_mouse(x, y)
    complaints = [f"the console says {entry['message']}" for entry in browser.console()]
    asked = [url for url in browser.requests() if url != browser.url and not url.startswith("data:")]
    return complaints + [f"it asks for {url}" for url in asked]


def charts(browser, least):
    """Each chart is drawn, with finite numbers, and has a name of its own; there are at least so many."""
    complaints = browser.call("undrawnCharts")
    count = browser.call("countPictures")
    names = [name.strip() for name in browser.names_of_pictures()]
    if count < least:
        complaints.append(f"it has {count} charts instead of {least}")
    if sum(1 for name in names if name) != count:
        complaints.append(f"of {count} charts {sum(1 for name in names if name)} have a name")
    for name in sorted({name for name in names if name and names.count(name) > 1}):
        complaints.append(f'{names.count(name)} charts are called "{name[:60]}"')
    return complaints


def layout(browser):
    """Nothing is cut off, too small, or on top of other text, in a narrow and in a wide window."""
    complaints = []
    for width in WIDTHS:
        browser.whole(width)
        complaints += named(f"{width} px", browser.call("crampedText"))
    return complaints


def colours(browser):
    """A light page and a dark one, with text that can be read on both."""
    complaints = []
    for scheme in SCHEMES:
        browser.media(scheme)
        browser.whole(WIDTHS[-1])
        luminance = browser.call("pageLuminance")
        if (luminance > 0.6) != (scheme == "light") or 0.15 < luminance < 0.6:
            complaints.append(f"{scheme}: the page has a luminance of {luminance:.2f}")
        complaints += named(scheme, browser.call("faintText", False))
    browser.media()
    return complaints


def paper(browser):
    """It can be printed, whatever the scheme, and no chart is cut."""
    complaints = []
    for scheme in SCHEMES:
        browser.media(scheme, "print")
        browser.whole(PAPER[0])
        complaints += named(f"{scheme}, on paper", browser.call("faintText", True) + browser.call("cutOnPaper", PAPER[1]))
    browser.media()
    pages = len(re.findall(rb"/Type\s*/Page\b", browser.pdf()))
    if not 1 <= pages <= 60:
        complaints.append(f"it prints as {pages} pages")
    return complaints


def scriptless(browser):
    """Without scripts it says the same and draws the same charts."""
    seen = []
    for enabled in (True, False):
        browser.scripts(enabled)
        browser.reload()
        browser.size(WIDTHS[-1])
        browser.call("prepare")
        seen.append((browser.text().split(), browser.names_of_pictures()))
    browser.scripts(True)
    browser.reload()
    complaints = []
    if seen[0][0] != seen[1][0]:
        lost = [word for word in seen[0][0] if word not in set(seen[1][0])]
        complaints.append(f"without scripts the text differs; missing are {' '.join(lost)[:200] or 'none, some are more'}")
    if seen[0][1] != seen[1][1]:
        complaints.append(f"without scripts there are {len(seen[1][1])} charts instead of {len(seen[0][1])}")
    return complaints


def markup(browser, scripts):
    """No element or attribute of foreign making, no dialog, no text that turns round its neighbours."""
    return browser.call("foreignMarkup", scripts) + browser.call("turnedText")


def alarms(browser, texts):
    """The sentences are in the first screen, before all charts."""
    complaints = []
    for width, height in ((360, 740), (1600, 900)):
        browser.size(width, height)
        complaints += named(f"{width} x {height} px", browser.call("unseenAlarms", list(texts), height))
    return complaints


def page(browser, path, least_charts, scripts, first=(), brief=False):
    """All checks of a report in a file; brief: those that names from outside may fail."""
    size = path.stat().st_size
    complaints = [f"it has {size} bytes"] if size > MOST_BYTES else []
    browser.media()
    browser.size(WIDTHS[-1])
    browser.open(path)
    complaints += alarms(browser, first)
    browser.whole(WIDTHS[-1])
    complaints += charts(browser, least_charts) + markup(browser, scripts) + silence(browser)
    complaints += layout(browser)
    return complaints if brief else complaints + colours(browser) + paper(browser) + scriptless(browser)
