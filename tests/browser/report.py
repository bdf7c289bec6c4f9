"""Reports for the tests of this folder: made by the program in a folder, and looked at in the browser."""

import json
import pathlib

import browser as browsers
import checks
from program import ProgramTest

SCRIPTS = 1  # of a page


class ReportTest(ProgramTest):
    """A test with the program and the browser of its file."""

    @classmethod
    def setUpClass(cls):
        cls.browser = browsers.start()
        cls.addClassCleanup(cls.browser.close)

    def file(self, name):
        return pathlib.Path(self.folder, name)

    def log(self, name="run.jsonl"):
        """The lines of a log."""
        return [json.loads(line) for line in self.read(name).decode().splitlines()]

    def write_log(self, lines, name="run.jsonl"):
        return self.write(name, "".join(json.dumps(line) + "\n" for line in lines))

    def look(self, name, least_charts, first=(), brief=False):
        """Looks at a page and expects no complaint."""
        complaints = checks.page(self.browser, self.file(name), least_charts, SCRIPTS, first, brief)
        if complaints:
            self.fail("\n".join([f"{name}: {len(complaints)} complaints", *complaints[:20]]))

    def text(self):
        """All text of the page that is open, with its details open."""
        self.browser.call("prepare")
        return self.browser.text()
