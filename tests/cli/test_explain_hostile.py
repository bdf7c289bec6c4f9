"""explain, diff, inspect and train --health with input of the worst kind: data of one class, one sample, one input or
thousands, every kind of layer, flags out of place. Groups of inputs, weights, and lines of single samples."""

import csv
import io
import json
import random
import time
import unittest

from program import DATA, USAGE, ProgramTest

OF_SAMPLES = ("gradient", "gradient_x_input", "smooth_gradient(samples=4)", "integrated_gradients(steps=8)", "relevance",
              "occlusion", "shapley", "kernel_shap(coalitions=64)")
OF_DATA = ("permutation", "partial_dependence", "individual", "accumulated_effects", "connection_weights", "garson",
           "selectivity", "mistakes", "reliability")


class Hostile(ProgramTest):
    def write_kinds(self, name="data.csv", weights=False, count=200, header="signal,noise,hint,still"):
        draw = random.Random(3)
        lines = [header + (",w" if weights else "") + ",kind"]
        for _ in range(count):
            signal_, noise, hint = (draw.uniform(-1, 1) for _ in range(3))
            weight = f",{draw.choice([0, 1, 5]) if signal_ < 0 else 1}" if weights else ""
            lines.append(f"{signal_:.4f},{noise:.4f},{hint:.4f},5{weight},{'yes' if 3 * signal_ + hint > 0 else 'no'}")
        return self.write(name, "\n".join(lines) + "\n")

    def train(self, *flags, data="data.csv", model="m"):
        self.succeed("train", data, "-o", model, "--epochs", "5", "--val", "0", "--quiet", *flags)

    def rows(self, method, *flags, model="m", data="data.csv"):
        return list(csv.DictReader(io.StringIO(self.succeed("explain", model, data, "--method", method, "--format", "csv", *flags))))

    def objects(self, method, *flags, model="m", data="data.csv"):
        text = self.succeed("explain", model, data, "--method", method, "--format", "json", *flags)
        return [json.loads(line, parse_constant=self.fail) for line in text.splitlines()]


class Groups(Hostile):
    def test_inputs_that_carry_the_same_information_matter_together(self):
        draw = random.Random(3)
        lines = ["one,two,noise,kind"]
        for _ in range(300):
            x = draw.uniform(-1, 1)
            lines.append(f"{x:.4f},{x:.4f},{draw.uniform(-1, 1):.4f},{'yes' if x > 0 else 'no'}")
        self.write("data.csv", "\n".join(lines) + "\n")
        self.train("--hidden", "8", "--epochs", "60")
        rows = {row["input"]: float(row["importance"]) for row in self.rows("permutation(repeats=9)", "--group", "one,two")}
        self.assertEqual(set(rows), {"one + two", "noise"})
        alone = {row["input"]: float(row["importance"]) for row in self.rows("permutation(repeats=9)")}
        self.assertGreater(rows["one + two"], 0.35)
        self.assertGreater(rows["one + two"], 1.2 * max(alone["one"], alone["two"]))

    def test_groups_come_beside_the_inputs_that_are_in_none_or_that_are_named(self):
        self.write_kinds()
        self.train()
        for flags, names in (((), {"signal", "noise", "hint", "still"}),
                             (("--group", "1,still"), {"signal + still", "noise", "hint"}),
                             (("--group", "hint", "--group", "2,1,4"), {"hint", "noise + signal + still"}),
                             (("--group", "1,2", "--group", "2,3", "--feature", "2"), {"signal + noise", "noise + hint", "noise"})):
            rows = self.rows("permutation", *flags)
            self.assertEqual({row["input"] for row in rows}, names)
            self.assertEqual(len(rows), len(names))
        one = {row["input"]: row for row in self.rows("permutation")}
        group = {row["input"]: row for row in self.rows("permutation", "--group", "noise")}
        self.assertEqual(one, group)

    def test_groups_that_make_no_sense_are_refused(self):
        self.write_kinds()
        self.train()
        explain = ("explain", "m", "data.csv", "--method", "permutation", "--group")
        for wrong, says in (("nose", "no input 'nose'"), ("signal,signal", "given twice"), ("1,signal", "given twice"),
                            (",", "no input ''"), ("", "no input ''"), ("0", "no input '0'"), ("5", "from 1 to 4")):
            self.fail_with(USAGE, *explain, wrong, says=("--group", says))
        self.fail_with(USAGE, *explain[:5], *["--group", "1"] * 257, says=("--group", "256 times"))
        for method in ("garson", "gradient"):
            self.fail_with(USAGE, "explain", "m", "data.csv", "--method", method, "--group", "1,2", says=("--group", "permutation"))


class Weights(Hostile):
    def test_weights_count_in_mean_predictions(self):
        self.write_kinds(weights=True)
        self.train("--weights", "w", "--hidden", "8", "--activation", "tanh", "--epochs", "60")
        weight = [float(row["w"]) for row in csv.DictReader(io.StringIO(self.read("data.csv").decode()))]
        rows = self.rows("partial_dependence(points=3)", "--feature", "noise")
        lines = self.rows("individual(points=3)", "--feature", "noise")
        for k, row in enumerate(rows):
            values = [float(line["yes"]) for line in lines[200 * k:200 * (k + 1)]]
            mean = sum(w * v for w, v in zip(weight, values)) / sum(weight)
            self.assertAlmostEqual(float(row["yes"]), mean, places=6)
            self.assertNotAlmostEqual(float(row["yes"]), sum(values) / 200, places=4)

    def test_weights_count_in_accumulated_effects_and_data_may_lack_them(self):
        self.write_kinds(weights=True)
        self.train("--weights", "w", "--hidden", "8", "--activation", "tanh", "--epochs", "60")
        fields = [line.split(",") for line in self.read("data.csv").decode().splitlines()]
        self.write("plain.csv", "".join(",".join(row[:4] + row[5:]) + "\n" for row in fields))
        self.write("bare.csv", "".join(",".join(row[:4]) + "\n" for row in fields))
        for method in ("accumulated_effects(bins=2)", "partial_dependence(points=3)"):
            weighted, plain = (self.rows(method, "--feature", "signal", data=data) for data in ("data.csv", "plain.csv"))
            self.assertEqual([row["value"] for row in weighted], [row["value"] for row in plain])
            self.assertNotEqual([row["yes"] for row in weighted], [row["yes"] for row in plain])
            self.assertEqual(self.rows(method, "--feature", "signal", data="bare.csv"), plain)
        self.write("bad.csv", "signal,noise,hint,still,w,kind\n1,2,3,5,-1,yes\n")
        self.fail_with(DATA, "explain", "m", "bad.csv", "--method", "partial_dependence", says=("bad.csv", "line 2"))

    def test_without_weights_a_target_may_hold_anything(self):
        self.write_kinds()
        self.train()
        self.write("odd.csv", "signal,noise,hint,still,kind\n1,0,1,5,maybe\n0.5,1,1,5,\n")
        for method in ("partial_dependence", "accumulated_effects", "individual"):
            self.rows(method, data="odd.csv")


class Lines(Hostile):
    def test_lines_of_chosen_samples_are_those_of_all(self):
        self.write_kinds()
        self.train()
        every = self.rows("individual(points=4)", "--feature", "1,hint")
        self.assertEqual(len(every), 2 * 4 * 200)
        some = self.rows("individual(points=4)", "--feature", "1,hint", "--samples", "7-9")
        self.assertEqual([row["sample"] for row in some], ["7", "8", "9"] * 8)
        for row, expected in zip(some, [row for row in every if row["sample"] in ("7", "8", "9")]):
            self.assertEqual((row["input"], row["value"]), (expected["input"], expected["value"]))
            self.assertAlmostEqual(float(row["yes"]), float(expected["yes"]), places=5)
        text = self.succeed("explain", "m", "data.csv", "--method", "individual(points=4)", "--feature", "1")
        self.assertEqual(len(text.splitlines()), 2 + 1 + 4)
        self.fail_with(USAGE, "explain", "m", "data.csv", "--method", "individual", "--sample", "201", says="no sample 201")

    def test_one_sample_has_the_columns_of_many(self):
        self.write_kinds()
        self.train()
        self.write("one.csv", "signal,noise,hint,still\n1,0,1,5\n")
        rows = self.rows("individual", data="one.csv")
        self.assertEqual(list(rows[0]), ["input", "value", "sample", "no", "yes"])
        self.assertEqual([row["sample"] for row in rows], ["1"] * 4)

    def test_a_table_that_would_fill_the_memory_is_refused(self):
        self.succeed("train", "digits", "--epochs", "1", "-o", "d", "--quiet")
        begun = time.monotonic()
        message = self.fail_with(USAGE, "explain", "d", "digits", "--part", "train", "--method", "individual(points=500)", "--format", "csv")
        self.assertIn("--feature", message)
        self.assertLess(time.monotonic() - begun, 50)
        self.assertGreater(len(self.rows("individual(points=500)", "--feature", "20", "--samples", "1-3", model="d", data="digits")), 3)


class Flags(Hostile):
    def test_flags_that_a_method_does_not_read_are_refused(self):
        self.write_kinds()
        self.train()
        for method, flag, value in (("gradient", "--feature", "1"), ("shapley", "--metric", "accuracy"), ("garson", "--output", "yes"),
                                    ("permutation", "--background", "3"), ("mistakes", "--quantity", "score")):
            self.fail_with(USAGE, "explain", "m", "data.csv", "--method", method, flag, value, says=(flag, method))

    def test_counts_are_whole_numbers_in_their_ranges(self):
        self.write_kinds()
        self.train()
        for call, says in (("integrated_gradients(steps=6.5)", "steps is 6.5"), ("kernel_shap(seed=0.5)", "seed is 0.5"),
                           ("smooth_gradient(samples=2.5)", "samples"), ("permutation(repeats=1.5)", "repeats is 1.5"),
                           ("partial_dependence(points=2.5)", "points"), ("mistakes(most=1.5)", "most"),
                           ("kernel_shap(coalitions=-1)", "coalitions"), ("integrated_gradients(steps=1e9)", "steps"),
                           ("kernel_shap(coalitions=1e7)", "coalitions"), ("permutation(repeats=65536)", "repeats"),
                           ("permutation(level=1)", "level"), ("partial_dependence(low=0.9, high=0.1)", "percentile"),
                           ("relevance(epsilon=nan)", "epsilon"), ("selectivity(layer=-1)", "layer")):
            message = self.fail_with(None, "explain", "m", "data.csv", "--method", call, says=says)
            self.assertLess(len(message), 2000)

    def fail_with(self, code, *arguments, says=()):
        if code is not None:
            return super().fail_with(code, *arguments, says=says)
        done = self.run_program(*arguments)
        self.assertIn(done.returncode, (USAGE, DATA), done.stderr)
        self.assertIn(says, done.stderr.decode())
        return done.stderr.decode()

    def test_the_arguments_of_methods_count(self):
        self.write_kinds()
        self.train("--hidden", "3", "--epochs", "1", "--seed", "4")
        width = {}
        for call in ("level=0.5", "level=0.99", "seed=1"):
            row = next(row for row in self.rows(f"permutation({call})", "--metric", "loss") if row["input"] == "signal")
            width[call] = (float(row["high"]) - float(row["low"]), row["importance"])
        self.assertLess(width["level=0.5"][0], width["level=0.99"][0])
        self.assertNotEqual(width["level=0.99"][1], width["seed=1"][1])
        values = [float(row["signal"]) for row in csv.DictReader(io.StringIO(self.read("data.csv").decode()))]
        ends = [float(row["value"]) for row in self.rows("partial_dependence(points=2, low=0, high=1)", "--feature", "signal")]
        self.assertEqual(ends, [min(values), max(values)])
        rows = self.rows("selectivity")
        self.assertEqual({(row["layer"], row["unit"]) for row in rows}, {("1", "0"), ("1", "1"), ("1", "2")})
        kinds = [row["kind"] for row in csv.DictReader(io.StringIO(self.read("data.csv").decode()))]
        rows = self.rows("mistakes(most=200)")
        self.assertGreater(len(rows), 5)
        for row in rows:
            self.assertEqual(row["actual"], kinds[int(row["sample"]) - 1])
            self.assertNotEqual(row["predicted"], row["actual"])

    def test_the_last_of_repeated_flags_counts(self):
        self.write_kinds()
        self.train()
        one = self.succeed("explain", "m", "data.csv", "--sample", "5", "--sample", "2", "--method", "gradient", "--method", "occlusion")
        self.assertEqual(one, self.succeed("explain", "m", "data.csv", "--sample", "2", "--method", "occlusion"))


class Text(Hostile):
    def figures(self, text):
        """The last number of each line that ends in one, by the words before it; bars are left out."""
        found = {}
        for line in text.splitlines():
            line = line.rstrip("+-").rstrip() if line.rstrip("+-") != line else line
            words = line.split()
            try:
                found[" ".join(words[:-1])] = float(words[-1])
            except (ValueError, IndexError):
                pass
        return found

    def test_the_sums_of_text_are_those_of_json(self):
        self.write_kinds()
        self.train("--hidden", "8", "--activation", "tanh")
        for method in ("integrated_gradients(steps=3)", "relevance(epsilon=0.5)", "occlusion", "shapley"):
            report = self.objects(method, "--sample", "3")[0]
            seen = self.figures(self.succeed("explain", "m", "data.csv", "--sample", "3", "--top", "1", "--method", method))
            parts = sorted((item["attribution"] for item in report["inputs"]), key=abs)
            expected = {"sum": report["sum"], "+ base value": report["base"], "+ not explained": report["error"],
                        "= value": report["value"], "3 others": sum(parts[:-1])}
            if method.startswith("relevance"):
                expected |= {"+ absorbed by biases": report["biases"], "+ absorbed by epsilon": report["epsilon"]}
                self.assertNotAlmostEqual(report["biases"], report["epsilon"], places=3)
            for words, value in expected.items():
                self.assertAlmostEqual(seen[words], value, delta=1e-3 * abs(value) + 1e-6, msg=(method, words))
            row = self.rows(method, "--sample", "3")[0]
            for name in ("value", "base", "sum", "biases", "epsilon", "error"):
                self.assertAlmostEqual(float(row[name]), report[name], delta=1e-6 * abs(report[name]) + 1e-9)

    def test_classes_and_probabilities_are_those_of_predict(self):
        self.write_kinds()
        for net in ("4 -> 8 tanh -> 1 sigmoid", "4 -> 8 tanh -> 2 softmax"):
            self.train("--net", net)
            answers = list(csv.DictReader(io.StringIO(self.succeed("predict", "m", "data.csv"))))
            for sample in range(1, 9):
                text = self.succeed("explain", "m", "data.csv", "--sample", str(sample), "--method", "gradient")
                answer = answers[sample - 1]
                shares = {name: float(value) for name, value in answer.items() if value not in ("yes", "no")}
                chosen = next(value for value in answer.values() if value in ("yes", "no"))
                self.assertRegex(text, rf"\Asample {sample}: class {chosen}, probability ")
                probability = float(text.splitlines()[0].rsplit(" ", 1)[1])
                self.assertAlmostEqual(probability, max(shares.values()), places=3)
                self.assertIn(f"of class {chosen}\n", text)

    def test_samples_of_a_range_and_of_several_chunks_are_their_own(self):
        self.write_kinds(count=600)
        self.train("--hidden", "8")
        every = self.objects("shapley")
        self.assertEqual([one["sample"] for one in every], list(range(1, 601)))
        lines = list(csv.DictReader(io.StringIO(self.read("data.csv").decode())))
        for one in every[::37] + every[255:258]:
            self.assertEqual([item["value"] for item in one["inputs"]], [float(lines[one["sample"] - 1][item["name"]]) for item in one["inputs"]])
            parts = sum(item["attribution"] for item in one["inputs"])
            self.assertAlmostEqual(parts + one["base"], one["value"], places=4)
        some = self.objects("shapley", "--samples", "300-302")
        self.assertEqual([one["sample"] for one in some], [300, 301, 302])
        for one in some:
            self.assertEqual(one["prediction"], every[one["sample"] - 1]["prediction"])
            self.assertEqual(one["output"], every[one["sample"] - 1]["output"])

    def test_outputs_and_quantities_are_those_asked_for(self):
        self.write_kinds()
        self.train("--hidden", "8")
        for name, number in (("no", 0), ("yes", 1)):
            one = self.objects("gradient", "--sample", "2", "--output", name, "--quantity", "output")[0]
            self.assertEqual((one["class"], one["output"], one["quantity"]), (name, number, "output"))
            self.assertAlmostEqual(one["value"], one["prediction"][number], places=6)


class Data(Hostile):
    def test_data_of_one_class_one_sample_and_constant_inputs(self):
        self.write_kinds()
        self.train("--hidden", "4")
        rows = self.read("data.csv").decode().splitlines()
        self.write("yes.csv", "\n".join([rows[0], *(row for row in rows[1:] if row.endswith("yes"))]) + "\n")
        self.write("single.csv", rows[0] + "\n" + rows[1] + "\n")
        self.write("equal.csv", rows[0] + "\n" + (rows[1] + "\n") * 70)
        for data in ("yes.csv", "single.csv", "equal.csv"):
            for method in OF_SAMPLES + OF_DATA:
                if method == "selectivity":
                    self.fail_with(DATA, "explain", "m", data, "--method", method, says="1 class")
                else:
                    self.objects(method, data=data)
            self.assertEqual(self.json("inspect", "m", data)["samples"], len(self.read(data).splitlines()) - 1)
            self.assertIsNone(self.json("diff", "m", "m", data)["first"])
        for row in self.rows("permutation", data="equal.csv"):
            self.assertEqual(float(row["importance"]), 0)

    def test_no_sample_and_samples_that_are_not_finite(self):
        self.write_kinds()
        self.train("--hidden", "4")
        head = "signal,noise,hint,still,kind\n"
        self.write("none.csv", head)
        self.write("nan.csv", head + "1,0,1,5,yes\n1,nan,1,5,no\n")
        self.write("far.csv", head + "1,0,1,5,yes\n1,1e300,1,5,no\n")
        for method in OF_SAMPLES + OF_DATA:
            self.fail_with(DATA, "explain", "m", "none.csv", "--method", method, says="none.csv")
            self.fail_with(DATA, "explain", "m", "nan.csv", "--method", method, says=("nan.csv", "line 3"))
        for command in (("inspect", "m"), ("diff", "m", "m")):
            self.fail_with(DATA, *command, "none.csv", says="none.csv")
            self.fail_with(DATA, *command, "nan.csv", says="line 3")
            self.fail_with(DATA, *command, "far.csv", says="line 3")

    def test_a_model_and_data_of_one_input(self):
        self.write("data.csv", "x,y\n" + "".join(f"{i / 40},{i * i}\n" for i in range(80)))
        self.train("--hidden", "4")
        for method in OF_SAMPLES:
            self.assertEqual(len(self.objects(method)[0]["inputs"]), 1)
        for method in OF_DATA[:6]:
            self.assertGreater(len(self.rows(method)), 0)
        for method in OF_DATA[6:]:
            self.fail_with(DATA, "explain", "m", "data.csv", "--method", method, says="values")
        self.succeed("inspect", "m", "data.csv")

    def test_thousands_of_inputs(self):
        draw = random.Random(1)
        inputs = 5000
        lines = [",".join([f"x{i}" for i in range(inputs)] + ["y"])]
        for _ in range(6):
            lines.append(",".join(f"{draw.gauss(0, 1):.2f}" for _ in range(inputs + 1)))
        self.write("data.csv", "\n".join(lines) + "\n")
        self.train("--hidden", "4", "--epochs", "1")
        begun = time.monotonic()
        self.fail_with(USAGE, "explain", "m", "data.csv", "--method", "kernel_shap", "--background", "6", says=("2048 coalitions", "10000 coalitions"))
        self.fail_with(USAGE, "explain", "m", "data.csv", "--method", "shapley", says=("inputs of a sample", "12", "kernel_shap"))
        self.assertLess(time.monotonic() - begun, 50)
        self.assertIn("4980 others", self.succeed("explain", "m", "data.csv", "--method", "integrated_gradients"))
        self.assertEqual(len(self.rows("garson")), inputs)

    def test_data_without_targets_has_values_and_no_gradients(self):
        self.write_kinds()
        self.train("--hidden", "4")
        self.write("bare.csv", "signal,noise,hint,still\n" + "0.5,1,1,5\n-0.5,1,0,5\n" * 50)
        report = self.json("inspect", "m", "bare.csv")
        self.assertEqual((report["samples"], report["gradient_norm"]), (100, None))
        self.assertGreater(report["layers"][0]["weight_norm"], 0)
        self.assertRegex(self.succeed("inspect", "m", "bare.csv"), r"(?m)^(1 4 relu .* - |  gradient +-$)")

    def test_missing_targets_and_outputs_with_a_variance(self):
        draw = random.Random(5)
        lines = ["a,b,y"]
        for i in range(150):
            a, b = draw.uniform(-1, 1), draw.uniform(-1, 1)
            lines.append(f"{a:.3f},{b:.3f},{'' if i % 7 == 0 else f'{3 * a - b:.4f}'}")
        self.write("data.csv", "\n".join(lines) + "\n")
        for loss in ("gaussian_nll", "huber"):
            self.train("--missing-targets", "mask", "--loss", loss, "--hidden", "6", "--health")
            for method in OF_SAMPLES + OF_DATA[:6]:
                self.objects(method)
            self.assertEqual(self.json("inspect", "m", "data.csv")["samples"], 150)

    def test_images_in_bytes(self):
        self.succeed("train", "digits", "--epochs", "1", "-o", "d", "--quiet", "--health")
        for method in OF_DATA:
            flags = ("--samples", "1-2") if method == "individual" else ()
            self.assertGreater(len(self.objects(method, *flags, model="d", data="digits")[0]["rows"]), 0)
        names = [f"input {i + 1}" for i in range(64)]
        self.assertEqual(list(self.rows("gradient", "--sample", "1", model="d", data="digits")[0])[8:], names)
        self.assertEqual({row["input"] for row in self.rows("garson", model="d", data="digits")}, set(names))


class Layers(Hostile):
    NETS = ("4 -> 8 -> batchnorm -> relu -> dropout 0.3 -> 2 softmax", "4 -> 8 bias=no -> weight_norm -> tanh -> 2 softmax",
            "4 -> 8 -> swiglu -> 2 softmax", "4 -> 8 -> geglu -> 2 softmax", "4 -> 4 tanh -> residual 1 -> 2 softmax",
            "4 -> 8 prelu(per=unit) -> 8 snake -> 2 softmax", "4 -> 8 -> layernorm -> rmsnorm -> gaussian_noise -> 1 sigmoid", "4 -> 1")
    UNDEFINED = ("relevance", "connection_weights", "garson")  # for some layers

    def test_every_method_explains_networks_of_every_kind_of_layer_or_says_why_not(self):
        self.write_kinds()
        for i, net in enumerate(self.NETS):
            self.train("--net", net, "--dtype", ("f32", "f64")[i % 2], "--epochs", "1", "--health")
            for method in OF_SAMPLES + OF_DATA:
                done = self.run_program("explain", "m", "data.csv", "--method", method, "--format", "json", "--samples", "1-2")
                if done.returncode != 0:
                    self.assertIn(method, self.UNDEFINED, (net, done.stderr))
                    self.assertIn(b"layer 2", done.stderr)
                for line in done.stdout.decode().splitlines():
                    json.loads(line, parse_constant=self.fail)
            self.json("inspect", "m", "data.csv")
            self.assertIsNone(self.json("diff", "m", "m", "data.csv")["first"])


if __name__ == "__main__":
    unittest.main()
