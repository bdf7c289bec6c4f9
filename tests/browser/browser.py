"""A real browser for tests and pictures of pages: Chromium without a window, through Selenium and the DevTools protocol.

Where Chromium, its driver or Selenium is not there, or does not start, `start` ends the process with 77: skipped.
"""

import base64
import json
import pathlib
import shutil
import sys
import tempfile

SKIPPED = 77


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(SKIPPED)


def start():
    """Starts the browser, or ends the process with 77 and the reason."""
    try:
        from selenium import webdriver
        from selenium.common.exceptions import WebDriverException
        from selenium.webdriver.chrome.service import Service
    except ImportError as error:
        skip(f"{sys.executable} has no Selenium ({error})")
    chromium, driver = (shutil.which(name) for name in ("chromium", "chromedriver"))
    if not chromium or not driver:
        skip(f"there is no {'chromium' if not chromium else 'chromedriver'}")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    # No sandbox: Chromium as root has none. /dev/shm may be small in a container.
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--no-first-run",
                     "--disable-background-networking", "--disable-component-update", "--hide-scrollbars",
                     "--force-color-profile=srgb", "--font-render-hinting=none"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    options.set_capability("unhandledPromptBehavior", "ignore")  # a page that opens a dialog must be caught
    try:
        return Browser(webdriver.Chrome(service=Service(driver), options=options))
    except WebDriverException as error:
        skip(f"Chromium does not start: {error.msg}")


class Browser:
    """One window. `open` shows a file; the other functions are about the page that is open."""

    def __init__(self, driver):
        self.driver = driver
        self.folder = tempfile.mkdtemp(prefix="gemmule-browser-")
        self.url = None
        self.functions = pathlib.Path(__file__).with_name("checks.js").read_text(encoding="utf-8")
        driver.set_script_timeout(60)

    def close(self):
        self.driver.quit()
        shutil.rmtree(self.folder)

    def tell(self, method, **arguments):
        return self.driver.execute_cdp_cmd(method, arguments)

    def open(self, path):
        """Shows a file; what the console and the network say is heard from here on."""
        self.driver.get_log("browser")
        self.driver.get_log("performance")
        self.url = pathlib.Path(path).resolve().as_uri()
        self.driver.get(self.url)

    def open_text(self, html):
        """Shows a page that is given as text."""
        path = pathlib.Path(self.folder, "page.html")
        path.write_text(html, encoding="utf-8")
        self.open(path)

    def call(self, function, *arguments):
        """Calls a function of checks.js."""
        return self.driver.execute_script(f"{self.functions}\nreturn {function}(...arguments);", *arguments)

    def size(self, width, height=900):
        self.tell("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def whole(self, width):
        """Makes the window as high as the page, with all its details open."""
        self.size(width)
        for _ in range(2):  # what is opened may be higher
            self.size(width, max(900, self.call("prepare")))

    def media(self, scheme="light", medium=""):
        """Prefers a scheme; `medium` is "print" for the styles of paper, in the window."""
        self.tell("Emulation.setEmulatedMedia", media=medium,
                  features=[{"name": "prefers-color-scheme", "value": scheme}])

    def scripts(self, enabled):
        self.tell("Emulation.setScriptExecutionDisabled", value=not enabled)

    def console(self):
        """The messages of the console since the page was opened, errors of scripts among them."""
        return [entry for entry in self.driver.get_log("browser") if entry["level"] in ("WARNING", "SEVERE")]

    def requests(self):
        """The addresses that the page has asked for since it was opened."""
        messages = (json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance"))
        return [message["params"]["request"]["url"] for message in messages
                if message["method"] == "Network.requestWillBeSent"]

    def names_of_pictures(self):
        """The names of all pictures, as assistive technology is told them."""
        nodes = self.tell("Accessibility.getFullAXTree")["nodes"]
        roles = ("image", "img", "graphics-document", "canvas", "Canvas", "SvgRoot", "ImageMap")
        return [node.get("name", {}).get("value", "") for node in nodes
                if not node["ignored"] and node["role"]["value"] in roles]

    def text(self):
        """All text of the page as it is shown, with details closed and open alike."""
        return self.driver.execute_script("return document.body.innerText")

    def texts(self, selector):
        """The texts of elements as they are shown."""
        return self.driver.execute_script("return [...document.querySelectorAll(arguments[0])].map((e) => e.innerText)", selector)

    def reload(self):
        self.driver.get(self.url)

    def move_mouse(self, x, y):
        self.tell("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)

    def pdf(self):
        return base64.b64decode(self.tell("Page.printToPDF", preferCSSPageSize=True)["data"])

    def picture(self, **arguments):
        """A picture of the window: format="png" or "webp", clip, quality."""
        return base64.b64decode(self.tell("Page.captureScreenshot", **arguments)["data"])
