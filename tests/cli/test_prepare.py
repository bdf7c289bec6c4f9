"""train --prepare: transforms of columns that travel with the model."""

import csv
import io
import json
import random
import unittest

from program import USAGE, ProgramTest

RULES = "number -> quantile; 'unit price' -> log -> robust -> smooth_clip"


class Preparing(ProgramTest):
    def setUp(self):
        super().setUp()
        draw = random.Random(1)
        self.rows = [(draw.uniform(20, 70), draw.lognormvariate(2, 1), draw.gauss(0, 1)) for _ in range(120)]
        lines = [f"{a:.4f},{p:.4f},{s:.4f},{a / 10 + p ** 0.5 + s:.4f}" for a, p, s in self.rows]
        self.write("t.csv", 'age,"unit price",size,y\n' + "\n".join(lines) + "\n")
        self.write("swapped.csv", 'size,age,"unit price"\n' + "".join(f"{s:.4f},{a:.4f},{p:.4f}\n" for a, p, s in self.rows))

    def train(self, rules, *more):
        return self.json("train", "t.csv", "--prepare", rules, "--epochs", "5", *more)

    def test_the_model_keeps_the_transforms_and_info_shows_them(self):
        self.train(RULES)
        text = self.succeed("info", "model.safetensors")
        self.assertIn(f"preparation {RULES}\n", text)
        self.assertIn("3 of 3 columns: age, unit price, size\n", text)
        self.assertNotIn("input: (x - shift)", text)
        facts = self.json("info", "model.safetensors")
        self.assertEqual(facts["preparation"]["description"], RULES)
        self.assertEqual([i["name"] for i in facts["preparation"]["inputs"]], ["age", "unit price", "size"])
        self.assertEqual([i["column"] for i in facts["preparation"]["inputs"]], [0, 1, 2])
        self.assertIsNone(facts["input_scaling"])
        self.assertIsNotNone(facts["output_scaling"])
        self.succeed("train", "t.csv", "--epochs", "1")
        self.assertIsNone(self.json("info", "model.safetensors")["preparation"])

    def test_columns_are_taken_by_name_as_they_are_in_the_file(self):
        self.train(RULES)
        self.assertEqual(self.succeed("predict", "model.safetensors", "swapped.csv"),
                         self.succeed("predict", "model.safetensors", "t.csv"))

    def test_standard_is_what_scale_standard_is(self):
        self.train("number -> standard", "--dtype", "f64")
        one = self.succeed("predict", "model.safetensors", "t.csv").split()[1:]
        self.json("train", "t.csv", "--scale", "standard", "--epochs", "5", "--dtype", "f64")
        other = self.succeed("predict", "model.safetensors", "t.csv").split()[1:]
        for a, b in zip(one, other):
            self.assertAlmostEqual(float(a), float(b), delta=1e-6)

    def test_explanations_are_of_the_columns(self):
        self.train(RULES)
        for method in ("shapley", "integrated_gradients", "gradient"):
            rows = list(csv.reader(io.StringIO(self.succeed("explain", "model.safetensors", "t.csv", "--method", method,
                                                            "--format", "csv"))))
            self.assertEqual(rows[0][-3:], ["age", "unit price", "size"])
            self.assertEqual(len(rows), 121)
        self.assertIn("unit price", self.succeed("explain", "model.safetensors", "t.csv", "--method", "permutation"))

    def test_other_commands_know_the_preparation(self):
        self.train(RULES)
        self.assertIn("are within", self.succeed("check", "model.safetensors"))
        self.succeed("fold", "model.safetensors", "-o", "folded")
        self.assertEqual(self.succeed("predict", "folded", "t.csv"), self.succeed("predict", "model.safetensors", "t.csv"))
        self.succeed("eval", "model.safetensors", "t.csv")
        self.succeed("inspect", "model.safetensors", "t.csv")
        self.assertIn("agree", self.succeed("diff", "model.safetensors", "folded", "t.csv"))
        self.succeed("cv", "t.csv", "--prepare", RULES, "--folds", "2", "--epochs", "2")

    def test_the_command_of_a_search_repeats_the_rules(self):
        done = self.run_program("tune", "t.csv", "--prepare", RULES, "--trials", "2")
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        said = done.stdout.decode() + done.stderr.decode()
        self.assertIn("--prepare 'number -> quantile; '", said)

    def test_a_run_goes_on_from_a_checkpoint_with_the_same_rules_alone(self):
        self.train(RULES, "--checkpoint", "run")
        self.succeed("train", "t.csv", "--prepare", RULES, "--epochs", "8", "--resume", "run", "--override", "-o", "parts")
        self.succeed("train", "t.csv", "--prepare", RULES, "--epochs", "8", "-o", "whole")
        self.assertEqual(self.read("parts"), self.read("whole"))
        self.fail_with(USAGE, "train", "t.csv", "--prepare", "number -> minmax", "--epochs", "8", "--resume", "run", "--quiet",
                       says=("run", "another preparation"))

    def test_faulty_rules_are_refused_and_named(self):
        for rules, says in (("number -> quantil", 'did you mean "quantile"'), ("agee -> log", 'no column "agee"; did you mean "age"'),
                            ("age -> one_hot", 'of "age": one_hot does not take numbers'), ("'unit price -> log", "the quote is not closed"),
                            ("age -> log -> -> log", "expected a name"), ("age -> quantile(quantiles=1)", "quantiles"),
                            ("age log", "an arrow, a semicolon or the end"), ("age -> log; age -> log", "a rule already")):
            self.fail_with(USAGE, "train", "t.csv", "--prepare", rules, "--quiet", says=("--prepare", says))
        self.fail_with(USAGE, "train", "t.csv", "--prepare", "number -> log", "--scale", "unit", says=("--prepare", "--scale 'unit'"))
        self.fail_with(USAGE, "tune", "t.csv", "--prepare", "number -> lag", "--trials", "1", says=("--prepare", "log"))
        self.fail_with(USAGE, "cv", "t.csv", "--prepare", "number -> lag", says=("--prepare", "log"))
        self.fail_with(USAGE, "train", "t.csv", "--prepare", "number -> log", "--net", "4 -> 1", says="makes 3 inputs of 3 columns")
        self.train("number -> log", "--scale", "none")
        self.assertIsNone(self.json("info", "model.safetensors")["output_scaling"])

    def test_a_model_whose_rules_were_changed_by_hand_is_refused(self):
        self.train(RULES)
        file = self.read("model.safetensors")
        length = int.from_bytes(file[:8], "little")
        header = json.loads(file[8:8 + length])
        self.assertEqual(json.loads(header["__metadata__"]["preparation"])["description"], RULES)
        self.write("changed", file.replace(b"number -> quantile", b"number -> quantilo"))
        self.fail_with(65, "info", "changed", says=("changed", "damaged"))


if __name__ == "__main__":
    unittest.main()
