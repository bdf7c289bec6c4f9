"""gemmule train: the time of each phase in its report, and the page of --report."""

import os
import re
import subprocess
import time
import unittest

from program import ProgramTest

PHASES = {"reading", "rate", "training", "validation", "saving", "calibration", "test", "health"}


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
        self.assertLess(phases["rate"], 0.01)

    def test_phases_that_a_run_does_not_have_take_no_time(self):
        phases = self.report(self.write_points(), "--epochs", "400", "--val", "0")[0]["phases"]
        self.assertEqual(phases["validation"], 0)
        self.assertGreater(phases["training"], 10 * (phases["calibration"] + phases["health"]))

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
        time.sleep(1.1)  # the program waits for its data
        with open(self.path("slow.csv"), "wb") as pipe:
            pipe.write(text)
        seconds, phases = self.line_of(process.communicate(timeout=60)[0].decode())
        self.assertLessEqual(set(phases), PHASES)
        self.assertGreater(phases["reading"], 1)
        self.assertAlmostEqual(sum(phases.values()), seconds, delta=0.1 * seconds)

    def test_a_short_run_has_no_line_of_phases(self):
        self.assertNotIn("\ntime ", self.succeed("train", self.write_points(), "--epochs", "1"))


if __name__ == "__main__":
    unittest.main()
