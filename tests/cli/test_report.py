"""gemmule report: the page about a run or a model."""

import unittest

from program import ProgramTest

RUN = ("train", "digits", "--val", "0.2", "--epochs", "3", "--log", "run.jsonl", "-o", "run.gml")


class Report(ProgramTest):
    def page(self, *arguments):
        """Writes a page and returns its text."""
        self.succeed("report", *arguments, "-o", "page.html")
        return self.read("page.html").decode()

    def test_a_run_has_its_command_its_curves_and_its_health(self):
        self.succeed(*RUN)
        page = self.page("run.jsonl")
        for text in ("<code>gemmule train <bdi>--val</bdi> <bdi>0.2</bdi>", "<h2 id=\"curves-title\">", "<h2 id=\"health-title\">", "accuracy"):
            self.assertIn(text, page)


if __name__ == "__main__":
    unittest.main()
