"""Training: the report, warnings, the same model for the same seed, and wrong data."""

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

    def write_wave(self, count=200):
        draw = random.Random(1)
        rows = [(draw.uniform(-1, 1), draw.uniform(-1, 1)) for _ in range(count)]
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
        self.write_wave(100)
        one = ("--recipe", "mlp_light")
        for flags in ((), (*one, "--val", "0"), (*one, "--loss", "quantile(q=0.99)"), (*one, "--loss", "huber"),
                      ("--hidden", "8", "--activation", "tanh", "--optimizer", "levenberg_marquardt")):
            self.assertEqual(self.warnings("wave.csv", *flags), [])
        self.assertEqual(self.warnings(self.write_points(), "--class-weights", "1,100"), [])


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
