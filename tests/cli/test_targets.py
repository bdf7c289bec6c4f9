"""Several targets, transforms of targets and limits of predictions."""

import csv
import io
import json
import random
import unittest

from program import USAGE, ProgramTest

EXACT = ("--hidden", "none", "--optimizer", "lbfgs", "--dtype", "f64", "--val", "0", "--quiet")


class Targets(ProgramTest):
    """height = 2 p - q and 'depth, cm' = p + 3 q, with a gap in one row."""

    def setUp(self):
        super().setUp()
        draw = random.Random(1)
        self.rows = [(draw.uniform(-1, 1), draw.uniform(-1, 1)) for _ in range(40)]
        lines = ['p,q,height,"depth, cm"'] + [f"{p:.6f},{q:.6f},{2 * p - q:.6f},{p + 3 * q:.6f}" for p, q in self.rows]
        self.write("two.csv", "\n".join(lines) + "\n")
        self.write("inputs.csv", "p,q\n" + "\n".join(f"{p:.6f},{q:.6f}" for p, q in self.rows) + "\n")

    def train(self, *flags, targets="height,'depth, cm'"):
        return self.succeed("train", "two.csv", "--target", targets, *EXACT, "-o", "m", *flags)

    def table(self, text):
        return list(csv.reader(io.StringIO(text)))

    def test_a_model_of_several_targets_predicts_a_column_for_each(self):
        self.train()
        for data in ("two.csv", "inputs.csv"):
            table = self.table(self.succeed("predict", "m", data))
            self.assertEqual(table[0], ["height", "depth, cm"])
            for (p, q), row in zip(self.rows, table[1:]):
                self.assertAlmostEqual(float(row[0]), 2 * p - q, 4)
                self.assertAlmostEqual(float(row[1]), p + 3 * q, 4)

    def test_eval_finds_the_targets_by_name_in_any_order(self):
        self.train()
        lines = ['"depth, cm",q,height,p'] + [f"{p + 3 * q:.6f},{q:.6f},{2 * p - q:.6f},{p:.6f}" for p, q in self.rows]
        self.write("turned.csv", "\n".join(lines) + "\n")
        for data in ("two.csv", "turned.csv"):
            self.assertGreater(self.json("eval", "m", data)["r2"], 0.9999)

    def test_the_report_and_the_description_name_the_targets(self):
        done = self.run_program("train", "two.csv", "--target", "height,'depth, cm'", "--epochs", 1, "-o", "m")
        self.assertIn("regression (height,'depth, cm': 2 targets)", done.stdout.decode())
        self.assertIn("regression of height,'depth, cm'", self.succeed("info", "m"))
        self.assertEqual(self.json("info", "m")["targets"], ["height", "depth, cm"])
        text = self.succeed("describe", "two.csv", "--target", "height,'depth, cm'")
        self.assertIn("targets: height,'depth, cm', regression: several targets are values", " ".join(text.split()))
        roles = [c["becomes"] for c in self.json("describe", "two.csv", "--target", "-1,2")["columns"]]
        self.assertEqual(roles, ["input", "input", "target", "target"])

    def test_explanations_are_of_the_target_that_is_named(self):
        self.train()
        for output, says, slopes in (("height", "height", (2, -1)), ("depth, cm", "depth, cm", (1, 3)), ("1", "depth, cm", (1, 3))):
            self.assertIn(says, self.succeed("explain", "m", "two.csv", "--output", output))
            found = json.loads(self.succeed("explain", "m", "two.csv", "--output", output, "--method", "gradient", "--sample", "1", "--format", "json"))
            for input_, slope in zip(found["inputs"], slopes):
                self.assertAlmostEqual(input_["attribution"], slope, 3)
        self.fail_with(USAGE, "explain", "m", "two.csv", "--output", "width", says="no target 'width'")

    def test_missing_targets_are_masked_one_by_one(self):
        lines = self.read("two.csv").decode().splitlines()
        lines[3] = lines[3].rsplit(",", 1)[0] + ","
        lines[5] = ",".join(["0", "0", "", "0"])
        self.write("two.csv", "\n".join(lines) + "\n")
        self.train("--missing-targets", "mask")
        table = self.table(self.succeed("predict", "m", "inputs.csv"))
        p, q = self.rows[2]
        self.assertAlmostEqual(float(table[3][1]), p + 3 * q, 3)

    def test_cross_validation_prints_each_actual_target(self):
        self.succeed("cv", "two.csv", "--target", "height,'depth, cm'", "--epochs", 2, "--folds", 2, "--quiet", "--predictions", "p.csv")
        table = self.table(self.read("p.csv").decode())
        self.assertEqual(table[0], ["row", "fold", "actual height", "actual depth, cm", "height", "depth, cm"])
        self.assertAlmostEqual(float(table[1][2]), 2 * self.rows[0][0] - self.rows[0][1], 4)

    def test_targets_that_are_classes_are_refused(self):
        self.write("kinds.csv", "p,a,b\n1,x,1\n2,y,2\n3,x,3\n")
        self.assertIn("no target is a number", self.fail_with(65, "train", "kinds.csv", "--target", "a,b", "-o", "m"))
        self.fail_with(USAGE, "train", "two.csv", "--target", "height,q", "--task", "classification", "-o", "m", says="choose one target")


if __name__ == "__main__":
    unittest.main()
