"""CSV files of any dialect, from pipes, of several files, and a test file, through train, eval and predict."""

import gzip
import os
import random
import subprocess
import unittest

from program import CREATE, DATA, NO_INPUT, PATIENCE, PROGRAM, USAGE, ProgramTest


def rows(count, seed=1):
    draw = random.Random(seed)
    pairs = [(draw.uniform(-5, 5), draw.uniform(-5, 5)) for _ in range(count)]
    return [(a, b, "up" if a + b > 0 else "down") for a, b in pairs]


def table(samples, delimiter=",", decimal=".", header=("a", "b", "kind"), end="\n"):
    lines = [delimiter.join(header)] if header else []
    for a, b, kind in samples:
        lines.append(delimiter.join((f"{a:.4f}".replace(".", decimal), f"{b:.4f}".replace(".", decimal), kind)))
    return end.join(lines) + end


class Dialects(ProgramTest):
    def setUp(self):
        super().setUp()
        self.samples = rows(120)
        self.write("plain.csv", table(self.samples))
        self.common = ("--target", "kind", "--hidden", "4", "--epochs", "3", "-o", "m")
        self.expected = self.train("plain.csv")

    def train(self, *arguments):
        """The predictions of a model trained on this, for the plain table."""
        self.succeed("train", *arguments, *self.common)
        return self.succeed("predict", "m", "plain.csv")

    def test_a_table_gives_the_same_model_however_it_is_written(self):
        self.write("german.csv", table(self.samples, ";", ",", end="\r\n"))
        self.write("tabs.tsv", table(self.samples, "\t").encode("utf-16"))
        self.write("bars.txt", "# made\n" + table(self.samples, "|") + "# end")
        self.write("blanks.txt", table(self.samples, "   "))
        self.write("odd.txt", table(self.samples, "~", ","))
        for arguments in (("german.csv",), ("tabs.tsv",), ("bars.txt", "--comment", "#"), ("blanks.txt",),
                          ("german.csv", "--delimiter", ";", "--decimal", ","),
                          ("odd.txt", "--delimiter", "~", "--decimal", ",")):
            with self.subTest(arguments=arguments):
                self.assertEqual(self.train(*arguments), self.expected)
                self.assertEqual(self.succeed("predict", "m", *arguments), self.expected)
                self.assertEqual(self.json("eval", "m", *arguments)["loss"], self.json("eval", "m", "plain.csv")["loss"])

    def test_thousands_and_words_for_missing_cells_are_as_told(self):
        lines = ["a;b;price"] + [f"1,{100 + i};{i};{2 * i + 0.5}" for i in range(40)]
        self.write("money.csv", "\n".join(lines) + "\n3;4;-999\n5;6;gone\n")
        flags = ("--thousands", ",", "--missing", "-999,gone", "--missing-targets", "mask", "--epochs", "2", "-o", "m")
        self.assertEqual(self.json("train", "money.csv", *flags)["task"], "regression")
        self.fail_with(DATA, "train", "money.csv", "--thousands", ",", "--missing-targets", "mask", "-o", "m",
                       says=('"gone" in line 43', "1 of 42"))
        self.fail_with(DATA, "train", "money.csv", *flags[:4], "-o", "m", says=("line 42", "missing targets"))

    def test_a_model_remembers_marks_that_flags_gave(self):
        self.write("bars.txt", "% made\n" + table(self.samples, "|", ","))
        self.succeed("train", "bars.txt", "--delimiter", "|", "--decimal", ",", "--comment", "%", *self.common)
        self.assertEqual(self.succeed("predict", "m", "plain.csv"), self.expected)
        self.assertEqual(self.succeed("predict", "m", "bars.txt"), self.expected)
        self.succeed("eval", "m", "bars.txt")
        self.write("words.csv", "a,b,kind\n1,gone,up\n2,1,down\n3,2,up\n4,gone,down\n")
        self.succeed("train", "words.csv", "--missing", "gone", *self.common)
        self.assertEqual(len(self.succeed("predict", "m", "words.csv").splitlines()), 5)
        self.fail_with(DATA, "predict", "m", "words.csv", "--missing", "absent", says="gone")

    def test_marks_that_cannot_be_are_refused(self):
        self.fail_with(USAGE, "train", "plain.csv", "--delimiter", "ab", says='delimiter: "ab" is none of')
        self.fail_with(USAGE, "train", "plain.csv", "--decimal", "x", says="decimal")
        self.fail_with(USAGE, "train", "plain.csv", "--decimal", ",", "--delimiter", ",", says="both ','")


class Streams(ProgramTest):
    def setUp(self):
        super().setUp()
        self.samples = rows(120)
        self.write("plain.csv", table(self.samples))
        self.common = ("--target", "kind", "--hidden", "4", "--epochs", "3", "-o", "m")
        self.succeed("train", "plain.csv", *self.common)
        self.expected = self.succeed("predict", "m", "plain.csv")

    def test_a_minus_is_the_standard_input(self):
        done = self.run_program("train", "-", *self.common, input=self.read("plain.csv"))
        self.assertEqual(done.returncode, 0, done.stderr)
        for command in ("predict", "eval"):
            done = self.run_program(command, "m", "-", input=self.read("plain.csv"))
            self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.run_program("predict", "m", "-", input=self.read("plain.csv")).stdout.decode(), self.expected)
        done = self.run_program("train", "-", *self.common, input=b"")
        self.assertEqual(done.returncode, DATA)
        self.assertIn(b"is empty", done.stderr)
        done = self.run_program("train", "plain.csv", "--val-data", "-", *self.common, input=self.read("plain.csv"))
        self.assertEqual(done.returncode, 0, done.stderr)

    def shell(self, line):
        return subprocess.run(["bash", "-c", line.replace("gemmule", PROGRAM)], cwd=self.folder, timeout=PATIENCE, check=False,
                              capture_output=True)

    def test_process_substitution_and_gzip_of_several_members_are_read(self):
        done = self.shell("gemmule train <(cat plain.csv) --target kind --hidden 4 --epochs 3 -o m && gemmule predict m <(cat plain.csv)")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(self.expected, done.stdout.decode())
        done = self.shell("(head -60 plain.csv | gzip; tail -n +61 plain.csv | gzip) > two.gz && gemmule predict m two.gz")
        self.assertEqual(done.stdout.decode(), self.expected)
        self.write("numbers.csv", "".join(f"{i},{i % 3}\n" for i in range(60)))
        done = self.shell("gemmule train <(cat numbers.csv) --loss softmax_cross_entropy --epochs 1 -o n --json")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(b'"classification"', done.stdout)

    def test_a_pipe_that_ends_early_is_an_error_or_a_shorter_table(self):
        text = self.read("plain.csv")
        done = self.run_program("predict", "m", "-", input=text[:text.index(b"\n", 900) - 8])
        self.assertEqual(done.returncode, DATA)
        self.assertRegex(done.stderr.decode(), "line [0-9]+ has [12] columns?|not expected|line [0-9]+, column")
        done = self.run_program("predict", "m", "-", input=text[:40])
        self.assertEqual(done.returncode, DATA)


class Files(ProgramTest):
    def test_further_files_are_one_table_with_the_first(self):
        samples = rows(120)
        self.write("all.csv", table(samples))
        for i in range(3):
            self.write(f"part{i}.csv", table(samples[40 * i:40 * i + 40]))
        common = ("--target", "kind", "--hidden", "4", "--epochs", "3", "-o", "m")
        parts = ("part0.csv", "--more", "part1.csv", "--more", "part2.csv")
        self.succeed("train", "all.csv", *common)
        expected = self.succeed("predict", "m", "all.csv")
        self.succeed("train", *parts, *common)
        self.assertEqual(self.succeed("predict", "m", "all.csv"), expected)
        self.assertEqual(self.succeed("predict", "m", *parts), expected)
        self.assertEqual(self.json("train", *parts, "--val-data", "part0.csv", *common)["validation_samples"], 40)
        self.write("other.csv", table(samples, header=("b", "a", "kind")))
        self.fail_with(DATA, "train", "part0.csv", "--more", "other.csv", *common, says=("other.csv", "same header"))
        self.fail_with(NO_INPUT, "train", "part0.csv", "--more", "none.csv", *common, says="none.csv")
        self.fail_with(USAGE, "train", "digits", "--more", "part0.csv", *common[2:], says="can only follow a CSV")
        self.fail_with(CREATE, "train", *parts, *common[:-1], "part2.csv", says="overwrite")
        self.assertEqual(self.read("part2.csv").decode(), table(samples[80:]))

    def test_each_of_several_files_may_be_encoded_and_compressed_in_its_own_way(self):
        text = [table(rows(40, seed)) for seed in range(4)]
        self.write("all.csv", text[0] + "".join(part.split("\n", 1)[1] for part in text[1:]))
        self.write("a.csv", text[0].replace("\n", "\r\n").rstrip())
        self.write("b.csv.gz", gzip.compress(text[1].encode()))
        self.write("c.csv", text[2].encode("utf-16"))
        self.write("d.csv", ('\ufeff' + text[3].replace("a,b,kind", '"a", "b" ,"kind"')).encode())
        self.write("none.csv", "a,b,kind\n")
        files = ("a.csv", "--more", "b.csv.gz", "--more", "none.csv", "--more", "c.csv", "--more", "d.csv")
        expected = self.json("describe", "all.csv")
        for order in (files, ("none.csv", "--more", *files)):
            self.assertEqual({**self.json("describe", *order), "data": "all.csv"}, expected)
        common = ("--target", "kind", "--hidden", "4", "--epochs", "3")
        self.succeed("train", "all.csv", *common, "-o", "m")
        self.succeed("train", *files, *common, "-o", "n")
        self.assertEqual(self.succeed("predict", "m", "all.csv"), self.succeed("predict", "n", *files))

    def test_further_files_that_do_not_fit_are_refused_by_their_names(self):
        self.write("a.csv", table(rows(40)))
        for name, text, says in (("order.csv", "b,a,kind\n1,2,up\n", 'order.csv: line 1, column 1: "b", where a.csv has "a"'),
                                 ("case.csv", "A,b,kind\n1,2,up\n", 'case.csv: line 1, column 1: "A", where a.csv has "a"'),
                                 ("wide.csv", "a,b,kind,c\n1,2,up,3\n", "wide.csv: line 1 has 4 columns"),
                                 ("rows.csv", "1,2,up\n", 'rows.csv: line 1, column 1: "1", where a.csv has "a"'),
                                 ("other.csv", "a;b;kind\n1;2;up\n", "other.csv: line 1"),
                                 ("nothing.csv", "", "nothing.csv: is empty"),
                                 ("ragged.csv", "a,b,kind\n1,2\n", "ragged.csv: line 2 has 2 columns"),
                                 ("word.csv", "a,b,kind\n1,x,up\n", 'word.csv: line 2, column 2 ("b"): "x"')):
            self.write(name, text)
            self.fail_with(DATA, "train", "a.csv", "--more", name, "--target", "kind", "-o", "m", says=says)
        self.write("x.arff", "@relation r\n@attribute a real\n@attribute b real\n@data\n1,2\n")
        self.fail_with(USAGE, "train", "x.arff", "--more", "a.csv", "-o", "m", says="further files can only follow a CSV")

    def test_a_test_file_is_measured_at_the_end(self):
        self.write("train.csv", table(rows(120)))
        self.write("test.csv", table(rows(50, seed=2), ";", ","))
        report = self.json("train", "train.csv", "--test", "test.csv", "--target", "kind", "--epochs", "30", "-o", "m")
        self.assertEqual((report["test_data"], report["test_samples"], report["validation_samples"]), ("test.csv", 50, 24))
        self.assertAlmostEqual(report["test_accuracy"], self.json("eval", "m", "test.csv")["accuracy"], 12)
        self.write("bad.csv", "a,b\n1,2\n")
        self.fail_with(DATA, "train", "train.csv", "--test", "bad.csv", "--target", "kind", "-o", "m", says=("bad.csv", '"kind"'))
        self.fail_with(CREATE, "train", "train.csv", "--test", "test.csv", "--target", "kind", "-o", "test.csv", says="overwrite")
        self.fail_with(USAGE, "cv", "train.csv", "--test", "test.csv", says="--test")
        os.mkdir(self.path("folder"))
        self.fail_with(NO_INPUT, "train", "folder", "-o", "m", says="folder")


if __name__ == "__main__":
    unittest.main()
