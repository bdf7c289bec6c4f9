"""gemmule tune --lr-range and train --lr auto: the report, the picture, what is refused, interrupts."""

import json
import re
import signal
import time
import unittest
import xml.etree.ElementTree

from program import CREATE, DATA, NO_INPUT, USAGE, ProgramTest


class Tune(ProgramTest):
    def test_json_has_the_curve_the_trials_and_the_rate(self):
        report = self.json("tune", "--lr-range", self.write_points(), "--optimizer", "sgd", "--seed", "2")
        rates = [point["rate"] for point in report["curve"]]
        self.assertEqual(rates, sorted(rates))
        self.assertAlmostEqual(rates[0], 1e-6)
        self.assertLessEqual(len(report["trials"]), 9)
        longest = max(trial["steps"] for trial in report["trials"])
        best = min((t for t in report["trials"] if t["steps"] == longest and t["loss"] is not None), key=lambda t: t["loss"])
        self.assertEqual(report["rate"], best["rate"])
        self.assertLess(best["loss"], report["start_loss"])
        self.assertEqual(report["description"], "2 -> 128 relu -> 2 softmax")

    def test_any_number_of_threads_gives_the_same_report(self):
        run = ("tune", "--lr-range", self.write_points(), "--seed", "5", "--threads")
        self.assertEqual(self.json(*run, 1), self.json(*run, 2))

    def test_text_shows_the_curve_and_marks_the_rate(self):
        text = self.succeed("tune", "--lr-range", self.write_points())
        self.assertRegex(text, r"(?m)^range test +\d+ steps at rates from 1e-06 to ")
        self.assertRegex(text, r"(?m)^ +rate  1e-06 +1e-05")
        self.assertGreater(len(re.findall(r"(?m)^ *[0-9.e+-]* \|.*\*", text)), 3)
        chosen = re.search(r"(?m)^rate +([0-9.e-]+): the best of \d rates", text).group(1)
        self.assertEqual(float(re.search(r"(?m)^ *([0-9.e-]+) .* <$", text).group(1)), float(f"{float(chosen):.3g}"))
        self.assertLess(max(map(len, text.splitlines()[:25])), 80)

    def test_with_a_metric_the_trials_have_their_scores(self):
        run = ("tune", "--lr-range", self.write_points(), "--metric", "accuracy")
        report, text = self.json(*run), self.succeed(*run)
        self.assertEqual(report["metric"], "accuracy")
        longest = [t for t in report["trials"] if t["steps"] == max(t["steps"] for t in report["trials"])]
        best = max(trial["score"] for trial in longest)
        self.assertEqual([t["score"] for t in longest if t["rate"] == report["rate"]], [best])
        self.assertGreater(best, report["start_score"])
        self.assertRegex(text, r"(?m)^ +rate +val loss +accuracy +steps$")
        self.assertEqual(float(re.search(r"(?m)^ *[0-9.e-]+ +[0-9.e-]+ +([0-9.]+) +\d+  <$", text).group(1)), float(f"{best:.5g}"))
        report = self.json("tune", "--lr-range", self.write_points())
        self.assertEqual(report["metric"], "loss")
        self.assertEqual(report["start_score"], report["start_loss"])
        self.assertNotIn("accuracy", self.succeed("tune", "--lr-range", self.write_points()))

    def test_svg_is_a_picture_with_two_curves_and_the_rate(self):
        self.succeed("tune", "--lr-range", self.write_points(), "--svg", "curve.svg")
        root = xml.etree.ElementTree.fromstring(self.read("curve.svg"))
        space = "{http://www.w3.org/2000/svg}"
        self.assertEqual([path.get("class") for path in root.iter(space + "path")], ["grid", "value"])
        self.assertEqual(sum(line.get("class") == "slope" for line in root.iter(space + "line")), 1)

    def test_the_picture_does_not_replace_the_data(self):
        data = self.write_points()
        before = self.read(data)
        self.fail_with(CREATE, "tune", "--lr-range", data, "--svg", data, says="overwrite")
        self.assertEqual(self.read(data), before)
        self.fail_with(CREATE, "tune", "--lr-range", data, "--svg", "no/such/folder.svg", says="no/such")

    def test_what_has_no_answer_is_refused_or_said(self):
        data = self.write_points()
        self.fail_with(USAGE, "tune", "--lr-range", data, "--optimizer", "lbfgs", says=("lbfgs", "no learning rate"))
        self.fail_with(NO_INPUT, "tune", "--lr-range", "nothing.csv", says="nothing.csv")
        self.write("nan.csv", "x,y\n" + "1,2\n" * 9 + "1e999,3\n")
        self.fail_with(DATA, "tune", "--lr-range", "nan.csv", "--task", "regression", says="1e999")
        report = self.json("tune", "--lr-range", data, "--freeze", "1,2")
        self.assertIsNone(report["rate"])
        self.assertIn("no clear answer", report["reason"])

    def test_equal_targets_and_few_rows_end_well(self):
        for count in (1, 3, 40):
            self.write("same.csv", "x,y\n" + "".join(f"{i},5.5\n" for i in range(count)))
            self.assertTrue(self.json("tune", "--lr-range", "same.csv", "--task", "regression")["reason"])

    def test_interrupted_it_says_so(self):
        process = self.start("tune", "--lr-range", "digits", "--hidden", "2048,2048", "--epochs", "1000")
        time.sleep(1)
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(60), 128 + signal.SIGINT)


class Auto(ProgramTest):
    def test_train_chooses_the_rate_that_tune_shows_and_says_why(self):
        flags = (self.write_points(), "--optimizer", "momentum", "--seed", "3", "--epochs", "30")
        chosen = self.json("tune", "--lr-range", *flags)
        done = self.run_program("train", *flags, "--lr", "auto", "--json")
        report = json.loads(done.stdout)
        self.assertEqual(report["lr_search"], {key: chosen[key] for key in ("rate", "reason", "steps")})
        self.assertRegex(done.stderr.decode(), r"(?m)^rate +[0-9.e-]+: the best of")
        fixed = self.json("train", *flags, "--lr", repr(chosen["rate"]))
        self.assertIsNone(fixed["lr_search"])
        for name in ("train_loss", "val_loss", "optimizer"):
            self.assertEqual(report[name], fixed[name])

    def test_without_an_answer_the_rate_is_the_optimizers(self):
        report = self.json("train", self.write_points(), "--freeze", "1,2", "--lr", "auto", "--epochs", "2")
        self.assertIsNone(report["lr_search"]["rate"])
        self.assertEqual(report["optimizer"], self.json("train", "points.csv", "--freeze", "1,2", "--epochs", "2")["optimizer"])

    def test_auto_is_refused_beside_another_rate(self):
        self.fail_with(USAGE, "train", self.write_points(), "--lr", "auto", "--optimizer", "sgd(lr=1)", says="--lr")
        self.fail_with(USAGE, "train", "points.csv", "--lr", "auto", "--optimizer", "lbfgs", says="lbfgs")
        self.fail_with(USAGE, "train", "points.csv", "--lr", "automatic", says="--lr")


if __name__ == "__main__":
    unittest.main()
