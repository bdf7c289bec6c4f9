"""gemmule inspect: alarms, the table of layers, histograms and pictures, as text and as JSON."""

import json
import math
import os
import random
import re
import unittest

from program import DATA, USAGE, ProgramTest


class Inspect(ProgramTest):
    def setUp(self):
        super().setUp()
        draw = random.Random(4)
        lines = ["a,b,c,d,kind"]
        for _ in range(300):
            x = [draw.gauss(0, 1) for _ in range(4)]
            lines.append(",".join(f"{v:.4f}" for v in x) + "," + "uvw"[(x[0] * x[1] > 0) + (x[2] > 0)])
        self.write("data.csv", "\n".join(lines) + "\n")

    def inspect(self, *arguments, **environment):
        """Runs gemmule inspect in an environment without the terminal's own settings, and returns stdout."""
        names = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LC_ALL")}
        done = self.run_program("inspect", *arguments, env={**names, **environment})
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        return done.stdout.decode()

    def train(self, net, *flags):
        self.succeed("train", "data.csv", "-o", "m", "--net", net, "--epochs", "5", "--val", "0", "--quiet", *flags)

    def test_a_healthy_model_has_no_alarms_and_a_row_for_each_layer(self):
        self.train("4 -> 32 relu -> 16 tanh -> 3 softmax")
        text = self.inspect("m", "data.csv", COLUMNS="120")
        self.assertTrue(text.startswith("no alarms\n\n300 samples, noise scale"), text)
        for row in ("1 32 relu +32 ", "2 16 tanh +16 ", "3 3 softmax +3 "):
            self.assertRegex(text, f"(?m)^{row}")
        self.assertIn("spectral", text)

    def test_text_and_json_have_the_same_figures(self):
        self.train("4 -> 32 relu -> 3 softmax")
        text, report = self.inspect("m", "data.csv", COLUMNS="120"), self.json("inspect", "m", "data.csv")
        self.assertEqual((report["model"], report["data"], report["samples"]), ("m", "data.csv", 300))
        self.assertEqual(report["alarms"], [])
        self.assertEqual(len(report["edges"]), 65)
        for layer in report["layers"]:
            figures = [f"{layer[name]:.3g}" for name in ("mean", "deviation", "gradient_norm", "weight_norm",
                                                        "spectral_norm", "effective_rank")]
            self.assertRegex(text, " +".join([layer["text"], str(layer["units"]), "0", "0", "0", *figures]))
            self.assertEqual(len(layer["each"]), layer["units"])
            self.assertEqual(sum(layer["histogram"]), 300 * layer["units"])
            self.assertAlmostEqual(layer["weight_norm"] ** 2, sum(s * s for s in layer["singular_values"]), places=4)

    def test_alarms_come_first_with_units_and_a_remedy(self):
        self.train("4 -> 24 relu init=zeros -> 3 softmax", "--epochs", "1")
        text, report = self.inspect("m", "data.csv"), self.json("inspect", "m", "data.csv")
        self.assertRegex(text, r"\A(dead|duplicated): layer 1: \d+ of 24 units .*; try ")
        alarm = report["alarms"][0]
        self.assertEqual((alarm["layer"], alarm["figure"]), (1, len(alarm["units"]) / 24))
        self.assertIn(alarm["text"], text)

    def test_a_narrow_terminal_gets_blocks_no_wider_than_it(self):
        self.train("4 -> 32 relu -> 3 softmax")
        text = self.inspect("m", "data.csv", COLUMNS="40")
        self.assertIn("layer 1: 32 relu\n", text)
        table = text[text.index("layer 1:"):text.index("confusion matrix")]
        self.assertLessEqual(max(map(len, table.splitlines())), 40)

    def test_bars_are_blocks_with_utf8_and_digits_without(self):
        self.train("4 -> 32 relu -> 3 softmax")
        self.assertIn("█", self.inspect("m", "data.csv", LC_ALL="C.UTF-8"))
        plain = self.inspect("m", "data.csv", LC_ALL="C")
        self.assertTrue(plain.isascii())
        self.assertRegex(plain, r"(?m)^ +1  [.1-8]{32}$")

    def test_weights_of_images_are_pictures(self):
        self.train("4 -> 32 relu -> 3 softmax")
        text = self.inspect("m", "data.csv", "--shape", "2x2", LC_ALL="C")
        self.assertIn("weights of the first layer", text)
        self.assertNotIn("weights of the first layer", self.inspect("m", "data.csv"))
        self.fail_with(USAGE, "inspect", "m", "data.csv", "--shape", "3x2", says="6 inputs, and the model has 4")
        for wrong in ("0x4", "4", "x", "2x2x1", "-1x4", "2x"):
            self.fail_with(USAGE, "inspect", "m", "data.csv", "--shape=" + wrong, says="--shape")

    def test_inputs_that_a_preparation_makes_are_no_pictures(self):
        rows = "".join(f"{i % 7},{i % 5},{i % 3},{'abcdefghijklm'[i % 13]},{'xy'[i % 2]}\n" for i in range(130))
        self.write("made.csv", "p,q,r,kind,class\n" + rows)
        self.succeed("train", "made.csv", "--hidden", "4", "--epochs", "1", "-o", "n", "--quiet")
        for shape in ("4x4", "2x2"):
            self.fail_with(USAGE, "inspect", "n", "made.csv", "--shape", shape, says="makes 16 inputs of 4 columns, so these are no pictures")

    def test_images_of_a_folder_are_pictures_by_themselves(self):
        self.succeed("train", "digits", "-o", "d", "--epochs", "1", "--quiet")
        text = self.inspect("d", "digits", LC_ALL="C.UTF-8", COLUMNS="120")
        self.assertIn("weights of the first layer", text)
        self.assertIn("▀", text)

    def test_singular_values_are_bars_from_the_greatest_down(self):
        self.train("4 -> 32 relu -> 3 softmax")
        text = self.inspect("m", "data.csv", LC_ALL="C", COLUMNS="120")
        values = self.json("inspect", "m", "data.csv")["layers"][0]["singular_values"]
        bars = re.search(r"singular values .*\n   1  ([0-9.]+)\n", text).group(1)
        self.assertEqual(bars, "".join(str(math.ceil(math.ceil(1000 * v / values[0]) / 1000 * 8)) for v in values))

    def test_confusion_and_mistakes_are_those_of_eval_and_explain(self):
        self.train("4 -> 32 relu -> 3 softmax")
        text, rows = self.inspect("m", "data.csv", LC_ALL="C"), self.json("eval", "m", "data.csv")["confusion"]
        found = [[float(n) for n in re.search(rf"(?m)^{name} +(.*)$", text).group(1).split()] for name in "uvw"]
        self.assertEqual(found, rows)
        wrong = json.loads(self.succeed("explain", "m", "data.csv", "--method", "mistakes(most=5)", "--format", "json"))
        lines = [f"sample {row[0]}: actual {row[1]}, predicted {row[2]} ({row[3]:.3f})" for row in wrong["rows"]]
        self.assertIn(f"{wrong['mistakes']} of 300 samples are wrong; the most confident first\n" + "\n".join(lines) + "\n", text)

    def test_of_many_classes_the_pairs_confused_most_are_listed(self):
        draw = random.Random(5)
        self.write("many.csv", "x,k\n" + "".join(f"{i % 30 + draw.gauss(0, 2):.3f},k{i % 30}\n" for i in range(600)))
        self.succeed("train", "many.csv", "-o", "m", "--epochs", "2", "--val", "0", "--quiet")
        text, report = self.inspect("m", "many.csv"), self.json("eval", "m", "many.csv")
        counts, names = report["confusion"], [entry["name"] for entry in report["classes"]]
        pairs = sorted((-counts[i][j], i, j) for i in range(30) for j in range(30) if i != j)[:10]
        found = re.findall(r"(?m)^ +(\d+)  (k\d+) +as (k\d+)$", text)
        self.assertEqual(found, [(f"{-count:g}", names[i], names[j]) for count, i, j in pairs])

    def test_values_have_their_largest_residuals(self):
        self.write_line()
        self.succeed("train", "line.csv", "-o", "m", "--epochs", "3", "--val", "0", "--quiet")
        text = self.inspect("m", "line.csv")
        rows = re.findall(r"(?m)^sample \d+: actual (\S+), predicted (\S+)$", text)
        gaps = [abs(float(a) - float(b)) for a, b in rows]
        self.assertEqual(len(gaps), 5)
        self.assertEqual(gaps, sorted(gaps, reverse=True))

    def test_learned_activations_are_charts(self):
        self.train("4 -> 8 prelu -> 8 relu -> 3 softmax")
        text = self.inspect("m", "data.csv", LC_ALL="C")
        self.assertIn("learned activation of layer 1: 8 prelu", text)
        self.assertIn(". at first  * learned", text)
        self.train("4 -> 8 relu -> 3 softmax")
        self.assertNotIn("learned", self.inspect("m", "data.csv", LC_ALL="C"))

    def test_samples_are_as_many_as_asked_for(self):
        self.train("4 -> 8 tanh -> 3 softmax")
        self.assertEqual(self.json("inspect", "m", "data.csv", "--samples", "70")["samples"], 70)
        one = self.inspect("m", "data.csv", "--samples", "70", "--seed", "1")
        self.assertNotEqual(one, self.inspect("m", "data.csv", "--samples", "70", "--seed", "2"))
        self.assertEqual(one, self.inspect("m", "data.csv", "--samples", "70", "--seed", "1"))

    def test_training_reports_the_alarms_at_its_end(self):
        healthy = self.succeed("train", "data.csv", "-o", "h", "--hidden", "16", "--epochs", "8", "--val", "0", "--health")
        self.assertRegex(healthy, r"(?m)^alarms +none$")
        flags = ("train", "data.csv", "-o", "h", "--net", "4 -> 16 tanh -> 3 softmax", "--epochs", "8", "--val", "0",
                 "--optimizer", "sgd(lr=1e-9)")
        self.assertIsNone(self.json(*flags)["alarms"])
        alarms = self.json(*flags, "--health")["alarms"]
        self.assertEqual([(alarm["kind"], alarm["layer"]) for alarm in alarms], [("stalled", 1), ("stalled", 2)])
        self.assertRegex(self.succeed(*flags, "--health"), r"(?m)^alarm +layer 1: an update changes the weights by .*; try ")

    def test_watching_health_changes_no_bit_of_the_model(self):
        flags = ("train", "data.csv", "--hidden", "16", "--epochs", "3", "--quiet")
        self.succeed(*flags, "-o", "plain")
        self.succeed(*flags, "-o", "watched", "--health")
        self.assertEqual(self.read("plain"), self.read("watched"))

    def test_data_that_does_not_fit_is_refused(self):
        self.train("4 -> 8 tanh -> 3 softmax")
        self.write("other.csv", "p,q\n1,2\n3,4\n")
        self.fail_with(DATA, "inspect", "m", "other.csv", says="other.csv")


unittest.main()
