"""Data that training, validation and measuring cannot use, or only in part: each is told in words, never as nan."""

import json
import os
import random
import unittest

from program import DATA, USAGE, ProgramTest


class BadData(ProgramTest):
    def setUp(self):
        super().setUp()
        draw = random.Random(5)
        self.points = [(draw.gauss(0, 1), draw.gauss(0, 1)) for _ in range(60)]

    def write_targets(self, name, target):
        """Writes a CSV with a target for each of the 60 samples."""
        rows = (f"{x:.4f},{y:.4f},{target(i)}" for i, (x, y) in enumerate(self.points))
        return self.write(name, "\n".join(["x,y,t", *rows]) + "\n")

    def says_no_nan(self, *run):
        """Runs the program for people and with --json; both without nan. Returns both."""
        text = self.succeed(*run)
        self.assertNotRegex(text, r"(?i)\bnan\b")
        return text, self.json(*run)

    # ---- classes ----

    def test_a_class_that_training_never_saw_is_named_with_its_line(self):
        self.write_targets("train.csv", lambda i: "ab"[i % 2])
        self.write_targets("other.csv", lambda i: "abc"[i % 3])
        words = ('other.csv: line 4, column 3 ("t")', '"c" is none of the 2 classes that are known: "a", "b"')
        self.fail_with(DATA, "train", "train.csv", "--val-data", "other.csv", "-o", "m", says=words)
        self.assertNotIn("m", os.listdir(self.folder))
        self.fail_with(DATA, "tune", "--lr-range", "train.csv", "--val-data", "other.csv", says=words)
        self.succeed("train", "train.csv", "--epochs", "2", "-o", "m", "--quiet")
        self.fail_with(DATA, "eval", "m", "other.csv", says=words)

    def test_a_class_in_the_validation_part_alone_is_a_warning_and_the_report_has_no_nan(self):
        self.write_targets("rare.csv", lambda i: "c" if i == 59 else "ab"[i % 2])
        run = ("train", "rare.csv", "--split", "order", "--epochs", "3", "-o", "m")
        for more in ((), ("--class-weights", "balanced"), ("--calibrate",), ("--output-bias", "yes")):
            text, report = self.says_no_nan(*run, *more)
            self.assertIn('class "c" has 1 sample, all in the validation part', text)
            self.assertIsNotNone(report["val_loss"])
        self.says_no_nan("eval", "m", "rare.csv")

    def test_a_class_that_validation_lacks_is_told_and_its_name_escaped(self):
        self.write_targets("train.csv", lambda i: ("a", "b", "\x1b[31mc")[i % 3])
        self.write_targets("val.csv", lambda i: "ab"[i % 2])
        text = self.succeed("train", "train.csv", "--val-data", "val.csv", "--epochs", "2")
        self.assertIn('warning     val.csv lacks 1 of the 3 classes, such as "\\x1b[31mc"', text)
        self.assertNotIn("\x1b", text)

    def test_samples_of_one_class_cannot_be_learned(self):
        for name, target in (("text.csv", "a"), ("number.csv", 0)):
            self.write_targets(name, lambda i, target=target: target)
            self.fail_with(DATA, "train", name, "--task", "classification", says=(name, "of 60 samples, all are of one class"))
        self.write("one.csv", "x,y,t\n1,2,a\n")
        self.fail_with(DATA, "train", "one.csv", says="of 1 sample, all are of one class")

    def test_samples_of_one_class_are_measured_and_what_is_not_defined_says_why(self):
        self.write_targets("train.csv", lambda i: "ab"[i % 2])
        self.write_targets("a.csv", lambda i: "a")
        report = self.json("train", "train.csv", "--val-data", "a.csv", "--epochs", "3", "-o", "m")
        self.assertIsNotNone(report["val_accuracy"])
        self.assertIn('a.csv lacks 1 of the 2 classes, such as "b"', " ".join(report["warnings"]))
        names = [line.split("(")[0].split()[0] for line in self.succeed("list", "metrics").splitlines() if line and line[0].isalpha()]
        facts = [name for name in names if self.run_program("eval", "m", "a.csv", "--metric", name).returncode == 0]
        self.assertGreater(len(facts), 10)
        text, report = self.says_no_nan("eval", "m", "a.csv", "--metric", ",".join(facts))
        for name, value in report["metrics"].items():
            self.assertEqual(value is None, name in report["undefined"], name)
            if value is None:
                self.assertRegex(text, rf"(?m)^{name} +not defined: {report['undefined'][name]}$")
        self.assertIn("roc_auc", report["undefined"])

    # ---- values ----

    def test_equal_targets_are_told_and_have_no_r2(self):
        self.write_targets("equal.csv", lambda i: 3.5)
        text, report = self.says_no_nan("train", "equal.csv", "--epochs", "30", "-o", "m")
        self.assertRegex(text, r"(?m)^validation  RMSE [\d.e-]+, R2 not defined for equal targets, loss ")
        self.assertRegex(text, r"(?m)^warning     all targets are equal: a constant is learned")
        self.assertIn("all targets are equal", " ".join(report["warnings"]))
        self.assertIsNone(report["val_r2"])
        self.assertNotIn("validation_r2", self.json("info", "m")["facts"])
        text, report = self.says_no_nan("eval", "m", "equal.csv")
        self.assertIn("R2 not defined for equal targets", text)
        self.assertIsNone(report["r2"])

    def test_equal_targets_in_validation_alone_are_no_warning(self):
        self.write_targets("values.csv", lambda i: self.points[i][0])
        self.write_targets("equal.csv", lambda i: 3.5)
        text, report = self.says_no_nan("train", "values.csv", "--val-data", "equal.csv", "--epochs", "3")
        self.assertIn("R2 not defined for equal targets", text)
        self.assertEqual(report["warnings"], [])

    def test_of_one_sample_r2_says_why_it_is_not_defined(self):
        self.write_targets("values.csv", lambda i: self.points[i][0])
        self.write("one.csv", "x,y,t\n1,2,3.5\n")
        self.says_no_nan("train", "values.csv", "--val-data", "one.csv", "--epochs", "3", "-o", "m")
        text, report = self.says_no_nan("eval", "m", "one.csv")
        self.assertRegex(text, "(?m)^r2 +not defined: at least two samples are needed$")
        self.assertEqual(report["undefined"], {"r2": "at least two samples are needed"})

    def test_a_metric_of_another_task_is_refused(self):
        self.write_targets("values.csv", lambda i: self.points[i][0])
        self.succeed("train", "values.csv", "--epochs", "3", "-o", "m", "--quiet")
        self.fail_with(USAGE, "eval", "m", "values.csv", "--metric", "rmse,accuracy",
                       says="--metric accuracy is for classes, and the targets are values")

    # ---- nothing ----

    def test_validation_data_without_samples_weights_or_targets_is_refused_by_its_name(self):
        self.write_targets("train.csv", lambda i: "ab"[i % 2])
        for name, text, words in (("empty.csv", "", "empty.csv: is empty"),
                                  ("head.csv", "x,y,t\n", "head.csv: has a header and no rows"),
                                  ("unknown.csv", "x,y,t\n1,2,\n3,4,\n", "unknown.csv: not one target is known")):
            self.write(name, text)
            self.fail_with(DATA, "train", "train.csv", "--missing-targets", "mask", "--val-data", name, "-o", "m", says=words)
        rows = [f"{x},{y},{i % 3},{'ab'[i % 2]}" for i, (x, y) in enumerate(self.points)]
        self.write("weighed.csv", "\n".join(["x,y,w,t", *rows]))
        self.write("none.csv", "x,y,w,t\n1,2,0,a\n3,4,0,b\n")
        run = ("train", "weighed.csv", "--weights", "w", "--epochs", "2")
        words = "none.csv: weights: all are 0, and no sample counts"
        self.fail_with(DATA, *run, "--val-data", "none.csv", says=words)
        self.succeed(*run, "-o", "m", "--quiet")
        self.fail_with(DATA, "eval", "m", "none.csv", says=words)

    # ---- another build ----

    def test_a_checkpoint_of_other_kernels_is_refused_and_an_override_says_so(self):
        self.write_targets("train.csv", lambda i: "ab"[i % 2])
        run = ("train", "train.csv", "--epochs", "2", "--checkpoint", "run")
        self.succeed(*run, "--quiet")
        isa = json.loads(self.succeed(*run, "--json"))["isa"]
        if isa == "baseline":
            self.skipTest("there is one set of kernels")
        other = dict(os.environ, GEMMULE_ISA="baseline")
        done = self.run_program(*run[:4], "--resume", "run", env=other)
        self.assertEqual(done.returncode, USAGE)
        self.assertIn(f"kernels was {isa}, is baseline. --override allows the change", done.stderr.decode())
        done = self.run_program(*run[:4], "--resume", "run", "--override", env=other)
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        self.assertIn(f"warning: run: goes on with a change: kernels was {isa}, is baseline", done.stderr.decode())


if __name__ == "__main__":
    unittest.main()
