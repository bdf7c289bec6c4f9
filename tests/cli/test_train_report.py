"""gemmule train: the time of each phase in its report, and the page of --report."""

import json
import os
import re
import resource
import signal
import subprocess
import time
import unittest

from program import CREATE, DATA, DIVERGED, IO, USAGE, ProgramTest

PHASES = {"reading", "recipe", "rate", "training", "validation", "saving", "calibration", "test", "health"}


class Phases(ProgramTest):
    def report(self, *flags):
        """The report of a run as an object, its text, and the seconds that the program took."""
        began = time.monotonic()
        report = self.json("train", *flags)
        return report, time.monotonic() - began

    def test_phases_add_up_to_no_more_than_the_time_of_the_command_and_to_no_less_than_the_fit(self):
        report, wall = self.report("digits", "--epochs", "60", "--calibrate", "--health", "--checkpoint", "c")
        phases = report["phases"]
        self.assertEqual(set(phases), PHASES)
        self.assertTrue(all(seconds >= 0 for seconds in phases.values()), phases)
        self.assertLess(sum(phases.values()), wall)
        fit = phases["training"] + phases["validation"] + phases["saving"]
        self.assertGreater(fit, 0.99 * report["seconds"])
        for name in ("reading", "training", "validation", "saving", "calibration", "test", "health"):
            self.assertGreater(phases[name], 0, name)
        self.assertEqual(phases["rate"], 0)

    def test_phases_that_a_run_does_not_have_take_no_time(self):
        phases = self.report(self.write_points(), "--epochs", "400", "--val", "0")[0]["phases"]
        for name in ("rate", "validation", "calibration", "health"):
            self.assertEqual(phases[name], 0, name)

    def test_a_search_for_a_rate_and_resumed_epochs_are_counted_in_this_run_alone(self):
        points = self.write_points()
        self.json("train", points, "--epochs", "2000", "--checkpoint", "c", "--every", "2000")
        again = self.json("train", points, "--epochs", "2000", "--resume", "c")
        self.assertLess(again["phases"]["validation"], 0.5 * again["seconds"])
        self.assertEqual(again["phases"]["validation"], 0)
        searched = self.json("train", points, "--epochs", "1", "--lr", "auto")
        self.assertGreater(searched["phases"]["rate"], searched["phases"]["training"])

    def line_of(self, text):
        """The line of the phases: their seconds in all, and of each."""
        line = re.search(r"(?m)^time +([0-9.]+) s: (\w+ [0-9.]+(?:, \w+ [0-9.]+)*)$", text)
        return float(line[1]), {name: float(seconds) for name, seconds in re.findall(r"(\w+) ([0-9.]+)", line[2])}

    def test_a_line_names_the_phases_of_a_run_that_is_not_all_training(self):
        text = self.read(self.write_points())
        os.mkfifo(self.path("slow.csv"))
        process = self.start("train", "slow.csv", "--epochs", "1", stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        with open(self.path("slow.csv"), "wb") as pipe:  # returns once the program waits for its data
            time.sleep(1.1)
            pipe.write(text)
        seconds, phases = self.line_of(process.communicate(timeout=60)[0].decode())
        self.assertLessEqual(set(phases), PHASES)
        self.assertGreater(phases["reading"], 1)
        self.assertAlmostEqual(sum(phases.values()), seconds, delta=0.1 * seconds)

    def test_a_short_run_has_no_line_of_phases(self):
        self.assertNotIn("\ntime ", self.succeed("train", self.write_points(), "--epochs", "1"))


class Page(ProgramTest):
    def run_with_page(self, *flags):
        """Trains with --report and returns the page."""
        self.succeed("train", *flags, "--report", "page.html", "--quiet")
        return self.page()

    def page(self):
        text = self.read("page.html").decode()
        self.assertTrue(text.startswith("<!DOCTYPE html>") and text.rstrip().endswith("</html>"))
        return text

    def section(self, page, name):
        found = re.search(rf'<section id="{name}".*?</section>', page, re.S)
        self.assertIsNotNone(found, name)
        return found[0]

    def test_the_page_of_a_run_without_a_log_has_its_curves_its_health_and_its_phases(self):
        page = self.run_with_page(self.write_points(), "--epochs", "5")
        self.assertFalse(os.path.exists(self.path("run.jsonl")))
        self.assertIn("--epochs", self.section(page, "facts"))
        self.assertIn("validation", self.section(page, "curves"))
        self.assertIn("128 relu", self.section(page, "health"))
        self.assertIn("spectral norm", self.section(page, "health"))
        for phase in ("reading", "training", "validation", "saving", "health"):
            self.assertIn(phase, self.section(page, "timing"))

    def test_the_page_says_which_samples_it_shows(self):
        for data, held_back, shown in (("digits", "0", "360 samples of the test part"),
                                       (self.write_points(), "0.25", r"\d+ samples of the validation part"),
                                       (self.write_points(), "0", r"\d+ samples, on which it was trained")):
            page = self.run_with_page(data, "--epochs", "2", "--val", held_back)
            self.assertRegex(self.section(page, "confusion"), f"On <bdi>{shown}</bdi>")

    def test_the_curves_of_the_page_are_those_of_the_log(self):
        page = self.run_with_page(self.write_points(), "--epochs", "6", "--log", "run.jsonl")
        self.succeed("report", "run.jsonl", "-o", "again.html")
        again = self.read("again.html").decode()
        self.assertEqual(self.section(page, "curves"), self.section(again, "curves"))

    def test_the_page_changes_no_bit_of_the_model(self):
        points = self.write_points()
        self.succeed("train", points, "--epochs", "7", "-o", "without", "--quiet")
        self.run_with_page(points, "--epochs", "7", "-o", "with")
        self.assertEqual(self.read("with"), self.read("without"))

    def test_each_epoch_of_a_short_run_has_a_line_of_health(self):
        self.run_with_page(self.write_points(count=600), "--epochs", "6", "--log", "run.jsonl")
        epochs = [line["epoch"] for line in map(json.loads, self.read("run.jsonl").splitlines())
                  if line["type"] == "health"]
        self.assertEqual(epochs, [1, 2, 3, 4, 5, 6, 6])

    def test_the_page_of_a_run_that_goes_on_has_its_earlier_epochs_too(self):
        points = self.write_points(count=600)
        common = ("train", points, "--batch", "16", "--log", "run.jsonl", "--quiet")
        self.succeed(*common, "--epochs", "6", "--checkpoint", "c", "--report", "first.html")
        self.write("run.jsonl", self.read("run.jsonl") + b'{"type": "ep')  # as a run that was killed leaves it
        done = self.run_program(*common, "--epochs", "9", "--resume", "c", "--override", "--report", "page.html")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(b"the last line is not complete", done.stderr)
        page = self.page()
        self.succeed("report", "run.jsonl", "-o", "again.html")
        again = self.read("again.html").decode()
        self.assertEqual(self.section(page, "curves"), self.section(again, "curves"))
        whole = self.run_with_page(points, "--batch", "16", "--epochs", "9", "--log", "whole.jsonl")
        self.assertEqual(self.section(page, "curves"), self.section(whole, "curves"))

    def test_a_log_that_cannot_be_read_is_refused_before_a_run_goes_on_and_stays(self):
        points = self.write_points()
        self.succeed("train", points, "--epochs", "3", "--checkpoint", "c", "--quiet")
        for text, says in ((b"hello\n", "line 1: expected a JSON object"),
                           (b'{"type": "epoch", "epoch": 0}\n', "line 1: an epoch has an 'epoch' from 1"),
                           (b'{"type": "step", "epoch": 1, "batch": 1, "batches": 1}\n', "no line of type 'config'")):
            self.write("run.jsonl", text)
            self.fail_with(DATA, "train", points, "--epochs", "5", "--resume", "c", "--override", "--log", "run.jsonl",
                           "--report", "page.html", says=("run.jsonl", says))
            self.assertEqual(self.read("run.jsonl"), text)
        self.assertFalse(os.path.exists(self.path("page.html")))
        self.write("run.jsonl", b"")
        self.succeed("train", points, "--epochs", "5", "--resume", "c", "--override", "--log", "run.jsonl", "--report",
                     "page.html")

    def test_an_interrupted_run_has_its_page(self):
        process = self.start("train", "digits", "--epochs", "1000000", "--report", "page.html", stderr=subprocess.PIPE,
                             stdout=subprocess.DEVNULL)
        process.stderr.readline()
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(60), 128 + signal.SIGINT)
        self.assertIn("interrupted", self.section(self.page(), "alarms"))

    def test_a_run_that_diverges_has_its_page_also_in_its_first_epoch(self):
        done = self.run_program("train", self.write_line(), "--optimizer", "sgd", "--lr", "1e6", "--hidden", "none",
                                "--scale", "none", "--report", "page.html")
        self.assertEqual(done.returncode, DIVERGED, done.stderr)
        self.assertIn("diverged", self.section(self.page(), "alarms"))

    def test_full_batch_optimizers_and_lone_samples_have_their_page(self):
        self.run_with_page(self.write_points(), "--optimizer", "lbfgs", "--epochs", "4")
        self.run_with_page(self.write("one.csv", "a,b\n1,2\n"), "--task", "regression", "--val", "0", "--epochs", "2")

    def test_the_report_names_the_page_and_has_the_curves_of_plot_as_well(self):
        text = self.succeed("train", self.write_points(), "--epochs", "2", "--report", "page.html", "--plot")
        self.assertRegex(text, r"(?m)^page +page\.html$")
        self.assertRegex(text, r"(?m)^alarms? ")
        self.assertIn("train", text[text.index("Use it:"):])

    def test_the_page_is_no_other_file_of_the_run_and_is_checked_before_training(self):
        points = self.write_points()
        os.symlink(points, self.path("link"))
        for path in (points, "link"):
            self.fail_with(CREATE, "train", points, "--report", path, says="would overwrite the input")
        for flag in ("--output", "--log", "--checkpoint"):
            self.fail_with(USAGE, "train", points, flag, "same", "--report", "same", says=("--report and " + flag, "'same'"))
        self.fail_with(CREATE, "train", points, "--report", "no/folder/page.html", says="no/folder/page.html")
        self.fail_with(CREATE, "train", points, "--report", ".", says="names a folder")
        self.fail_with(CREATE, "train", points, "--report", "/dev/null", says="not a regular file")
        self.fail_with(USAGE, "train", points, "--report", says="--report")
        self.assertFalse(os.path.exists(self.path("model.safetensors")))
        self.succeed("train", points, "--epochs", "1", "--checkpoint", "c", "--quiet")
        self.fail_with(CREATE, "train", points, "--resume", "c", "--report", "c", says="would overwrite the input 'c'")

    def test_a_page_that_cannot_be_written_leaves_the_model_and_the_earlier_page(self):
        limit = 20000
        self.write("page.html", "earlier")
        done = self.run_program("train", self.write_points(), "--epochs", "3", "--report", "page.html",
                                restore_signals=False,
                                preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)))
        self.assertEqual(done.returncode, IO, done.stderr)
        self.assertIn(b"cannot write 'page.html'", done.stderr)
        self.assertEqual(self.read("page.html"), b"earlier")
        self.succeed("info", "model.safetensors")


if __name__ == "__main__":
    unittest.main()
