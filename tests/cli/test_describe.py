"""gemmule describe: what each column of a table is, as text that fits the terminal and as JSON, and flags that overrule."""

import os
import random
import unittest

from program import DATA, NO_INPUT, USAGE, ProgramTest

HEADER = "Id,age,color,when,zip,name,same,none,y"


def table(rows=200, seed=1):
    draw = random.Random(seed)
    lines = [HEADER]
    for i in range(rows):
        age = "" if i % 20 == 0 else draw.randint(18, 80)
        when = f"{draw.randint(1, 12)}/{draw.randint(1, 28)}/2014"
        cells = (i + 1, age, draw.choice(("red", "green", "blue")), when, draw.choice(("01234", "94110")), f"person {i}",
                 "x", "", draw.choice(("up", "down")))
        lines.append(",".join(map(str, cells)))
    return "\n".join(lines) + "\n"


class Describe(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("data.csv", table())

    def columns(self, *arguments):
        described = self.json("describe", *arguments)
        return described, {column["name"]: column for column in described["columns"]}

    def test_each_column_has_a_kind_a_reason_and_a_use(self):
        described, columns = self.columns("data.csv")
        self.assertEqual({name: column["kind"] for name, column in columns.items()},
                         {"Id": "identifier", "age": "number", "color": "category", "when": "date", "zip": "category",
                          "name": "identifier", "same": "constant", "none": "empty", "y": "category"})
        self.assertEqual({name: column["becomes"] for name, column in columns.items()},
                         {"Id": None, "age": "input", "color": "input", "when": "input", "zip": "input", "name": None,
                          "same": None, "none": None, "y": "target"})
        self.assertEqual(columns["age"]["missing"], 10)
        self.assertEqual(columns["age"]["inputs"], 2)  # the value, and whether it is missing
        self.assertEqual(columns["color"]["levels"], ["blue", "green", "red"])
        self.assertRegex(columns["when"]["least"], r"^2014-\d\d-\d\d$")
        self.assertTrue(all(column["reason"] for column in columns.values()))
        self.assertEqual((described["rows"], described["task"], described["classes"]), (200, "classification", 2))
        self.assertEqual(described["reason"], "2 different texts in 200 cells")
        self.assertEqual(described["inputs"], sum(column["inputs"] or 0 for column in columns.values()))

    def test_flags_overrule_what_is_found(self):
        described, columns = self.columns("data.csv", "--columns", "zip=number; name = category", "--ignore", "age, color",
                                          "--target", "when")
        self.assertEqual(columns["zip"]["kind"], "number")
        self.assertEqual((columns["name"]["kind"], columns["name"]["becomes"]), ("category", "input"))
        self.assertEqual((columns["age"]["becomes"], columns["age"]["reason"]), (None, "is ignored, as was said"))
        self.assertEqual(described["target"], "when")
        _, columns = self.columns("data.csv", "--missing", "red", "--target", "0", "--task", "regression")
        self.assertEqual(columns["color"]["levels"], ["blue", "green"])
        self.assertEqual(columns["Id"]["becomes"], "target")

    def test_text_fits_terminals_of_any_width(self):
        self.write("wide.csv", table().replace("color", "the color of a very long name as it is called"))
        for width in (40, 50, 80, 200):
            done = self.run_program("describe", "wide.csv", env={**os.environ, "COLUMNS": str(width)})
            self.assertEqual(done.returncode, 0)
            lines = done.stdout.decode().splitlines()
            self.assertLessEqual(max(map(len, lines)), min(max(width, 50), 80) - 1, lines)
            self.assertIn("target: y, classification of 2 classes", done.stdout.decode())

    def test_names_and_levels_cannot_command_the_terminal(self):
        self.write("odd.csv", 'a\x1b[31m,"b\nc",t\nx\x1b]0;,1,1.5\n"y\n",2,2.5\nx\u202e,3,3.5\n')
        text = self.succeed("describe", "odd.csv", "--header", "yes")
        self.assertNotIn("\x1b", text)
        self.assertNotIn("\u202e", text)
        self.assertIn(r"a\x1b[31m", text)
        _, columns = self.columns("odd.csv", "--header", "yes")
        self.assertIn("b\nc", columns)
        self.assertIn("y\n", columns["a\x1b[31m"]["levels"])

    def test_a_column_that_cannot_be_an_input_is_named_with_its_place(self):
        self.write("bad.csv", "a,b,t\n" + "".join(f"{i}.5,{i % 7},{i}.25\n" for i in range(50)) + "oops,1,2.5\n")
        done = self.run_program("describe", "bad.csv")
        self.assertEqual(done.returncode, DATA)
        self.assertIn("unclear", done.stdout.decode())
        self.assertIn('"oops" in line 52 is not a number', " ".join(done.stdout.decode().split()))
        message = done.stderr.decode()
        self.assertIn('line 52, column 1 ("a"): "oops" is not a number', message)
        self.assertIn("--missing WORD, or --columns 'NAME=category'", message)
        self.succeed("describe", "bad.csv", "--missing", "oops")
        self.succeed("describe", "bad.csv", "--ignore", "a")
        self.fail_with(DATA, "train", "bad.csv", "-o", "m", says="--missing WORD")

    def test_dates_of_two_orders_are_asked_about(self):
        self.write("dates.csv", "d,x,t\n" + "".join(f"{i % 12 + 1}/{i % 5 + 1}/2014,{i % 4},{i}.5\n" for i in range(60)))
        self.fail_with(DATA, "train", "dates.csv", "-o", "m", says=("day or month first", "--columns 'NAME=dmy'"))
        _, columns = self.columns("dates.csv", "--columns", "d=dmy")
        self.assertEqual((columns["d"]["least"], columns["d"]["greatest"]), ("2014-01-01", "2014-05-12"))

    def test_files_and_flags_that_cannot_be_are_refused(self):
        self.fail_with(NO_INPUT, "describe", "missing.csv", says="missing.csv")
        self.fail_with(DATA, "describe", ".", says="is a folder; a table is a file of CSV")
        self.write("binary", b"\0\1\2\3" * 10)
        self.fail_with(DATA, "describe", "binary", says="neither text")
        self.write("empty.csv", "")
        self.fail_with(DATA, "describe", "empty.csv", says="is empty")
        self.fail_with(USAGE, "describe", "data.csv", "--columns", "zipp=category", says='no column "zipp"; the nearest is "zip"')
        self.fail_with(USAGE, "describe", "data.csv", "--columns", "zip=word", says="expected one of number")
        self.write("twice.csv", "a,a\n1,2\n")
        self.fail_with(DATA, "describe", "twice.csv", says='both called "a"')
        done = self.run_program("describe", "data.csv", "--target", "nope")
        self.assertEqual(done.returncode, USAGE)

    def test_a_pipe_and_a_single_column_are_described(self):
        done = self.run_program("describe", "-", "--json", input=table().encode())
        self.assertEqual(done.returncode, 0, done.stderr)
        self.write("one.csv", "a\n1\n2\n4\n")
        done = self.run_program("describe", "one.csv")
        self.assertIn("a       number", done.stdout.decode())

    def test_targets_without_names_are_found(self):
        self.write("unnamed.csv", "a,,b,\n" + "".join(f"{i},{i % 7}.5,{i % 5},{i % 3}.25\n" for i in range(30)))
        for target, places in (("column 2", [1]), ("column 2,b", [1, 2])):
            columns = self.json("describe", "unnamed.csv", "--target", target)["columns"]
            self.assertEqual([i for i, column in enumerate(columns) if column["becomes"] == "target"], places)

    def test_training_says_what_it_leaves_out(self):
        lines = [f"{i + 1},{i % 7},{i % 3},{i}.5" for i in range(60)]
        self.write("plain.csv", "id,a,b,t\n" + "\n".join(lines) + "\n")
        done = self.run_program("train", "plain.csv", "--epochs", "1", "--quiet", "-o", "m")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn('note: column 1 ("id") is an identifier and no input', done.stderr.decode())
        self.succeed("predict", "m", "plain.csv")
        self.write("inputs.csv", "b,a\n1,2\n")
        self.succeed("predict", "m", "inputs.csv")
        self.succeed("train", "plain.csv", "--columns", "id=number", "--epochs", "1", "-o", "n")
        self.fail_with(DATA, "predict", "n", "inputs.csv", says='no column "id"')

    def test_a_table_of_all_kinds_trains_and_predicts(self):
        self.succeed("train", "data.csv", "--epochs", "2", "-o", "m")
        self.write("one.csv", "zip,when,color,age,more\n01234,3/4/2014,red,30,x\n")  # ambiguous, were it not for training
        first = self.succeed("predict", "m", "one.csv")
        self.write("same.csv", "age,color,when,zip\n30,red,2014-03-04,01234\n")
        self.assertEqual(self.succeed("predict", "m", "same.csv"), first)
        self.write("other.csv", "age,color,when,zip\n30,red,2014-04-03,01234\n")
        self.assertNotEqual(self.succeed("predict", "m", "other.csv"), first)
        self.write("unseen.csv", "age,color,when,zip\n,black,,99999\n")
        self.succeed("predict", "m", "unseen.csv")
        self.fail_with(DATA, "predict", "m", "unseen.csv", "--unseen", "error",
                       says='line 2, column 2 ("color"): "black" is none of the 3 levels')


if __name__ == "__main__":
    unittest.main()
