"""Ensembles: train --ensemble by seeds and folds, and what the other commands do with such a model."""

import os
import signal
import subprocess
import unittest

from program import DATA, DIVERGED, USAGE, ProgramTest

EPOCHS = ("--epochs", "20")


class Ensembles(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write_points()
        self.write_line()

    def values(self, *arguments):
        return [float(line.split(",")[-1]) for line in self.succeed(*arguments).splitlines()[1:]]

    def test_predictions_are_the_means_of_the_networks_of_the_seeds(self):
        split = ("--val", "0")  # the seed would choose another part
        self.succeed("train", "line.csv", *EPOCHS, *split, "--ensemble", "3", "--seed", "5", "-o", "all")
        members = []
        for seed in (5, 6, 7):
            self.succeed("train", "line.csv", *EPOCHS, *split, "--seed", seed, "-o", "one")
            members.append(self.values("predict", "one", "line.csv"))
        for mean, own in zip(self.values("predict", "all", "line.csv"), zip(*members)):
            self.assertAlmostEqual(mean, sum(own) / 3, delta=1e-4)

    def test_the_report_has_a_line_for_each_member_and_the_validation_of_the_mean(self):
        run = ("train", "points.csv", *EPOCHS, "--ensemble", "3", "-o", "m")
        text, report = self.succeed(*run), self.json(*run)
        self.assertEqual(len(report["members"]), 3)
        self.assertEqual(report["description"], "3 networks: 2 -> 128 relu -> 2 softmax")
        self.assertIn("members     1: epoch ", text)
        self.assertIn("            3: epoch ", text)
        self.assertIn("\nvalidation  accuracy", text)
        self.assertEqual(report["validation_samples"], 12)
        losses = [member["val_loss"] for member in report["members"]]
        self.assertLess(report["val_loss"], max(losses))
        self.assertIsNone(self.json("train", "points.csv", *EPOCHS)["members"])

    def test_folds_hold_back_a_part_from_each_member(self):
        report = self.json("train", "points.csv", *EPOCHS, "--ensemble", "4", "--ensemble-by", "folds", "-o", "m")
        self.assertEqual(len(report["members"]), 4)
        self.assertEqual((report["train_samples"], report["validation_samples"], report["split"]), (60, 0, "stratified"))
        self.assertTrue(all(member["val_loss"] > 0 for member in report["members"]))
        self.assertEqual(self.json("info", "m")["facts"]["ensemble"], "folds (stratified)")

    def test_the_other_commands_take_an_ensemble_as_one_network(self):
        self.succeed("train", "points.csv", *EPOCHS, "--ensemble", "2", "-o", "m")
        info = self.json("info", "m")
        self.assertEqual([m["description"] for m in info["members"]], ["2 -> 128 relu -> 2 softmax"] * 2)
        self.assertIn("ensemble    2 networks, whose predictions are averaged; of the first:", self.succeed("info", "m"))
        self.assertEqual(self.json("eval", "m", "points.csv")["n"], 60)
        head, *rows = self.succeed("predict", "m", "points.csv").splitlines()
        self.assertEqual((head, len(rows)), ("class,high,low", 60))
        for row in rows:
            self.assertAlmostEqual(sum(map(float, row.split(",")[1:])), 1, delta=1e-5)
        self.assertIn("sample 1: class ", self.succeed("explain", "m", "points.csv", "--sample", "1"))
        for method in ("permutation", "partial_dependence", "accumulated_effects", "mistakes", "reliability"):
            self.succeed("explain", "m", "points.csv", "--method", method)
        self.succeed("fold", "m", "-o", "folded")
        self.assertEqual(self.succeed("predict", "folded", "points.csv").count("\n"), 61)
        self.succeed("report", "m", "points.csv", "-o", "page.html")
        page = self.read("page.html").decode()
        for text in ("networks whose predictions are averaged", "this model is an ensemble", "Reliability"):
            self.assertIn(text, page)

    def test_commands_that_show_layers_refuse_an_ensemble(self):
        self.succeed("train", "points.csv", *EPOCHS, "--ensemble", "2", "-o", "m")
        for command in (("inspect", "m", "points.csv"), ("activations", "m"), ("diff", "m", "m", "points.csv"),
                        ("info", "m", "--plan"), ("explain", "m", "points.csv", "--method", "selectivity"),
                        ("explain", "m", "points.csv", "--method", "garson")):
            done = self.run_program(*command)
            self.assertIn(done.returncode, (USAGE, DATA), command)
            self.assertIn(b"the network is an ensemble of 2", done.stderr)

    def test_flags_that_are_about_one_network_are_refused(self):
        for flag in (("--checkpoint", "c"), ("--resume", "c"), ("--log", "l"), ("--plot",), ("--report", "p.html"),
                     ("--health",), ("--calibrate",)):
            self.fail_with(USAGE, "train", "points.csv", "--ensemble", "2", *flag, says=(flag[0], "does not go with it"))
        for flag in (("--val", "0.3"), ("--val-data", "points.csv")):
            self.fail_with(USAGE, "train", "points.csv", "--ensemble", "2", "--ensemble-by", "folds", *flag,
                           says=(flag[0], "each fold validates"))
        self.fail_with(USAGE, "train", "points.csv", "--ensemble-by", "folds", says="--ensemble, which is not given")
        self.fail_with(USAGE, "train", "points.csv", "--ensemble", "0", says="--ensemble")
        self.fail_with(USAGE, "train", "points.csv", "--ensemble", "1", "--ensemble-by", "folds", says="2 folds or more")

    def test_a_member_that_diverges_is_named_and_nothing_is_written(self):
        self.fail_with(DIVERGED, "train", "line.csv", "--ensemble", "2", "--optimizer", "sgd", "--lr", "1e6", "-o", "m",
                       says="member 1 of 2")
        self.assertFalse(os.path.exists(self.path("m")))

    def test_ctrl_c_saves_the_members_that_had_ended(self):
        run = self.start("train", "points.csv", "--ensemble", "1000", "--epochs", "2000", "--threads", "1", "-o", "m",
                         stderr=subprocess.PIPE, stdout=subprocess.DEVNULL)
        for line in run.stderr:  # one network is trained after another
            if line.startswith(b"1000 networks  epoch ") and int(line.split()[3]) > 2000:
                break
        run.send_signal(signal.SIGINT)
        self.assertEqual(run.wait(timeout=60), 128 + signal.SIGINT)
        members = len(self.json("info", "m")["members"])
        self.assertTrue(0 < members < 1000)

    def test_a_damaged_ensemble_is_refused(self):
        self.succeed("train", "points.csv", *EPOCHS, "--ensemble", "2", "-o", "m")
        file = bytearray(self.read("m"))
        file[-5] ^= 1
        self.write("m", bytes(file))
        self.fail_with(DATA, "predict", "m", "points.csv", says="is damaged")


if __name__ == "__main__":
    unittest.main()
