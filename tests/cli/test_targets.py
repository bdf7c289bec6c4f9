"""Several targets, transforms of targets and limits of predictions."""

import csv
import io
import json
import math
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

    def test_targets_without_names_are_headed_by_their_indexes(self):
        self.write("plain.csv", "".join(f"{p:.6f},{q:.6f},{p - q:.6f},{p + q:.6f}\n" for p, q in self.rows))
        self.succeed("train", "plain.csv", "--target", "3,2", *EXACT, "-o", "m")
        table = self.table(self.succeed("predict", "m", "plain.csv"))
        self.assertEqual(table[0], ["3", "2"])
        self.assertAlmostEqual(float(table[1][1]), self.rows[0][0] - self.rows[0][1], 4)

    def test_eval_finds_the_targets_by_name_in_any_order(self):
        self.train()
        lines = ['"depth, cm",q,height,p'] + [f"{p + 3 * q:.6f},{q:.6f},{2 * p - q:.6f},{p:.6f}" for p, q in self.rows]
        self.write("turned.csv", "\n".join(lines) + "\n")
        for data in ("two.csv", "turned.csv"):
            self.assertGreater(self.json("eval", "m", data)["r2"], 0.9999)

    def test_eval_measures_each_target_by_itself(self):
        self.train("--epochs", "3")
        found = self.json("eval", "m", "two.csv", "--metric", "mae,rmse")
        table = self.table(self.succeed("predict", "m", "two.csv"))[1:]
        for k, actual in enumerate(((2, -1), (1, 3))):
            errors = [abs(float(row[k]) - actual[0] * p - actual[1] * q) for (p, q), row in zip(self.rows, table)]
            self.assertAlmostEqual(found["targets"][k]["metrics"]["mae"], sum(errors) / len(errors), 4)
        self.assertEqual([target["name"] for target in found["targets"]], ["height", "depth, cm"])
        self.assertRegex(self.succeed("eval", "m", "two.csv"), r"\ndepth, cm\nrmse +[0-9]")

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


class Maps(ProgramTest):
    """--prepare-target and --clamp, on prices that grow by factors."""

    def setUp(self):
        super().setUp()
        draw = random.Random(4)
        self.rows = []
        for _ in range(60):
            a, b = draw.uniform(-1, 1), draw.uniform(-1, 1)
            self.rows.append((a, b, math.expm1(3 * a - 2 * b + 5.5 + draw.gauss(0, 0.3))))
        self.write("prices.csv", "a,b,price\n" + "".join(f"{a!r},{b!r},{y!r}\n" for a, b, y in self.rows))

    def train(self, *flags):
        self.succeed("train", "prices.csv", *EXACT, "-o", "m", *flags)

    def predictions(self, data="prices.csv"):
        return [float(row) for row in self.succeed("predict", "m", data).split()[1:]]

    def squares(self, predictions):
        return sum((p - y) ** 2 for p, (_, _, y) in zip(predictions, self.rows)) / len(self.rows)

    def line(self):
        """The least squares of log(1 + price) on a and b, by the normal equations."""
        system = [[0.0] * 4 for _ in range(3)]
        for a, b, y in self.rows:
            row, value = (1, a, b), math.log1p(y)
            for i in range(3):
                for j in range(3):
                    system[i][j] += row[i] * row[j]
                system[i][3] += row[i] * value
        for i in range(3):
            system[i] = [x / system[i][i] for x in system[i]]
            for k in range(3):
                if k != i:
                    system[k] = [x - system[k][i] * y for x, y in zip(system[k], system[i])]
        return [row[3] for row in system]

    def test_logarithms_are_learned_and_predictions_come_back_in_the_unit_of_the_data(self):
        c, d, e = self.line()
        for flags in ((), ("--scale", "none")):
            self.train("--prepare-target", "log -> standard", *flags)
            for p, (a, b, _) in zip(self.predictions(), self.rows):
                self.assertAlmostEqual(p / math.expm1(c + d * a + e * b), 1, 4)

    def test_metrics_are_in_the_unit_of_the_data_and_the_loss_in_that_of_training(self):
        self.train("--prepare-target", "log")
        metrics = self.json("eval", "m", "prices.csv")
        self.assertAlmostEqual(metrics["rmse"] / math.sqrt(self.squares(self.predictions())), 1, 6)
        loss = sum((math.log1p(p) - math.log1p(y)) ** 2 for p, (_, _, y) in zip(self.predictions(), self.rows)) / len(self.rows)
        self.assertAlmostEqual(metrics["loss"] / loss, 1, 6)

    def test_predictions_stay_within_the_range_of_training(self):
        self.train("--clamp")
        prices = [y for _, _, y in self.rows]
        predictions = self.predictions()
        self.assertGreater(sum(abs(p - min(prices)) < 1e-6 for p in predictions), 3)
        self.assertGreaterEqual(min(predictions), min(prices) * (1 - 1e-9))
        self.write("far.csv", "a,b\n9,-9\n-9,9\n")
        for p, wanted in zip(self.predictions("far.csv"), (max(prices), min(prices))):
            self.assertAlmostEqual(p / wanted, 1, 9)

    def test_info_says_what_is_learned_and_the_limits(self):
        self.train("--prepare-target", "log -> standard", "--clamp")
        text = self.succeed("info", "m")
        self.assertIn("sign(t) log(1 + |t|)", text)
        self.assertIn("limits of predictions", text)
        facts = self.json("info", "m")
        self.assertEqual(facts["target_transform"], "log")
        self.assertAlmostEqual(facts["limits"]["greatest"][0], max(y for _, _, y in self.rows))
        self.train()
        self.assertIsNone(self.json("info", "m")["limits"])

    def test_cross_validation_and_search_use_them_for_each_network(self):
        flags = ("prices.csv", "--prepare-target", "log -> standard", "--clamp", "--hidden", "none", "--epochs", 60, "--lr", 0.05, "--quiet")
        scores = self.json("cv", *flags, "--folds", 3, "--metric", "r2")["metrics"][0]
        self.assertGreater(scores["mean"], 0.5)
        done = self.run_program("tune", *flags, "--trials", 2, "--space", "batch=choice(8, 16)", "-o", "t")
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        self.assertEqual(self.json("info", "t")["target_transform"], "log")

    def test_explanations_of_the_score_are_of_the_logarithm(self):
        self.train("--prepare-target", "log")
        _, d, _ = self.line()
        explain = ("explain", "m", "prices.csv", "--method", "gradient", "--sample", "1", "--format", "json")
        score = json.loads(self.succeed(*explain, "--quantity", "score"))
        self.assertAlmostEqual(score["inputs"][0]["attribution"], d, 3)
        output = json.loads(self.succeed(*explain))
        self.assertAlmostEqual(output["inputs"][0]["attribution"] / (d * (1 + self.predictions()[0])), 1, 3)
        self.assertIn("explain the score", self.fail_with(USAGE, "explain", "m", "prices.csv", "--method", "relevance"))

    def test_what_makes_no_sense_is_refused_by_its_flag(self):
        self.write_points()
        for flags, says in ((("prices.csv", "--prepare-target", "robust"), "--prepare-target, at robust: targets take none, standard, log"),
                            (("points.csv", "--prepare-target", "log"), "--prepare-target: targets that are values are needed"),
                            (("points.csv", "--clamp"), "--clamp: targets that are values are needed"),
                            (("prices.csv", "--prepare-target", "log", "--loss", "poisson"), "learns the logarithms")):
            self.fail_with(USAGE, "train", *flags, "-o", "m", says=says)


if __name__ == "__main__":
    unittest.main()
