"""The columns that a model keeps: eval and predict find them by name or position, without the flags of training."""

import csv
import io
import unittest

from program import DATA, USAGE, ProgramTest

EXACT = ("--hidden", "none", "--optimizer", "lbfgs", "--dtype", "f64", "--val", "0", "--loss", "mean_squared_error")


class Columns(ProgramTest):
    """p and q are inputs, t = 3 p - q is the target, w has odd weights."""

    def setUp(self):
        super().setUp()
        self.rows = [{"p": i % 5, "q": i % 3, "t": 3 * (i % 5) - i % 3 + (i == 7), "w": 1 + i % 2} for i in range(30)]

    def table(self, name, columns, rows=None, header=True, **instead):
        """Writes a file of some columns; `instead` replaces all cells of a column."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        if header:
            writer.writerow(columns)
        for row in self.rows if rows is None else rows:
            writer.writerow([instead.get(column, row.get(column)) for column in columns])
        return self.write(name, out.getvalue())

    def predict(self, *arguments):
        return self.succeed("predict", *arguments)

    def train(self, columns="tpwq", *flags, **how):
        self.table("data.csv", columns, **how)
        self.succeed("train", "data.csv", *EXACT, *flags, "-o", "m")
        return self.predict("m", "data.csv")

    def test_columns_are_found_by_name_in_any_order(self):
        answers = self.train("tpwq", "--target", "t", "--weights", "w")
        loss = self.json("eval", "m", "data.csv")["loss"]
        for columns in ("pqtw", "wqtp", "qtpw"):
            self.table("other.csv", columns)
            self.assertEqual(self.predict("m", "other.csv"), answers)
            self.assertEqual(self.json("eval", "m", "other.csv")["loss"], loss)
        for columns in ("pq", "qp", "qwp", "ptq"):
            self.table("other.csv", columns)
            self.assertEqual(self.predict("m", "other.csv"), answers)

    def test_weights_are_remembered_and_may_be_missing(self):
        self.train("tpwq", "--target", "t", "--weights", "w")
        weighed = self.json("eval", "m", "data.csv")
        self.assertEqual(weighed, self.json("eval", "m", "data.csv", "--weights", "w"))
        self.table("plain.csv", "tpq")
        self.assertNotEqual(self.json("eval", "m", "plain.csv")["loss"], weighed["loss"])
        self.fail_with(DATA, "eval", "m", "plain.csv", "--weights", "w", says=('no column "w"', '"p", "q"'))

    def test_an_input_is_not_taken_for_the_target_or_the_weights(self):
        self.train("pqt")
        for flag, role in (("--target", "target"), ("--weights", "weights")):
            for column in ("p", "0"):
                message = self.fail_with(DATA, "eval", "m", "data.csv", flag, column, says='column 1, "p", is an input')
                self.assertIn(f"cannot be the {role};", message)
                self.assertNotIn("no column", message)

    def test_too_few_columns_without_a_header_are_counted(self):
        for columns, header, flags in (("pqt", True, ()), ("pqwt", False, ("--weights", "2"))):
            self.train(columns, *flags, header=header)
            self.table("few.csv", "p", header=False)
            self.fail_with(DATA, "predict", "m", "few.csv", says="few.csv: has 1 column; it needs 2 inputs, alone or with")
            self.table("few.csv", "pq", header=False)
            self.succeed("predict", "m", "few.csv")
            self.fail_with(DATA, "eval", "m", "few.csv", says="few.csv: has 2 columns; it needs 2 inputs and the target")

    def test_columns_that_are_missing_or_doubled_are_refused(self):
        self.train("pqt")
        for columns, says in ((("age", "income", "t"), 'no column "p"'), (("p", "t"), 'no column "q"'),
                              (("p", "q", "t", "q"), '"q"')):
            self.table("other.csv", columns, **{column: 1 for column in columns})
            for command in ("eval", "predict"):
                message = self.fail_with(DATA, command, "m", "other.csv", says=("other.csv", says))
                if len(set(columns)) == len(columns):
                    self.assertIn('the inputs are "p", "q", the target is "t"', message)
        self.table("none.csv", "pq")
        self.fail_with(DATA, "eval", "m", "none.csv", says='no column "t"')

    def test_columns_that_the_model_does_not_know_are_ignored_with_a_note(self):
        answers = self.train("pqt")
        self.table("other.csv", ("id", "q", "t", "p", "note"), id="x", note="\x1b[31m")
        done = self.run_program("predict", "m", "other.csv")
        self.assertEqual((done.returncode, done.stdout.decode()), (0, answers))
        self.assertIn('gemmule predict: note: 2 columns are not known to the network and are ignored: "id", "note"', done.stderr.decode())

    def test_a_doubled_name_is_refused_in_training(self):
        self.write("data.csv", "p,y,y\n1,2,3\n4,5,6\n")
        self.fail_with(DATA, "train", "data.csv", says=("data.csv", 'columns 2 and 3 are both called "y"'))

    def test_without_a_header_columns_go_by_place_and_count(self):
        answers = self.train("tpwq", "--target", "t", "--weights", "w")
        loss = self.json("eval", "m", "data.csv")["loss"]
        self.table("all.csv", "tpwq", header=False)
        self.table("inputs.csv", "pq", header=False)
        self.table("three.csv", "tpq", header=False)
        for name in ("all.csv", "inputs.csv"):
            self.assertEqual(self.predict("m", name), answers)
        self.assertEqual(self.json("eval", "m", "all.csv")["loss"], loss)
        self.fail_with(DATA, "predict", "m", "three.csv", says=("three.csv", '2 are expected: "p", "q"'))

    def test_a_model_without_names_takes_files_with_a_header_by_place(self):
        answers = self.train("ptq", "--target", "1", header=False)
        self.assertEqual(len(answers.splitlines()), 31)
        for columns in ("ptq", "xyz", "pq"):
            self.table("other.csv", columns, [{**row, "x": row["p"], "y": row["t"], "z": row["q"]} for row in self.rows])
            self.assertEqual(self.predict("m", "other.csv"), answers)

    def test_names_that_are_numbers_are_remembered_as_names(self):
        self.rows = [{"2019": row["p"], "2020": row["q"], "2021": row["t"]} for row in self.rows]
        answers = self.train(("2021", "2019", "2020"), "--header", "yes", "--target", "2021")
        self.table("other.csv", ("2020", "2019"))
        self.assertEqual(self.predict("m", "other.csv"), answers)
        self.table("bare.csv", ("2019", "2020"), header=False)
        self.fail_with(DATA, "predict", "m", "bare.csv", says='no column "2019"')
        self.assertEqual(self.predict("m", "bare.csv", "--header", "no"), answers)

    def test_flags_that_are_given_again_overrule(self):
        self.train("pqt")
        self.table("other.csv", ("p", "q", "y"), [{**row, "y": row["t"] + 1} for row in self.rows])
        self.fail_with(DATA, "eval", "m", "other.csv", says='"t"')
        self.assertGreater(self.json("eval", "m", "other.csv", "--target", "y")["rmse"], 0.9)
        self.assertEqual(self.predict("m", "other.csv"), self.predict("m", "data.csv"))
        self.assertEqual(self.predict("m", "other.csv", "--target", "y"), self.predict("m", "data.csv"))

    def test_missing_targets_are_remembered(self):
        self.rows[3]["t"] = ""
        self.train("pqt", "--missing-targets", "mask")
        self.json("eval", "m", "data.csv")
        self.fail_with(DATA, "eval", "m", "data.csv", "--missing-targets", "error", says="column 3")


class Ignored(ProgramTest):
    def test_predict_ignores_target_and_weights_whatever_they_hold(self):
        self.write_points()
        with open(self.path("points.csv"), encoding="utf-8") as file:
            head, *rows = [line.split(",") for line in file.read().splitlines()]
        for header in (True, False):
            lines = [",".join((["w"] if i == 0 and header else [str(1 + i % 2)]) + row)
                     for i, row in enumerate([head] * header + rows)]
            self.write("data.csv", "\n".join(lines) + "\n")
            flags = ("--weights", "w" if header else "0", "--target", "kind" if header else "3")
            self.succeed("train", "data.csv", *flags, "--epochs", "2", "-o", "m")
            answers = self.succeed("predict", "m", "data.csv")
            for rubbish in ("", "?", "1e999", "nan", "-3", '"a ""b""\n"', "12"):
                cells = [f"{rubbish},{x},{y},{rubbish}" for x, y, _ in rows]
                self.write("other.csv", "\n".join(["w,x,y,kind"] * header + cells) + "\n")
                self.assertEqual(self.succeed("predict", "m", "other.csv"), answers)

    def test_flags_of_training_may_still_be_given(self):
        self.write_points()
        self.succeed("train", "points.csv", "--epochs", "2", "--header", "yes", "--target", "kind", "-o", "m")
        self.assertEqual(self.succeed("predict", "m", "points.csv", "--header", "yes", "--target", "kind"),
                         self.succeed("predict", "m", "points.csv"))
        self.fail_with(USAGE, "predict", "m", "points.csv", "--header", "perhaps", says="--header")


if __name__ == "__main__":
    unittest.main()
