"""Report pages of runs that went well and of runs that did not, in a real browser."""

import signal
import time
import unittest

from program import DIVERGED
from report import ReportTest


class Runs(ReportTest):
    def test_a_run_of_the_digits_with_its_model(self):
        self.succeed("train", "digits", "--hidden", "32,16", "--epochs", "6", "--val", "0.2", "--log", "run.jsonl",
                     "--report", "train.html", "-o", "m", "--quiet")
        self.look("train.html", 8)
        said = self.text()
        for word in ("64 -> 32 relu -> 16 relu -> 10 softmax", "gemmule train --hidden 32,16", "accuracy", "confusion"):
            self.assertIn(word.lower(), said.lower())

    def test_a_log_alone(self):
        self.succeed("train", self.write_points(), "--epochs", "5", "--val", "0.3", "--log", "run.jsonl", "--quiet")
        self.succeed("report", "run.jsonl", "-o", "run.html")
        self.look("run.html", 2)
        self.browser.size(1600)
        self.browser.open(self.file("run.html"))
        self.browser.call("prepare")
        self.browser.whole(1600)
        self.browser.move_mouse(*self.browser.call("middles")[0])
        shown = [text for text in self.browser.texts(".readout") if text]
        self.assertRegex(shown[0], r"epoch [0-9.]+\n(batches|train|validation)  [0-9.]+")

    def test_a_model_alone_and_with_data(self):
        self.succeed("train", self.write_points(), "--hidden", "8", "--epochs", "5", "-o", "m", "--quiet")
        self.succeed("report", "m", "-o", "model.html")
        self.look("model.html", 1)
        self.succeed("report", "m", "points.csv", "-o", "data.html")
        self.look("data.html", 3)

    def test_a_regression(self):
        self.succeed("train", self.write_line(), "--hidden", "8", "--epochs", "20", "--report", "line.html", "-o", "m", "--quiet")
        self.look("line.html", 4)
        self.assertIn("price", self.text())


class Troubles(ReportTest):
    def alarms(self):
        """The texts of the alarms at the end of the run."""
        return [alarm["text"] for alarm in [line for line in self.log() if line["type"] == "health"][-1]["alarms"]]

    def test_alarms_come_first(self):
        self.succeed("train", "digits", "--hidden", "32", "--lr", "2", "--optimizer", "sgd", "--epochs", "4", "--log", "run.jsonl",
                     "--report", "run.html", "-o", "m", "--quiet")
        alarms = self.alarms()
        self.assertTrue(alarms)
        self.look("run.html", 4, alarms[:1])
        for text in alarms:
            self.assertIn(text, self.text())

    def test_layers_that_learn_nothing(self):
        self.succeed("train", "digits", "--net", "64 -> 32 relu init=zeros -> 16 sigmoid -> 10 softmax", "--epochs", "3",
                     "--report", "run.html", "-o", "m", "--quiet")
        self.look("run.html", 8, ["never fire"])

    def test_a_run_that_diverged(self):
        done = self.run_program("train", self.write_line(), "--lr", "1e6", "--optimizer", "sgd", "--epochs", "9", "--log",
                                "run.jsonl", "--report", "run.html", "-o", "m", "--quiet")
        self.assertEqual(done.returncode, DIVERGED, done.stderr)
        self.look("run.html", 0, ["diverged", "no epoch has finished"])

    def test_a_run_that_was_interrupted(self):
        process = self.start("train", "digits", "--epochs", "100000", "--log", "run.jsonl", "--report", "run.html", "-o", "m",
                             "--quiet")
        while process.poll() is None and (not self.file("run.jsonl").exists() or
                                          self.file("run.jsonl").read_text().count('"type": "epoch"') < 10):
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(60), 128 + signal.SIGINT)
        self.look("run.html", 4, ["interrupted"])

    def test_a_run_that_was_killed(self):
        self.succeed("train", self.write_points(), "--epochs", "4", "--log", "run.jsonl", "--quiet")
        lines = [line for line in self.log() if line["type"] != "result"]
        self.write_log(lines)
        self.succeed("report", "run.jsonl", "-o", "run.html")
        self.look("run.html", 2, ["killed"])

    def test_a_run_that_has_just_begun(self):
        self.succeed("train", self.write_points(), "--epochs", "4", "--log", "run.jsonl", "--quiet")
        self.write_log(self.log()[:1])
        self.succeed("report", "run.jsonl", "-o", "run.html")
        self.look("run.html", 0)


if __name__ == "__main__":
    unittest.main()
