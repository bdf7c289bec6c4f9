"""Data as arrays and LIBSVM text, and predictions as NPY."""

import csv
import gzip
import os
import random
import stat
import struct
import unittest

from program import CREATE, DATA, IO, USAGE, ProgramTest, open_full_disk

TYPES = {"f4": "f", "f8": "d", "i8": "q", "u1": "B"}


def make_npy(kind, shape, numbers, fortran=False):
    text = f"{{'descr': '<{kind}', 'fortran_order': {fortran}, 'shape': {shape}, }}"
    text += " " * (-(len(text) + 11) % 64) + "\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text.encode() + struct.pack(f"<{len(numbers)}{TYPES[kind]}", *numbers)


def read_npy(data):
    """The type, the shape and the numbers of an array of version 1."""
    assert data[:8] == b"\x93NUMPY\x01\x00" and (10 + struct.unpack("<H", data[8:10])[0]) % 64 == 0
    end = 10 + struct.unpack("<H", data[8:10])[0]
    header = eval(data[10:end])  # pylint: disable=eval-used
    assert header["fortran_order"] is False and data[end - 1:end] == b"\n"
    kind = header["descr"][1:]
    count = (len(data) - end) // struct.calcsize(TYPES[kind])
    return kind, header["shape"], struct.unpack(f"<{count}{TYPES[kind]}", data[end:])


class FormatTest(ProgramTest):
    def write_table(self, count=60):
        """The same table as CSV, NPY and LIBSVM text; the last column is the class."""
        draw = random.Random(1)
        rows = [[round(draw.gauss(2 * (i % 3), 0.4), 4), round(draw.gauss(0, 1), 4), i % 3] for i in range(count)]
        self.write("table.csv", "".join(",".join(map(str, row)) + "\n" for row in rows))
        self.write("table.npy", make_npy("f8", (count, 3), [number for row in rows for number in row]))
        self.write("table.svm", "".join(f"{row[2]} 1:{row[0]} 2:{row[1]}\n" for row in rows))
        return rows


class Reading(FormatTest):
    def test_every_format_trains_the_same_model(self):
        self.write_table()
        self.write("table.npy.gz", gzip.compress(self.read("table.npy")))
        self.write("table.svm.gz", gzip.compress(self.read("table.svm")))
        for name in ("table.csv", "table.npy", "table.svm", "table.npy.gz", "table.svm.gz"):
            self.succeed("train", name, "--epochs", "3", "-o", name + ".model")
            self.assertEqual(self.read(name + ".model"), self.read("table.csv.model"), name)
            for other in ("table.csv", "table.npy", "table.svm"):
                self.assertEqual(self.succeed("predict", name + ".model", other), self.succeed("predict", "table.csv.model", "table.csv"))

    def test_an_array_comes_through_a_pipe(self):
        self.write_table()
        self.succeed("train", "table.csv", "--epochs", "2", "-o", "m")
        expected = self.succeed("predict", "m", "table.csv")
        for name in ("table.npy", "table.svm"):
            done = self.run_program("predict", "m", "-", input=self.read(name))
            self.assertEqual((done.returncode, done.stdout.decode()), (0, expected), done.stderr)
        done = self.run_program("predict", "m", "-", input=self.read("table.npy")[:-1])
        self.assertEqual((done.returncode, done.stdout), (DATA, b""))
        self.assertIn("1 bytes short", done.stderr.decode())

    def test_broken_arrays_are_named(self):
        self.write("cut.npy", make_npy("f8", (10**15, 3), [1, 2, 3]))
        self.fail_with(DATA, "train", "cut.npy", says=("cut.npy", "short of its 1000000000000000 x 3 numbers"))
        self.write("empty.npz", b"PK\5\6" + bytes(18))
        self.fail_with(DATA, "train", "empty.npz", says="no array of inputs")

    def test_the_list_of_formats_has_them_all(self):
        self.assertEqual([row["name"] for row in self.json("list", "formats")["formats"]],
                         ["idx", "npy", "npz", "safetensors", "libsvm", "csv"])


class Predictions(FormatTest):
    def setUp(self):
        super().setUp()
        self.write_table()
        self.succeed("train", "table.csv", "--epochs", "20", "-o", "m")
        self.rows = list(csv.reader(self.succeed("predict", "m", "table.csv").splitlines()))[1:]

    def test_npy_has_the_probabilities_of_the_csv(self):
        self.succeed("predict", "m", "table.csv", "-o", "p.npy")
        kind, shape, numbers = read_npy(self.read("p.npy"))
        self.assertEqual((kind, shape), ("f4", (60, 3)))
        for number, text in zip(numbers, (text for row in self.rows for text in row[1:])):
            self.assertAlmostEqual(number, float(text), delta=1e-5 * max(number, 1e-9))
        done = self.run_program("predict", "m", "table.csv", "--format", "npy")
        self.assertEqual((done.returncode, done.stdout), (0, self.read("p.npy")))
        self.succeed("predict", "m", "table.csv", "-o", "p.npy", "--format", "csv")
        self.assertEqual(self.read("p.npy").decode(), self.succeed("predict", "m", "table.csv"))

    def test_labels_are_classes_alone(self):
        self.assertEqual(self.succeed("predict", "m", "table.csv", "--labels").splitlines(), ["class"] + [row[0] for row in self.rows])
        self.succeed("predict", "m", "table.csv", "--labels", "-o", "l.npy")
        self.assertEqual(read_npy(self.read("l.npy")), ("i8", (60,), tuple(int(row[0]) for row in self.rows)))

    def test_values_and_doubles(self):
        self.succeed("train", self.write_line(), "--epochs", "3", "--dtype", "f64", "-o", "v")
        self.succeed("predict", "v", "line.csv", "-o", "v.npy")
        kind, shape, numbers = read_npy(self.read("v.npy"))
        self.assertEqual((kind, shape), ("f8", (80, 1)))
        texts = self.succeed("predict", "v", "line.csv").splitlines()[1:]
        self.assertEqual([f"{number:.15g}" for number in numbers], texts)
        self.fail_with(USAGE, "predict", "v", "line.csv", "--labels", says="values, not classes")

    def test_skipped_samples_are_nan_or_minus_one(self):
        self.write("new.csv", "1,2\nx,2\n1,1\n")
        self.succeed("predict", "m", "new.csv", "--header", "no", "--on-error", "skip", "-o", "p.npy")
        numbers = read_npy(self.read("p.npy"))[2]
        self.assertEqual([number != number for number in numbers], [False] * 3 + [True] * 3 + [False] * 3)
        self.succeed("predict", "m", "new.csv", "--header", "no", "--on-error", "skip", "--labels", "-o", "l.npy")
        self.assertEqual([number < 0 for number in read_npy(self.read("l.npy"))[2]], [False, True, False])

    def test_a_file_appears_when_it_is_complete(self):
        self.write("new.csv", "1,2\n1e39,2\n")
        self.write("old.csv", "old")
        os.chmod(self.path("old.csv"), 0o600)
        os.symlink("old.csv", self.path("link.csv"))
        self.fail_with(DATA, "predict", "m", "new.csv", "--header", "no", "-o", "old.csv", says="line 2")
        self.assertEqual(self.read("old.csv"), b"old")
        self.fail_with(CREATE, "predict", "m", "table.npy", "-o", "table.npy", says="overwrite the input")
        self.fail_with(CREATE, "predict", "m", "table.npy", "-o", "m", says="overwrite the input")
        self.fail_with(CREATE, "predict", "m", "table.npy", "-o", "none/p.npy", says="none/p.npy")
        self.fail_with(USAGE, "predict", "m", "table.npy", "-o", "p.npy", "--no-header", says="NPY")
        self.succeed("predict", "m", "table.npy", "-o", "link.csv")
        self.assertEqual(self.read("old.csv").decode(), self.succeed("predict", "m", "table.csv"))
        self.assertTrue(os.path.islink(self.path("link.csv")))
        self.assertEqual(stat.S_IMODE(os.stat(self.path("old.csv")).st_mode), 0o600)
        self.assertEqual([name for name in os.listdir(self.folder) if "gemmule-" in name], [])

    def test_a_full_disk_is_reported(self):
        done = self.run_program("predict", "m", "table.csv", "--format", "npy", stdout=open_full_disk(self))
        self.assertEqual(done.returncode, IO)


if __name__ == "__main__":
    unittest.main()
