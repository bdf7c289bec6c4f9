"""gemmule cv: the report, the predictions, what is refused, interrupts."""

import csv
import io
import json
import math
import re
import signal
import statistics
import time
import unittest

from program import CREATE, DATA, DIVERGED, USAGE, ProgramTest

FAST = ("--hidden", "8", "--epochs", "3")


class Report(ProgramTest):
    def test_json_has_the_figures_and_the_values_of_each_fold(self):
        report = self.json("cv", self.write_points(), *FAST, "--folds", "4", "--repeats", "2", "--quiet", "--metric", "accuracy,log_loss")
        self.assertEqual([m["metric"] for m in report["metrics"]], ["accuracy", "log_loss"])
        self.assertEqual((report["folds"], report["repeats"], report["finished"], report["split"]), (4, 2, 8, "stratified"))
        self.assertEqual([(n["repeat"], n["fold"]) for n in report["networks"]], [(r, f) for r in (1, 2) for f in (1, 2, 3, 4)])
        for metric in report["metrics"]:
            values = [network["values"][metric["metric"]] for network in report["networks"]]
            self.assertAlmostEqual(metric["mean"], statistics.mean(values), 9)
            self.assertAlmostEqual(metric["deviation"], statistics.stdev(values), 9)
            half = 2.364624251 * math.sqrt(1 / 8 + 1 / 3) * statistics.stdev(values)  # 7 degrees of freedom
            self.assertAlmostEqual(metric["low"], metric["mean"] - half, 8)
            self.assertAlmostEqual(metric["high"], metric["mean"] + half, 8)
        self.assertEqual({n["training"] + n["validation"] for n in report["networks"]}, {60})

    def test_any_number_of_threads_gives_the_same_figures(self):
        def figures(threads):
            report = self.json("cv", self.write_line(), *FAST, "--quiet", "--seed", "5", "--threads", threads)
            for network in report["networks"]:
                del network["seconds"]
            return report

        self.assertEqual(figures(1), figures(2))
        self.assertEqual(figures(1), figures(3))

    def test_text_is_a_table_of_means_and_one_of_folds(self):
        done = self.run_program("cv", self.write_line(), *FAST, "--confidence", "0.9")
        text = done.stdout.decode()
        self.assertEqual(done.returncode, 0)
        self.assertRegex(text, r"(?m)^data +80 samples, random: 5 folds$")
        self.assertRegex(text, r"(?m)^ +mean +deviation +90 % interval +pooled$")
        self.assertRegex(text, r"(?m)^rmse +[0-9.]+ +[0-9.]+ +[0-9.-]+ to +[0-9.]+ +[0-9.]+$")
        self.assertRegex(text, r"(?m)^ +fold +rmse +mae +r2$")
        self.assertEqual(len(re.findall(r"(?m)^ +[1-5]( +[0-9.e-]+){3}$", text)), 5)
        self.assertLess(max(map(len, text.splitlines())), 80)
        self.assertEqual(len(re.findall(r"(?m)^fold [1-5] of 5  rmse [0-9.]+  mean so far [0-9.]+$", done.stderr.decode())), 5)

    def test_the_tables_of_classes_fit_in_80_columns_and_long_metrics_stay_aligned(self):
        text = self.succeed("cv", self.write_points(), *FAST, "--quiet")
        self.assertLess(max(map(len, text.splitlines())), 80)
        long = "precision(average=class, class=1)"
        text = self.succeed("cv", self.write_points(), *FAST, "--quiet", "--metric", f"accuracy,{long}")
        rows = [line for line in text.splitlines() if " to " in line]
        self.assertEqual(len({line.index(" to ") for line in rows}), 1)
        self.assertIn(long + " ", rows[1])

    def test_the_figures_of_a_fold_are_those_of_train_and_eval(self):
        """Fold 1 of a cross-validation in the order of the rows, by hand."""
        self.write_line(count=60)
        lines = self.read("line.csv").decode().splitlines()
        self.write("held.csv", "\n".join(lines[:13]) + "\n")
        self.write("rest.csv", "\n".join(lines[:1] + lines[13:]) + "\n")
        report = self.json("cv", "line.csv", *FAST, "--split", "order", "--quiet", "--seed", "4")
        self.succeed("train", "rest.csv", *FAST, "--val", "0", "--quiet", "--seed", "4")
        expected = self.json("eval", "model.safetensors", "held.csv")
        for name, value in report["networks"][0]["values"].items():
            self.assertEqual(value, expected["metrics"][name])

    def test_a_share_is_held_back_for_validation_if_asked_for(self):
        report = self.json("cv", self.write_points(), *FAST, "--quiet", "--val", "0.25")
        self.assertEqual({network["held_back"] for network in report["networks"]}, {12})
        report = self.json("cv", self.write_points(), *FAST, "--quiet")
        self.assertEqual({network["held_back"] for network in report["networks"]}, {0})

    def test_flags_that_need_validation_hold_a_fifth_of_the_training_part_back(self):
        for flags, held_back in ((("--keep", "best"), 10), (("--patience", "2", "--metric", "accuracy,log_loss"), 10), (("--keep", "last"), 0), ((), 0)):
            report = self.json("cv", self.write_points(), *FAST, "--quiet", *flags)
            self.assertEqual({network["held_back"] for network in report["networks"]}, {held_back})

    def test_rates_that_were_halved_after_divergence_are_counted(self):
        run = ("cv", self.write_line(), *FAST, "--optimizer", "sgd", "--lr", "3", "--quiet")
        self.assertEqual(self.run_program(*run).returncode, DIVERGED)
        counts = [network["halvings"] for network in self.json(*run, "--on-divergence", "halve")["networks"]]
        halved = sum(count > 0 for count in counts)
        self.assertGreater(halved, 0)
        self.assertIn(f"halved after divergence in {halved} of 5 networks", self.succeed(*run, "--on-divergence", "halve"))

    def test_only_samples_with_a_prediction_have_a_row(self):
        partial = 0
        for rate in ("0.4", "0.45", "0.5", "0.55", "0.6"):  # some networks diverge
            run = ("cv", self.write_line(), *FAST, "--optimizer", "sgd", "--lr", rate, "--quiet", "--predictions", "p.csv")
            networks = json.loads(self.run_program(*run, "--json").stdout)["networks"]
            finished = {str(network["fold"]) for network in networks if network["status"] == "finished"}
            if 0 < len(finished) < 5:
                partial += 1
                rows = list(csv.DictReader(io.StringIO(self.read("p.csv").decode())))
                self.assertEqual({row["fold"] for row in rows}, finished)
        self.assertGreater(partial, 0)

    def test_a_metric_that_is_not_defined_is_said_in_words(self):
        lines = self.read(self.write_points()).decode().splitlines()
        self.write("sorted.csv", "\n".join(lines[:1] + sorted(lines[1:], key=lambda line: line.split(",")[2])) + "\n")
        run = ("cv", "sorted.csv", *FAST, "--split", "order", "--metric", "roc_auc,accuracy", "--quiet")
        text = self.succeed(*run)
        self.assertRegex(text, r"(?m)^roc_auc is not defined in 4 of 5 folds; the first: .*class")
        self.assertNotIn("nan", text)
        auc = self.json(*run)["metrics"][0]
        self.assertEqual((auc["folds"], auc["undefined"]), (1, 4))
        self.assertIsNotNone(auc["mean"])
        self.assertIsNone(auc["low"])


class Predictions(ProgramTest):
    def rows(self, *arguments):
        self.succeed("cv", *arguments, *FAST, "--quiet", "--predictions", "out.csv")
        return list(csv.DictReader(io.StringIO(self.read("out.csv").decode())))

    def test_probabilities_of_an_ensemble_in_one_network_are_its_outputs(self):
        net = "2 -> members 3 -> scale(std=1) -> 8 tanh -> 2 softmax heads -> average"
        self.succeed("cv", self.write_points(), "--net", net, "--epochs", "60", "--lr", "0.02", "--predictions", "out.csv")
        rows = list(csv.DictReader(io.StringIO(self.read("out.csv").decode())))
        self.assertGreater(min(max(float(row["low"]), float(row["high"])) for row in rows), 0.8)

    def test_each_sample_is_predicted_once_by_a_network_of_another_fold(self):
        data = self.write_points(names=("low", 'h"i, gh'))
        rows = self.rows(data, "--folds", "3")
        given = list(csv.DictReader(io.StringIO(self.read(data).decode())))
        self.assertEqual([row["row"] for row in rows], [str(i + 1) for i in range(60)])
        self.assertEqual([row["actual"] for row in rows], [row["kind"] for row in given])
        self.assertEqual({row["fold"] for row in rows}, {"1", "2", "3"})
        for row in rows:
            shares = {name: float(row[name]) for name in ("low", 'h"i, gh')}
            self.assertAlmostEqual(sum(shares.values()), 1, 5)
            self.assertEqual(row["class"], max(shares, key=shares.get))
        right = sum(row["class"] == row["actual"] for row in rows) / 60
        pooled = self.json("cv", data, *FAST, "--quiet", "--folds", "3", "--metric", "accuracy")["metrics"][0]["pooled"]
        self.assertAlmostEqual(right, pooled, 9)

    def test_values_have_the_name_of_the_target_and_repeats_are_averaged(self):
        data = self.write_line()
        first = self.rows(data)
        self.assertEqual(list(first[0]), ["row", "fold", "actual", "price"])
        error = math.sqrt(statistics.mean((float(r["actual"]) - float(r["price"])) ** 2 for r in first))
        self.assertAlmostEqual(error, self.json("cv", data, *FAST, "--quiet")["metrics"][0]["pooled"], 3)
        self.assertEqual(list(self.rows(data, "--repeats", "2")[0]), ["row", "actual", "price"])

    def test_scores_of_hinge_are_predicted_as_predict_does(self):
        rows = self.rows(self.write_points(), "--loss", "hinge")
        for row in rows:
            self.assertEqual(row["class"], "low" if float(row["low"]) > 0.5 else "high")
        self.assertGreater(sum(row["class"] == row["actual"] for row in rows), 40)

    def test_groups_stay_whole(self):
        lines = self.read(self.write_line()).decode().splitlines()
        self.write("groups.csv", "\n".join([lines[0] + ",who"] + [f"{line},g{i % 7}" for i, line in enumerate(lines[1:])]) + "\n")
        rows = self.rows("groups.csv", "--target", "price", "--split-by", "who")
        for group in range(7):
            self.assertEqual(len({row["fold"] for row in rows if (int(row["row"]) - 1) % 7 == group}), 1)

    def test_the_file_does_not_replace_the_data(self):
        data = self.write_points()
        before = self.read(data)
        self.fail_with(CREATE, "cv", data, *FAST, "--predictions", data, says="overwrite")
        self.assertEqual(self.read(data), before)
        self.fail_with(CREATE, "cv", data, *FAST, "--predictions", "no/such/folder.csv", says="no/such")


class Refusals(ProgramTest):
    def test_flags_that_do_not_fit_are_refused_in_words(self):
        data = self.write_points()
        self.fail_with(USAGE, "cv", data, "--checkpoint", "x", says=("--checkpoint", "all folds"))
        self.fail_with(USAGE, "cv", data, "--resume", "x", says=("--resume", "all folds"))
        self.fail_with(USAGE, "cv", data, "--val-data", data, says="--val-data")
        self.fail_with(USAGE, "cv", data, "--lr", "auto", says=("--lr", "auto"))
        self.fail_with(USAGE, "cv", data, "--val", "0", says="--val 0")
        self.fail_with(USAGE, "cv", data, "--confidence", "0", says=("--confidence", "above 0 and below 1"))
        self.fail_with(USAGE, "cv", data, "--folds", "1", says="--folds")
        self.fail_with(USAGE, "cv", data, "--metric", "acuracy", says=("--metric", "did you mean"))
        self.fail_with(USAGE, "cv", data, "--metric", "rmse", says=("--metric rmse is for values", "classes"))
        self.fail_with(USAGE, "cv", data, "--split", "order", "--repeats", "2", says="all of them would be equal")
        self.fail_with(USAGE, "cv", data, "--clip-norm", "1", "--optimizer", "lbfgs", "--quiet", says="fold 1 of 5")

    def test_data_that_is_too_small_is_refused_in_words(self):
        self.write("three.csv", "x,y\n1,2.5\n2,3.5\n3,4.25\n")
        self.fail_with(USAGE, "cv", "three.csv", says="5 folds of 3 samples: each fold needs at least one")
        self.assertEqual(self.json("cv", "three.csv", *FAST, "--folds", "3", "--quiet")["finished"], 3)
        self.write("one.csv", "x,y\n" + "".join(f"{i},a\n" for i in range(20)))
        self.fail_with(DATA, "cv", "one.csv", "--task", "classification", says="one class")
        self.write("groups.csv", "x,g,y\n" + "".join(f"{i},{i % 3},{i}.5\n" for i in range(20)))
        self.fail_with(USAGE, "cv", "groups.csv", "--split-by", "g", says="5 folds of 3 groups")

    def test_networks_that_diverge_are_reported(self):
        done = self.run_program("cv", self.write_line(), "--optimizer", "sgd", "--lr", "1e5", "--scale", "none", "--json")
        self.assertEqual(done.returncode, DIVERGED, done.stderr.decode())
        self.assertIn(b"fold 1 of 5", done.stderr)
        self.assertIn(b'"stopped": "diverged"', done.stdout)


class Interrupts(ProgramTest):
    def test_what_has_finished_is_reported_as_partial(self):
        data = self.write_points()
        process = self.start("cv", data, "--hidden", "64", "--epochs", "400", "--folds", "30", "--repeats", "500", stdout=-1, stderr=-1)
        while b"fold 3 of" not in process.stderr.readline():
            self.assertIsNone(process.poll())
        process.send_signal(signal.SIGINT)
        text, messages = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 128 + signal.SIGINT)
        self.assertRegex(messages.decode(), r"interrupted: \d+ of 15000 networks have finished; the figures are of these")
        self.assertRegex(text.decode(), r"(?m)^partial +\d+ of 15000 networks")
        self.assertRegex(text.decode(), r"(?m)^accuracy +[0-9.]+")

    def test_before_the_first_network_there_is_nothing_to_report(self):
        self.write("old.csv", "kept")
        process = self.start("cv", "digits", "--hidden", "2048,2048", "--epochs", "1000", "--predictions", "old.csv", stdout=-1, stderr=-1)
        time.sleep(1)
        process.send_signal(signal.SIGINT)
        text, messages = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 128 + signal.SIGINT)
        self.assertEqual(text, b"")
        self.assertIn(b"interrupted: 0 of 5 networks have finished", messages)
        self.assertEqual(self.read("old.csv"), b"kept")


if __name__ == "__main__":
    unittest.main()
