"""Names from outside on a report page: whatever is in them is shown as text, and the page stays as it is."""

import json
import os
import re
import unittest

from report import ReportTest

SCRIPT = "<script>alert(1)</script>"
NAMES = [SCRIPT, "\"quotes\" & 'marks' &amp; &lt;", "<img src=x onerror=alert(1)>", "</title></style></svg></script><b>bold",
         "\u202eright to left\u202c \u2067and\u2069 \u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627",
         "\U0001f600 \U0001f469\u200d\U0001f469\u200d\U0001f467 z\u0351\u036b\u0343\u0363", "long " + "n" * 10000,
         "wide " * 60, "javascript:alert(1)", "--> ]]> ${alert(1)} {{1}} `", "a\tb\x01c\x7fd\x1b[31m\u2028e\ufeff"]


def quoted(text):
    return '"' + text.replace('"', '""') + '"'


class Names(ReportTest):
    def write_table(self, target, classes):
        """A table with a column for each name."""
        lines = [",".join(map(quoted, [*NAMES, target]))]
        for i in range(8 * len(classes)):
            values = [f"{(i * (k + 3)) % 7 + (i % len(classes)) * (k == 0)}" for k in range(len(NAMES))]
            lines.append(",".join([*values, quoted(classes[i % len(classes)])]))
        return self.write("table.csv", "\n".join(lines) + "\n")

    def assert_shown(self, *texts):
        """The start of each text is seen, and all of it where the mouse rests, if it is not seen."""
        said = self.text()
        titles = self.browser.driver.execute_script("return [...document.querySelectorAll('[title]')].map((e) => e.title)")
        for text in texts:
            self.assertIn(text[:12], said)
            self.assertTrue(text in said or any(text in title for title in titles), text)

    def test_of_columns_and_classes(self):
        self.write_table("</td><script>alert(2)</script>", NAMES[:7])
        self.succeed("train", "table.csv", "--target", "-1", "--hidden", "6", "--epochs", "3", "--log", "run.jsonl", "--report",
                     "train.html", "-o", "m", "--quiet")
        self.look("train.html", 4)
        self.assert_shown(SCRIPT, NAMES[1], NAMES[2], "</td><script>alert(2)</script>")
        self.succeed("report", "m", "table.csv", "-o", "model.html")
        self.look("model.html", 3, brief=True)

    def test_of_values_and_their_target(self):
        self.write_table("<svg onload=alert(3)>", ["1.5", "2.25", "-7", "0.1"])
        self.succeed("train", "table.csv", "--target", "-1", "--task", "regression", "--hidden", "6", "--epochs", "3", "--report",
                     "train.html", "-o", "m", "--quiet")
        self.look("train.html", 4)
        self.assert_shown(SCRIPT, "<svg onload=alert(3)>")

    def test_of_many_columns_and_classes_that_differ_at_the_end(self):
        columns = [f"the measured value of column {k}" for k in range(40)]
        lines = [",".join(columns + ["class"])]
        for i in range(250):
            kind = i % 25
            lines.append(",".join([str((kind * (k + 1)) % 7 + i % 3) for k in range(40)] + [f"the many samples of class {kind}"]))
        self.write("table.csv", "\n".join(lines) + "\n")
        self.succeed("train", "table.csv", "--hidden", "16", "--epochs", "8", "--report", "train.html", "-o", "m", "--quiet")
        self.look("train.html", 6, brief=True)
        said = self.text()
        for kind in range(10, 25):
            self.assertIn(f"the many sam…of class {kind}", said)
        self.assertGreater(len(set(re.findall(r"the measured…f column \d+", said))), 5)

    def test_of_files(self):
        for name in ("<img src=x onerror=alert(1)>.csv", "\"'&amp;.csv", "\u202evsc.csv", "n" * 240 + ".csv", "a\nb\x01.csv",
                     b"\xff\xfe<b>\xc3(.csv"):
            with self.subTest(name):
                os.rename(self.path(self.write_points("points.csv")).encode(), os.fsencode(self.folder) + b"/" + os.fsencode(name))
                log, model, page = (os.fsencode(name)[:-4] + end for end in (b".log", b".m", b".html"))
                self.succeed("train", name, "--hidden", "4", "--epochs", "2", "--log", log, "--report", "train.html", "-o", model,
                             "--quiet")
                self.look("train.html", 4, brief=True)
                self.succeed("report", log, "-o", "log.html")
                self.look("log.html", 2, brief=True)
                self.succeed("report", model, name, "-o", page)
                self.assertTrue(self.read(os.fsdecode(page)).startswith(b"<!"))


class Logs(ReportTest):
    """Logs that another hand has changed."""

    KEPT = ("type", "status")

    def setUp(self):
        super().setUp()
        self.succeed("train", self.write_points(), "--hidden", "4", "--epochs", "3", "--val", "0.3", "--lr", "3", "--optimizer",
                     "sgd", "--log", "run.jsonl", "--report", "x.html", "-o", "m", "--quiet")

    def replaced(self, value, text):
        if isinstance(value, dict):
            return {key: member if key in self.KEPT else self.replaced(member, text) for key, member in value.items()}
        if isinstance(value, list):
            return [self.replaced(member, text) for member in value]
        return text if isinstance(value, str) else value

    def test_every_text_of_a_log_may_be_hostile(self):
        lines = self.log()
        for text in (SCRIPT, NAMES[3], NAMES[4], "n" * 900, "a\x01\x1b[2J"):
            with self.subTest(text[:20]):
                self.write_log([self.replaced(line, text) for line in lines], "hostile.jsonl")
                self.succeed("report", "hostile.jsonl", "-o", "hostile.html")
                self.look("hostile.html", 2, brief=text != NAMES[4])
                if text == SCRIPT:
                    self.assertGreater(self.text().count(SCRIPT), 5)

    def test_bytes_that_are_no_text_are_refused_or_shown(self):
        text = json.dumps(self.log()[0]).encode()
        for bytes_in in (b"\xff\xfe", b"\xc3(", b"\xed\xa0\x80"):
            self.write("bad.jsonl", text.replace(b"points.csv", bytes_in) + b"\n")
            done = self.run_program("report", "bad.jsonl", "-o", "bad.html")
            self.assertIn(done.returncode, (0, 65), done.stderr)
            if done.returncode == 0:
                self.look("bad.html", 0)
            else:
                self.assertIn("bad.jsonl", done.stderr.decode())
                self.assertIn("line 1", done.stderr.decode())


if __name__ == "__main__":
    unittest.main()
