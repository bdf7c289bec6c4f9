"""Runs the command lines of README.md, of docs/reports.md and of the man page, on data with the names that they use."""

import os
import random
import re
import shutil
import subprocess
import unittest

from program import PATIENCE, PROGRAM, ProgramTest

SOURCE = os.environ["GEMMULE_SOURCE_ROOT"]
MOST_EPOCHS = 5  # training is cut to this: the test is that a line runs, not its accuracy


def read_source(*path):
    with open(os.path.join(SOURCE, *path), encoding="utf-8") as file:
        return file.read()


def page_lines(*path):
    blocks = re.findall(r"^```sh\n(.*?)^```", read_source(*path), re.M | re.S)
    return [line for block in blocks for line in block.splitlines() if line.startswith("gemmule ")]


def man_page_lines():
    blocks = re.findall(r"^\.Bd -literal.*?\n(.*?)^\.Ed", read_source("docs", "gemmule.1"), re.M | re.S)
    return [line for block in blocks for line in block.splitlines() if line.startswith("gemmule ")]


def shorten(line):
    """The line with few epochs or trials, without its comment, and without a pipe to a program that is not installed."""
    line = re.sub(r" --trials \d+", " --trials 1", re.sub(r"\s+#.*", "", line))
    if " | jq" in line and shutil.which("jq") is None:
        line = line[:line.index(" | jq")]
    if not line.startswith("gemmule train ") or "--help" in line:
        return line
    line = re.sub(r" --epochs \d+", "", line)
    return line.replace("gemmule train ", f"gemmule train --epochs {MOST_EPOCHS} ")


class Documented(ProgramTest):
    def setUp(self):
        super().setUp()
        os.mkdir(self.path("bin"))
        os.symlink(PROGRAM, self.path("bin/gemmule"))

    def run_line(self, line):
        environment = {**os.environ, "PATH": self.path("bin") + ":" + os.environ["PATH"]}
        done = subprocess.run(["sh", "-c", shorten(line)], cwd=self.folder, timeout=PATIENCE, check=False,
                              env=environment, capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, line + "\n" + done.stderr)
        self.assertNotRegex(done.stderr, r"(?m)^gemmule \w+: ")  # the exit code is that of the last program of a pipe
        return done.stdout

    def write_wines(self, name, count, quality=True):
        """Measurements of wines and their quality, whole numbers from 3 to 8, which depends on alcohol and acids."""
        draw = random.Random(count)
        inputs = ["fixed acidity", "volatile acidity", "residual sugar", "density", "pH", "sulphates", "alcohol"]
        lines = [",".join(inputs + ["quality"] * quality)]
        for i in range(count):
            x = [draw.uniform(0, 10) for _ in inputs]
            grade = 3 + i if i < 6 else max(3, min(8, round(5.5 + 0.4 * (x[6] - 5) - 0.2 * (x[1] - 5))))
            lines.append(",".join([f"{value:.3f}" for value in x] + [str(grade)] * quality))
        self.write(name, "\n".join(lines) + "\n")

    def test_every_line_of_the_readme_runs(self):
        self.write_wines("wine.csv", 300)
        self.write_wines("more-wine.csv", 100)
        self.write_wines("new-wine.csv", 20, quality=False)
        lines = page_lines("README.md")
        self.assertGreater(len(lines), 12)
        said = {line: self.run_line(line) for line in lines}
        wines = [(line, text) for line, text in said.items() if line.startswith("gemmule train wine.csv")]
        self.assertGreaterEqual(len(wines), 2)
        for line, text in wines:
            task = "regression (quality: 6 distinct numbers)" if "--task regression" in line \
                else "classification (quality: 6 classes)"
            self.assertRegex(text, "(?m)^task +" + re.escape(task) + "$")
        answers = self.read("answers.csv").decode().splitlines()
        self.assertEqual((len(answers), answers[0]), (21, "class,3,4,5,6,7,8"))
        self.assertTrue(os.listdir(self.path("pictures")))

    def test_every_line_of_the_page_of_reports_runs(self):
        lines = page_lines("docs", "reports.md")
        self.assertGreater(len(lines), 4)
        for line in lines:
            self.run_line(line.replace("/usr/share/datasets/fashion-mnist", "digits"))  # which takes less time
            page = re.search(r"\S+\.html", line)
            if page:
                self.assertTrue(self.read(page.group()).startswith(b"<!"))

    def test_every_example_of_the_man_page_runs(self):
        self.write_points("iris.csv", names=("setosa", "virginica"))
        self.write("iris.csv", self.read("iris.csv").replace(b"kind", b"species", 1))
        lines = man_page_lines()
        self.assertGreater(len(lines), 4)
        for line in lines:
            self.run_line(line)


if __name__ == "__main__":
    unittest.main()
