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
            self.fail_with(USAGE, "train", "points.csv", "--recipe", "plain", "--val", "0", flag, value, says=(flag, "no validation data"))
        self.assertEqual(self.json("train", "points.csv", "--hidden", "4", "--val", "0", "--keep", "last")["best_epoch"], None)

    def test_metrics_that_do_not_fit_are_refused(self):
        self.fail_with(USAGE, "train", "points.csv", "--metric", "acuracy", says=("--metric", "accuracy"))
        self.fail_with(USAGE, "train", "points.csv", "--metric", "rmse", says=("--metric rmse is for values",))
        self.fail_with(DATA, "train", "points.csv", "--val-data", "ups.csv", "--metric", "roc_auc",
                       says=("metric roc_auc has no value on the validation data", "class"))

    def test_equal_targets_end_well_with_any_metric(self):
        for metric in ("loss", "r2", "rmse", "explained_variance"):
            report = self.json("train", "same.csv", "--task", "regression", "--epochs", "3", "--metric", metric)
            self.assertIsNotNone(report["best_score"], metric)

    def test_an_epoch_in_which_the_metric_has_no_value_says_it_in_its_line(self):
        self.write("rare.csv", "a,y\n" + "".join(f"{i % 7},{'rare' if i % 20 == 0 else 'some'}\n" for i in range(100)))
        done = self.run_program("train", "rare.csv", "--epochs", "8", "--lr", "0.1", "--metric", "precision(average=class, class=0)")
        self.assertIn(" no value ", done.stderr.decode())
        self.assertNotIn("nan", done.stderr.decode() + done.stdout.decode())

    def test_what_a_resumed_run_changes_is_said_in_flags(self):
        run = ("train", "points.csv", "--epochs", "2", "--checkpoint", "run")
        self.succeed(*run)
        more = (*run, "--resume", "run", "--override", "--quiet")
        self.assertIn("run: goes on with a change: --clip-norm was none, is 1", self.run_program(*more, "--clip-norm", "1").stderr.decode())
        self.fail_with(USAGE, *more, "--on-divergence", "halve", says=("--on-divergence halve was 0, is 5", "cannot go on"))
        self.fail_with(USAGE, *more, "--keep", "last", says=("--keep was yes, is no", "cannot go on"))

    def test_on_divergence_the_rate_is_halved_on_request_and_said(self):
        run = ("train", "line.csv", "--epochs", "20", "--hidden", "8", "--optimizer", "sgd", "--lr", "10")
        self.fail_with(DIVERGED, *run, "--quiet", says=("try --on-divergence halve, a smaller --lr",))
        done = self.run_program(*run, "--on-divergence", "halve")
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        said = done.stderr.decode()
        self.assertIn("warning: divergence: ", said)
        self.assertIn("a smaller learning rate, --clip-norm or scaled data may help", said)
        self.assertIn("goes back to its start, with half the learning rate (halving 1 of 5)", said)
        report = self.json(*run, "--on-divergence", "halve")
        self.assertTrue(1 <= report["halvings"] <= 5)
        self.assertIn(f"halved {report['halvings']} time", done.stdout.decode())

    def test_a_full_batch_optimizer_is_not_told_to_halve_a_rate_that_it_does_not_have(self):
        self.write("huge.csv", "a,y\n" + "".join(f"{i % 7}e20,{i}e30\n" for i in range(1, 30)))
        run = ("train", "huge.csv", "--scale", "none", "--val", "0", "--quiet", "--optimizer")
        said = self.fail_with(DIVERGED, *run, "lbfgs", says="try a smaller --lr or scaled inputs (--scale standard)")
        self.assertNotIn("halve", said)
        self.fail_with(DIVERGED, *run, "adam", says="try --on-divergence halve, a smaller --lr, --clip-norm 1")

    def test_the_names_for_a_score_are_those_of_metrics_and_loss(self):
        for known in ("--metric", "accurcy"), ("--metric", "los"):
            self.fail_with(USAGE, "train", "points.csv", *known, says=("there is no metric", "tweedie_deviance, and loss"))
        self.succeed("train", "points.csv", "--epochs", "1", "--metric", "loss")
        self.fail_with(USAGE, "explain", "model.safetensors", "points.csv", "--method", "permutation", "--metric", "los",
                       says=("there is no metric", "tweedie_deviance, and loss"))
        self.succeed("explain", "model.safetensors", "points.csv", "--method", "permutation", "--metric", "loss")


if __name__ == "__main__":
    unittest.main()
