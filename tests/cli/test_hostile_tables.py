"""Tables that nobody should be able to stop the program with: cells and quotes without end, columns without values, files that end early."""

import os
import random
import resource
import subprocess
import threading
import unittest

from program import DATA, NO_INPUT, USAGE, ProgramTest

MEGABYTE = 1 << 20
SANITIZED = "ASAN_OPTIONS" in os.environ  # such a program maps terabytes when it starts


class Hostile(ProgramTest):
    def setUp(self):
        super().setUp()
        self.draw = random.Random(3)

    def write_rows(self, name, header, row, count=60):
        return self.write(name, "\n".join([header, *(row(i) for i in range(count))]) + "\n")

    def value(self):
        return f"{self.draw.random():.3f}"

    # ---- without end ----

    def pour(self, pieces, *arguments, most_memory=400 * MEGABYTE):
        """Runs the program with bounded memory on pieces from a pipe. Returns its code, message and how many it took."""
        taken = 0
        limit = resource.RLIM_INFINITY if SANITIZED else most_memory
        process = self.start(*arguments, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                             env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
                             preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_DATA, (limit, limit)))
        try:
            for piece in pieces:
                process.stdin.write(piece)
                taken += len(piece)
        except BrokenPipeError:
            pass
        try:
            process.stdin.close()
        except BrokenPipeError:
            pass
        message = process.stderr.read().decode()
        return process.wait(), message, taken

    def test_a_cell_of_a_gigabyte_is_refused_after_its_first_megabytes(self):
        for quote in (b"", b'"'):
            pieces = (b"a,b,y\n1,2,3.5\n4," + quote if i == 0 else b"z" * MEGABYTE for i in range(1025))
            code, message, taken = self.pour(pieces, "train", "-")
            self.assertEqual(code, DATA, message)
            self.assertIn("line 3, column 2: a field of more than 1048576 bytes", message)
            self.assertLess(taken, 64 * MEGABYTE)

    def test_a_quote_that_never_closes_is_named_with_its_place(self):
        rows = "".join(f"{self.value()},{i % 5},{i}.5\n" for i in range(60))
        self.write("quote.csv", "a,b,y\n" + rows + '1,"2,3.5\n' + rows)
        for command in ("train", "describe"):
            self.fail_with(DATA, command, "quote.csv", says="quote.csv: line 62, column 2: the file ends within quotes")
        pieces = (b'a,b,y\n1,2,3.5\n"4,5,6\n' if i == 0 else b"1,2,3\n" * 100000 for i in range(2000))
        code, message, taken = self.pour(pieces, "describe", "-")
        self.assertEqual(code, DATA, message)
        self.assertIn("line 3, column 1: a field of more than", message)
        self.assertLess(taken, 64 * MEGABYTE)

    def test_a_row_without_end_is_refused(self):
        code, message, taken = self.pour((b"1," * MEGABYTE for _ in range(512)), "describe", "-")
        self.assertEqual(code, DATA, message)
        self.assertIn("line 1 has more than 1048576 columns", message)
        self.assertLess(taken, 64 * MEGABYTE)
        pieces = (b"1 " + b"1:1 " * (MEGABYTE // 4) if i == 0 else b"1:1 " * (MEGABYTE // 4) for i in range(512))
        code, message, taken = self.pour(pieces, "train", "-")
        self.assertEqual(code, DATA, message)
        self.assertIn("line 1 has more than 67108864 bytes", message)
        self.assertLess(taken, 100 * MEGABYTE)
        pieces = (b"z" * (MEGABYTE - 1) + b"," for _ in range(512))
        code, message, taken = self.pour(pieces, "describe", "-", most_memory=800 * MEGABYTE)
        self.assertEqual(code, DATA, message)
        self.assertIn("line 1: a row of more than 134217728 bytes", message)
        self.assertLess(taken, 300 * MEGABYTE)

    def test_many_columns_train_and_predict_in_bounded_memory(self):
        columns = 50000
        names = ",".join(f"c{i}" for i in range(columns))
        cells = [["7", str(row), "uvw"[row % 3], ""] for row in range(6)]
        rows = [f"{','.join(four * (columns // 4))},{'ab'[row % 2]}\n" for row, four in enumerate(cells)]
        table = (names + ",y\n" + "".join(rows)).encode()
        code, message, _ = self.pour([table], "describe", "-", "--json")
        self.assertEqual(code, 0, message)
        code, message, _ = self.pour([table], "train", "-", "--epochs", "1", "--hidden", "4", "-o", "m", "--quiet")
        self.assertEqual(code, 0, message)
        self.assertIn('column 4 ("c3") is empty and no input', message)
        self.assertIn("further columns are no inputs", message)
        self.write("wide.csv", table)
        self.assertEqual(self.succeed("predict", "m", "wide.csv").count("\n"), 7)

    # ---- pipes ----

    def feed(self, content):
        """Makes a FIFO that a writer opens, fills and closes."""
        path = self.path("pipe")
        if os.path.exists(path):
            os.remove(path)
        os.mkfifo(path)

        def write():
            with open(path, "wb") as pipe:
                pipe.write(content)

        writer = threading.Thread(target=write, daemon=True)
        writer.start()
        self.addCleanup(writer.join)
        return "pipe"

    def test_a_fifo_that_ends_early_is_told(self):
        for content, words in ((b"", "pipe: is empty"),
                               (b"a,b,y\n", "pipe: has a header and no rows"),
                               (b"a,b,y\n1,2,3.5\n4,5", "pipe: line 3 has 2 columns; the rows before it have 3"),
                               (b'a,b,y\n1,2,3.5\n4,"5', "pipe: line 3, column 2: the file ends within quotes"),
                               (b"\x1f\x8b\x08", "pipe: truncated gzip file: it ends at byte 3")):
            for command in (("train",), ("describe",)):
                if command[0] == "describe" and content[:1] == b"\x1f":
                    continue
                with self.subTest(content=content, command=command):
                    self.fail_with(DATA, *command, self.feed(content), says=words)

    def test_a_folder_is_no_table(self):
        os.mkdir(self.path("folder"))
        self.write_rows("good.csv", "a,b,y", lambda i: f"{i},{i % 3},{self.value()}")
        self.fail_with(DATA, "describe", "folder", says="folder: is a folder")
        for command in (("train", "folder"), ("train", "good.csv", "--val-data", "folder")):
            self.fail_with(NO_INPUT, *command, says="folder: there is no train-images-idx3-ubyte in this folder")
        self.succeed("train", "good.csv", "--epochs", "1", "-o", "m", "--quiet")
        for command in ("eval", "predict"):
            self.fail_with(NO_INPUT, command, "m", "folder", says="folder: there is no ")

    # ---- columns with nothing in them ----

    def test_constant_and_empty_columns_are_left_out_or_learn_nothing(self):
        self.write_rows("some.csv", "a,b,c,d,y", lambda i: f"7,,same,{i % 5},{self.value()}")
        done = self.run_program("train", "some.csv", "--epochs", "2", "-o", "m", "--quiet")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn('column 2 ("b") is empty and no input: all cells are missing', done.stderr.decode())
        self.assertIn('column 3 ("c") is constant and no input', done.stderr.decode())
        for number in self.succeed("predict", "m", "some.csv").split()[1:]:
            float(number)
        self.write_rows("constant.csv", "a,y", lambda i: f"5,{self.value()}")
        self.assertRegex(self.json("train", "constant.csv", "--epochs", "2", "-o", "m")["val_rmse"].__repr__(), r"^\d")
        self.write_rows("none.csv", "a,b,y", lambda i: f",NA,{self.value()}")
        self.fail_with(DATA, "train", "none.csv", "--header", "yes",
                       says=("no column can be an input", 'column 1 ("a") is empty'))

    def test_a_column_that_is_constant_or_missing_in_one_fold_alone_is_no_trouble(self):
        def row(i):
            late = i >= 60
            return ",".join((self.value(), "5" if late else str(i % 7), "same" if late else "uvw"[i % 3],
                             "" if late else str(i % 4), self.value()))

        self.write_rows("fold.csv", "a,b,c,d,y", row, count=90)
        for folds in ("3", "2"):
            figures = self.json("cv", "fold.csv", "--folds", folds, "--split", "order", "--epochs", "2")
            self.assertEqual((figures["finished"], figures["diverged"]), (int(folds), 0))
            self.assertGreater(figures["metrics"][0]["mean"], 0)
        self.write_rows("first.csv", "a,b,c,y", lambda i: f"{self.value()},{'' if i < 60 else i},{'k' if i < 60 else 'uv'[i % 2]},{self.value()}",
                        count=90)
        for split in ("order", "random"):
            report = self.json("train", "first.csv", "--split", split, "--val", "0.3", "--epochs", "2", "-o", "m")
            self.assertGreater(report["val_rmse"], 0)

    # ---- rows ----

    def test_dates_that_are_none_are_named_with_their_line(self):
        self.write_rows("dates.csv", "when,x,y", lambda i: f"2024-02-{30 if i == 40 else i % 28 + 1},{i % 5},{self.value()}")
        for command in ("train", "describe"):
            done = self.run_program(command, "dates.csv")
            self.assertEqual(done.returncode, DATA)
            self.assertIn('line 42, column 1 ("when"): "2024-02-30" is no date, as other texts of the column are', done.stderr.decode())
        self.succeed("train", "dates.csv", "--missing", "2024-02-30", "--epochs", "1", "-o", "m", "--quiet")
        self.succeed("train", "dates.csv", "--ignore", "when", "--epochs", "1", "-o", "m", "--quiet")

    def test_missing_targets_are_refused_or_left_out(self):
        self.write_rows("some.csv", "a,b,y", lambda i: f"{self.value()},{i % 5},{'' if i % 9 == 4 else i}")
        self.write_rows("all.csv", "a,b,y", lambda i: f"{self.value()},{i % 5},")
        self.fail_with(DATA, "train", "some.csv", says=('line 6, column 3 ("y")', "--missing-targets mask"))
        self.fail_with(DATA, "train", "all.csv", says=('line 2, column 3 ("y")', "--missing-targets mask"))
        self.succeed("train", "some.csv", "--missing-targets", "mask", "--epochs", "1", "-o", "m", "--quiet")
        self.fail_with(DATA, "train", "all.csv", "--missing-targets", "mask", says="not one target is known")

    def test_one_row_is_learned_and_a_header_alone_is_refused(self):
        self.write("one.csv", "a,b,y\n1,2,3.5\n")
        self.succeed("train", "one.csv", "--epochs", "2", "-o", "m", "--quiet")
        self.succeed("describe", "one.csv")
        self.fail_with(USAGE, "cv", "one.csv", says="5 folds of 1 sample: each fold needs at least one")
        self.write("header.csv", "a,b,y\n")
        for command in ("train", "describe", "cv"):
            self.fail_with(DATA, command, "header.csv", says="header.csv: has a header and no rows")
        for command in ("eval", "predict"):
            self.fail_with(DATA, command, "m", "header.csv", says="header.csv: has a header and no rows")


if __name__ == "__main__":
    unittest.main()
