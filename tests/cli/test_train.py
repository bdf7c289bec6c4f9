"""Training: the flags, the report, the same model for the same seed, and wrong data."""

import json
import math
import os
import random
import re
import resource
import unittest

from program import CREATE, DATA, DIVERGED, IO, NO_INPUT, USAGE, ProgramTest, open_full_disk


class Report(ProgramTest):
    def test_json_is_one_object_with_the_promised_members(self):
        report = self.json("train", "digits", "--epochs", "3", "--hidden", "32", "--threads", "2")
        self.assertEqual(report["epochs"], 3)
        self.assertEqual(report["threads"], 2)
        self.assertEqual(report["model"], "model.safetensors")
        self.assertEqual(report["description"], "64 -> 32 relu -> 10 softmax")
        self.assertEqual(report["parameters"], 64 * 32 + 32 + 32 * 10 + 10)
        self.assertGreater(report["test_accuracy"], 0.6)
        self.assertGreater(report["samples_per_second"], 0)
        self.assertIsNone(report["val_loss"])
        for name in ("train_loss", "test_loss", "seconds", "dtype", "loss", "optimizer", "seed", "isa", "stopped"):
            self.assertIn(name, report)

    def test_digits_are_learned_with_the_defaults(self):
        self.assertGreater(self.json("train", "digits", "--quiet")["test_accuracy"], 0.88)

    def test_the_report_says_what_the_target_was_taken_for(self):
        def check(name, line, *flags, **members):
            report = self.run_program("train", name, "--epochs", "1", "--json", *flags)
            self.assertEqual(report.returncode, 0, report.stderr.decode())
            self.assertRegex(report.stderr.decode(), r"(?m)^task +" + re.escape(line) + "$")
            self.assertEqual(members, {name: json.loads(report.stdout)[name] for name in members})

        self.write("ages.csv", "x,age\n" + "".join(f"{i % 7},{i}\n" for i in range(15)))
        check("ages.csv", "regression (age: 15 distinct numbers)", task="regression", target="age",
              distinct_targets=15, classes=None)
        self.write("many.csv", "x,y\n" + "".join(f"{i % 7},{i + 0.5}\n" for i in range(1001)))
        check("many.csv", "regression (y: more than 1000 distinct numbers)", distinct_targets=None)
        check("ages.csv", "classification (age: 15 classes)", "--task", "classification", task="classification",
              distinct_targets=None, classes=15)
        self.write("bare.csv", "1,a\n2,b\n" * 5)
        check("bare.csv", "classification (2 classes)", task="classification", target=None, classes=2)
        check("digits", "classification (10 classes)", classes=10)
        check("digits", "regression (10 distinct numbers)", "--loss", "mean_squared_error", distinct_targets=10)

    def test_the_report_counts_one_epoch_and_one_thread_in_the_singular(self):
        for epochs, threads, line in ((1, 1, "1 epoch of 48 samples in .* 1 thread"), (2, 2, "2 epochs of .* 2 threads")):
            report = self.succeed("train", self.write_points(), "--epochs", epochs, "--threads", threads)
            self.assertRegex(report, "(?m)^training +" + line + "$")

    def test_classes_are_known_by_their_text_at_training_evaluation_and_prediction(self):
        names = ("01", "1", "9007199254740992", "9007199254740993")
        self.write("codes.csv", "x,code\n" + "".join(f"{i % 4},{names[i % 4]}\n" for i in range(80)))
        run = ("train", "codes.csv", "--hidden", "16", "--optimizer", "lbfgs", "--val", "0", "--seed", "1")
        self.assertEqual(self.json(*run)["classes"], 4)
        self.write("later.csv", "x,code\n0,01\n1,1.0\n1,+1\n2,9007199254740992\n3,9007199254740993\n")
        self.assertEqual(self.json("eval", "model.safetensors", "later.csv")["accuracy"], 1)
        answers = self.succeed("predict", "model.safetensors", "later.csv").split()
        self.assertEqual(answers[0], "class," + ",".join(names))
        self.assertEqual([row.split(",")[0] for row in answers[1:]], ["01", "1", "1", names[2], names[3]])
        self.write("later.csv", "x,code\n0,001\n")
        self.fail_with(DATA, "eval", "model.safetensors", "later.csv", says=('"001"', "none of the 4 classes"))

    def test_without_json_the_summary_is_on_stdout_and_the_epochs_on_stderr(self):
        done = self.run_program("train", "digits", "--epochs", "2", "-o", "m 1")
        self.assertIn("accuracy", done.stdout.decode())
        self.assertIn("gemmule predict 'm 1' digits", done.stdout.decode())
        self.assertEqual(done.stderr.decode().count("epoch "), 2)
        self.assertNotIn("\r", done.stderr.decode())

    def test_many_short_epochs_do_not_flood(self):
        done = self.run_program("train", self.write_points(), "--epochs", "2000", "--hidden", "2")
        lines = done.stderr.decode().splitlines()
        self.assertIn("epoch    1/2000", lines[0])
        self.assertIn("epoch 2000/2000", lines[-1])
        self.assertLess(len(lines), 1000)

    def test_the_line_of_an_epoch_has_score_and_best_in_aligned_columns(self):
        done = self.run_program("train", "digits", "--val", "0.2", "--epochs", "12", "--lr", "0.03", "--log", "run.jsonl")
        lines = done.stderr.decode().splitlines()
        epochs = [line for line in map(json.loads, self.read("run.jsonl").splitlines()) if line["type"] == "epoch"]
        self.assertEqual(len(lines), 12)
        for line, figures in zip(lines, epochs):
            self.assertIn(f"val loss {figures['val_loss']:.4g} ", line)
            self.assertIn(f"best {figures['best_score']:.4g} ", line)
            self.assertRegex(line, r"best \S+ +" + ("new" if figures["best_epoch"] == figures["epoch"]
                                                     else f"epoch {figures['best_epoch']} "))
        self.assertTrue(any("new" not in line for line in lines))
        for word in ("loss", "val loss", "accuracy", "best", "rate"):
            self.assertEqual(len({line.index(word) for line in lines}), 1, word)

    def test_quiet_says_nothing(self):
        done = self.run_program("train", "digits", "--epochs", "1", "--quiet")
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, b"", b""))

    def test_regression_reports_rmse_and_r2(self):
        report = self.json("train", self.write_line(), "--hidden", "none", "--lr", "0.05", "--epochs", "60")
        self.assertGreater(report["val_r2"], 0.99)
        self.assertIsNone(report["val_accuracy"])


class Warnings(ProgramTest):
    """A useless fit is reported in a warning, and is saved."""

    def warnings(self, *arguments):
        report = self.json("train", *arguments)
        self.assertEqual(report["model"], "model.safetensors")
        return report["warnings"]

    def write_wave(self):
        draw = random.Random(1)
        rows = [(draw.uniform(-1, 1), draw.uniform(-1, 1)) for _ in range(200)]
        return self.write("wave.csv", "a,b,y\n" + "".join(f"{a:.4f},{b:.4f},{math.sin(3 * a) + b * b:.5f}\n" for a, b in rows))

    def test_values_worse_than_their_mean_are_told(self):
        [warning] = self.warnings(self.write_wave(), "--lr", "10")
        self.assertRegex(warning, r"^R2 is -\S+ on the validation part: the mean .*; try a smaller --lr or other --epochs; the inputs may")
        [warning] = self.warnings("wave.csv", "--lr", "1000")
        self.assertRegex(warning, r"^R2 is -\S+ on the validation part: the mean .*; the learning rate is too large; ")
        [warning] = self.warnings("wave.csv", "--lr", "1000", "--val", "0")
        self.assertRegex(warning, r"^R2 is -\S+ on the training part: ")
        done = self.run_program("train", "wave.csv", "--lr", "10")
        self.assertEqual(done.returncode, 0)
        self.assertRegex(done.stdout.decode(), r"(?m)^warning     R2 is -")

    def test_classes_worse_than_the_most_frequent_one_are_told(self):
        loss, accuracy = self.warnings("digits", "--epochs", "3", "--lr", "100")
        self.assertRegex(loss, r"^the training loss is \S+, and was 2\.\S+ before the first step: the learning rate is too large; ")
        self.assertRegex(accuracy, r"^accuracy is 0\.\d+ on the test part: its most frequent class alone is right in 0\.10")

    def test_a_loss_of_classes_far_above_its_start_in_validation_is_told(self):
        draw = random.Random(3)
        rows = [",".join(f"{draw.gauss(0, 1):.3f}" for _ in range(20)) + f",{'ny'[i % 2]}" for i in range(80)]
        self.write("noise.csv", "".join(row + "\n" for row in rows))
        flags = ("noise.csv", "--header", "no", "--val", "0.5")
        warnings = self.warnings(*flags, "--lr", "100")
        self.assertRegex(warnings[0], r"^the loss on the validation part is \S+, and was \d\.\S+ before the first step: ")
        self.assertFalse([text for text in self.warnings(*flags) if "loss" in text])

    def test_fits_that_are_worth_something_say_nothing(self):
        for flags in (("--optimizer", "momentum(lr=0.1)", "--schedule", "cosine(warmup=100)"), ("--val", "0.1"),
                      ("--optimizer", "lbfgs", "--epochs", "20", "--l2", "0.001")):
            self.assertEqual(self.warnings("digits", *flags), [])
        self.write_wave()
        for flags in ((), ("--val", "0"), ("--loss", "quantile(q=0.99)"), ("--loss", "huber"),
                      ("--hidden", "8", "--activation", "tanh", "--optimizer", "levenberg_marquardt")):
            self.assertEqual(self.warnings("wave.csv", *flags), [])
        self.assertEqual(self.warnings(self.write_points(), "--class-weights", "1,100"), [])


class Flags(ProgramTest):
    def test_hidden_and_activation_and_init_make_the_network(self):
        report = self.json("train", "digits", "--hidden", "9,8", "--activation", "leaky_relu(slope=0.2)", "--init",
                           "normal(std=0.1)", "--epochs", "1")
        self.assertIn("64 -> 9 leaky_relu(slope=0.2) init=normal(std=0.1) -> 8", report["description"])

    def test_hidden_none_is_linear(self):
        self.assertEqual(self.json("train", "digits", "--hidden", "none", "--epochs", "1")["description"],
                         "64 -> 10 softmax")

    def test_net_is_taken_whole(self):
        report = self.json("train", "digits", "--net", "64 -> 7 tanh -> 10 softmax", "--epochs", "1")
        self.assertEqual(report["description"], "64 -> 7 tanh -> 10 softmax")

    def test_net_may_be_a_file(self):
        text = self.write("net", "64 -> 8 tanh\n -> 10 softmax\n")
        layer = {"type": "dense", "units": 10, "activation": {"name": "softmax"}}
        as_json = self.write("net.json", json.dumps({"inputs": 64, "layers": [layer]}, indent=2))
        run = ("train", "digits", "--epochs", "1", "--net")
        self.assertEqual(self.json(*run, text)["description"], "64 -> 8 tanh -> 10 softmax")
        self.assertEqual(self.json(*run, as_json)["description"], "64 -> 10 softmax")

    def test_lsuv_lets_a_deep_network_start_that_would_stand_still(self):
        deep = ("train", "digits", "--hidden", ",".join(["32"] * 12), "--activation", "tanh", "--init", "uniform",
                "--epochs", "5")
        self.assertLess(self.json(*deep)["test_accuracy"], 0.3)
        self.assertGreater(self.json(*deep, "--lsuv")["test_accuracy"], 0.5)

    def test_data_init_is_a_fact_and_lsuv_is_one_of_its_rows(self):
        run = ("train", "digits", "--hidden", "16", "--epochs", "1")
        self.assertIsNone(self.json(*run)["data_init"])
        self.assertEqual(self.json(*run, "--lsuv")["data_init"], "lsuv")
        self.assertEqual(self.json(*run, "--data-init", "per_unit(points=3)")["data_init"], "per_unit(points=3)")

    def test_schedules_of_noise_and_decay_change_the_outcome_and_are_reported(self):
        self.write_points()
        run = ("train", "points.csv", "--epochs", "3", "--net", "2 -> 8 relu -> dropout 0.5 -> 3", "--l2", "0.1")
        plain = self.json(*run)
        for flag in ("noise", "decay"):
            report = self.json(*run, f"--{flag}-schedule", "flat_cosine")
            self.assertNotEqual(plain["train_loss"], report["train_loss"])
            self.assertEqual(report[f"{flag}_schedule"], "flat_cosine")
            self.assertIsNone(plain[f"{flag}_schedule"])

    def test_the_parts_of_realmlp_go_together(self):
        report = self.json("train", "digits", "--hidden", "64", "--activation", "mix(f=selu)", "--init", "lecun_normal",
                           "--data-init", "per_unit", "--group", "ntk", "--group", "biases(rate=0.1)",
                           "--group", "activations(rate=0.1)", "--optimizer", "adam(lr=0.04, beta2=0.95)", "--schedule",
                           "coslog", "--drop-last", "--batch", "128", "--epochs", "16", "--val", "0.2", "--patience",
                           "21", "--patience-growth", "1")
        self.assertGreater(report["test_accuracy"], 0.85)
        self.assertEqual(report["steps"] % 16, 0)

    def test_ntk_is_refused_where_an_optimizer_has_no_law(self):
        self.fail_with(USAGE, "train", "digits", "--group", "ntk", "--optimizer", "rprop", says=("--group", "ntk", "rprop"))

    def test_dtype_loss_optimizer_and_the_rest_reach_the_training(self):
        report = self.json("train", "digits", "--dtype", "f64", "--loss", "binary_cross_entropy", "--optimizer",
                           "nesterov(momentum=0.8)", "--lr", "0.02", "--batch", "50", "--epochs", "1", "--l2", "1e-4",
                           "--clip-norm", "1", "--clip-value", "0.5", "--seed", "7", "--val", "0.1")
        self.assertEqual((report["dtype"], report["batch"], report["seed"]), ("f64", 50, 7))
        self.assertEqual(report["loss"], "binary_cross_entropy")
        self.assertIn("nesterov(", report["optimizer"])
        self.assertGreater(report["validation_samples"], 100)

    def test_a_schedule_reaches_the_training_and_shows_in_its_lines(self):
        done = self.run_program("train", "digits", "--epochs", "2", "--hidden", "8", "--lr", "0.01", "--schedule",
                                "step(every=1, factor=0.5, by=epoch)", "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(json.loads(done.stdout)["schedule"], "step(every=1, factor=0.5, by=epoch)")
        self.assertRegex(done.stderr.decode(), r"epoch 1/2 .* rate 0\.01 ")
        self.assertRegex(done.stderr.decode(), r"epoch 2/2 .* rate 0\.005 ")

    def test_an_average_reaches_the_training(self):
        common = ("train", "digits", "--epochs", "2", "--hidden", "8", "--seed", "3")
        plain, averaged = self.json(*common), self.json(*common, "--average", "ema(decay=0.9)")
        self.assertEqual((plain["average"], averaged["average"]), (None, "ema(decay=0.9)"))
        self.assertEqual(plain["train_loss"], averaged["train_loss"])
        self.assertNotEqual(plain["test_loss"], averaged["test_loss"])

    def test_groups_and_frozen_layers_reach_the_training(self):
        report = self.json("train", "digits", "--epochs", "1", "--hidden", "8", "--group", "weights(rate=0.5)",
                           "--freeze", "1,2", "--lr", "10")
        self.assertEqual(report["groups"],
                         "weights(rate=0.5); all(first=1, last=1, rate=0); all(first=2, last=2, rate=0)")
        self.assertGreater(report["train_loss"], 2)
        self.fail_with(USAGE, "train", "digits", "--freeze", "3", "--hidden", "8", says="--freeze: there is no layer 3: the network has 2")
        self.fail_with(USAGE, "train", "digits", "--group", "weights(last=3)", says="--group: layers 1 to 3")
        self.fail_with(USAGE, "train", "digits", "--group", "all", "--group", "weight", says='--group: there is no group "weight"')

    def test_the_kind_of_the_split_chooses_the_samples_for_validation(self):
        self.write_line()
        common = ("train", "line.csv", "--epochs", "2", "--hidden", "4")
        default, drawn = self.json(*common), self.json(*common, "--split", "random")
        last = self.json(*common, "--split", "order")
        self.assertEqual([r["split"] for r in (default, drawn, last)], ["random", "random", "order"])
        self.assertEqual(default["val_loss"], drawn["val_loss"])
        self.assertNotEqual(default["val_loss"], last["val_loss"])
        with open(os.path.join(self.folder, "line.csv"), encoding="utf-8") as file:
            lines = file.read().splitlines()
        self.write("first.csv", "\n".join(lines[:65]))
        self.write("last.csv", "\n".join([lines[0], *lines[65:]]))
        apart = self.json("train", "first.csv", "--val-data", "last.csv", "--epochs", "2", "--hidden", "4")
        self.assertEqual((apart["split"], apart["validation_data"]), (None, "last.csv"))
        self.assertEqual((apart["train_samples"], apart["validation_samples"]), (64, 16))
        self.assertEqual((apart["train_loss"], apart["val_loss"]), (last["train_loss"], last["val_loss"]))

    def test_groups_of_a_column_are_in_one_part_and_the_column_is_no_input(self):
        self.write("visits.csv", "\n".join(["x,patient,y", *(f"{i / 7},p{i % 4},{i % 4 + i / 97}" for i in range(60))]))
        report = self.json("train", "visits.csv", "--split-by", "patient", "--epochs", "2", "--net", "1 -> 1")
        self.assertEqual((report["split"], report["train_samples"], report["validation_samples"]), ("group", 45, 15))
        self.write("new.csv", "y,x\n1,2\n")
        for data in ("visits.csv", "new.csv"):
            self.succeed("eval", "model.safetensors", data)
            self.succeed("predict", "model.safetensors", data)
        run = ("train", "visits.csv", "--epochs", "1")
        self.fail_with(USAGE, *run, "--split-by", "patient", "--split", "random", says=("--split-by 'patient'", "'random'"))
        self.fail_with(USAGE, *run, "--split", "group", says="--split-by NAME|INDEX")
        self.fail_with(USAGE, *run, "--split-by", "pateint", says=("pateint", "patient"))
        self.write("one.csv", "\n".join(["x,patient,y", *(f"{i / 7},p,{i / 97}" for i in range(60))]))
        self.fail_with(USAGE, "train", "one.csv", "--split-by", "patient", says="all 60 samples are in one group")

    def test_a_class_that_a_part_lacks_is_told(self):
        self.write("sorted.csv", "\n".join(["x,y,kind", *(f"{i},{i % 7},{'ab'[i // 40]}" for i in range(50))]))
        run = ("train", "sorted.csv", "--epochs", "1")
        [told, *_] = self.json(*run, "--split", "order")["warnings"]
        self.assertIn('class "b" has 10 samples, all in the validation part: the training part', told)
        done = self.run_program(*run, "--split", "order")
        self.assertRegex(done.stdout.decode(), r'(?m)^warning     class "b" has 10 samples')
        self.assertNotIn("class ", " ".join(self.json(*run)["warnings"]))

    def test_splits_that_cannot_be_are_refused(self):
        self.write_line()
        run = ("train", "line.csv", "--epochs", "1")
        self.fail_with(USAGE, *run, "--split", "stratfied", says=("--split", "stratified"))
        self.fail_with(USAGE, *run, "--split", "stratified", says=("needs classes", "values"))
        self.fail_with(USAGE, *run, "--split", "order", "--val", "0", says="--val 0")
        self.fail_with(USAGE, *run, "--val-data", "line.csv", "--val", "0.2", says="--val-data")
        self.fail_with(USAGE, *run, "--val", "0.001", says="0.001 of 80 samples has none")
        self.write("other.csv", "a,c,price\n1,2,3\n")
        self.fail_with(CREATE, *run, "--val-data", "other.csv", "-o", "other.csv", says="overwrite")
        self.fail_with(65, *run, "--val-data", "other.csv", says=('"b"', "other.csv"))

    def test_l2_clipping_and_scale_change_the_outcome(self):
        self.write_points()
        common = ("train", "points.csv", "--epochs", "3", "--hidden", "4", "--optimizer", "sgd")
        plain = self.json(*common)["train_loss"]
        for flags in (("--l2", "0.5"), ("--l1", "0.5"), ("--max-norm", "0.1"), ("--gradient-noise", "1"),
                      ("--accumulate", "2"), ("--clip-norm", "1e-4"), ("--clip-value", "1e-4"), ("--scale", "none")):
            with self.subTest(flags=flags):
                self.assertNotEqual(plain, self.json(*common, *flags)["train_loss"])

    def test_seed_draws_the_initial_weights(self):
        common = ("train", "digits", "--epochs", "1", "--lr", "1e-30", "--hidden", "16", "--seed")
        losses = [self.json(*common, seed)["train_loss"] for seed in ("1", "2")]
        self.assertNotAlmostEqual(*losses, places=4)

    def test_target_by_name_and_by_index(self):
        self.write_line()
        by_name = self.json("train", "line.csv", "--target", "a", "--epochs", "2")
        by_index = self.json("train", "line.csv", "--target", "0", "--epochs", "2")
        last = self.json("train", "line.csv", "--target", "-1", "--epochs", "2")
        self.assertEqual(by_name["train_loss"], by_index["train_loss"])
        self.assertNotEqual(by_name["train_loss"], last["train_loss"])

    def test_header_no_makes_the_first_row_a_sample(self):
        self.write_points("bare.csv", header=False)
        report = self.json("train", "bare.csv", "--header", "no", "--epochs", "1", "--val", "0")
        self.assertEqual(report["train_samples"], 60)
        self.assertIsNone(report["val_loss"])

    def test_loss_decides_the_task(self):
        report = self.json("train", "digits", "--loss", "mean_squared_error", "--epochs", "1")
        self.assertIsNone(report["test_accuracy"])
        self.assertIsNotNone(report["test_rmse"])

    def test_losses_of_counts_teach_means_and_refuse_targets_they_do_not_take(self):
        rows = [f"{i % 2},{(3, 5, 40, 60)[i % 4]}" for i in range(40)]
        self.write("counts.csv", "\n".join(["x,visits", *rows]))
        report = self.json("train", "counts.csv", "--loss", "poisson", "--hidden", "none", "--optimizer", "lbfgs",
                           "--dtype", "f64")
        self.assertEqual(report["description"], "1 -> 1 exponential")
        answers = self.succeed("predict", "model.safetensors", "counts.csv").split()
        self.assertEqual(answers[0], "visits")
        self.assertAlmostEqual(float(answers[1]), 21.5, delta=3)
        self.assertAlmostEqual(float(answers[2]), 32.5, delta=4)
        self.write("counts.csv", "\n".join(["x,visits", *rows, "1,-2"]))
        self.fail_with(65, "train", "counts.csv", "--loss", "poisson", says=("line 42", "-2", "from 0 up"))

    def test_a_bounded_last_activation_learns_values_in_their_own_unit(self):
        rows = [f"{i / 20},{1000 + 40 * (i / 20) ** 2}" for i in range(60)]
        self.write("values.csv", "\n".join(["x,y", *rows]))
        for last in ("sigmoid", "tanh", "softplus"):
            report = self.json("train", "values.csv", "--net", f"1 -> 8 tanh -> 1 {last}", "--lr", "0.02")
            self.assertEqual(report["loss"], "mean_squared_error")
            self.assertGreater(report["val_r2"], 0.9)
            answers = self.succeed("predict", "model.safetensors", "values.csv").split()[1:]
            self.assertAlmostEqual(float(answers[0]), 1000, delta=20)
            self.assertAlmostEqual(float(answers[-1]), 1348, delta=40)

    def test_targets_that_a_loss_does_not_take_are_refused(self):
        self.write("values.csv", "\n".join(["x,y", *(f"{i},{i / 7}" for i in range(60))]))
        net = ("train", "values.csv", "--val", "0", "--net", "1 -> 4 tanh -> 1 sigmoid")
        self.fail_with(65, *net, "--scale", "none", says=("binary_cross_entropy", "from 0 to 1", "target 1"))
        self.fail_with(65, "train", "values.csv", "--net", "1 -> 1 softmax", says=("softmax", "column 1 goes from 0"))
        self.assertIn("targets: 0 or 1", self.succeed("list", "losses"))

    def test_gaussian_nll_doubles_the_outputs_and_predicts_means_and_variances(self):
        self.write("noise.csv", "\n".join(["x,y", *(f"{i % 2},{(90, 400, 110, 700)[i % 4]}" for i in range(40))]))
        run = ("train", "noise.csv", "--loss", "gaussian_nll", "--dtype", "f64", "--optimizer", "lbfgs", "--val", "0")
        report = self.json(*run, "--hidden", "none")
        self.assertEqual(report["description"], "1 -> 2")
        names, even, odd = self.succeed("predict", "model.safetensors", "noise.csv").split()[:3]
        self.assertEqual(names, "y,variance")
        for row, mean, variance in ((even, 100, 100), (odd, 550, 22500)):
            answer = [float(field) for field in row.split(",")]
            self.assertAlmostEqual(answer[0], mean, delta=0.01 * mean)
            self.assertAlmostEqual(answer[1], variance, delta=0.01 * variance)
        self.fail_with(64, *run, "--net", "1 -> 4", says=("1 target", "gives 4"))

    def write_weighed(self, name, rows):
        return self.write(name, "\n".join(["x,w,y", *(",".join(map(str, row)) for row in rows)]) + "\n")

    def test_weights_are_a_column_that_train_eval_and_predict_know_by_its_name(self):
        rows = [(i % 5, i % 3, 2 * (i % 5) + i % 2) for i in range(30)]
        common = ("--loss", "mean_squared_error", "--hidden", "none", "--optimizer", "lbfgs", "--dtype", "f64", "--val", "0", "--scale",
                  "none")
        self.write_weighed("weighed.csv", rows)
        self.write("repeated.csv", "\n".join(["x,ones,y", *(f"{x},1,{y}" for x, w, y in rows for _ in range(w))]))
        weighed = self.json("train", "weighed.csv", "--weights", "w", "-o", "weighed", *common)
        self.json("train", "repeated.csv", "--weights", "ones", "-o", "plain", *common)
        self.assertEqual(weighed["description"], "1 -> 1")
        ones = self.succeed("predict", "weighed", "weighed.csv")
        others = self.succeed("predict", "plain", "weighed.csv", "--weights", "w")
        for one, other in zip(ones.split()[1:], others.split()[1:]):
            self.assertAlmostEqual(float(one), float(other), delta=1e-4)
        self.assertAlmostEqual(self.json("eval", "weighed", "weighed.csv")["loss"],
                               weighed["train_loss"], delta=1e-4)

        self.write("new.csv", "w,x\n1,3\n")
        alone = self.succeed("predict", "weighed", "new.csv").split()
        self.assertEqual(alone[1], ones.split()[4])
        self.write("bare.csv", "".join(f"{x},{y},{w}\n" for x, w, y in rows))
        bare = self.json("train", "bare.csv", "--weights", "-1", "--header", "no", "-o", "bare", *common)
        self.assertAlmostEqual(bare["train_loss"], weighed["train_loss"], delta=1e-9)

    def test_weights_that_make_no_sense_are_refused(self):
        run = ("train", "weighed.csv", "--weights")
        self.write_weighed("weighed.csv", [(1, 1, 2), (2, -1, 3)])
        self.fail_with(65, *run, "w", says=("line 3, column 2", "below 0"))
        self.fail_with(64, *run, "v", says=("no column", "w"))
        self.fail_with(64, *run, "y", "--target", "y", says="both the target and the weights")
        self.write_weighed("weighed.csv", [(1, 0, 2), (2, 0, 3)])
        self.fail_with(65, *run, "w", says="all are 0")
        self.fail_with(64, "train", "digits", "--weights", "w", says="no columns")

    def test_class_weights_are_numbers_or_balanced(self):
        rows = [f"{i % 2},{'rare' if i % 10 == 0 else 'usual'}" for i in range(100)]
        self.write("rare.csv", "\n".join(["x,kind", *rows]) + "\n")
        run = ("train", "rare.csv", "--hidden", "none", "--optimizer", "lbfgs", "--val", "0", "--class-weights")
        self.json(*run, "balanced")
        answers = self.succeed("predict", "model.safetensors", "rare.csv").split()
        self.assertEqual(answers[1].split(",")[0], "rare")
        self.assertEqual(answers[2].split(",")[0], "usual")
        self.fail_with(64, *run, "1,2,3", says=("--class-weights", "3 numbers", "2 classes"))
        self.fail_with(64, *run, "1,x", says='"x"')

    def test_missing_targets_are_an_error_unless_they_are_masked(self):
        for name, rows in (("values.csv", [f"{i % 4},{'' if i % 5 == 0 else 3 * (i % 4) + 0.5}" for i in range(40)]),
                           ("kinds.csv", [f"{i % 2},{'' if i % 5 == 0 else 'ab'[i % 2]}" for i in range(40)]),
                           ("numbers.csv", [f"{i % 2},{'nan' if i % 5 == 0 else i % 2}" for i in range(40)])):
            with self.subTest(name=name):
                self.write(name, "\n".join(["x,y", *rows]) + "\n")
                self.fail_with(65, "train", name, says=("line 2, column 2",))
                run = ("train", name, "--hidden", "none", "--optimizer", "lbfgs", "--missing-targets", "mask")
                self.json(*run, "--val", "0.25")
                report = self.json("eval", "model.safetensors", name, "--missing-targets", "mask")
                self.assertLess(report["loss"], 1e-2)
                self.assertEqual(report["n"], 40)
                if report["accuracy"] is not None:
                    self.assertEqual(report["accuracy"], 1)
        self.write("none.csv", "x,y\n1,\n2,\n")
        self.fail_with(65, "train", "none.csv", "--missing-targets", "mask", says="not one target is known")
        self.fail_with(64, "train", "values.csv", "--missing-targets", "guess", says=("error", "mask"))

    def test_the_loss_decides_how_the_network_ends(self):
        run = ("train", "digits", "--epochs", "2", "--hidden", "8", "--loss")
        for loss, last in (("hinge", "10"), ("focal(gamma=1)", "10 sigmoid"), ("kl_divergence", "10 softmax"),
                           ("softmax_cross_entropy(smoothing=0.1)", "10 softmax")):
            report = self.json(*run, loss)
            self.assertEqual(report["description"], "64 -> 8 relu -> " + last)
            self.assertEqual(report["loss"], loss)

    def test_values_from_0_to_1_are_learned_by_losses_of_yes_and_no(self):
        self.write("share.csv", "a,y\n" + "".join(f"{i},{i / 39}\n" for i in range(40)))
        for loss in ("binary_cross_entropy", "focal"):
            report = self.json("train", "share.csv", "--task", "regression", "--loss", loss, "--hidden", "4")
            self.assertEqual(report["description"], "1 -> 4 relu -> 1 sigmoid")
            self.assertGreater(report["val_r2"], 0.2)

    def test_two_classes_with_binary_cross_entropy_share_one_output(self):
        self.write_points()
        report = self.json("train", "points.csv", "--loss", "binary_cross_entropy", "--epochs", "2", "--hidden", "4")
        self.assertEqual(report["description"], "2 -> 4 relu -> 1 sigmoid")


class SameBits(ProgramTest):
    def test_same_seed_gives_the_same_file_for_any_number_of_threads(self):
        for threads in ("1", "2", "3"):
            self.succeed("train", "digits", "--epochs", "2", "--seed", "3", "--threads", threads, "-o", "m" + threads)
        self.assertEqual(self.read("m1"), self.read("m2"))
        self.assertEqual(self.read("m1"), self.read("m3"))

    def test_another_seed_gives_another_file(self):
        for seed in ("1", "2"):
            self.succeed("train", "digits", "--epochs", "1", "--seed", seed, "-o", "m" + seed)
        self.assertNotEqual(self.read("m1"), self.read("m2"))


class WrongData(ProgramTest):
    def refuse(self, text, *flags, code=DATA, says="data.csv"):
        self.write("data.csv", text)
        self.fail_with(code, "train", "data.csv", *flags, says=says)
        self.assertEqual(os.listdir(self.folder), ["data.csv"])

    def test_missing_and_empty_files(self):
        self.fail_with(NO_INPUT, "train", "nothere.csv", says="nothere.csv")
        self.refuse("")
        self.refuse("a,b\n", "--header", "yes")

    def test_ragged_rows_are_named(self):
        self.refuse("a,b,c\n1,2,3\n4,5\n", says=("data.csv", "line 3"))

    def test_text_where_numbers_stand_is_named(self):
        self.refuse("a,b,c\n1,2,3\n4,five,6\n", says=("line 3", "column", "five"))

    def test_numbers_that_are_not_finite_are_named(self):
        for value in ("inf", "-inf", "1e999"):
            with self.subTest(value=value):
                self.refuse(f"a,b,c\n1,2,0\n{value},5,1\n2,5,1\n", says="line 3")

    def test_words_in_a_numeric_target_are_named_wherever_they_stand(self):
        rows = [f"{i % 5},{i * 0.5}" for i in range(60)]
        for place in (0, 30, 59):
            with self.subTest(place=place):
                table = list(rows)
                table[place] = "3,sold"
                self.refuse("\n".join(["x,y", *table]),
                            says=('column 2 ("y")', "1 of 60", f'"sold" in line {place + 2}'))
        text = "x,y\n" + "1,0\n2,1\n" * 20 + "3,*\n"
        for flags in ((), ("--loss", "binary_cross_entropy"), ("--loss", "mean_squared_error")):
            self.refuse(text, *flags, says=("1 of 41", '"*" in line 42'))
        report = self.json("train", "data.csv", "--task", "classification", "--loss", "hinge", "--epochs", "1")
        self.assertEqual(report["classes"], 3)
        self.write("halves.csv", "x,y\n" + "1,0.5\n2,1.5\n" * 9)
        self.assertEqual(self.json("train", "halves.csv", "--loss", "focal", "--epochs", "1")["classes"], 2)

    def test_values_that_the_networks_numbers_cannot_hold_are_named(self):
        rows = [f"{i % 5}.5,{i},{i * 0.5}" for i in range(60)]
        for place, row, column, says in ((0, "1e300,1,2", "width", 'line 2: input 1 ("width") is 1e+300'),
                                         (40, "1,1,-1e39", "y", 'line 42: target 1 ("y") is -1e+39')):
            table = list(rows)
            table[place] = row
            text = "\n".join(["width,b,y", *table])
            for flags in ((), ("--scale", "none"), ("--scale", "unit"), ("--val", "0"),
                          ("--scale", "none", "--lsuv"), ("--optimizer", "lbfgs", "--scale", "none")):
                with self.subTest(column=column, flags=flags):
                    self.refuse(text, *flags, says=("data.csv: " + says, "f32"))
        self.refuse(text.replace("-1e39", "1e300"), "--dtype", "f64", says="the variance of its column")

    def test_one_class_only(self):
        self.refuse("a,b\n1,x\n2,x\n3,x\n", says="class")

    def test_a_target_that_is_not_there(self):
        self.refuse("a,b\n1,2\n3,4\n", "--target", "c", code=USAGE, says="c")
        self.refuse("a,b\n1,2\n3,4\n", "--target", "9", code=USAGE, says="9")

    def test_a_target_that_the_loss_refuses_is_named_by_its_line(self):
        rows = "".join(f"{i % 7},{i % 5},{-2 if i == 30 else 1.5}\n" for i in range(60))
        self.refuse("a,b,y\n" + rows, "--net", "2 -> 1 exponential", "--loss", "poisson", "--task", "regression", "--val",
                    "0", says="data.csv: line 32: target 1 is -2")

    def test_a_learning_rate_beyond_the_bound_of_all_optimizers(self):
        for arguments in (("--lr", "1e38"), ("--optimizer", "sgd(lr=1e38)")):
            with self.subTest(arguments=arguments):
                self.assertIn("at most 1000000", self.fail_with(USAGE, "train", "digits", *arguments))

    def test_lying_idx(self):
        self.write("train-images-idx3-ubyte", b"\0\0\x08\x03" + b"\x7f\xff\xff\xff" * 3 + b"abc")
        self.write("train-labels-idx1-ubyte", b"\0\0\x08\x01" + b"\0\0\0\x02" + b"\0\1")
        self.fail_with(DATA, "train", ".", "-o", "m", says="idx")

    def test_a_loss_that_diverges_keeps_good_weights_and_says_what_to_try(self):
        done = self.run_program("train", self.write_line(), "--hidden", "none", "--batch", "4", "--lr", "1e6",
                                "--optimizer", "sgd", "--epochs", "6", "--schedule",
                                "one_cycle(rise=0.5, start_divisor=1e9, by=epoch)")
        self.assertEqual(done.returncode, DIVERGED)
        for word in ("step", "layer", "--lr", "after epoch 1 are in model.safetensors"):
            self.assertIn(word, done.stderr.decode())
        self.assertIn("Use it", done.stdout.decode())
        self.assertEqual(self.json("info", "model.safetensors")["facts"]["epochs"], "1")

    def test_a_loss_that_diverges_before_an_epoch_is_finished_leaves_the_old_model(self):
        run = ("train", "digits", "--lr", "1e6", "--l2", "1e35", "--optimizer", "sgd", "-o", "m")
        for old in (None, b"the old one"):
            if old is not None:
                self.write("m", old)
            done = self.run_program(*run)
            self.assertEqual(done.returncode, DIVERGED)
            for word in ("step", "--lr", "no epoch has ended with a finite loss", "nothing is written to m"):
                self.assertIn(word, done.stderr.decode())
            self.assertNotIn("Use it", done.stdout.decode())
            self.assertNotIn("model ", done.stdout.decode())
            self.assertEqual(os.listdir(self.folder), ["m"] if old is not None else [])
        self.assertEqual(self.read("m"), b"the old one")
        done = self.run_program(*run, "--json")
        report = json.loads(done.stdout)
        self.assertEqual((done.returncode, report["stopped"], report["model"]), (DIVERGED, "diverged", None))


class Output(ProgramTest):
    def test_a_model_that_cannot_be_made_is_refused_before_training(self):
        self.write("file", "kept")
        for path in ("no/such/folder/m", ".", "sub/", "file/m", "/dev/null", "x" * 300):
            with self.subTest(path=path):
                message = self.fail_with(CREATE, "train", "digits", "-o", path)
                self.assertNotIn("epoch", message)
        self.assertEqual(os.listdir(self.folder), ["file"])

    def test_a_run_that_fails_leaves_the_old_model(self):
        self.write("m", "the old one")
        self.write("bad.csv", "a,b\n1,x\n")
        self.fail_with(DATA, "train", "bad.csv", "-o", "m")
        self.assertEqual(self.read("m"), b"the old one")

    def test_a_disk_that_is_full_leaves_the_old_model(self):
        self.write("m", "the old one")
        done = self.run_program("train", "digits", "--epochs", "1", "-o", "m", restore_signals=False,
                                preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)))
        self.assertEqual(done.returncode, IO, done.stderr.decode())
        self.assertEqual(self.read("m"), b"the old one")
        self.assertEqual(os.listdir(self.folder), ["m"])

    def test_a_report_that_finds_no_room_is_an_error(self):
        done = self.run_program("train", "digits", "--epochs", "1", "--json", stdout=open_full_disk(self))
        self.assertEqual(done.returncode, IO)
        self.assertIn("standard output", done.stderr.decode())


if __name__ == "__main__":
    unittest.main()
