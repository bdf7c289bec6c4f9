"""The checks of pages themselves: silent about a good page, and each complains about a page with its fault."""

import pathlib
import unittest

import browser as browsers
import checks

STYLE = """:root { color-scheme: light dark; --paper: #fff; --ink: #222; }
@media screen and (prefers-color-scheme: dark) { :root { --paper: #111; --ink: #ddd; } }
body { background: var(--paper); color: var(--ink); font: 16px sans-serif; margin: 1em; }
svg text { fill: var(--ink); font-size: 12px; }
svg { max-width: 100%; }
figure { break-inside: avoid; margin: 0; }"""
CHART = """<figure><svg role="img" aria-label="Loss by epoch" width="300" height="100" viewBox="0 0 300 100">
<path d="M10 10 L290 90" stroke="currentColor" fill="none"/><text x="10" y="95">0</text><text x="260" y="95">10</text>
</svg><figcaption>The loss</figcaption></figure>"""
ALARM = "<p>3 units of layer 2 never fire.</p>"


def page(body="", style="", head="", alarm=ALARM, chart=CHART, doctype="<!doctype html>"):
    return (f'{doctype}<html lang="en"><head><meta charset="utf-8"><title>A page</title>{head}<style>{STYLE}{style}</style>'
            f"</head><body><h1>A page</h1>{alarm}{chart}{body}</body></html>")


def setUpModule():
    global BROWSER
    BROWSER = browsers.start()
    unittest.addModuleCleanup(BROWSER.close)


class Checks(unittest.TestCase):
    def look(self, html, check, *arguments):
        BROWSER.media()
        BROWSER.size(1600)
        BROWSER.open_text(html)
        return check(BROWSER, *arguments)

    def assert_sees(self, says, html, check, *arguments):
        complaints = self.look(html, check, *arguments)
        self.assertTrue(any(says in complaint for complaint in complaints), (says, complaints))

    def test_a_good_page_passes_all(self):
        path = pathlib.Path(BROWSER.folder, "good.html")
        details = "<details><summary>More</summary><p>Figures</p></details>"
        path.write_text(page(details, head="<link rel=icon href='data:,'><script>document.title += '!'</script>"), encoding="utf-8")
        self.assertEqual(checks.page(BROWSER, path, 1, 1, ["3 units of layer 2 never fire."]), [])

    def test_noise_is_heard(self):
        for says, body in {
            "the console says": "<script>console.warn('?')</script>",
            "boom": "<script>throw Error('boom')</script>",
            "hovered": "<script>document.querySelector('svg').onmousemove = () => console.error('hovered')</script>",
            "it asks for http": "<img src='http://127.0.0.1:9/x.png'>",
            "it asks for file": "<link rel=stylesheet href='x.css'>",
        }.items():
            with self.subTest(says):
                self.assert_sees(says, page(body), checks.silence)
        self.assert_sees("fetched", page("<script>fetch('data:,x').then(() => console.error('fetched'))</script>"), checks.silence)

    def test_charts_that_are_not_drawn_are_seen(self):
        svg = "<svg role=img aria-label='A chart' width=50 height=50 {}>{}</svg>"
        for says, body in {
            "is 0 x 0 px": svg.format("style='width: 0; height: 0'", "<path d='M0 0h9'/>"),
            "has no mark": svg.format("", "<text y=20>0</text>"),
            'd="M0 NaN': svg.format("", "<path d='M0 0h9'/><path d='M0 NaN'/>"),
            'height="inf"': svg.format("", "<path d='M0 0h9'/><rect height='inf'/>"),
            "marks outside of itself": svg.format("", "<path d='M0 0h9'/><circle cx=200 cy=9 r=3 />"),
            "has not loaded": "<img alt='A picture' width=9 height=9 src='data:image/png;base64,AAAA'>",
            "of 2 charts 1 have a name": "<svg role=img width=50 height=50><path d='M0 0h9'/></svg>",
            '2 charts are called "Loss by epoch"': CHART,
        }.items():
            with self.subTest(says):
                self.assert_sees(says, page(body), checks.charts, 1)
        self.assert_sees("instead of 2", page(), checks.charts, 2)

    def test_cramped_text_is_seen(self):
        for says, body in {
            "360 px: the page is": "<p style='width: 500px'>wide</p>",
            "leaves the page": "<p style='position: absolute; left: -30px'>left of it</p>",
            "360 px: \"tiny\" is": "<svg role=img aria-label=a viewBox='0 0 1000 9'><text style='font-size: 20px'>tiny</text></svg>",
            "is 8.0 px high": "<p style='font-size: 8px'>tiny</p>",
            '"cut" is cut off by <svg>': "<svg width=50 height=50><text x=40 y=20>cut</text></svg>",
            "is cut off by <p>": "<p style='width: 30px; overflow: hidden; white-space: nowrap'>a long sentence</p>",
            '"one" and "two" overlap': "<svg width=50 height=50><text y=20>one</text><text x=3 y=20>two</text></svg>",
            '"three" and "four" overlap': "<p>three</p><p style='margin-top: -2em'>four</p>",
        }.items():
            with self.subTest(says):
                self.assert_sees(says, page(body), checks.layout)

    def test_what_scrolls_or_ends_in_dots_is_not_cramped(self):
        self.assertEqual(self.look(page(
            "<div style='overflow-x: auto'><table><tr><td style='min-width: 2000px'>wide</td><td>far</td></tr></table></div>"
            "<p style='width: 60px; overflow: hidden; white-space: nowrap; text-overflow: ellipsis'>a long sentence</p>"),
            checks.layout), [])

    def test_faint_colours_are_seen(self):
        for says, body in {
            'light: "faint" has': "<p style='color: #999'>faint</p>",
            'dark: "faint" has': "<p style='color: #444'>faint</p>",
            'light: "glass" has': "<p style='opacity: 0.4'>glass</p>",
            'light: "cell" has': "<table><tr><td style='background: #333; color: #222'>cell</td></tr></table>",
            'light: "bar" has': "<svg width=50 height=50><rect width=50 height=50 fill='#555' /><text y=20>bar</text></svg>",
            '"photo" lies on a picture': "<svg width=50 height=50><image width=50 height=50 href='data:,' /><text y=20>photo</text></svg>",
            '"under" is covered by <rect>': "<svg width=50 height=50><text y=20>under</text><rect width=50 height=50 /></svg>",
        }.items():
            with self.subTest(says):
                self.assert_sees(says, page(body), checks.colours)
        self.assert_sees("dark: the page has a luminance of 1.00", page(style=":root { --paper: #fff !important }"), checks.colours)
        self.assertEqual(self.look(page("<p style='background: #024; color: #fff'>white on blue</p>"), checks.colours), [])

    def test_what_does_not_print_is_seen(self):
        for says, html in {
            'dark, on paper: "A page" has': page(style="@media (prefers-color-scheme: dark) { :root { --ink: #ddd } }"),
            'light, on paper: "cell" has': page("<p style='background: #024; color: #fff'>cell</p>"),
            "may be cut": page(style="figure { break-inside: auto }"),
            "px high on paper": page(style="svg { height: 2000px }"),
            "px wide on paper": page("<div style='width: 900px'>wide</div>"),
            "is cut off on paper": page("<div style='overflow: auto; width: 99px'><p style='width: 9em; margin-left: 9em'>far</p></div>"),
        }.items():
            with self.subTest(says):
                self.assert_sees(says, html, checks.paper)

    def test_what_only_scripts_show_is_seen(self):
        write = "<script>document.body.insertAdjacentHTML('beforeend', `{}`)</script>"
        self.assert_sees("missing are more", page(write.format("<p>more</p>")), checks.scriptless)
        self.assert_sees("there are 1 charts instead of 2", page(write.format(CHART)), checks.scriptless)
        self.assert_sees("the text differs", page("<noscript>Please enable scripts</noscript>"), checks.scriptless)

    def test_foreign_markup_is_seen(self):
        for says, html in {
            "1 scripts instead of 0": page("<script>1</script>"),
            "has the attribute onerror": page("<b onerror='1'></b>"),
            'href="javascript:"': page("<a href=' javascript:1'>x</a>"),
            "there is <iframe>": page("<iframe srcdoc=''></iframe>"),
            "there is <base>": page(head="<base href='/'>"),
            'the id "a" is not unique': page("<b id=a></b><b id=a></b>"),
            "there is <link>": page(head="<link rel=icon href='icon.png'>"),
            "no doctype": page(doctype=""),
            "not one main heading": page("<h1>Another</h1>"),
            "may turn round": page("<p>the column <b>\u202eabc</b> and <i>more</i></p>"),
        }.items():
            with self.subTest(says):
                self.assert_sees(says, html, checks.markup, 0)
        self.assertEqual(self.look(page("<p>the column <bdi>\u202eabc</bdi> and more</p><p>\u202eabc</p>"), checks.markup, 0), [])

    def test_alarms_that_come_late_are_seen(self):
        text = ["3 units of layer 2 never fire."]
        self.assertEqual(self.look(page(), checks.alarms, text), [])
        self.assert_sees("is not seen", page(alarm=""), checks.alarms, text)
        self.assert_sees("is not seen", page(style="p { visibility: hidden }"), checks.alarms, text)
        self.assert_sees("follows a chart", page(ALARM, alarm=""), checks.alarms, text)
        self.assert_sees("below the first screen", page(style="h1 { height: 800px }"), checks.alarms, text)


if __name__ == "__main__":
    unittest.main()
