"""Commands on a saved model: eval, predict, info, check; and models that are damaged or do not fit the data."""

import csv
import json
import os
import shutil
import statistics
import unittest

from program import CHECK_FAILED, DATA, NO_INPUT, USAGE, ProgramTest


class Plan(ProgramTest):
    NET = "784 -> 512 relu -> 256 relu -> 10 softmax"

    def test_a_plan_accounts_for_every_operation(self):
        plan = self.json("info", "--plan", "--batch", "128", "--threads", "2", self.NET)
        self.assertEqual((plan["network"], plan["batch"], plan["threads"]), (self.NET, 128, 2))
        weights = (784 * 512, 512 * 256, 256 * 10)
        self.assertEqual(plan["flops"], 2 * 128 * (3 * sum(weights) - weights[0]))
        self.assertEqual({part["phase"] for part in plan["parts"]}, set(range(plan["phases"])))
        for key in ("flops", "bytes"):
            self.assertAlmostEqual(sum(part[key] for part in plan["parts"]), plan[key], delta=1e-9 * plan[key])
        multiplied = [part for part in plan["parts"] if part["flops"] > 0]
        self.assertEqual({part["products"] for part in multiplied} - {"native", "OpenBLAS"}, set())

    def test_a_plan_is_a_table_with_a_row_for_each_part(self):
        text = self.succeed("info", "--plan", self.NET)
        parts = self.json("info", "--plan", self.NET)["parts"]
        head, *rows = text.split("\n\n")[1].splitlines()
        self.assertEqual(head.split(), "phase part layer tasks of at most products MFLOP touched".split())
        self.assertLess(max(map(len, (head, *rows))), 80)
        self.assertEqual([row.split()[1] for row in rows], [part["name"] for part in parts])
        self.assertEqual([row for row in rows if row != row.rstrip()], [])

    def test_a_model_has_a_plan_for_the_optimizer_asked_for(self):
        self.write_points()
        self.succeed("train", "points.csv", "--hidden", "8", "--epochs", "1", "-o", "m")
        adam, sgd = (self.json("info", "--plan", "m", "--optimizer", name) for name in ("adam", "sgd"))
        self.assertEqual(adam["network"], "2 -> 8 relu -> 2 softmax")
        self.assertGreater(adam["bytes"], sgd["bytes"])
        self.assertEqual(adam["batch"], 32)

    def test_a_plan_that_cannot_be_is_refused(self):
        self.fail_with(USAGE, "info", "--plan", "784 -> 0", says="layer 1")
        self.fail_with(USAGE, "info", "--plan", self.NET, "--optimizer", "amad", says="amad")
        self.fail_with(USAGE, "info", "--plan", self.NET, "--batch", "0", says="--batch")
        self.fail_with(USAGE, "info", "--plan", "--build", says="--build")
        self.fail_with(USAGE, "info", "--plan", says="MODEL")
        self.fail_with(USAGE, "info", "--batch", "7", "m", says="--plan")
        self.fail_with(NO_INPUT, "info", "--plan", "nothere", says="nothere")
        self.fail_with(NO_INPUT, "info", self.NET, says=self.NET)


class Classes(ProgramTest):
    def setUp(self):
        super().setUp()
        self.names = ('deep "red", dark', "grün 日本")
        self.write_points(names=self.names)
        self.succeed("train", "points.csv", "--hidden", "8", "--epochs", "40", "--lr", "0.01", "-o", "m")

    def predict(self, *arguments):
        return list(csv.reader(self.succeed("predict", *arguments).splitlines()))

    def test_eval_agrees_with_what_was_learned(self):
        report = self.json("eval", "m", "points.csv")
        self.assertEqual((report["n"], report["accuracy"]), (60, 1.0))
        self.assertLess(report["loss"], 0.3)
        self.assertIn("accuracy 1.0000", self.succeed("eval", "m", "points.csv"))

    def test_a_folded_model_answers_the_same_without_its_norms(self):
        net = "2 -> 8 -> batchnorm -> relu -> dropout 0.1 -> 2 softmax"
        self.succeed("train", "points.csv", "--net", net, "--epochs", "5", "-o", "norm")
        self.assertIn("2 -> 8 -> relu -> 2 softmax", self.succeed("fold", "norm", "-o", "folded"))
        for one, two in zip(self.predict("norm", "points.csv")[1:], self.predict("folded", "points.csv")[1:]):
            self.assertEqual(one[0], two[0])
            self.assertAlmostEqual(float(one[1]), float(two[1]), places=4)
        layers = self.json("info", "norm")["layers"]
        self.assertEqual([layer["text"] for layer in layers],
                         ["8", "batchnorm", "relu", "dropout(rate=0.1)", "2 softmax"])

    def test_fold_says_what_it_lacks(self):
        self.fail_with(USAGE, "fold", "m", says="--output")
        self.fail_with(USAGE, "fold", "-o", "out", says="MODEL")
        self.fail_with(NO_INPUT, "fold", "nothing", "-o", "out", says="nothing")

    def test_predict_names_the_classes_and_gives_their_probabilities(self):
        rows = self.predict("m", "points.csv")
        self.assertEqual(rows[0][0], "class")
        self.assertEqual(set(rows[0][1:]), set(self.names))
        self.assertEqual(len(rows), 61)
        for row in rows[1:]:
            shares = [float(share) for share in row[1:]]
            self.assertAlmostEqual(sum(shares), 1, places=4)
            self.assertEqual(row[0], rows[0][1 + shares.index(max(shares))])

    def test_predict_needs_no_target_and_gives_the_same(self):
        with open(self.path("points.csv"), encoding="utf-8") as file:
            inputs = "\n".join(",".join(line.split(",")[:2]) for line in file.read().splitlines())
        self.write("inputs.csv", inputs + "\n")
        self.assertEqual(self.predict("m", "inputs.csv"), self.predict("m", "points.csv"))

    def test_no_header_leaves_the_names_out(self):
        self.assertEqual(self.predict("m", "points.csv", "--no-header"), self.predict("m", "points.csv")[1:])

    def test_a_single_sigmoid_gives_two_probabilities(self):
        self.succeed("train", "points.csv", "--loss", "binary_cross_entropy", "--epochs", "40", "--lr", "0.05", "-o",
                     "m1")
        rows = self.predict("m1", "points.csv")
        self.assertEqual(len(rows[1]), 3)
        self.assertEqual([row[0] for row in rows], [row[0] for row in self.predict("m", "points.csv")])

    def test_logits_are_turned_into_probabilities(self):
        self.succeed("train", "points.csv", "--net", "2 -> 2", "--loss", "softmax_cross_entropy", "-o", "m2")
        for row in self.predict("m2", "points.csv")[1:]:
            self.assertAlmostEqual(float(row[1]) + float(row[2]), 1, places=4)

    def test_info_names_layers_classes_and_facts(self):
        report = self.json("info", "m")
        self.assertEqual(set(report["classes"]), set(self.names))
        self.assertEqual(report["layers"][0],
                         {"kind": "dense", "text": "8 relu", "inputs": 2, "units": 8, "activation": "relu", "parameters": 24})
        self.assertEqual((report["task"], report["target"]), ("classification", "kind"))
        self.assertEqual(report["facts"]["loss"], "softmax_cross_entropy")
        text = self.succeed("info", "m")
        for word in ("2 -> 8 relu -> 2 softmax", "grün 日本", "softmax"):
            self.assertIn(word, text)

    def test_info_gives_the_scaling_of_each_input(self):
        report = self.json("info", "m")
        self.assertIsNone(report["output_scaling"])
        with open(self.path("points.csv"), encoding="utf-8") as file:
            columns = list(zip(*[map(float, line.split(",")[:2]) for line in file.read().splitlines()[1:]]))
        for shift, column in zip(report["input_scaling"]["shift"], columns):
            self.assertAlmostEqual(shift, statistics.mean(column), delta=0.5)
        for scale, column in zip(report["input_scaling"]["scale"], columns):
            self.assertAlmostEqual(1 / scale, statistics.pstdev(column), delta=0.2)
        lines = [line.split() for line in self.succeed("info", "m").splitlines()]
        shown = {line[0]: [float(figure) for figure in line[1:]] for line in lines if line and line[0] in ("x", "y")}
        for i, name in enumerate(("x", "y")):
            for figure, what in zip(shown[name], ("shift", "scale")):
                self.assertAlmostEqual(figure, report["input_scaling"][what][i], places=4)

    def test_check_takes_the_model(self):
        report = self.json("check", "m")
        self.assertEqual(report["over"], 0)
        self.assertEqual(report["networks"], 1)

    def test_data_that_does_not_fit_is_refused(self):
        self.write("wide.csv", "a,b,c,d,kind\n1,2,3,4,x\n2,3,4,5,y\n")
        for command in ("eval", "predict"):
            self.fail_with(DATA, command, "m", "wide.csv")
        self.write("other.csv", "x,y,kind\n1,2,stranger\n")
        self.fail_with(DATA, "eval", "m", "other.csv", says="stranger")
        self.fail_with(DATA, "predict", "m", "digits")

    def test_a_target_that_is_not_last_is_remembered_without_a_header(self):
        with open(self.path("points.csv"), encoding="utf-8") as file:
            rows = [row[2:] + row[:2] for row in list(csv.reader(file))[1:]]
        for name, table in (("first.csv", rows), ("inputs.csv", [row[1:] for row in rows])):
            with open(self.path(name), "w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows(table)
        self.succeed("train", "first.csv", "--target", "0", "--lr", "0.01", "-o", "m3")
        self.assertEqual(self.json("eval", "m3", "first.csv")["n"], 60)
        self.assertEqual(self.predict("m3", "first.csv"), self.predict("m3", "inputs.csv"))

    def test_eval_without_targets_is_refused(self):
        self.write("inputs.csv", "x,y\n1,2\n3,4\n")
        self.fail_with(DATA, "eval", "m", "inputs.csv")


class Values(ProgramTest):
    def test_values_are_predicted_in_their_own_unit(self):
        self.write_line()
        self.succeed("train", "line.csv", "--hidden", "none", "--lr", "0.05", "--epochs", "100", "-o", "m")
        rows = list(csv.reader(self.succeed("predict", "m", "line.csv").splitlines()))
        self.assertEqual(rows[0], ["price"])
        with open(self.path("line.csv"), encoding="utf-8") as file:
            expected = [float(row[2]) for row in list(csv.reader(file))[1:]]
        for row, price in zip(rows[1:], expected):
            self.assertAlmostEqual(float(row[0]), price, delta=0.2)
        report = self.json("eval", "m", "line.csv")
        self.assertGreater(report["r2"], 0.99)
        self.assertIsNone(report["accuracy"])
        scaling = self.json("info", "m")["output_scaling"]
        self.assertAlmostEqual(scaling["shift"][0], statistics.mean(expected), delta=1)
        self.assertAlmostEqual(scaling["scale"][0], statistics.pstdev(expected), delta=1)
        self.assertRegex(self.succeed("info", "m"), r"output: y \* scale \+ shift.*\nprice +\d")

    def test_unscaled_models_say_so(self):
        self.write_line()
        self.succeed("train", "line.csv", "--scale", "none", "--epochs", "1", "-o", "m")
        report = self.json("info", "m")
        self.assertIsNone(report["input_scaling"])
        self.assertIsNone(report["output_scaling"])
        self.assertNotIn("shift", self.succeed("info", "m"))


class Parts(ProgramTest):
    def test_eval_takes_the_test_part_unless_told_otherwise(self):
        trained = self.json("train", "digits", "--epochs", "2", "-o", "m")
        test = self.json("eval", "m", "digits")
        self.assertEqual(test["n"], trained["test_samples"])
        self.assertAlmostEqual(test["accuracy"], trained["test_accuracy"])
        self.assertAlmostEqual(test["loss"], trained["test_loss"])
        self.assertEqual(self.json("eval", "m", "digits", "--part", "train")["n"], trained["train_samples"])
        scale = self.json("info", "m")["input_scaling"]["scale"]
        self.assertEqual(scale, [0 if i in (0, 32, 39) else 1 / 16 for i in range(64)])  # these pixels are 0 in all digits
        self.assertRegex(self.succeed("info", "m"), r"61 inputs +0 +0.0625\n3 inputs, constant in training, are ignored\n")
        self.fail_with(USAGE, "eval", "m", "digits", "--part", "both", says="--part:")

    def test_predict_agrees_with_eval(self):
        self.succeed("train", "digits", "--epochs", "2", "-o", "m")
        self.assertEqual(len(self.succeed("predict", "m", "digits", "--no-header").splitlines()),
                         self.json("eval", "m", "digits")["n"])


    def test_predict_needs_no_labels_but_eval_does(self):
        self.succeed("train", "digits", "--epochs", "2", "-o", "m")
        digits = os.path.join(os.environ["GEMMULE_SOURCE_ROOT"], "data", "digits")
        shutil.copy(os.path.join(digits, "t10k-images-idx3-ubyte.gz"), self.folder)
        expected = self.succeed("predict", "m", "digits")
        self.assertEqual(self.succeed("predict", "m", "t10k-images-idx3-ubyte.gz"), expected)
        self.assertEqual(self.succeed("predict", "m", "."), expected)
        self.fail_with(NO_INPUT, "eval", "m", "t10k-images-idx3-ubyte.gz", says="labels")


class BrokenModels(ProgramTest):
    def test_any_changed_byte_is_noticed(self):
        self.write_points()
        self.succeed("train", "points.csv", "--hidden", "none", "--epochs", "1", "-o", "m")
        good = self.read("m")
        for at in (0, 9, len(good) // 2, len(good) - 1):
            with self.subTest(byte=at):
                self.write("bad", good[:at] + bytes([good[at] ^ 4]) + good[at + 1:])
                self.fail_with(DATA, "info", "bad", says="bad")
        self.write("short", good[:-3])
        self.fail_with(DATA, "predict", "short", "points.csv", says="short")

    def test_files_that_are_no_models(self):
        self.write_points()
        self.write("empty", "")
        self.fail_with(NO_INPUT, "info", "nothere", says="nothere")
        self.fail_with(DATA, "info", "empty", says="empty")
        self.fail_with(DATA, "eval", "points.csv", "points.csv", says="points.csv")


class Check(ProgramTest):
    def test_the_standard_set_is_well(self):
        report = self.json("check")
        self.assertEqual(report["over"], 0)
        self.assertLess(report["worst"], 1e-6)
        checked = {block["network"] for block in report["blocks"]}
        for name in ("sigmoid", "tanh", "relu", "leaky_relu", "softmax", "step"):
            self.assertTrue(any(name in network for network in checked), name)

    def test_a_threshold_that_nothing_meets_is_exit_1(self):
        done = self.run_program("check", "--net", "3 -> 4 tanh -> 2", "--threshold", "1e-300", "--json")
        self.assertEqual(done.returncode, CHECK_FAILED)
        self.assertGreater(json.loads(done.stdout)["over"], 0)

    def test_step_is_named_as_straight_through(self):
        self.assertIn("straight-through", self.succeed("check", "--net", "3 -> 4 step -> 2"))

    def test_net_loss_and_entries_are_followed(self):
        report = self.json("check", "--net", "9 -> 8 tanh -> 3", "--loss", "softmax_cross_entropy", "--entries", "5")
        self.assertEqual(report["blocks"][0]["checked"], 5)
        self.assertEqual(report["blocks"][0]["loss"], "softmax_cross_entropy")

    def test_embedded_categories_are_checked_at_codes(self):
        for net in ("3 -> embedding(columns=1, levels=5) -> 2", "4 -> pbld(numbers=2) -> embedding(columns=2, levels=3) -> 2"):
            report = self.json("check", "--net", net)
            self.assertEqual(report["over"], 0, net)
            [table] = [block for block in report["blocks"] if "table" in block["block"]]
            self.assertGreater(table["checked"], 0)

    def test_a_wrong_network_is_refused(self):
        self.fail_with(USAGE, "check", "--net", "3 -> 4 tann -> 2", "--json", says="tanh")


if __name__ == "__main__":
    unittest.main()
