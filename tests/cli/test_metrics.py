"""The report of `gemmule eval`: metrics by class, averages, confusion matrices, measures of errors; --metric."""

import csv
import io
import random
import unittest

from program import USAGE, ProgramTest


class Classes(ProgramTest):
    def setUp(self):
        super().setUp()
        draw = random.Random(2)
        lines = ["x,y,w,kind"]
        for i in range(90):
            kind = "abc"[i % 3] if draw.random() < 0.8 else draw.choice("abc")
            lines.append(f"{draw.gauss(i % 3, 0.7):.3f},{draw.gauss(-(i % 3), 0.7):.3f},{draw.randrange(4)},{kind}")
        self.write("data.csv", "\n".join(lines) + "\n")
        self.succeed("train", "data.csv", "--weights", "w", "-o", "m", "--epochs", "10", "--val", "0", "--quiet")

    def counted(self):
        """The confusion matrix of what `predict` writes, weighted."""
        answers = list(csv.DictReader(io.StringIO(self.succeed("predict", "m", "data.csv"))))
        rows = list(csv.DictReader(io.StringIO(self.read("data.csv").decode())))
        matrix = [[0] * 3 for _ in range(3)]
        for row, answer in zip(rows, answers):
            found = next(value for name, value in answer.items() if value in "abc")
            matrix["abc".index(row["kind"])]["abc".index(found)] += int(row["w"])
        return matrix

    def test_the_report_by_class_is_that_of_the_predictions(self):
        report = self.json("eval", "m", "data.csv")
        matrix = self.counted()
        self.assertEqual(report["confusion"], matrix)
        for j, row in enumerate(report["classes"]):
            predicted, actual = sum(line[j] for line in matrix), sum(matrix[j])
            self.assertEqual((row["name"], row["support"]), ("abc"[j], actual))
            self.assertAlmostEqual(row["precision"], matrix[j][j] / predicted)
            self.assertAlmostEqual(row["recall"], matrix[j][j] / actual)
            self.assertAlmostEqual(row["f1"], 2 * matrix[j][j] / (predicted + actual))
        metrics, total = report["metrics"], sum(map(sum, matrix))
        self.assertAlmostEqual(metrics["accuracy"], sum(matrix[j][j] for j in range(3)) / total)
        self.assertAlmostEqual(metrics["f1(average=macro)"], sum(row["f1"] for row in report["classes"]) / 3)
        self.assertAlmostEqual(metrics["recall(average=weighted)"],
                               sum(row["recall"] * row["support"] for row in report["classes"]) / total)
        self.assertEqual(report["undefined"], {})

    def test_people_see_the_same_figures_in_tables(self):
        text, report = self.succeed("eval", "m", "data.csv"), self.json("eval", "m", "data.csv")
        for row, line in zip(report["classes"], report["confusion"]):
            figures = [f"{row[name]:.4f}" for name in ("precision", "recall", "f1")]
            self.assertRegex(text, rf"(?m)^{row['name']} +{' +'.join(figures)} +{row['support']:g}$")
            self.assertRegex(text, rf"(?m)^{row['name']} +{' +'.join(f'{n:g}' for n in line)}$")
        for average in ("macro", "weighted"):
            figures = [f"{report['metrics'][f'{name}(average={average})']:.4f}" for name in ("precision", "recall", "f1")]
            self.assertRegex(text, rf"(?m)^{average} average +{' +'.join(figures)} ")
        self.assertRegex(text, rf"(?m)^matthews +{report['metrics']['matthews']:.6g}$")

    def test_metrics_are_chosen_by_their_calls(self):
        calls = ["f1(average=class, class=2)", "roc_auc(multi=ovo, average=weighted)", "log_loss"]
        report = self.json("eval", "m", "data.csv", "--metric", ", ".join(calls))
        self.assertEqual(list(report["metrics"]), calls)
        self.assertNotIn("confusion", report)
        text = self.succeed("eval", "m", "data.csv", "--metric", ",".join(calls))
        self.assertEqual(len(text.splitlines()), 2 + len(calls))
        self.assertRegex(text, r"(?m)^log_loss +" + f"{report['metrics']['log_loss']:.6g}$")

    def test_a_metric_that_is_not_defined_says_why(self):
        self.write("one.csv", "x,y,w,kind\n0,0,1,b\n1,1,1,b\n")
        report = self.json("eval", "m", "one.csv", "--metric", "accuracy,roc_auc")
        self.assertIsNone(report["metrics"]["roc_auc"])
        self.assertIn("all samples belong to class 1", report["undefined"]["roc_auc"])
        text = self.succeed("eval", "m", "one.csv", "--metric", "roc_auc")
        self.assertRegex(text, "(?m)^roc_auc +not defined: all samples belong to class 1")
        self.assertNotIn("nan", text)
        whole = self.succeed("eval", "m", "one.csv")
        self.assertNotIn("nan", whole)
        self.assertRegex(whole, r"(?m)^a .* - ")

    def test_lists_of_metrics_that_are_wrong_are_refused(self):
        for metrics, words in {"f2": ('--metric: there is no metric "f2"', "f1"), "rmse": "--metric rmse is for values, and the targets are classes",
                               "f1,,ece": "--metric: metric 2 of the list is empty", "": "metric 1 of the list is empty",
                               "f1(average=most)": "average", "top_k(k=0": "--metric"}.items():
            self.fail_with(USAGE, "eval", "m", "data.csv", "--metric", metrics, says=words)

    def test_a_large_confusion_matrix_is_in_json_only(self):
        self.write("many.csv", "x,kind\n" + "".join(f"{i},kind{i % 25}\n" for i in range(100)))
        self.succeed("train", "many.csv", "-o", "many", "--epochs", "1", "--val", "0", "--quiet")
        text = self.succeed("eval", "many", "many.csv")
        self.assertNotIn("confusion", text)
        self.assertRegex(text, r"(?m)^kind24 .* 4$")
        self.assertEqual([sum(row) for row in self.json("eval", "many", "many.csv")["confusion"]], [4] * 25)

    def test_the_table_of_metrics_is_listed(self):
        self.assertRegex(self.succeed("list", "metrics"), r"(?m)^f1\(average=macro, class=1\)$")


class Binary(ProgramTest):
    def test_one_output_and_two_give_reports_of_the_same_form(self):
        self.write_points()
        for name, loss in (("one", "binary_cross_entropy"), ("two", "softmax_cross_entropy")):
            self.succeed("train", "points.csv", "--loss", loss, "-o", name, "--epochs", "50", "--val", "0", "--quiet")
            report = self.json("eval", name, "points.csv")
            self.assertEqual([row["name"] for row in report["classes"]], ["high", "low"])
            self.assertEqual(report["confusion"], [[30, 0], [0, 30]])
            chosen = self.json("eval", name, "points.csv", "--metric", "roc_auc,pr_auc,brier,log_loss")["metrics"]
            self.assertEqual((chosen["roc_auc"], chosen["pr_auc"]), (1, 1))
            self.assertLess(chosen["log_loss"], 0.5)


class Values(ProgramTest):
    def test_the_report_of_values_is_that_of_the_predictions(self):
        draw = random.Random(3)
        pairs = [(i / 10, 3 * i / 10 + draw.gauss(0, 1)) for i in range(60)]
        self.write("line.csv", "x,y\n" + "".join(f"{x},{y}\n" for x, y in pairs))
        self.succeed("train", "line.csv", "-o", "m", "--epochs", "20", "--val", "0", "--quiet")
        answers = [float(line) for line in self.succeed("predict", "m", "line.csv").splitlines()[1:]]
        errors = sorted(abs(y - answer) for (_, y), answer in zip(pairs, answers))
        report = self.json("eval", "m", "line.csv")
        self.assertAlmostEqual(report["metrics"]["mae"], sum(errors) / 60, 4)
        self.assertAlmostEqual(report["metrics"]["median_ae"], (errors[29] + errors[30]) / 2, 4)
        self.assertAlmostEqual(report["metrics"]["rmse"], report["rmse"], 4)
        self.assertAlmostEqual(report["metrics"]["r2"], report["r2"], 4)
        self.assertRegex(self.succeed("eval", "m", "line.csv"), r"(?m)^mae +" + f"{report['metrics']['mae']:.6g}$")
        self.fail_with(USAGE, "eval", "m", "line.csv", "--metric", "accuracy", says="is for classes")
        self.write("one.csv", "x,y\n1,3\n")
        self.assertIn("at least two samples", self.json("eval", "m", "one.csv")["undefined"]["r2"])


if __name__ == "__main__":
    unittest.main()
