"""The help, and command lines that are refused."""

import json
import os
import re
import unittest

from program import DATA, IO, MEMORY, NO_INPUT, USAGE, ProgramTest, open_full_disk

COMMANDS = ("train", "tune", "cv", "plot", "report", "eval", "predict", "info", "diff", "fold", "split", "check", "list", "activations", "help")
SOURCE = os.environ["GEMMULE_SOURCE_ROOT"]
SCREEN = 24, 80  # lines, columns


def long_flags(text):
    return set(re.findall(r"--([a-z][a-z0-9-]*)", text))


def listed_flags(text):
    """The flags that a help describes, each on its own line."""
    return set(re.findall(r"(?m)^ {2}(?:-\w, | {4})--([a-z][a-z0-9-]*)", text))


class Help(ProgramTest):
    def run_with_columns(self, columns, *arguments):
        done = self.run_program(*arguments, env={**os.environ, "COLUMNS": str(columns), "ARGP_HELP_FMT": "rmargin=200"})
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        return done.stdout.decode()

    def test_the_overview_lists_every_command(self):
        text = self.succeed("help")
        for command in COMMANDS:
            self.assertRegex(text, rf"(?m)^  {command} +[a-z]")
        for flag in ("-h", "-?", "--help"):
            self.assertEqual(self.succeed(flag), text)
        self.assertEqual(listed_flags(self.succeed("--help-all")) - listed_flags(text), {"usage"})

    def test_every_way_to_ask_for_help_prints_the_same(self):
        for command in COMMANDS:
            text = self.succeed("help", command)
            self.assertTrue(text.startswith(f"Usage: gemmule {command} [OPTION...]"))
            for flag in ("-h", "-?", "--help"):
                self.assertEqual(self.succeed(command, flag), text)
            self.assertEqual(self.succeed(command, "surplus", "--help"), text)

    def test_every_help_fits_on_one_screen(self):
        lines, columns = SCREEN
        for arguments in ((), *((command,) for command in COMMANDS)):
            for width in (200, 80, 60, 50):
                with self.subTest(arguments=arguments, width=width):
                    helps = [self.run_with_columns(width, *arguments, flag) for flag in ("--help", "--help-all", "--usage")]
                    for text in helps:
                        self.assertLess(max(map(len, text.splitlines())), min(width, columns))
                        self.assertNotRegex(text, r"(?m) $|\n\n\n")
                    if width >= columns:
                        self.assertLessEqual(len(helps[0].splitlines()), lines)

    def test_help_of_train_has_ten_flags_and_names_where_the_rest_is(self):
        text = self.succeed("train", "--help")
        self.assertEqual(len(listed_flags(text) - {"help", "help-all"}), 10)
        for word in ("`gemmule train --help-all'", "`gemmule list TABLE'", "`man gemmule'"):
            self.assertIn(word, " ".join(text.split()))

    def test_help_all_describes_every_flag_that_a_command_takes(self):
        counts = {}
        for command in COMMANDS:
            text = self.succeed(command, "--help-all")
            self.assertEqual(listed_flags(text), long_flags(self.succeed(command, "--usage")))
            counts[command] = len(listed_flags(text))
            shorter = self.succeed(command, "--help")
            if command in ("describe", "report", "eval", "predict", "explain", "inspect", "diff"):
                rare = {"usage", "missing", "columns", "ignore", "unseen", "delimiter", "decimal", "thousands", "comment", "more",
                        "cache"}
                rare |= {"no-header"} if command == "predict" else set()
                self.assertEqual(listed_flags(text) - listed_flags(shorter), rare)
            elif command not in ("train", "tune", "cv", "split"):
                self.assertEqual(listed_flags(text) - listed_flags(shorter), {"usage"})
        self.assertGreater(counts["train"], 30)

    def test_every_flag_is_in_the_man_page(self):
        with open(os.path.join(SOURCE, "docs", "gemmule.1"), encoding="utf-8") as file:
            described = set(re.findall(r"(?:Fl|,) -([a-z][a-z0-9-]*)", file.read()))
        for command in COMMANDS:
            self.assertEqual(listed_flags(self.succeed(command, "--help-all")) - described, set())

    def test_no_help_has_tables_and_each_call_names_its_table(self):
        tables = json.loads(self.succeed("list", "--json"))
        text = self.succeed("train", "--help-all")
        flags = " ".join(text.split())
        for table in ("activations", "trainable", "initializers", "optimizers", "schedules", "averages", "losses", "groups"):
            self.assertIn(f"`gemmule list {table}'", flags)
        for table in ("activations", "layers", "optimizers", "schedules", "losses", "initializers"):
            names = [row["name"] for row in tables[table]]
            named = [name for name in names if re.search(rf"\b{name}\b", text)]
            self.assertLess(len(named), len(names) / 3, named)

    def test_help_of_what_is_no_command_names_the_nearest(self):
        self.fail_with(USAGE, "help", "trian", says=("COMMAND: expected one of describe, train, tune, cv, plot, report,", "got 'trian'; did you mean 'train'?"))
        self.fail_with(USAGE, "help", "train", "eval", says="'eval' is one argument too many; expected: [COMMAND]")
        self.fail_with(USAGE, "--hlep", says="did you mean '--help'?")

    def test_help_that_cannot_be_printed_fails(self):
        for arguments in (("help",), ("help", "train"), ("eval", "-h"), ("--version",)):
            done = self.run_program(*arguments, stdout=open_full_disk(self))
            self.assertEqual(done.returncode, IO)

    def test_every_command_has_usage_and_version(self):
        for command in COMMANDS:
            self.assertIn(f"gemmule {command}", self.succeed(command, "--usage"))
            self.assertTrue(self.succeed(command, "--version").startswith("gemmule "))

    def test_argp_has_no_options_of_its_own(self):
        for option in ("--H", "--HANG", "--HANG=9", "--program-name=x"):
            self.fail_with(USAGE, "check", option, says="unrecognized option")
            self.fail_with(USAGE, option, says="unrecognized option")

    def test_version_names_what_the_build_has(self):
        self.assertRegex(self.succeed("--version"), r"(?m)^openmp (yes|no)$")
        self.assertRegex(self.succeed("info", "--build"), r"(?m)^zlib (yes|no)$")


class WrongUsage(ProgramTest):
    def test_no_command_is_refused(self):
        self.fail_with(USAGE, says="COMMAND is missing: `gemmule help' lists the commands")

    def test_unknown_command_names_the_nearest(self):
        self.fail_with(USAGE, "trian", says=("'trian'", "'train'"))

    def test_unknown_flag_names_the_nearest(self):
        self.fail_with(USAGE, "train", "digits", "--epcohs", "3", says=("--epcohs", "--epochs"))
        self.fail_with(USAGE, "check", "--zzzzzzzz", says="--zzzzzzzz")

    def test_missing_arguments_are_named(self):
        self.fail_with(USAGE, "train", says="DATA")
        self.fail_with(USAGE, "eval", says="MODEL")
        self.fail_with(USAGE, "predict", "m", says="DATA")
        self.fail_with(USAGE, "info", says="MODEL")

    def test_surplus_arguments_are_named(self):
        for arguments in (("train", "a", "surplus"), ("eval", "a", "b", "surplus"), ("info", "a", "surplus")):
            self.fail_with(USAGE, *arguments, says="surplus")

    def test_values_that_are_no_numbers_in_range_are_refused_with_the_flag_named(self):
        wrong = {
            "--lr": ("12x", "0", "-1", "1e999", "nan", "0x1p3", ""),
            "--batch": ("0", "-1", "1.5", "12x", "99999999999999999999"),
            "--epochs": ("0", "-3", "many"),
            "--threads": ("0", "-1", "1025"),
            "--l2": ("-1e-3", "inf"),
            "--l1": ("-1", "x"),
            "--max-norm": ("0", "-2"),
            "--gradient-noise": ("-1",),
            "--patience-growth": ("-1", "x"),
            "--accumulate": ("0", "1.5"),
            "--freeze": ("0", "1,,2", "x"),
            "--clip-norm": ("-1", "0"),
            "--clip-value": ("x",),
            "--val": ("1", "-0.1", "1.5"),
            "--seed": ("-1", "1e3"),
            "--hidden": ("0", "12,,3", "8,", "-4", "4x", "99999999999"),
            "--dtype": ("f16",),
            "--task": ("guess",),
            "--scale": ("log",),
            "--header": ("maybe",),
        }
        for flag, values in wrong.items():
            for value in values:
                with self.subTest(flag=flag, value=value):
                    self.fail_with(USAGE, "train", "digits", flag, value, says=flag + ":")

    def test_unknown_names_are_refused_with_the_list(self):
        for flag in ("--activation", "--loss", "--optimizer", "--schedule", "--noise-schedule", "--decay-schedule",
                     "--average", "--group", "--init", "--data-init"):
            with self.subTest(flag=flag):
                self.fail_with(USAGE, "train", "digits", flag, "nonesuch", says="nonesuch")

    def test_a_flag_speaks_of_itself_and_of_what_was_typed(self):
        cases = {
            ("--activation", "ReLU"): '--activation: there is no activation "ReLU"; did you mean "relu"?',
            ("--activation", "leaky-relu"): '"leaky-relu"; did you mean "leaky_relu"?',
            ("--activation", "prelu(per=Unit)"): '--activation, character 11: there is no per called "Unit"; did you mean "unit"?',
            ("--init", "He_Normal"): '--init: there is no initializer "He_Normal"; did you mean "he_normal"?',
            ("--loss", "hubre"): '--loss: there is no loss "hubre"; did you mean "huber"?',
            ("--loss", "huber(delta=-1)"): "--loss, character 7: delta is -1",
            ("--optimizer", "Adam"): '--optimizer: there is no optimizer "Adam"; did you mean "adam"?',
            ("--schedule", "Cosine"): '--schedule: there is no schedule "Cosine"; did you mean "cosine"?',
            ("--decay-schedule", "Cosine"): '--decay-schedule: there is no schedule "Cosine"; did you mean "cosine"?',
            ("--noise-schedule", "reduce_on_plateau"): "--noise-schedule: reduce_on_plateau follows the scores",
            ("--data-init", "per_unit(points=0)"): "--data-init, character 10: points is 0",
            ("--average", "EMA"): '--average: there is no average "EMA"; did you mean "ema"?',
            ("--group", "weight"): '--group: there is no group "weight"; did you mean "weights"?',
            ("--class-weights", "1,2"): "--class-weights: there are 2 numbers",
            ("--task", "Regression"): "got 'Regression'; did you mean 'regression'?",
            ("--net", "64 -> 8 ReLU -> 10 softmax"): '--net, layer 1, activation, character 9: there is no activation "ReLU"',
            ("--net", "64 -> 10 softmax init=Zeros"): '--net, layer 1, initializer, character 23: there is no initializer "Zeros"',
        }
        for (flag, value), says in cases.items():
            with self.subTest(flag=flag, value=value):
                message = self.fail_with(USAGE, "train", "digits", flag, value, says=says)
                self.assertNotIn("->", message)
        self.fail_with(USAGE, "check", "--net", "4 -> 2 tahn", says=('--net, layer 1', 'did you mean "tanh"?'))
        self.fail_with(USAGE, "check", "--net", "4 -> 2", "--loss", "Huber", says="--loss: there is no loss")
        self.fail_with(USAGE, "info", "--plan", "4 -> 2", "--optimizer", "SGD", says="--optimizer: there is no optimizer")
        self.fail_with(USAGE, "train", "digits", "--Epochs", "3", says="did you mean '--epochs'?")
        self.fail_with(USAGE, "list", "Losses", says=("TABLE: expected one of activations,", "got 'Losses'; did you mean 'losses'?"))

    def test_options_of_the_library_are_told_as_flags(self):
        self.fail_with(USAGE, "train", "digits", "--optimizer", "lbfgs", "--clip-norm", "1", says="does not support --clip-norm")
        self.fail_with(USAGE, "train", "digits", "--optimizer", "schedule_free_adamw", "--average", "ema", says="--average: ")

    def test_what_is_given_twice_is_refused(self):
        for optimizer in ("adam(lr=0.2)", "adam( beta1=0.8 , lr = 0.2 )"):
            self.fail_with(USAGE, "train", "digits", "--lr", "0.1", "--optimizer", optimizer, says=("--lr", "--optimizer", "leave one out"))
        for value in ("muon(adamw_lr=0.1)", "adam(beta1=0.8)"):
            self.succeed("train", "digits", "--lr", "0.01", "--optimizer", value, "--epochs", "1", "--hidden", "2")
        self.fail_with(USAGE, "check", "--entries", "3", says="--entries")

    def test_the_word_for_a_standard_stream_is_no_file(self):
        self.write_points()
        for arguments, name in {("train", "points.csv", "-o", "-"): "--output",
                                ("train", "points.csv", "--net", "-"): "--net", ("eval", "-", "x"): "MODEL",
                                ("info", "-"): "MODEL", ("check", "-"): "MODEL",
                                ("activations", "-"): "MODEL", ("fold", "-", "-o", "x"): "MODEL",
                                ("fold", "m", "-o", "-"): "--output", ("check", "--net", "-"): "--net"}.items():
            with self.subTest(arguments=arguments):
                self.fail_with(USAGE, *arguments, says=(name + ": the standard streams are not taken", "'./-'"))
        os.rename(self.path("points.csv"), self.path("-"))
        self.succeed("train", "./-", "--epochs", "1", "-o", "./-.model")

    def test_an_empty_name_of_a_file_is_refused(self):
        self.write_points()
        for arguments, name in {("train", ""): "DATA", ("train", "points.csv", "-o", ""): "--output",
                                ("fold", "m", "--output="): "--output", ("eval", "m", ""): "DATA", ("info", ""): "MODEL",
                                ("check", "--net", ""): "--net", ("activations", "--svg", ""): "--svg"}.items():
            with self.subTest(arguments=arguments):
                self.fail_with(USAGE, *arguments, says=name + ": the name of a file is expected, but the text is empty")

    def test_a_call_adds_nothing_else_to_the_network(self):
        for flag in ("--activation", "--init"):
            for value in ("relu -> 5", "relu bias=no", "relu(", "relu()x", "(a=1)", ""):
                with self.subTest(flag=flag, value=value):
                    self.fail_with(USAGE, "train", "digits", flag, value, says=flag + ":")

    def test_net_goes_without_the_flags_it_replaces(self):
        for flag, value in (("--hidden", "5"), ("--activation", "tanh"), ("--init", "zeros")):
            self.fail_with(USAGE, "train", "digits", "--net", "64 -> 10 softmax", flag, value, says="--net")

    def test_a_net_that_is_no_network_and_no_file_is_refused(self):
        self.fail_with(NO_INPUT, "check", "--net", "tanh.net", says=["tanh.net", "64 -> 32 relu", "No such file"])
        self.fail_with(IO, "check", "--net", self.folder, says=[self.folder, "Is a directory"])
        self.fail_with(DATA, "check", "--net", self.write("zero", b"4 -> 2\0"), says="bytes that are 0")
        self.fail_with(DATA, "check", "--net", self.write("large", " " * (1 << 20 | 1)), says="1 MiB")
        self.fail_with(USAGE, "check", "--net", self.write("wrong", "4 -> 2 tann\n"), says="tanh")

    def test_a_network_that_does_not_fit_the_data_is_refused(self):
        self.fail_with(USAGE, "train", "digits", "--net", "64 -> 5 softmax", says="10 classes")
        self.fail_with(USAGE, "train", "digits", "--net", "63 -> 10 softmax", says="63")

    def test_a_network_too_large_for_the_machine_is_refused(self):
        self.fail_with(MEMORY, "train", "digits", "--hidden", "1000000000,1000000000", says="--hidden")

    def test_check_takes_a_model_or_a_network(self):
        self.fail_with(USAGE, "check", "model", "--net", "2 -> 1", says="--net")
        self.fail_with(USAGE, "check", "--loss", "mean_squared_error", says="--loss")


if __name__ == "__main__":
    unittest.main()
