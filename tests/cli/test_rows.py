"""`gemmule predict` row by row: pipes, broken rows in the middle of a stream, and what is printed before an end."""

import os
import select
import signal
import struct
import subprocess
import time
import unittest
import zipfile

from program import DATA, ProgramTest
from test_formats import make_npy, read_npy

PIPE_CLOSED = 128 + signal.SIGPIPE


class Rows(ProgramTest):
    def setUp(self):
        super().setUp()
        lines = ["a,b,color,price"]
        lines += [f"{i % 7},{(i * 5) % 11},{('red', 'blue')[i % 2]},{i % 7 + 2 * ((i * 5) % 11)}" for i in range(80)]
        self.write("data.csv", "\n".join(lines) + "\n")
        self.succeed("train", "data.csv", "--target", "price", "--epochs", "3", "--hidden", "8", "-o", "m")
        self.rows = [line.rsplit(",", 1)[0] for line in lines[1:]]
        self.expected = self.succeed("predict", "m", "data.csv").splitlines()

    def predict(self, text, *flags, **options):
        return self.run_program("predict", "m", "-", *flags, input=text.encode(), **options)

    def talk(self, *flags):
        """A predict that is asked and answers through pipes."""
        return self.start("predict", "m", "-", *flags, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def ask(self, process, text):
        """Writes a text and returns the next line, within ten seconds."""
        process.stdin.write(text.encode())
        process.stdin.flush()
        self.assertTrue(select.select([process.stdout], [], [], 10)[0], "no answer")
        return process.stdout.readline().decode().rstrip("\n")

    def test_each_row_is_answered_before_the_next_is_asked(self):
        for first in ("a,b,color\n", "color,extra,b,a\n"):
            process = self.talk("--on-error", "skip")
            by_name = first.startswith("color")
            delays = []
            for i, row in enumerate(self.rows):
                a, b, color = row.split(",")
                begin = time.monotonic()
                line = self.ask(process, first + (f"{color},x,{b},{a}\n" if by_name else row + "\n"))
                if first:
                    self.assertEqual(line, "price")
                    line = process.stdout.readline().decode().rstrip("\n")
                    first = ""
                delays.append(time.monotonic() - begin)
                self.assertEqual(line, self.expected[i + 1])
                if i % 10 == 0:
                    self.assertEqual(self.ask(process, "x,1,red\n" if not by_name else "red,x,2,y\n"), "")
                    self.assertEqual(self.ask(process, '1,2"3,red\n' if not by_name else 'r"ed,x,2,1\n'), "")
            delays.sort()
            self.assertLess(delays[len(delays) // 2], 0.05)  # some 50 microseconds on an idle machine
            _, errors = process.communicate(timeout=10)
            self.assertEqual(process.returncode, 0)
            self.assertIn("16 of 96 samples have no prediction; an empty line stands for each; the first: /dev/stdin: line 3", errors.decode())

    def test_rows_without_a_header_are_answered_from_the_first(self):
        process = self.talk("--no-header")
        for i, row in enumerate(self.rows[:5]):
            self.assertEqual(self.ask(process, row + "\n"), self.expected[i + 1])
        process.stdin.write(self.rows[5].encode())  # without a line end
        out, _ = process.communicate(timeout=10)
        self.assertEqual((process.returncode, out.decode()), (0, self.expected[6] + "\n"))

    def test_a_pipe_that_ends_early_leaves_the_answers_so_far(self):
        text = "a,b,color\n" + "\n".join(self.rows[:6]) + "\n3,"
        done = self.predict(text)
        self.assertEqual(done.returncode, DATA)
        self.assertEqual(done.stdout.decode().splitlines(), self.expected[:7])
        self.assertIn("/dev/stdin: line 8 has 2 columns; the rows before it have 3", done.stderr.decode())
        fifo = self.path("fifo")
        os.mkfifo(fifo)
        process = self.start("predict", "m", "fifo", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        with open(fifo, "w", encoding="ascii") as writer:
            writer.write(text)
        out, errors = process.communicate(timeout=20)
        self.assertEqual((process.returncode, out), (DATA, done.stdout))
        self.assertIn("fifo: line 8", errors.decode())
        self.assertEqual(self.predict("").returncode, DATA)
        self.assertEqual(self.predict("a,b,color\n").stdout, b"")

    def test_a_break_in_the_middle_stops_or_is_skipped(self):
        broken = {'1,2': "has 2 columns", '1,2,red,4,5': "has 5 columns", '1,"2"3,red': "a quote inside a field",
                  "1,two,red": 'column 2 ("b"): "two" is not a number', '1,2,"red': "the file ends within quotes"}
        for row, says in broken.items():
            rows = self.rows[:3] + [row] + self.rows[3:6]
            text = "a,b,color\n" + "\n".join(rows) + "\n"
            with self.subTest(row=row):
                done = self.predict(text)
                self.assertEqual((done.returncode, done.stdout.decode().splitlines()), (DATA, self.expected[:4]))
                self.assertIn("/dev/stdin: line 5", done.stderr.decode())
                self.assertIn(says, done.stderr.decode())
                done = self.predict(text, "--on-error", "skip")
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertEqual(done.stdout.decode().splitlines(), self.expected[:4] + [""] + self.expected[4:7])
                self.assertIn("1 of 7 samples", done.stderr.decode())
                self.assertIn(says, done.stderr.decode())

    def test_training_and_evaluation_leave_broken_rows_out(self):
        lines = self.read("data.csv").decode().splitlines()
        broken = lines[:5] + ["1,2", 'x,1,red,3', '1,1,"r"ed,4'] + lines[5:]
        self.write("broken.csv", "\n".join(broken) + "\n")
        self.fail_with(DATA, "train", "broken.csv", "--target", "price", says="broken.csv: line 6 has 2 columns")
        done = self.run_program("train", "broken.csv", "--target", "price", "--epochs", "3", "--hidden", "8", "-o", "n", "--on-error", "skip")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("note: 3 rows are broken and left out; the first: broken.csv: line 6 has 2 columns", done.stderr.decode())
        self.assertEqual(self.succeed("predict", "n", "data.csv").splitlines(), self.expected)
        self.assertEqual(self.json("eval", "n", "data.csv")["n"], 80)
        self.assertEqual(self.json("eval", "n", "broken.csv", "--on-error", "skip")["n"], 80)
        for command in ("cv", "tune"):
            self.fail_with(DATA, command, "broken.csv", "--target", "price", says="line 6")

    def test_a_file_of_predictions_is_whole_or_not_there(self):
        self.write("cut.csv", "a,b,color\n" + "\n".join(self.rows[:50]) + "\n1\n")
        self.write("out.csv", "before\n")
        for flags in (("-o", "out.csv"), ("-o", "out.npy"), ("--format", "npy")):
            self.assertEqual(self.run_program("predict", "m", "cut.csv", *flags).returncode, DATA)
        self.assertEqual(self.read("out.csv"), b"before\n")
        self.assertFalse(os.path.exists(self.path("out.npy")))
        self.assertEqual([name for name in os.listdir(self.folder) if "tmp" in name], [])

    def test_arrays_through_pipes_are_those_of_files(self):
        numbers = [float(i % 13) for i in range(3000)]
        self.write("train.csv", "".join(f"{i % 5},{i % 3},{i % 5 + i % 3 + 0.5}\n" for i in range(60)))
        self.succeed("train", "train.csv", "--epochs", "2", "-o", "n")
        self.write("x.npy", make_npy("f8", (1500, 2), numbers))
        self.write("x.csv", "".join(f"{numbers[i]},{numbers[i + 1]}\n" for i in range(0, 3000, 2)))
        self.succeed("predict", "n", "x.npy", "-o", "y.npy")
        kind, shape, values = read_npy(self.read("y.npy"))
        self.assertEqual((kind, shape, len(values)), ("f4", (1500, 1), 1500))
        for data in ("x.npy", "x.csv"):  # rows of a CSV are counted at its end
            done = self.run_program("predict", "n", "-", "--format", "npy", input=self.read(data))
            self.assertEqual((done.returncode, done.stdout), (0, self.read("y.npy")), done.stderr)
        lines = [struct.unpack("<f", struct.pack("<f", float(line)))[0] for line in self.succeed("predict", "n", "x.csv", "--no-header").split()]
        for value, line in zip(values, lines):
            self.assertAlmostEqual(value, line, delta=1e-5 * (1 + abs(value)))

    def test_samples_of_arrays_are_judged_one_by_one(self):
        self.write("train.csv", "".join(f"{i % 5},{i % 3},{i % 5 + i % 3 + 0.5}\n" for i in range(60)))
        self.succeed("train", "train.csv", "--epochs", "2", "-o", "n")
        nan, inf = float("nan"), float("inf")
        with zipfile.ZipFile(self.path("x.npz"), "w") as archive:
            archive.writestr("x.npy", make_npy("f8", (4, 2), [1, 2, nan, 2, 3, 1, inf, 0]))
        self.write("fortran.npy", make_npy("f8", (4, 2), [1, nan, 3, inf, 2, 2, 1, 0], fortran=True))
        self.write("x.npy", make_npy("f8", (4, 2), [1, 2, nan, 2, 3, 1, inf, 0]))
        expected = self.run_program("predict", "n", "-", input=b"1,2\n3,1\n").stdout.decode().splitlines()
        for name in ("x.npz", "fortran.npy", "x.npy"):
            with self.subTest(name=name):
                done = self.run_program("predict", "n", name, "--on-error", "skip")
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertEqual(done.stdout.decode().splitlines(), expected[:2] + [""] + expected[2:] + [""])
                done = self.run_program("predict", "n", name)
                self.assertEqual((done.returncode, done.stdout.decode().splitlines()), (DATA, expected[:2]))
                self.assertIn(f"{name}: sample 2", done.stderr.decode())

    def test_a_reader_that_goes_away_and_an_interrupt_end_a_stream(self):
        process = self.talk()
        self.assertEqual(self.ask(process, "a,b,color\n" + self.rows[0] + "\n"), "price")
        process.stdout.close()
        self.addCleanup(process.stdin.close)
        process.stdin.write((self.rows[0] + "\n").encode())
        process.stdin.flush()
        self.assertIn(process.wait(timeout=10), (PIPE_CLOSED, -signal.SIGPIPE))
        self.assertEqual(process.stderr.read(), b"")
        process = self.talk()
        self.assertEqual(self.ask(process, "a,b,color\n" + self.rows[0] + "\n"), "price")
        self.assertEqual(process.stdout.readline().decode().rstrip("\n"), self.expected[1])
        self.interrupt(process)

    def test_an_interrupt_leaves_no_part_of_an_output_file_behind(self):
        for _ in range(25):  # some of them as soon as the file is there
            process = self.talk("-o", "out.csv")
            process.stdin.write(("a,b,color\n" + self.rows[0] + "\n").encode())
            process.stdin.flush()
            while not any("tmp" in name for name in os.listdir(self.folder)):
                pass
            self.interrupt(process)
            self.assertEqual([name for name in os.listdir(self.folder) if "tmp" in name or "out" in name], [])

    def interrupt(self, process):
        self.addCleanup(process.stdin.close)
        process.send_signal(signal.SIGINT)
        self.assertIn(process.wait(timeout=10), (-signal.SIGINT, 128 + signal.SIGINT))


if __name__ == "__main__":
    unittest.main()
