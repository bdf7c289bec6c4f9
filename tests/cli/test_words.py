"""Text on the terminal: numbers of layers, advice, escaped control characters."""

import os
import re
import subprocess
import unittest

from program import DATA, DIVERGED, NO_INPUT, PATIENCE, PROGRAM, USAGE, ProgramTest

ESCAPE = "\x1b[31m"  # makes a terminal print in red


class Layers(ProgramTest):
    NET = "2 -> 3 prelu -> 2 softmax"

    def setUp(self):
        super().setUp()
        self.succeed("train", self.write_points(), "--net", self.NET, "--epochs", "1", "-o", "m")

    def test_every_command_counts_layers_from_1(self):
        info = self.succeed("info", "m")
        self.assertRegex(info, r"(?m)^ +1 +2 +3  3 prelu")
        self.assertRegex(info, r"(?m)^ +2 +3 +2  2 softmax")
        self.assertIn("layer 1  3 prelu", self.succeed("activations", "m"))
        self.succeed("activations", "m", "--svg", "pictures")
        self.assertEqual(os.listdir(self.path("pictures")), ["layer-1-prelu.svg"])
        for check in (self.succeed("check", "m"), self.succeed("check", "--net", self.NET)):
            self.assertEqual(re.findall(r"(?m)^  (layer \d \w+)", check),
                             ["layer 1 weight", "layer 1 bias", "layer 1 activation", "layer 2 weight", "layer 2 bias"])
            self.assertNotIn("layers.", check)

    def test_a_plan_counts_layers_from_1_in_its_table_and_in_json(self):
        forward = [part for part in self.json("info", "--plan", "m")["parts"] if part["name"] == "forward"]
        self.assertEqual([part["layer"] for part in forward], [1, 2])
        self.assertEqual(re.findall(r"(?m)^ +\d+ forward +(\d+)", self.succeed("info", "--plan", "m")), ["1", "2"])

    def test_inputs_without_names_count_from_1(self):
        self.write("bare.csv", "".join(f"{i},{i * i},{i / 7}\n" for i in range(30)))
        self.succeed("train", "bare.csv", "--header", "no", "--task", "regression", "--epochs", "1", "-o", "bare")
        self.assertEqual(re.findall(r"(?m)^(input \d)", self.succeed("info", "bare")), ["input 1", "input 2"])

    def test_a_json_network_is_refused_by_the_number_of_the_layer(self):
        net = '{"inputs": 2, "layers": [{"type": "dense", "units": 3}, {"type": "dense"}]}'
        self.assertIn("layer 2:", self.run_program("check", "--net", net).stderr.decode())


class Lines(ProgramTest):
    def test_a_row_of_a_csv_is_named_by_its_line_of_the_file(self):
        self.write("long.csv", 'a,b,kind\n1,2,"two\nlines"\n1,2,z\nq,1,z\n')
        self.fail_with(DATA, "train", "long.csv", says='long.csv: line 5, column 1 ("a"): "q" is not a number')


class Divergence(ProgramTest):
    def test_a_loss_that_overflows_behind_finite_layers_names_the_line(self):
        self.write("far.csv", "a,y\n" + "".join(f"{'1e30' if i == 20 else i / 40},{i}\n" for i in range(40)))
        for flags in ((), ("--batch", "8"), ("--optimizer", "lbfgs"), ("--hidden", "none")):
            self.fail_with(DIVERGED, "train", "far.csv", "--scale", "none", "--val", "0", "--quiet", *flags,
                           says=": the loss is inf for far.csv: line 22, though the values of all layers are finite")


class Advice(ProgramTest):
    """Advice in messages names flags of the program, not functions of C."""

    def test_advice_about_targets_names_flags(self):
        self.write("bare.csv", "0.5,none yet\n" + "".join(f"{i},{i}.5\n" for i in range(9)))
        self.fail_with(DATA, "train", "bare.csv", says=("use --missing-targets mask, or use --task classification",
                                                        "use --header yes"))
        self.write("empty.csv", "a,b\n1,\n2,3\n")
        self.fail_with(DATA, "train", "empty.csv", says="--missing-targets mask leaves missing targets out")

    def test_texts_for_a_regression_are_not_called_missing(self):
        message = self.fail_with(DATA, "train", self.write_points(), "--loss", "huber",
                                 says='column 3 ("kind"): no target is a number: "low" in line 2')
        self.assertNotIn("missing", message)

    def test_a_loss_that_takes_no_scaled_targets_says_what_it_takes(self):
        message = self.fail_with(USAGE, "train", self.write_line(), "--net", "2 -> 1", "--loss", "poisson",
                                 says=("takes numbers from 0 up", "ends in exponential"))
        self.assertNotIn("gml_", message)


class Commands(ProgramTest):
    def test_the_commands_that_are_suggested_run_whatever_the_files_are_called(self):
        for data, model in (("points.csv", "m"), ("-points.csv", "-m"), ("-two words.csv", "-it's\n.m")):
            self.write_points(data)
            report = self.succeed("train", "--epochs", "1", "-o", model, "--", data)
            commands = report[report.index("Use it:"):].splitlines()[1:]
            self.assertEqual(len(commands), 2)
            for command in commands:
                done = subprocess.run(["bash", "-c", command.replace("gemmule", PROGRAM, 1)], cwd=self.folder,
                                      capture_output=True, timeout=PATIENCE, check=False)
                self.assertEqual(done.returncode, 0, done.stderr)


class ControlCharacters(ProgramTest):
    """Names and classes of a file may contain escape sequences."""

    def setUp(self):
        super().setUp()
        self.red, self.c1 = f"red{ESCAPE}\n", "next\u0085\u202eline"
        self.write_points("points.csv", names=(self.red, self.c1))
        with open(self.path("points.csv"), encoding="utf-8") as file:
            text = file.read().replace("x,y,kind", f'"x{ESCAPE}",y,"kind\t{ESCAPE}"', 1)
        self.write("points.csv", text)

    def assert_harmless(self, done):
        for stream in (done.stdout, done.stderr):
            self.assertEqual([c for c in stream.decode() if c != "\n" and (c < " " or c in "\x7f\u0085\u202e")], [])

    def test_names_and_classes_are_escaped_for_people_and_raw_in_csv(self):
        model = f"m{ESCAPE}"
        done = self.run_program("train", "points.csv", "--epochs", "1", "-o", model)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assert_harmless(done)
        self.assertIn(r"$'m\033[31m'", done.stdout.decode())
        done = self.run_program("info", model)
        self.assert_harmless(done)
        text = done.stdout.decode()
        for escaped in (r"x\x1b[31m", r"kind\t\x1b[31m", r"red\x1b[31m\n", r"next\xc2\x85\xe2\x80\xaeline"):
            self.assertIn(escaped, text)
        self.assert_harmless(self.run_program("fold", model, "-o", f"folded{ESCAPE}"))
        predicted = self.succeed("predict", model, "points.csv")
        self.assertIn(self.red, predicted)
        self.assertIn(self.c1, predicted)

    def test_errors_escape_what_they_repeat(self):
        done = self.run_program("train", f"no{ESCAPE}where")
        self.assertEqual(done.returncode, NO_INPUT)
        self.assert_harmless(done)
        self.assertIn(r"no\x1b[31mwhere", done.stderr.decode())
        for arguments in (("train", "digits", "--task", ESCAPE), (ESCAPE,), ("list", ESCAPE),
                          ("train", "points.csv", "--target", f"none{ESCAPE}"), ("check", "--net", f"2 -> {ESCAPE}")):
            self.assert_harmless(self.run_program(*arguments))

    def test_bytes_that_are_not_utf8_are_escaped(self):
        done = self.run_program("train", b"caf\xe9.csv")
        self.assertIn(rb"caf\xe9.csv", done.stderr)

    def test_other_letters_stay(self):
        self.assertIn("grün 日本", self.run_program("train", "grün 日本").stderr.decode())


if __name__ == "__main__":
    unittest.main()
