"""`gemmule explain` by the whole of the data, and `gemmule diff`."""

import csv
import io
import json
import random
import unittest

from program import DATA, NO_INPUT, USAGE, ProgramTest

OF_DATA = ("permutation", "partial_dependence", "individual", "accumulated_effects", "connection_weights", "garson",
           "selectivity", "mistakes", "reliability")


class Explained(ProgramTest):
    def explain(self, method, *arguments, model="m", data="data.csv"):
        """The facts and the rows of a method, as dicts by column, of its JSON."""
        text = self.succeed("explain", model, data, "--method", method, "--format", "json", *arguments)
        self.assertEqual(text.count("\n"), 1)
        report = json.loads(text, parse_constant=self.fail)
        self.assertEqual(report["method"], method)
        return report, [dict(zip(report["columns"], row)) for row in report["rows"]]

    def rows(self, method, *arguments):
        text = self.succeed("explain", "m", "data.csv", "--method", method, "--format", "csv", *arguments)
        return list(csv.DictReader(io.StringIO(text)))


class Classes(Explained):
    """Kinds that depend on `signal` strongly and on `hint` weakly, not on `noise`; `still` is constant."""

    def setUp(self):
        super().setUp()
        draw = random.Random(3)
        lines = ["signal,noise,hint,still,kind"]
        for _ in range(200):
            signal, noise, hint = (draw.uniform(-1, 1) for _ in range(3))
            lines.append(f"{signal:.4f},{noise:.4f},{hint:.4f},5,{'yes' if 3 * signal + hint > 0 else 'no'}")
        self.write("data.csv", "\n".join(lines) + "\n")
        self.succeed("train", "data.csv", "--hidden", "8", "--activation", "tanh", "-o", "m", "--epochs", "200", "--lr",
                     "0.02", "--val", "0", "--quiet")

    def test_the_inputs_that_matter_rank_first_by_every_importance(self):
        report, rows = self.explain("permutation(repeats=10)", "--metric", "loss")
        self.assertEqual([row["input"] for row in rows[:2]], ["signal", "hint"])
        self.assertEqual((report["metric"], rows[-1]["importance"]), ("loss", 0))
        for row in rows:
            self.assertLessEqual(row["low"], row["importance"])
            self.assertLessEqual(row["importance"], row["high"])
        for method in ("connection_weights", "garson"):
            _, rows = self.explain(method)
            size = {row["input"]: row["yes"] - row["no"] * (method == "connection_weights") for row in rows}
            self.assertEqual(max(size, key=lambda name: abs(size[name])), "signal")
            self.assertEqual(size["still"], 0)
        for method in ("partial_dependence", "accumulated_effects"):
            _, rows = self.explain(method)
            reach = {}
            for row in rows:
                reach.setdefault(row["input"], []).append(row["yes"])
            order = sorted(reach, key=lambda name: min(reach[name]) - max(reach[name]))
            self.assertEqual(order[:2], ["signal", "hint"])
            self.assertEqual(order[-1], "still")

    def test_csv_json_and_text_have_the_same_figures(self):
        for method in OF_DATA:
            report, rows = self.explain(method, "--feature", "signal,3")
            for row, line in zip(rows, self.rows(method, "--feature", "signal,3")):
                self.assertEqual(list(row), list(line))
                for name, value in row.items():
                    if isinstance(value, str):
                        self.assertEqual(line[name], value)
                    elif value is None:
                        self.assertEqual(line[name], "")
                    else:
                        self.assertAlmostEqual(float(line[name]), value, delta=1e-6 * max(1, abs(value)))
            text = self.succeed("explain", "m", "data.csv", "--method", method, "--feature", "signal,3")
            self.assertNotIn("nan", text)
            head = next(line for line in text.splitlines() if line.split()[:1] == report["columns"][:1])
            self.assertEqual(head.split(), " ".join(report["columns"]).split())

    def test_every_method_of_the_list_explains(self):
        names = [row["name"] for row in self.json("list", "explanations")["explanations"]]
        self.assertEqual(tuple(names[-len(OF_DATA):]), OF_DATA)
        for name in names:
            self.assertGreater(len(self.succeed("explain", "m", "data.csv", "--method", name).splitlines()), 2)

    def test_inputs_are_chosen_by_name_or_number(self):
        for given, names in (("noise", {"noise"}), ("2,signal", {"noise", "signal"}), ("4", {"still"})):
            _, rows = self.explain("permutation", "--feature", given)
            self.assertEqual({row["input"] for row in rows}, names)
        for wrong in ("nose", "5", "0", "signal,,hint", "1,1,1,1,1"):
            self.fail_with(USAGE, "explain", "m", "data.csv", "--method", "garson", "--feature", wrong, says="--feature")

    def test_individual_predictions_average_to_the_partial_dependence(self):
        _, single = self.explain("individual(points=4)", "--feature", "signal")
        _, mean = self.explain("partial_dependence(points=4)", "--feature", "signal")
        self.assertEqual((len(mean), len(single)), (4, 800))
        for row in mean:
            values = [one["yes"] for one in single if one["value"] == row["value"]]
            self.assertEqual(len(values), 200)
            self.assertAlmostEqual(sum(values) / 200, row["yes"], places=6)

    def test_individual_predictions_know_the_categories_of_the_data(self):
        rows = "".join("%d,%s,%d\n" % (i % 7, "abc"[i % 3], i % 5) for i in range(60))
        self.succeed("train", self.write("levels.csv", "x,level,y\n" + rows), "--task", "regression", "--epochs", "1", "-o", "levels")
        table = self.succeed("explain", "levels", "levels.csv", "--method", "individual", "--feature", "level", "--format", "csv")
        rows = list(csv.DictReader(io.StringIO(table)))
        self.assertEqual(len(rows), 60 * len({row["value"] for row in rows}))

    def test_mistakes_are_those_of_the_predictions(self):
        answers = list(csv.DictReader(io.StringIO(self.succeed("predict", "m", "data.csv"))))
        kinds = [row["kind"] for row in csv.DictReader(io.StringIO(self.read("data.csv").decode()))]
        wrong = {i + 1 for i, (row, kind) in enumerate(zip(answers, kinds)) if kind not in row.values()}
        report, rows = self.explain("mistakes(most=1000)")
        self.assertEqual(report["mistakes"], len(wrong))
        self.assertEqual({row["sample"] for row in rows}, wrong)
        for row in rows:
            self.assertEqual(row["actual"], kinds[row["sample"] - 1])

    def test_the_calibration_curve_covers_all_samples(self):
        report, rows = self.explain("reliability(bins=4)")
        self.assertEqual(sum(row["weight"] for row in rows), 200)
        error = sum(row["weight"] * abs(row["accuracy"] - row["confidence"]) for row in rows if row["weight"]) / 200
        self.assertAlmostEqual(report["error"], error, places=9)
        self.assertIsNone(rows[0]["accuracy"])  # the greatest of two probabilities is never below a half

    def test_what_cannot_be_explained_is_refused_in_words(self):
        explain = ("explain", "m", "data.csv", "--method")
        self.fail_with(USAGE, *explain, "permutation(repeats=0)", says=("--method", "repeats"))
        self.fail_with(USAGE, *explain, "permutations", says="permutation")
        self.fail_with(USAGE, *explain, "permutation", "--metric", "acuracy", says=("--metric", "accuracy"))
        self.fail_with(USAGE, *explain, "permutation", "--metric", "r2", says="--metric")
        self.fail_with(USAGE, *explain, "selectivity(layer=9)", says="layer 9")
        self.write("one.csv", "signal,noise,hint,still,kind\n1,0,1,5,yes\n0.5,1,1,5,yes\n")
        self.fail_with(DATA, "explain", "m", "one.csv", "--method", "selectivity", says="1 class")
        self.fail_with(DATA, "explain", "m", "one.csv", "--method", "permutation", "--metric", "roc_auc",
                       says=("roc_auc", "not defined"))
        self.write("bare.csv", "signal,noise,hint,still\n1,0,1,5\n0.5,1,1,5\n")
        self.fail_with(DATA, "explain", "m", "bare.csv", "--method", "mistakes", says="kind")
        self.succeed("explain", "m", "bare.csv", "--method", "partial_dependence")
        self.succeed("train", "data.csv", "--net", "4 -> 8 relu -> layernorm -> 2 softmax", "-o", "n", "--epochs", "1", "--quiet")
        self.fail_with(DATA, "explain", "n", "data.csv", "--method", "garson", says=("layer 2", "layernorm"))


class Values(Explained):
    def test_a_plane_has_straight_effects(self):
        self.write_line("data.csv", 200)
        self.succeed("train", "data.csv", "--net", "2 -> 1", "-o", "m", "--optimizer", "lbfgs", "--epochs", "20", "--val", "0", "--quiet")
        for method in ("partial_dependence(points=5)", "accumulated_effects(bins=5)"):
            _, rows = self.explain(method, "--feature", "a")
            for one, other in zip(rows, rows[1:]):
                slope = (other["price"] - one["price"]) / (other["value"] - one["value"])
                self.assertAlmostEqual(slope, 3, delta=0.1)
        report, rows = self.explain("permutation")
        self.assertEqual((report["metric"], rows[0]["input"]), ("r2", "a"))
        self.fail_with(DATA, "explain", "m", "data.csv", "--method", "mistakes", says="values")


class Names(Explained):
    def test_hostile_names_are_shown_escaped(self):
        name = "<script>\x1b[31m\u202e" + "x" * 10000
        self.write("data.csv", f'"{name}",b,kind\n' + "\n".join(f"{i % 7},{i % 3},{'pq'[i % 2]}" for i in range(40)) + "\n")
        self.succeed("train", "data.csv", "-o", "m", "--epochs", "1", "--val", "0", "--quiet")
        text = self.succeed("explain", "m", "data.csv", "--method", "permutation")
        self.assertNotIn("\x1b", text)
        self.assertLess(max(map(len, text.splitlines())), 200)
        _, rows = self.explain("permutation")
        self.assertIn(name, [row["input"] for row in rows])


class Diff(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write_points()
        for name, epochs in (("a", "3"), ("b", "4")):
            self.succeed("train", "points.csv", "--net", "2 -> 8 relu -> 4 -> 2 softmax", "-o", name, "--epochs", epochs, "--val", "0", "--quiet")

    def test_equal_models_agree(self):
        report = self.json("diff", "a", "a", "points.csv")
        self.assertIsNone(report["first"])
        self.assertIsNone(report["mismatch"])
        self.assertEqual([stage["values"] for stage in report["stages"]], [0] * len(report["stages"]))
        self.assertIn("the compared layers agree\n", self.succeed("diff", "a", "a", "points.csv"))

    def test_models_of_different_training_part_at_their_first_layer(self):
        report = self.json("diff", "a", "b", "points.csv")
        self.assertEqual(report["first"], 1)
        self.assertEqual(report["stages"][0]["values"], 0)
        self.assertGreater(report["stages"][1]["greatest"], 0)
        self.assertEqual(report["stages"][1]["stage"], "8 relu")
        text = self.succeed("diff", "a", "b", "points.csv")
        self.assertIn("the models part at layer 1, 8 relu\n", text)
        self.assertIsNone(self.json("diff", "a", "b", "points.csv", "--tolerance", "1000")["first"])

    def test_other_architectures_are_named(self):
        self.succeed("train", "points.csv", "--net", "2 -> 8 gelu -> 2 softmax", "-o", "c", "--epochs", "1", "--val", "0", "--quiet")
        text = self.succeed("diff", "a", "c", "points.csv")
        self.assertIn('layer 1 is "8 relu" in the first network and "8 gelu" in the other', text)

    def test_models_and_data_that_do_not_fit_are_refused(self):
        self.write_line("line.csv")
        self.fail_with(DATA, "diff", "a", "b", "line.csv")
        self.fail_with(NO_INPUT, "diff", "a", "missing", "points.csv", says="missing")
        self.fail_with(USAGE, "diff", "a", "b", "points.csv", "--tolerance", "-1", says="--tolerance")


if __name__ == "__main__":
    unittest.main()
