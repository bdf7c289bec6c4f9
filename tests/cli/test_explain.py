"""Explanations of predictions: text, CSV and JSON; which samples and outputs; what is refused."""

import csv
import io
import json
import random
import unittest

from program import DATA, USAGE, ProgramTest

METHODS = ["gradient", "gradient_x_input", "smooth_gradient", "integrated_gradients", "relevance", "occlusion", "shapley",
           "kernel_shap"]


class Explain(ProgramTest):
    def setUp(self):
        super().setUp()
        draw = random.Random(1)
        lines = ["noise,cause,still,sort", "5,2.5,7,high"]
        for _ in range(119):
            cause = draw.gauss(0, 1)
            lines.append(f"{draw.gauss(5, 2):.4f},{cause:.4f},7,{'high' if cause > 0 else 'low'}")
        self.write("sorts.csv", "\n".join(lines) + "\n")
        self.succeed("train", "sorts.csv", "--epochs", "60", "--hidden", "8", "-o", "sorts")
        self.write_line()
        self.succeed("train", "line.csv", "--epochs", "100", "-o", "line")

    def rows(self, *arguments):
        return list(csv.DictReader(io.StringIO(self.succeed("explain", *arguments, "--format", "csv"))))

    def objects(self, *arguments):
        lines = self.succeed("explain", *arguments, "--format", "json").splitlines()
        return [json.loads(line, parse_constant=self.fail) for line in lines]

    def test_text_has_the_prediction_the_inputs_by_size_and_the_sum(self):
        for method in METHODS:
            text = self.succeed("explain", "sorts", "sorts.csv", "--method", method)
            lines = text.splitlines()
            self.assertRegex(lines[0], r"^sample 1: class (high|low), probability 0\.\d+|1$")
            self.assertRegex(lines[1], rf"^{method}, score of class (high|low)$")
            self.assertRegex(lines[4], r"^cause +\S+ +[+-]\S+ +[+-]+$")  # the greatest bar first
            self.assertRegex(text, r"(?m)^(= )?value +[+-]\S+$")
            self.assertRegex(text, r"(?m)^still +7 +\+0 *$")  # a constant input gets nothing

    def test_text_fits_the_terminal_and_shows_the_most_important_inputs(self):
        for columns in ("50", "80", "200"):
            done = self.run_program("explain", "sorts", "sorts.csv", "--top", "1", env={"COLUMNS": columns})
            lines = done.stdout.decode().splitlines()
            self.assertLessEqual(max(map(len, lines)), 80)
            self.assertIn("2 others", done.stdout.decode())
            self.assertNotIn("still", done.stdout.decode())

    def test_csv_has_a_row_for_each_sample_whose_parts_add_up(self):
        rows = self.rows("line", "line.csv", "--method", "shapley")
        self.assertEqual(len(rows), 80)
        self.assertEqual([row["sample"] for row in rows], [str(i + 1) for i in range(80)])
        for row in rows:
            self.assertAlmostEqual(float(row["base"]) + float(row["a"]) + float(row["b"]), float(row["value"]), places=3)
        self.assertEqual(len(self.rows("line", "line.csv", "--samples", "7-9")), 3)
        self.assertEqual(self.rows("line", "line.csv", "--sample", "7")[0]["sample"], "7")
        self.assertEqual(self.rows("line", "line.csv", "--method", "gradient")[0]["base"], "")  # there is none

    def test_attributions_are_in_the_unit_of_the_target_per_unit_of_the_column(self):
        row = self.rows("line", "line.csv", "--method", "smooth_gradient", "--sample", "3")[0]
        self.assertAlmostEqual(float(row["a"]), 3, delta=0.6)
        self.assertAlmostEqual(float(row["b"]), -2, delta=0.6)

    def test_json_has_an_object_on_a_line_for_each_sample(self):
        objects = self.objects("sorts", "sorts.csv", "--samples", "2-4", "--method", "relevance")
        self.assertEqual([one["sample"] for one in objects], [2, 3, 4])
        for one in objects:
            self.assertEqual([item["name"] for item in one["inputs"]], ["noise", "cause", "still"])
            self.assertIn(one["class"], ("high", "low"))
            parts = sum(item["attribution"] for item in one["inputs"]) + one["biases"] + one["epsilon"]
            self.assertAlmostEqual(parts + one["error"], one["value"], places=6)

    def test_classes_are_chosen_by_name_or_number_and_quantities_by_word(self):
        sample = ("sorts", "sorts.csv", "--sample", "1")
        high, low = (self.objects(*sample, "--output", name)[0] for name in ("high", "low"))
        self.assertEqual((high["class"], low["class"]), ("high", "low"))
        numbers = {self.objects(*sample, "--output", n)[0]["class"] for n in ("0", "1")}
        self.assertEqual(numbers, {"high", "low"})
        shares = [self.objects(*sample, "--output", n, "--quantity", "output")[0]["value"] for n in ("0", "1")]
        self.assertAlmostEqual(sum(shares), 1, places=5)
        self.assertEqual(self.objects("line", "line.csv", "--sample", "1", "--output", "price")[0]["output"], 0)

    def test_samples_of_the_data_can_be_the_background(self):
        rows = self.rows("line", "line.csv", "--background", "80", "--method", "shapley")
        mean = sum(float(row["value"]) for row in rows) / 80
        self.assertAlmostEqual(float(rows[0]["base"]), mean, places=3)

    def test_samples_and_outputs_that_are_not_there_are_refused(self):
        for flags, says in (
                (("--sample", "121"), "there is no sample 121; sorts.csv has 120"),
                (("--samples", "5-500"), "no sample 500"),
                (("--sample", "0"), "from 1"), (("--samples", "9-3"), "9-3"), (("--samples", "1-x"), "1-x"),
                (("--sample", "99999999999999999999999"), "99999"),
                (("--output", "none"), "no class 'none'; it has 2"), (("--output", "2"), "no class '2'"),
                (("--method", "shaply"), ("--method", "shapley")), (("--method", "relevance(eps=1)"), "epsilon"),
                (("--background", "121"), "121"), (("--top", "0"), "--top"), (("--format", "xml"), "text, csv, json"),
                (("--quantity", "x"), "auto, score, output")):
            self.fail_with(USAGE, "explain", "sorts", "sorts.csv", *flags, says=says)
        self.fail_with(USAGE, "explain", "line", "line.csv", "--output", "1", says="no target '1'; it has 1")

    def test_data_that_does_not_fit_and_methods_that_are_not_defined_are_refused(self):
        self.fail_with(DATA, "explain", "sorts", "line.csv", says="line.csv")
        self.write("bad.csv", "noise,cause,still\n1,2,7\n1,1e39,7\n")
        self.fail_with(DATA, "explain", "sorts", "bad.csv", "--sample", "2", says="line 3")
        self.succeed("explain", "sorts", "bad.csv", "--sample", "1")
        self.succeed("train", "sorts.csv", "--epochs", "2", "--net", "3 -> 4 -> layernorm -> 2 softmax", "-o", "norm")
        self.fail_with(USAGE, "explain", "norm", "sorts.csv", "--method", "relevance", says=("layer 2", "layernorm"))

    def test_names_are_text_and_never_markup_or_commands(self):
        names = ["<script>alert(1)</script>", "a\x1b[31mred\rx", "\u202eright to left", "n" * 10000, 'comma, "quote"']
        header = ",".join('"' + name.replace('"', '""') + '"' for name in [*names, "y"])
        draw = random.Random(2)
        body = "\n".join(",".join(f"{draw.gauss(0, 1):.3f}" for _ in range(6)) for _ in range(40))
        self.write("names.csv", header + "\n" + body + "\n")
        self.succeed("train", "names.csv", "--epochs", "3", "-o", "names")
        text = self.succeed("explain", "names", "names.csv", "--top", "9")
        for bad in ("\x1b", "\r", "\u202e"):
            self.assertNotIn(bad, text)
        self.assertIn("a\\x1b[31mred\\rx", text)
        self.assertIn("nnn...", text)
        self.assertLess(max(map(len, text.splitlines())), 120)
        inputs = self.objects("names", "names.csv", "--sample", "1")[0]["inputs"]
        self.assertEqual([item["name"] for item in inputs], names)
        row = self.rows("names", "names.csv", "--sample", "1")[0]
        self.assertIn('comma, "quote"', row)

    def test_images_are_explained_pixel_by_pixel(self):
        self.succeed("train", "digits", "--epochs", "2", "-o", "digits")
        text = self.succeed("explain", "digits", "digits", "--sample", "3", "--method", "occlusion")
        self.assertIn("input ", text)
        self.assertIn("44 others", text)

    def test_a_model_that_embeds_categories_is_explained_by_occlusion_in_words(self):
        lines = ["size,town,price"] + [f"{i % 17},{'town' + str(i * i % 30)},{i % 17 + i * i % 30}" for i in range(240)]
        self.write("towns.csv", "\n".join(lines) + "\n")
        flags = ("--prepare", "category -> code", "--recipe", "layers=embedding -> 8 relu; epochs=4", "--task", "regression")
        for more in ((), ("--ensemble", "2")):
            self.succeed("train", "towns.csv", *flags, *more, "-o", "towns")
            done = self.run_program("explain", "towns", "towns.csv", "--format", "json")
            self.assertIn("explained by occlusion", done.stderr.decode())
            self.assertEqual(json.loads(done.stdout.decode().splitlines()[0])["method"], "occlusion")
            self.assertEqual(done.stdout.decode(),
                             self.succeed("explain", "towns", "towns.csv", "--format", "json", "--method", "occlusion"))
            self.fail_with(USAGE, "explain", "towns", "towns.csv", "--method", "integrated_gradients",
                           says="not defined for a network with embeddings")
        self.succeed("train", "towns.csv", *flags, "-o", "towns")
        self.succeed("report", "towns", "towns.csv", "-o", "towns.html")
        self.assertIn(b"Shades, by occlusion:", self.read("towns.html"))
        self.assertEqual(self.run_program("explain", "sorts", "sorts.csv").stderr, b"")


if __name__ == "__main__":
    unittest.main()
