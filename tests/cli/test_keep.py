"""Which weights train keeps: those of the best epoch by a metric; patience; halved rates after divergence."""

import random
import unittest

from program import DIVERGED, USAGE, DATA, ProgramTest


class Keeping(ProgramTest):
    def setUp(self):
        super().setUp()
        draw = random.Random(1)
        rows = [(draw.gauss(0, 1), draw.gauss(0, 1)) for _ in range(200)]
        self.write("points.csv", "a,b,y\n" + "".join(
            f"{a:.4f},{b:.4f},{'up' if a + b + draw.gauss(0, 0.7) > 0 else 'down'}\n" for a, b in rows))
        self.write("line.csv", "a,b,y\n" + "".join(f"{a:.4f},{i % 5},{3 * a + i % 5:.4f}\n"
                                                   for i, (a, _) in enumerate(rows[:60])))
        self.write("same.csv", "a,b,y\n" + "".join(f"{a:.4f},{b:.4f},7.5\n" for a, b in rows[:60]))
        self.write("ups.csv", "a,b,y\n" + "".join(f"{a:.4f},{b:.4f},up\n" for a, b in rows[:30]))

    def test_the_report_names_the_best_epoch_and_that_patience_ended_training(self):
        run = ("train", "points.csv", "--epochs", "200", "--patience", "5")
        text = self.succeed(*run)
        report = self.json(*run)
        self.assertEqual((report["stopped"], report["metric"]), ("patience", "loss"))
        self.assertLess(report["epochs"], 200)
        self.assertEqual(report["best_epoch"], report["epochs"] - 5)
        self.assertEqual(report["kept_epoch"], report["best_epoch"])
        self.assertEqual(report["best_score"], report["val_loss"])
        self.assertIn("stopped: patience", text)
        self.assertIn(f"epoch {report['best_epoch']}: validation loss ", text)
        facts = self.json("info", "model.safetensors")["facts"]
        self.assertEqual(facts["epochs"], str(report["best_epoch"]))

    def test_a_metric_chooses_the_weights_and_keep_last_leaves_the_last(self):
        run = ("train", "points.csv", "--epochs", "30", "--metric", "accuracy", "--seed", "9")
        best, last = self.json(*run), self.json(*run, "--keep", "last")
        self.assertEqual(best["best_epoch"], last["best_epoch"])
        self.assertEqual((best["kept_epoch"], last["kept_epoch"]), (best["best_epoch"], 30))
        self.assertEqual(best["val_accuracy"], best["best_score"])
        self.assertLess(last["val_accuracy"], best["val_accuracy"])
        self.assertIn("; the weights are of epoch 30", self.succeed(*run, "--keep", "last"))

    def test_a_run_with_patience_goes_on_to_the_same_model(self):
        run = ("train", "points.csv", "--patience", "6", "--metric", "accuracy")
        self.succeed(*run, "--epochs", "7", "--checkpoint", "run")
        self.succeed(*run, "--epochs", "60", "--resume", "run", "--override", "-o", "parts")
        self.succeed(*run, "--epochs", "60", "-o", "whole")
        self.assertEqual(self.read("parts"), self.read("whole"))

    def test_flags_that_need_validation_are_refused_without_it(self):
        for flag, value in (("--metric", "accuracy"), ("--keep", "best"), ("--patience", "3")):
            self.fail_with(USAGE, "train", "points.csv", "--val", "0", flag, value, says=(flag, "no validation data"))
        self.assertEqual(self.json("train", "points.csv", "--val", "0", "--keep", "last")["best_epoch"], None)

    def test_metrics_that_do_not_fit_are_refused(self):
        self.fail_with(USAGE, "train", "points.csv", "--metric", "acuracy", says=("--metric", "accuracy"))
        self.fail_with(USAGE, "train", "points.csv", "--metric", "rmse", says=("--metric rmse is for values",))
        self.fail_with(DATA, "train", "points.csv", "--val-data", "ups.csv", "--metric", "roc_auc",
                       says=("metric roc_auc has no value on the validation data", "class"))

    def test_equal_targets_end_well_with_any_metric(self):
        for metric in ("loss", "r2", "rmse", "explained_variance"):
            report = self.json("train", "same.csv", "--task", "regression", "--epochs", "3", "--metric", metric)
            self.assertIsNotNone(report["best_score"], metric)

    def test_on_divergence_the_rate_is_halved_on_request_and_said(self):
        run = ("train", "line.csv", "--epochs", "20", "--hidden", "8", "--optimizer", "sgd", "--lr", "10")
        self.assertEqual(self.run_program(*run).returncode, DIVERGED)
        done = self.run_program(*run, "--on-divergence", "halve")
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        self.assertIn("warning: divergence: ", done.stderr.decode())
        self.assertIn("half the learning rate (halving 1 of 5)", done.stderr.decode())
        report = self.json(*run, "--on-divergence", "halve")
        self.assertTrue(1 <= report["halvings"] <= 5)
        self.assertIn(f"halved {report['halvings']} time", done.stdout.decode())


if __name__ == "__main__":
    unittest.main()
