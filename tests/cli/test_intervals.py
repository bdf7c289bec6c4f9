"""`gemmule train --interval` and `gemmule predict --interval`: what they write, report, measure and refuse."""

import csv
import io
import json
import math
import os
import random
import re
import signal
import struct
import subprocess
import unittest

from program import DATA, USAGE, ProgramTest


def rows_of(count, seed):
    draw = random.Random(seed)
    for _ in range(count):
        area, rooms = draw.uniform(20, 150), draw.randint(1, 5)
        rent = math.exp(5 + area / 60 + 0.05 * rooms + draw.gauss(0, 0.15))
        yield area, rooms, rent, 0.1 * rent + draw.gauss(0, 5)


class Intervals(ProgramTest):
    def setUp(self):
        super().setUp()
        for name, count, seed in (("train.csv", 500, 1), ("test.csv", 800, 2)):
            lines = ["area,rooms,rent,\"tax, city\""] + ["%.1f,%d,%.3f,%.3f" % row for row in rows_of(count, seed)]
            self.write(name, "\n".join(lines) + "\n")
        self.fit = ("train", "train.csv", "--ignore", "'tax, city'", "--epochs", "30", "--interval", "0.9")
        self.one = self.fit + ("--target", "rent")
        self.two = ("train", "train.csv", "--target", "rent,'tax, city'", "--epochs", "30", "--interval", "0.9",
                    "--prepare-target", "log -> standard")

    def predictions(self, *words):
        return list(csv.reader(io.StringIO(self.succeed("predict", *words))))

    def truth(self):
        return [float(row["rent"]) for row in csv.DictReader(io.StringIO(self.read("test.csv").decode()))]

    def test_bounds_follow_the_values_in_columns_that_are_named_after_them(self):
        self.succeed(*self.two, "-o", "model")
        quantiles = self.json("info", "model")["intervals"]["quantiles"]
        plain, bounds = self.predictions("model", "test.csv"), self.predictions("model", "test.csv", "--interval")
        self.assertEqual(bounds[0], ["rent", "tax, city", "rent_lower", "tax, city_lower", "rent_upper", "tax, city_upper"])
        self.assertEqual([row[:2] for row in bounds], plain)
        for row in bounds[1:]:
            for j, q in enumerate(quantiles):
                value, lower, upper = (float(row[k]) for k in (j, 2 + j, 4 + j))
                self.assertAlmostEqual(math.log1p(upper) - math.log1p(value), q, 5)
                self.assertAlmostEqual(math.log1p(value) - math.log1p(lower), q, 5)

    def test_the_coverage_that_eval_reports_is_that_of_the_bounds_that_predict_writes(self):
        self.succeed(*self.one, "-o", "model")
        rows = self.predictions("model", "test.csv", "--interval")[1:]
        inside = [float(row[1]) <= t <= float(row[2]) for row, t in zip(rows, self.truth())]
        width = sum(float(row[2]) - float(row[1]) for row in rows) / len(rows)
        report = self.json("eval", "model", "test.csv")["intervals"]
        self.assertEqual((report["level"], report["score"]), (0.9, "residual"))
        [target] = report["targets"]
        self.assertEqual((target["name"], target["samples"]), ("rent", 800))
        self.assertAlmostEqual(target["coverage"], sum(inside) / 800, 2)
        self.assertAlmostEqual(target["mean_width"], width, 2)
        self.assertGreater(target["coverage"], 0.8)

    def test_an_npy_has_the_same_bounds_and_so_has_a_stream_of_rows(self):
        self.succeed(*self.two, "-o", "model")
        text = self.succeed("predict", "model", "test.csv", "--interval")
        self.assertEqual(self.run_program("predict", "model", "-", "--interval", input=self.read("test.csv")).stdout.decode(), text)
        self.succeed("predict", "model", "test.csv", "--interval", "-o", "y.npy")
        data = self.read("y.npy")
        self.assertIn(b"'shape': (800, 6)", data[:128])
        numbers = struct.unpack(f"{800 * 6}f", data[-800 * 6 * 4:])
        for row, line in zip(zip(*[iter(numbers)] * 6), text.splitlines()[1:]):
            for number, printed in zip(row, line.split(",")):
                self.assertAlmostEqual(number, float(printed), delta=1e-6 * abs(number))

    def test_a_row_without_a_prediction_has_no_bounds(self):
        self.succeed(*self.one, "-o", "model")
        self.write("bad.csv", "area,rooms\n50,2\nno,2\n60,3\n")
        done = self.run_program("predict", "model", "bad.csv", "--interval", "--on-error", "skip")
        self.assertEqual([len(line.split(",")) for line in done.stdout.decode().splitlines()], [3, 3, 1, 3])

    def test_people_see_the_level_the_score_and_the_coverage_of_the_test_part(self):
        text = self.succeed(*self.one, "--test", "test.csv", "-o", "model")
        self.assertRegex(text, r"(?m)^intervals   level 0\.9, residual [\d.]+, from 100 samples; test coverage 0\.\d+, mean width [\d.]+$")
        self.assertRegex(self.succeed("info", "model"), r"(?m)^intervals, level 0\.9 +residual\nrent +[\d.]+$")
        self.assertRegex(self.succeed("eval", "model", "test.csv"), r"(?m)^intervals, level 0\.9 +coverage +mean width\nrent +0\.\d+ +[\d.]+$")

    def test_json_has_the_intervals_and_null_without_the_flag(self):
        report = self.json(*self.one, "--test", "test.csv", "-o", "model")
        made = report["intervals"]
        self.assertEqual((made["level"], made["score"], made["samples"], len(made["quantiles"])), (0.9, "residual", 100, 1))
        self.assertEqual(report["test_intervals"], self.json("eval", "model", "test.csv")["intervals"])
        self.assertEqual(self.json("info", "model")["intervals"], made)
        without = self.json(*self.one[:-4], "--target", "rent", "-o", "plain")
        self.assertIsNone(without["intervals"])
        self.assertIsNone(without["test_intervals"])
        self.assertIsNone(self.json("info", "plain")["intervals"])
        self.assertIsNone(self.json("eval", "plain", "test.csv")["intervals"])

    def test_an_ensemble_has_intervals_of_its_mean_that_follow_a_predicted_deviation(self):
        report = self.json(*self.one, "--ensemble", "3", "--loss", "gaussian_nll", "--test", "test.csv", "-o", "model")
        self.assertEqual(report["intervals"]["score"], "scaled_residual")
        self.assertGreater(report["test_intervals"]["targets"][0]["coverage"], 0.8)
        [q] = report["intervals"]["quantiles"]
        rows = self.predictions("model", "test.csv", "--interval")
        self.assertEqual(rows[0], ["rent", "variance", "rent_lower", "rent_upper"])
        for value, variance, lower, upper in rows[1:20]:
            self.assertAlmostEqual(float(upper) - float(lower), 2 * q * math.sqrt(float(variance)), delta=1e-3 * float(value))

    def test_bounds_keep_to_the_limits_of_clamp(self):
        self.succeed(*self.one, "--clamp", "-o", "model")
        limits = self.json("info", "model")["limits"]
        for _, lower, upper in self.predictions("model", "test.csv", "--interval")[1:]:
            self.assertGreaterEqual(float(lower), limits["least"][0] - 1e-3)
            self.assertLessEqual(float(upper), limits["greatest"][0] + 1e-3)

    def test_a_fifth_is_held_back_also_where_no_share_would_be(self):
        self.write("small.csv", "x,y\n" + "".join(f"{i},{3 * i + i % 3 / 7}\n" for i in range(8)))
        self.assertEqual(self.json("train", "small.csv", "--interval", "0.4", "--epochs", "1", "-o", "m")["validation_samples"], 2)

    def test_what_has_no_intervals_is_refused_before_training(self):
        self.write_points()
        cases = (
            (USAGE, ("--interval", "0"), "--interval: expected a number above 0 and below 1, got '0'"),
            (USAGE, ("--interval", "90"), "--interval: expected a number above 0 and below 1, got '90'"),
            (USAGE, ("--interval", "nan"), "--interval: expected a number above 0 and below 1, got 'nan'"),
            (USAGE, ("--interval", "0.9", "--val", "0"), "--interval needs a validation part"),
            (DATA, ("--interval", "0.995"), "--interval: level 0.995 needs at least 199 samples, and target 1 has 100 known values"),
            (USAGE, ("--interval", "0.9", "--ensemble", "3", "--ensemble-by", "folds"), "each sample trains all networks but one"),
        )
        for code, words, says in cases:
            self.fail_with(code, "train", "train.csv", "--target", "rent", *words, "-o", "none", "--epochs", "1000000", says=says)
        self.fail_with(USAGE, "train", "points.csv", "--interval", "0.9", "-o", "none",
                       says="--interval: targets that are values are needed, and these are classes")
        self.assertNotIn("none", os.listdir(self.folder))

    def test_predict_refuses_a_model_without_intervals_in_words(self):
        self.write_line()
        self.succeed("train", "line.csv", "--epochs", "1", "-o", "plain")
        self.fail_with(USAGE, "predict", "plain", "line.csv", "--interval", says="the model has no prediction intervals")
        self.fail_with(USAGE, "predict", "plain", "line.csv", "--interval", "--labels", says="--labels is about classes")

    def test_a_run_that_is_interrupted_has_no_intervals(self):
        process = self.start("train", "train.csv", "--target", "rent", "--epochs", "1000000", "--interval", "0.9",
                             stderr=subprocess.PIPE, stdout=subprocess.PIPE)
        process.stderr.readline()
        process.send_signal(signal.SIGINT)
        text = process.communicate(timeout=60)[0].decode()
        self.assertIn("stopped: interrupt", text)
        self.assertIsNone(re.search("(?m)^intervals", text))
        self.assertIsNone(self.json("info", "model.safetensors")["intervals"])

    def test_a_log_has_the_intervals_in_its_result(self):
        self.succeed(*self.one, "-o", "model", "--log", "log.jsonl")
        result = json.loads(self.read("log.jsonl").splitlines()[-1])
        self.assertEqual(result["intervals"]["level"], 0.9)


if __name__ == "__main__":
    unittest.main()
