"""`gemmule train --calibrate`: what it changes, reports and refuses."""

import csv
import io
import json
import os
import random
import signal
import subprocess
import unittest

from program import DIVERGED, USAGE, ProgramTest


class Calibrate(ProgramTest):
    def setUp(self):
        super().setUp()
        draw = random.Random(4)
        for name, count in (("train.csv", 120), ("val.csv", 200)):
            lines = ["x,y,kind"]
            for i in range(count):
                kind = i % 3 if draw.random() < 0.7 else draw.randrange(3)
                lines.append(f"{draw.gauss(i % 3, 0.5):.3f},{draw.gauss(-(i % 3), 0.5):.3f},{'abc'[kind]}")
            self.write(name, "\n".join(lines) + "\n")
        self.fit = ("train", "train.csv", "--val-data", "val.csv", "--epochs", "150", "--lr", "0.02", "--keep", "last")

    def predictions(self, model):
        return list(csv.DictReader(io.StringIO(self.succeed("predict", model, "val.csv"))))

    def test_a_run_that_is_interrupted_is_not_calibrated(self):
        process = self.start("train", "train.csv", "--val-data", "val.csv", "--epochs", "1000000", "--calibrate",
                             stderr=subprocess.PIPE, stdout=subprocess.PIPE)
        process.stderr.readline()
        process.send_signal(signal.SIGINT)
        text = process.communicate(timeout=60)[0].decode()
        self.assertIn("stopped: interrupt", text)
        self.assertNotIn("calibration", text)
        self.assertNotIn("temperature", self.json("info", "model.safetensors")["facts"])

    def test_an_overfitted_model_gets_better_probabilities_and_the_same_classes(self):
        plain = self.json(*self.fit, "-o", "plain")
        report = self.json(*self.fit, "-o", "model", "--calibrate")
        made = report["calibration"]
        self.assertIsNone(plain["calibration"])
        self.assertGreater(made["temperature"], 1.2)
        self.assertLess(made["log_loss_after"], made["log_loss_before"] - 0.05)
        self.assertLess(made["ece_after"], made["ece_before"])
        self.assertEqual((made["samples"], made["note"]), (200, ""))
        self.assertAlmostEqual(made["log_loss_before"], plain["val_loss"], 4)
        self.assertAlmostEqual(made["log_loss_after"], report["val_loss"], 4)
        self.assertEqual(report["val_accuracy"], plain["val_accuracy"])
        measured = self.json("eval", "model", "val.csv", "--metric", "ece,log_loss")["metrics"]
        self.assertAlmostEqual(measured["ece"], made["ece_after"])
        self.assertAlmostEqual(measured["log_loss"], made["log_loss_after"], 4)
        self.assertAlmostEqual(float(self.json("info", "model")["facts"]["temperature"]), made["temperature"])
        self.assertNotIn("temperature", self.json("info", "plain")["facts"])
        classes = [[list(row.values())[0] for row in self.predictions(model)] for model in ("plain", "model")]
        self.assertEqual(*classes)

    def test_people_see_the_temperature_and_both_losses(self):
        text = self.succeed(*self.fit, "-o", "model", "--calibrate")
        self.assertRegex(text, r"(?m)^calibration temperature [\d.]+: log loss [\d.]+ -> [\d.]+, calibration error [\d.]+ -> [\d.]+$")
        self.assertRegex(self.succeed("info", "model"), r"(?m)^temperature +\d")

    def test_validation_samples_that_are_all_right_change_nothing_and_are_told(self):
        self.write_points()
        run = ("train", "points.csv", "--epochs", "40")
        self.succeed(*run, "-o", "plain", "--quiet")
        text = self.succeed(*run, "-o", "model", "--calibrate")
        self.assertIn("temperature 1: ", text)
        self.assertIn("no sample is predicted wrongly", text)
        answers = [self.succeed("predict", model, "points.csv") for model in ("plain", "model")]
        self.assertEqual(*answers)

    def test_a_fifth_is_held_back_also_from_data_with_a_test_part(self):
        report = self.json("train", "digits", "--epochs", "2", "--hidden", "8", "--calibrate")
        self.assertEqual(report["calibration"]["samples"], report["validation_samples"])
        self.assertGreater(report["validation_samples"], 0)
        self.assertGreater(report["test_samples"], 0)

    def test_fits_without_a_validation_part_or_probabilities_are_refused_before_training(self):
        self.write_line()
        self.write_points()
        cases = {
            "--calibrate needs a validation part": ("train.csv", "--val", "0"),
            "--calibrate is of probabilities of classes, and the targets are values": ("line.csv",),
            "--calibrate needs probabilities of classes: softmax, or sigmoid of one output": ("points.csv", "--loss", "hinge"),
            "--calibrate cannot divide the logits: they come from layer 2, residual":
                ("train.csv", "--net", "2 -> 2 -> residual -> softmax", "--task", "classification"),
        }
        for words, run in cases.items():
            if "residual" in words:
                self.write("train.csv", "x,y,kind\n" + "".join(f"{i},{i % 5},{'ab'[i % 2]}\n" for i in range(40)))
            self.fail_with(USAGE, "train", *run, "--calibrate", "-o", "none", "--epochs", "1000000", says=words)
        self.assertNotIn("none", os.listdir(self.folder))

    def test_a_checkpoint_has_the_weights_before_and_goes_on_to_the_same_calibrated_model(self):
        checkpointed = (*self.fit, "--checkpoint", "run", "--quiet", "--calibrate")
        self.succeed(*checkpointed, "-o", "model")
        self.assertNotIn("temperature", self.json("info", "run")["facts"])
        self.succeed(*self.fit, "--resume", "run", "--quiet", "--calibrate", "-o", "again")
        self.assertEqual(self.read("again"), self.read("model"))

    def test_a_fit_that_diverged_is_not_calibrated(self):
        done = self.run_program("train", "train.csv", "--hidden", "none", "--batch", "4", "--lr", "1e6", "--l2", "10", "--optimizer",
                                "sgd", "--epochs", "6", "--schedule", "one_cycle(rise=0.5, start_divisor=1e9, by=epoch)",
                                "-o", "m", "--calibrate", "--json")
        self.assertEqual(done.returncode, DIVERGED, done.stderr.decode())
        self.assertIsNone(json.loads(done.stdout)["calibration"])
        self.assertNotIn("temperature", self.json("info", "m")["facts"])


if __name__ == "__main__":
    unittest.main()
