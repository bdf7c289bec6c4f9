"""Samples without a finite prediction: refused with their line, or skipped, so that lines stay aligned."""

import csv
import random
import unittest

from program import DATA, USAGE, ProgramTest


class Answers(ProgramTest):
    def setUp(self):
        super().setUp()
        draw = random.Random(1)
        lines = ["p,q,kind"]
        lines += [f"{draw.gauss(2 * (i % 3), 0.4):.4f},{draw.gauss(0, 1):.4f},{'abc'[i % 3]}" for i in range(60)]
        self.write("data.csv", "\n".join(lines) + "\n")
        self.succeed("train", "data.csv", "--epochs", "20", "--hidden", "8", "-o", "m")

    def predict(self, rows, *flags, model="m", name="new.csv"):
        """The lines of stdout after the names, and stderr."""
        self.write(name, "p,q\n" + "".join(row + "\n" for row in rows))
        done = self.run_program("predict", model, name, *flags)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.decode().splitlines()[1:], done.stderr.decode()

    def test_probabilities_of_an_ensemble_in_one_network_are_its_outputs(self):
        member = "2 -> members 3 -> scale(std=1) -> 8 tanh ->"
        for end, flags in ((" 3 softmax heads -> average", ()), (" 3 heads -> average", ()),
                           (" 3 softmax heads -> average", ("--ensemble", "2"))):
            with self.subTest(end=end, flags=flags):
                self.succeed("train", "data.csv", "--epochs", "60", "--lr", "0.02", "--net", member + end, *flags, "-o", "n")
                rows, _ = self.predict(["0,0", "2,0", "4,0"], model="n")
                for row, name in zip(csv.reader(rows), "abc"):
                    shares = [float(share) for share in row[1:]]
                    self.assertEqual((row[0], shares.index(max(shares))), (name, "abc".index(name)))
                    self.assertAlmostEqual(sum(shares), 1, 5)
                    self.assertGreater(max(shares), 0.8)

    def test_two_classes_of_an_ensemble_in_one_network_are_told_apart(self):
        self.write_points()
        self.succeed("train", "points.csv", "--recipe", "tabm_mini", "--epochs", "5", "--loss", "binary_cross_entropy", "-o", "n")
        classes = [line.split(",")[0] for line in self.succeed("predict", "n", "points.csv").splitlines()[1:]]
        self.assertEqual(classes, [row["kind"] for row in csv.DictReader(self.read("points.csv").decode().splitlines())])

    def test_an_input_that_the_model_cannot_hold_is_refused_by_line_column_and_value(self):
        for value, says in (("1e39", '1e+39, too large for a network in f32'), ("-1e308", "-1e+308, too large")):
            self.write("new.csv", f"q,p,kind\n1,2,a\n0,{value},b\n1,1,c\n")
            self.fail_with(DATA, "eval", "m", "new.csv", says=("new.csv: line 3", f'input 1 ("p") is {says}'))
            done = self.run_program("predict", "m", "new.csv")
            self.assertEqual((done.returncode, done.stdout.count(b"\n")), (DATA, 2))
            self.assertIn(f'new.csv: line 3: input 1 ("p") is {says}', done.stderr.decode())
        for value in ("nan", "inf", "1e999", "", "x"):
            self.write("new.csv", f"p,q\n{value},1\n1,2\n1,1\n")
            self.fail_with(DATA, "predict", "m", "new.csv", says=("new.csv", "line 2, column 1"))

    def test_skipped_samples_are_empty_lines_and_the_others_are_as_ever(self):
        good = [f"{i / 10},{1 - i / 10}" for i in range(6)]
        expected, quiet = self.predict(good)
        self.assertEqual(quiet, "")
        bad = ["1e39,1", "1,-1e39", "x,1", "1,", "nan,1", "1,1e999", "inf,inf", "3e38,3e38"]
        mixed = [row for pair in zip(bad, good + good[:2]) for row in pair]
        lines, note = self.predict(mixed, "--on-error", "skip")
        self.assertEqual(lines[0::2], [""] * len(bad))
        self.assertEqual(lines[1::2], expected + expected[:2])
        self.assertIn("8 of 16 samples have no prediction", note)
        self.assertIn("new.csv: line 2", note)
        self.assertEqual(self.predict(good, "--on-error", "skip"), (expected, ""))
        self.fail_with(USAGE, "predict", "m", "new.csv", "--on-error", "guess", says=("--on-error", "stop, skip"))

    def test_many_skipped_samples_stay_aligned(self):
        rows = ["1,1" if i % 7 or i == 2100 else "1e39,1" for i in range(3000)]
        lines, note = self.predict(rows, "--on-error", "skip")
        self.assertEqual([not line for line in lines], [row == "1e39,1" for row in rows])
        self.assertEqual(len(set(lines)), 2)
        self.assertIn(f"{rows.count('1e39,1')} of 3000", note)
        lines, note = self.predict(["x,y"] * 5, "--on-error", "skip")
        self.assertEqual(lines, [""] * 5)

    def test_the_samples_before_one_that_is_refused_are_printed(self):
        for bad in ("1e39,1", "x,1", "1"):
            self.write("new.csv", "p,q\n" + "1,1\n" * 5000 + bad + "\n" + "1,1\n" * 5)
            done = self.run_program("predict", "m", "new.csv")
            self.assertEqual((done.returncode, done.stdout.count(b"\n")), (DATA, 5001))
            self.assertIn("line 5002", done.stderr.decode())

    def test_answers_that_are_not_finite_are_refused(self):
        self.write("counts.csv", "p,q,n\n" + "".join(f"{i % 5},{i % 3},{i % 5}\n" for i in range(60)))
        self.succeed("train", "counts.csv", "--loss", "poisson", "--hidden", "none", "--optimizer", "lbfgs", "-o", "counts")
        self.write("new.csv", "p,q\n1,1\n1e30,1\n2,1\n")
        done = self.run_program("predict", "counts", "new.csv")
        self.assertEqual(done.returncode, DATA)
        self.assertIn("new.csv: line 3: number 1 of the prediction is inf", done.stderr.decode())
        lines, note = self.predict(["1,1", "1e30,1", "2,1"], "--on-error", "skip", model="counts")
        self.assertEqual([bool(line) for line in lines], [True, False, True])
        self.assertIn("1 of 3", note)

    def test_a_loss_that_is_not_finite_is_no_measure(self):
        self.write("new.csv", "p,q,kind\n1,2,a\n3e38,1,b\n")
        for flags in ((), ("--json",)):
            self.fail_with(DATA, "eval", "m", "new.csv", *flags, says=("new.csv", "predictions of the model are not all finite"))

    def test_an_infinite_input_does_not_hide_behind_a_bounded_activation(self):
        self.succeed("train", "data.csv", "--net", "2 -> 8 tanh -> 3 softmax", "--epochs", "5", "-o", "bounded")
        self.write("new.csv", "p,q\n1e39,1\n")
        self.fail_with(DATA, "predict", "bounded", "new.csv", says="line 2")

    def test_a_model_in_double_takes_what_it_can_hold(self):
        self.succeed("train", "data.csv", "--dtype", "f64", "--epochs", "5", "--hidden", "8", "-o", "double")
        lines, _ = self.predict(["1e39,1", "1,1"], model="double")
        self.assertEqual([len(row) for row in csv.reader(lines)], [4, 4])
        for line in lines:
            self.assertNotIn("nan", line)
        self.write("new.csv", "p,q\n1.7e308,-1.7e308\n")
        self.fail_with(DATA, "predict", "double", "new.csv", says=("line 2", "too large for a network in f64"))


if __name__ == "__main__":
    unittest.main()
