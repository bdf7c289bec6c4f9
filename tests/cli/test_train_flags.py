"""Training: the flags, what they set and what they refuse."""

import json
import os
import unittest

from program import CREATE, USAGE, ProgramTest


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


if __name__ == "__main__":
    unittest.main()
