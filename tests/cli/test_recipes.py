"""Named recipes: list recipes, train and cv --recipe, the choice among recipes."""

import os
import random
import signal
import unittest

from program import DATA, USAGE, ProgramTest

FAST = ("--epochs", "4")


class NamedRecipes(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write_points()
        self.write_line()

    def test_the_list_prints_each_recipe_in_full(self):
        text = self.succeed("list", "recipes")
        for name in ("plain", "mlp_light", "mlp_strong", "mlp_shallow", "snn", "auto"):
            self.assertIn(f"\n{name}\n", "\n" + text)
        self.assertIn("recipe=choice(mlp_strong, mlp_light)", text)
        self.assertIn("layers=256 selu -> alpha_dropout 0.05", text)

    def test_a_recipe_is_printed_and_is_a_fact_of_the_model(self):
        text = self.succeed("train", "points.csv", "--recipe", "mlp_strong", *FAST, "-o", "m")
        self.assertIn("\nrecipe      mlp_strong\n", text)
        self.assertIn("dropout(rate=0.3)", text)
        self.assertRegex(self.succeed("info", "m"), r"\nrecipe +mlp_strong\n")

    def test_flags_overrule_a_recipe(self):
        report = self.json("train", "points.csv", "--recipe", "mlp_strong", *FAST, "--hidden", "5", "--batch", "7", "-o", "m")
        self.assertEqual(report["description"], "2 -> 5 relu -> 2 softmax")
        self.assertEqual((report["epochs"], report["batch"]), (4, 7))
        self.assertEqual(report["optimizer"], "adamw(weight_decay=1)")
        report = self.json("train", "points.csv", "--recipe", "mlp_strong", *FAST, "--optimizer", "sgd(lr=0.2)", "-o", "m")
        self.assertEqual(report["optimizer"], "sgd(lr=0.2)")

    def test_settings_are_a_recipe_too(self):
        report = self.json("train", "line.csv", "--recipe", "layers=6 tanh -> 4 relu; [values] epochs=3; epochs=5", "-o", "m")
        self.assertEqual(report["description"], "2 -> 6 tanh -> 4 relu -> 1")
        self.assertEqual(report["epochs"], 3)
        self.assertEqual(report["recipe"]["settings"], "layers=6 tanh -> 4 relu; [values] epochs=3; epochs=5")

    def test_without_a_recipe_the_default_is_printed_with_its_reason(self):
        self.assertRegex(self.succeed("train", "points.csv", "-o", "m"), r"\nrecipe +mlp_\w+.*; the default for tables\n")
        self.assertRegex(self.succeed("info", "m"), r"\nrecipe +auto\n")
        for flags, reason in ((("--hidden", "4"), "a network that flags describe"), (("--lr", "0.1"), "training that flags describe")):
            text = self.succeed("train", "points.csv", *flags, "-o", "m")
            self.assertIn(f"\nrecipe      plain: the default for {reason}\n", text)
        self.assertRegex(self.succeed("info", "m"), r"\nrecipe +plain\n")
        report = self.json("train", "digits", "--hidden", "4", "--val", "0", "--recipe", "plain", *FAST, "-o", "m")
        self.assertIsNone(report["recipe"]["default_for"])

    def test_cross_validation_takes_a_recipe(self):
        self.assertIn("64 relu", self.succeed("cv", "points.csv", "--recipe", "hidden=64x2", *FAST))
        self.fail_with(USAGE, "cv", "points.csv", "--recipe", "auto", says="a choice among recipes")

    def test_mistakes_are_told(self):
        self.fail_with(USAGE, "train", "points.csv", "--recipe", "mlp_strng", says=("--recipe", "did you mean 'mlp_strong'"))
        self.fail_with(USAGE, "train", "points.csv", "--recipe", "hiden=4", says=("--recipe", "did you mean \"hidden\""))
        self.fail_with(USAGE, "train", "points.csv", "--recipe", "layers=4 rel", says=("--recipe, layer 1", "relu"))
        self.fail_with(USAGE, "train", "points.csv", "--recipe", "lr=choice(1, 2)", says=("--recipe", "several values"))
        self.fail_with(USAGE, "train", "points.csv", "--recipe", "layers=" + "8 -> " * 400 + "8", says="more than 1023 characters")


class Folds(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write_points()

    def train(self, *arguments):
        return self.json("train", "points.csv", "--recipe", "layers=4 relu; folds=3", *FAST, "-o", "m", *arguments)

    def test_a_recipe_for_folds_trains_a_network_for_each(self):
        report = self.train()
        self.assertEqual(len(report["members"]), 3)
        self.assertRegex(self.succeed("info", "m"), r"ensemble +folds")

    def test_flags_about_one_network_take_one_and_the_report_says_so(self):
        for flag in (("--log", "l.jsonl"), ("--val", "0.2"), ("--calibrate",)):
            report = self.train(*flag)
            self.assertIsNone(report["members"])
            self.assertIn(f"one network instead of 3, since {flag[0]} is given", report["recipe"]["reason"])

    def test_an_ensemble_that_is_asked_for_is_taken(self):
        self.assertEqual(len(self.train("--ensemble", "2")["members"]), 2)

    def test_few_samples_have_no_folds(self):
        self.write_points(count=29)
        report = self.train()
        self.assertIsNone(report["members"])
        self.assertIn("29 samples are too few for folds", report["recipe"]["reason"])

    def test_cross_validation_trains_one_network_for_each_fold(self):
        self.succeed("cv", "points.csv", "--recipe", "layers=4 relu; folds=3", *FAST)


class Choices(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write_points()
        self.write_line()

    def choose(self, *arguments):
        return self.json("train", *arguments, "--recipe", "auto", *FAST, "-o", "m")

    def test_the_networks_of_the_winners_folds_are_averaged_and_each_row_validates_one(self):
        report = self.choose("points.csv")
        chosen = report["recipe"]
        best = min(chosen["trials"], key=lambda trial: trial["score"])
        self.assertEqual(len(chosen["trials"]), 2)
        self.assertTrue(("recipe=" + chosen["settings"]).startswith(best["settings"]))
        self.assertRegex(chosen["reason"], "best of 2 by brier over 5 folds")
        self.assertEqual((report["train_samples"], report["validation_samples"]), (60, 60))
        self.assertIsNotNone(report["val_accuracy"])
        self.assertRegex(self.succeed("info", "m"), r"network +(5|10) networks: ")

    def test_recipes_are_averaged_where_their_mean_predicts_the_folds_better(self):
        report = self.json("train", "line.csv", "--recipe", "auto", "--epochs", "40", "-o", "m")
        chosen = report["recipe"]
        scores = [trial["score"] for trial in chosen["trials"]]
        self.assertEqual(len(chosen["settings"].split(" + ")), 1 + (chosen["score"] < min(scores)))
        self.assertLessEqual(chosen["score"], min(scores))

    def test_without_validation_rows_one_network_is_chosen_over_folds_and_trained_on_all_rows(self):
        report = self.choose("points.csv", "--val", "0", "--log", "run.jsonl")
        chosen = report["recipe"]
        self.assertIn("one network, since --log is given: a log holds one run; the best of 2 by log_loss over 5 folds", chosen["reason"])
        self.assertEqual((report["train_samples"], report["validation_samples"]), (60, 0))
        predictions = self.succeed("predict", "m", "points.csv")
        self.succeed("train", "points.csv", "--recipe", chosen["settings"], "--val", "0", *FAST, "-o", "again")
        self.assertEqual(self.succeed("predict", "again", "points.csv"), predictions)

    def test_validation_data_chooses_and_is_not_trained_on(self):
        report = self.json("train", "points.csv", "--recipe", "auto", *FAST, "--val-data", "points.csv", "-o", "m")
        self.assertIn("on --val-data", report["recipe"]["reason"])
        self.assertEqual((report["train_samples"], report["validation_samples"]), (60, 60))

    def test_a_share_that_is_held_back_chooses_and_validates_one_network(self):
        report = self.choose("line.csv", "--val", "0.7")
        self.assertIn("since --val is given", report["recipe"]["reason"])
        self.assertIn("by rmse on a validation part", report["recipe"]["reason"])
        self.assertEqual(report["validation_samples"], 56)
        [score] = [trial["score"] for trial in report["recipe"]["trials"] if trial["settings"] == "recipe=" + report["recipe"]["settings"]]
        self.assertAlmostEqual(report["val_rmse"], score, places=5)

    def test_the_run_of_a_choice_has_the_settings_of_its_trial(self):
        report = self.json("train", "points.csv", "--recipe", "auto", "--log", "l", "-o", "m")
        of_all = self.json("train", "points.csv", "--recipe", report["recipe"]["settings"], "--val", "0", "-o", "n")
        self.assertEqual((report["train_samples"], of_all["train_samples"]), (48, 60))
        self.assertEqual((report["epochs"], report["batch"]), (of_all["epochs"], of_all["batch"]))

    def test_a_choice_that_leaves_one_recipe_keeps_its_time_and_says_what_it_cut(self):
        rows = "".join(f"{i},{i * i},{'ab'[i % 2]}\n" for i in range(20))
        report = self.json("train", self.write("few.csv", "x,y,class\n" + rows), "--recipe", "auto", "--epochs", "1000000", "--time", "1", "-o", "m")
        self.assertIn("leave no choice, and its training ended with the time", report["recipe"]["reason"])
        self.assertLess(report["seconds"], 1.9)

    def test_layers_of_a_choice_are_those_of_its_recipes(self):
        report = self.choose("points.csv", "--freeze", "3")
        self.assertIn("networks", report["description"])
        self.assertIsNone(report["batch"])
        self.fail_with(USAGE, "train", "points.csv", "--recipe", "auto", *FAST, "--freeze", "99", says="layers 99 to 99 are named, and the network has 5")

    def test_a_choice_that_is_worse_than_the_most_frequent_class_is_told(self):
        draw = random.Random(3)
        rows = "".join(",".join(f"{draw.gauss(0, 1):.3f}" for _ in range(4)) + f",{'ab'[draw.random() < 0.7]}\n" for _ in range(60))
        report = self.json("train", self.write("noise.csv", "p,q,r,s,class\n" + rows), "--recipe", "auto", "--keep", "last", "--epochs", "60", "-o", "m")
        [warning] = report["warnings"]
        self.assertRegex(warning, "accuracy is .* on the validation part: its most frequent class alone is right in")

    def test_too_few_rows_to_choose_by_fall_back_in_words(self):
        rows = "".join(f"{i},{i * i},{'ab'[i % 2]}\n" for i in range(20))
        report = self.choose(self.write("few.csv", "x,y,class\n" + rows))
        self.assertEqual(report["recipe"]["settings"], "mlp_strong")
        self.assertIn("20 samples to judge by and 2 columns leave no choice", report["recipe"]["reason"])

    def test_an_interrupted_choice_saves_the_best_of_what_was_tried(self):
        rows = "".join(f"{i * i % 97},{i % 89},{i % 83 / 9}\n" for i in range(320))
        run = self.start("train", self.write("many.csv", "a,b,y\n" + rows), "--recipe", "best", "--time", "600", "--epochs", "5", "-o", "m", stdout=-1, stderr=-1)
        self.assertIn(b" of the choice", run.stderr.readline())
        run.send_signal(signal.SIGINT)
        text, _ = run.communicate(timeout=60)
        self.assertEqual(run.returncode, 128 + signal.SIGINT)
        self.assertIn(b"stopped: interrupt", text)
        self.assertIn("R2", self.succeed("eval", "m", "many.csv"))

    def test_very_many_columns_are_not_chosen_by_and_the_report_says_so(self):
        head = ",".join(f"x{i}" for i in range(20000))
        rows = "".join(",".join(str((i * j) % 7) for j in range(20000)) + f",{i / 7}\n" for i in range(60))
        report = self.json("train", self.write("wide.csv", head + ",y\n" + rows), "--target", "y", "--recipe", "auto", "--epochs", "1", "-o", "m")
        self.assertEqual(report["recipe"]["settings"], "mlp_strong; length=1")
        self.assertIn("60 samples to judge by and 20000 columns leave no choice", report["recipe"]["reason"])

    def test_a_category_of_very_many_levels_is_an_input_or_an_identifier_that_is_told(self):
        for levels, told in ((1000, False), (5000, True)):
            rows = "".join(f"town{i % levels},{i % 13},{i % 97 / 7}\n" for i in range(5000))
            self.write("towns.csv", "town,size,y\n" + rows)
            done = self.run_program("train", "towns.csv", "--target", "y", "--task", "regression", "--recipe", "auto", "--epochs", "1", "-o", "m")
            self.assertEqual(done.returncode, 0)
            self.assertEqual(b"is an identifier and no input" in done.stderr, told)
            self.assertIn(b" of 4 by rmse over 5 folds", done.stdout)

    def test_tables_without_numbers_or_without_categories_are_trained(self):
        numbers = "".join(f"{i * i % 31},{i % 7},{i / 9}\n" for i in range(320))
        words = "".join(f"{'uvw'[i % 3]},{'pqrst'[i % 5]},{i / 9}\n" for i in range(320))
        for name, rows in (("numbers.csv", numbers), ("words.csv", words)):
            report = self.choose(self.write(name, "a,b,y\n" + rows), "--target", "y")
            self.assertEqual([trial["message"] for trial in report["recipe"]["trials"]], [""] * 4)

    def test_huge_numbers_are_trained_on_and_predicted(self):
        rows = "".join(f"{(-1) ** i * 10.0 ** (30 + i % 8)},{i % 7},{i % 11 / 9}\n" for i in range(320))
        report = self.choose(self.write("huge.csv", "a,b,y\n" + rows), "--target", "y", "--task", "regression")
        self.assertEqual([trial["message"] for trial in report["recipe"]["trials"]], [""] * 4)
        self.assertNotIn("nan", self.succeed("predict", "m", "huge.csv"))

    def test_one_row_a_class_and_one_column_are_trained(self):
        rows = "".join(f"{i % 7},c{i}\n" for i in range(50))
        self.assertEqual(self.choose(self.write("each.csv", "x,class\n" + rows), "--target", "class", "--task", "classification")["classes"], 50)

    def test_it_goes_with_ensembles_logs_pages_and_checkpoints(self):
        report = self.choose("points.csv", "--ensemble", "2")
        self.assertEqual(len(report["members"]), 2)
        self.assertRegex(self.succeed("info", "m"), rf"\nrecipe +{report['recipe']['settings']}\n")
        self.assertEqual(len(self.choose("points.csv", "--ensemble", "2", "--ensemble-by", "folds")["members"]), 2)
        self.choose("points.csv", "--log", "run.jsonl", "--report", "page.html", "--health", "--checkpoint", "state")
        self.assertIn("<bdi>recipe</bdi>", self.read("page.html").decode())
        self.choose("points.csv", "--resume", "state")

    def test_best_spends_its_time_on_an_ensemble(self):
        run = ("train", "points.csv", "--recipe", "best", "--time", "1.5", "--epochs", "3", "-o", "m")
        text = self.succeed(*run)
        self.assertRegex(text, r"\nrecipe +\w+.*: (averaged, )?the (best of \d+ by brier over 5 folds|time was over)")
        self.assertRegex(self.succeed("info", "m"), r"\nrecipe +best\n")
        self.assertIn("accuracy 1", self.succeed("eval", "m", "points.csv"))

    def test_best_without_time_falls_back_in_words(self):
        report = self.json("train", "line.csv", "--recipe", "best", "--time", "0.001", "--epochs", "2", "-o", "m")
        self.assertEqual(report["recipe"]["settings"], "mlp_strong")
        self.assertIn("the time was over before a trial had ended", report["recipe"]["reason"])

    def test_flags_about_one_network_choose_one_and_the_report_says_so(self):
        run = ("train", "points.csv", "--recipe", "best", "--time", "1", "--epochs", "3", "-o", "m")
        for flags in (("--log", "l"), ("--plot",), ("--health",), ("--checkpoint", "c"), ("--calibrate",)):
            report = self.json(*run, *flags)
            self.assertIn(f"one network, since {flags[0]} is given", report["recipe"]["reason"])
            self.assertNotIn("networks", report["description"])

    def test_patience_and_the_epoch_that_is_kept_are_those_of_each_fold(self):
        report = self.json("train", "points.csv", "--recipe", "auto", "--metric", "accuracy", "--patience", "2", "-o", "m")
        self.assertIn("networks", report["description"])
        self.assertLess(report["epochs"], 900)
        best, last = ({trial["settings"]: trial["score"] for trial in self.choose("line.csv", *keep)["recipe"]["trials"]}
                      for keep in ((), ("--keep", "last")))  # trials end in any order
        for settings, score in best.items():
            self.assertLessEqual(score, last[settings])

    def test_patience_without_rows_for_it_is_refused_before_the_choice(self):
        for flags in (("--patience", "3"), ("--keep", "best")):
            self.fail_with(USAGE, "train", "points.csv", "--recipe", "auto", "--val", "0", "--log", "l", *flags, says=flags[0])

    def test_a_tie_adds_no_recipe(self):
        report = self.json("train", "points.csv", "--recipe", "auto", "--metric", "accuracy", "-o", "m")
        self.assertEqual([trial["score"] for trial in report["recipe"]["trials"]], [1, 1])
        self.assertNotIn("+", report["recipe"]["settings"])

    def test_test_data_beside_validation_data_is_read_once(self):
        os.mkfifo(self.path("test"))
        run = self.start("train", "points.csv", "--recipe", "auto", *FAST, "--val-data", "points.csv", "--test", "test", "-o", "m", stdout=-1, stderr=-1)
        with open(self.path("test"), "wb") as pipe:
            pipe.write(self.read("points.csv"))
        run.communicate(timeout=60)
        self.assertEqual(run.returncode, 0)

    def test_a_searched_rate_does_not_go_with_a_choice(self):
        self.fail_with(USAGE, "train", "points.csv", "--recipe", "auto", "--lr", "auto", says="--lr auto")

    def test_time_is_for_a_choice_alone(self):
        self.fail_with(USAGE, "train", "points.csv", "--recipe", "snn", "--time", "3", says=("--time", "snn"))
        self.assertIn("the time was over", self.json("train", "points.csv", "--time", "0.0001", *FAST, "--recipe", "auto", "-o", "m")["recipe"]["reason"])

    def test_intervals_of_a_choice_are_found_on_the_part_that_is_held_back(self):
        report = self.json("train", "line.csv", "--recipe", "auto", "--epochs", "2", "--interval", "0.8", "-o", "m")
        self.assertIn("one network, since --interval is given", report["recipe"]["reason"])
        self.assertEqual(report["intervals"]["level"], 0.8)

    def test_a_table_without_two_classes_is_refused_in_words(self):
        self.fail_with(DATA, "train", self.write("same.csv", "x,class\n" + "1,a\n2,a\n" * 30), "--recipe", "auto", says="all are of one class")


if __name__ == "__main__":
    unittest.main()
