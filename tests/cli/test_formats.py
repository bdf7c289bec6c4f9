"""Data as arrays and LIBSVM text, predictions as NPY, and the parts of `gemmule split`."""

import csv
import gzip
import os
import random
import stat
import struct
import subprocess
import unittest

from program import CREATE, DATA, IO, NO_INPUT, PATIENCE, PROGRAM, USAGE, ProgramTest, open_full_disk

UNSUPPORTED = 69
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

    def test_describe_finds_the_same_in_every_format(self):
        self.write_table()
        expected = self.json("describe", "table.csv")
        for name in ("table.npy", "table.svm"):
            described = self.json("describe", name)
            self.assertEqual({**described, "data": ""}, {**expected, "data": ""}, name)

    def test_an_arff_and_a_csv_of_the_same_table_predict_the_same(self):
        draw = random.Random(2)
        rows = [(draw.choice(("red", "'dark blue'")), draw.gauss(0, 1), draw.choice(("no", "yes"))) for _ in range(40)]
        self.write("t.arff", "% colors\n@relation t\n@attribute color {red, green, 'dark blue'}\n@attribute x real\n"
                   "@attribute y {yes, no}\n@data\n" + "".join(f"{c},{x},{y}\n" for c, x, y in rows))
        self.write("t.csv", "y,x,color\n" + "".join(f"{y},{x},{c.strip(chr(39))}\n" for c, x, y in rows))
        self.succeed("train", "t.arff", "--epochs", "3", "-o", "m")
        predicted = self.succeed("predict", "m", "t.arff")
        self.assertEqual(predicted.splitlines()[0], "class,yes,no")
        self.assertEqual(predicted, self.succeed("predict", "m", "t.csv"))
        self.assertEqual(self.succeed("eval", "m", "t.arff"), self.succeed("eval", "m", "t.csv"))
        self.write("t.arff.gz", gzip.compress(self.read("t.arff")))
        self.assertEqual(predicted, self.succeed("predict", "m", "t.arff.gz"))

    def test_an_array_comes_through_a_pipe(self):
        self.write_table()
        self.succeed("train", "table.csv", "--epochs", "2", "-o", "m")
        expected = self.succeed("predict", "m", "table.csv")
        for name in ("table.npy", "table.svm"):
            done = self.run_program("predict", "m", "-", input=self.read(name))
            self.assertEqual((done.returncode, done.stdout.decode()), (0, expected), done.stderr)
        done = self.run_program("predict", "m", "-", input=self.read("table.npy")[:-1])
        self.assertEqual((done.returncode, done.stdout.decode()), (DATA, expected[:expected.rindex("\n", 0, -1) + 1]))
        self.assertIn("1 bytes short", done.stderr.decode())

    def test_broken_arrays_are_named(self):
        self.write("cut.npy", make_npy("f8", (10**15, 3), [1, 2, 3]))
        self.fail_with(DATA, "train", "cut.npy", says=("cut.npy", "short of its 1000000000000000 x 3 numbers"))
        self.write("empty.npz", b"PK\5\6" + bytes(18))
        self.fail_with(DATA, "train", "empty.npz", says="no array of inputs")

    def test_the_list_of_formats_has_them_all(self):
        self.assertEqual([row["name"] for row in self.json("list", "formats")["formats"]],
                         ["idx", "npy", "npz", "safetensors", "arff", "libsvm", "csv"])


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

    def test_predictions_of_a_cross_validation_are_an_array(self):
        arguments = ("cv", "table.csv", "--folds", "3", "--epochs", "3", "--quiet", "--predictions")
        self.succeed(*arguments, "cv.csv")
        self.succeed(*arguments, "cv.npy")
        kind, shape, numbers = read_npy(self.read("cv.npy"))
        self.assertEqual((kind, shape), ("f8", (60, 3)))
        texts = [text for row in list(csv.reader(self.read("cv.csv").decode().splitlines()))[1:] for text in row[4:]]
        self.assertEqual([f"{number:.6g}" for number in numbers], texts)

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
        os.chmod(self.path("old.csv"), 0o640)
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
        self.assertEqual(stat.S_IMODE(os.stat(self.path("old.csv")).st_mode), 0o640)
        self.assertEqual([name for name in os.listdir(self.folder) if "gemmule-" in name], [])

    def test_a_full_disk_is_reported(self):
        done = self.run_program("predict", "m", "table.csv", "--format", "npy", stdout=open_full_disk(self))
        self.assertEqual(done.returncode, IO)


class Parts(FormatTest):
    PARTS = "train=0.7,validation=0.15,test=0.15"

    def write_texts(self, end="\r\n", last=""):
        """A CSV with quoted line ends, gaps and empty lines; returns its header and its rows, byte for byte."""
        rows = [f'{i},"line {i}\nand ""more"", comma",{"abc"[i % 3]},g{i // 7}' for i in range(100)]
        rows[5] = rows[5].replace("5,", ",", 1)
        text = end.join(["id,text,kind,patient", *rows[:50], "", *rows[50:]]) + last
        self.write("t.csv", text)
        return "id,text,kind,patient" + end, [row + end for row in rows[:-1]] + [rows[-1] + last]

    def read_parts(self, header, *names):
        """The text of each part after the header."""
        found = []
        for name in names:
            text = self.read(name).decode()
            self.assertTrue(text.startswith(header))
            found.append(text[len(header):])
        return found

    def test_each_row_of_a_csv_is_in_one_part_byte_for_byte(self):
        for end, last in (("\r\n", ""), ("\n", "\n"), ("\r", "\r"), ("\n", "")):
            header, rows = self.write_texts(end, last)
            out = self.succeed("split", "t.csv", "--parts", self.PARTS, "--target", "kind")
            texts = self.read_parts(header, "t-train.csv", "t-validation.csv", "t-test.csv")
            for part, text, size in zip(("train", "validation", "test"), texts, (70, 15, 15)):
                mine = [row for row in rows if row in text]
                self.assertEqual("".join(mine), text)
                self.assertEqual(len(mine), size)
                self.assertRegex(out, rf"(?m)^{part} +{size} samples +t-{part}.csv$")
                counts = [sum(f',{kind},g' in row for row in mine) for kind in "abc"]
                self.assertLessEqual(max(counts) - min(counts), 1)
            self.assertEqual(sum(map(len, texts)), sum(map(len, rows)))

    def test_a_header_is_told_from_the_first_sample(self):
        rows = [f"{i}.5,text number {i} of many,{i % 2}\n" for i in range(40)]  # the texts are no input
        for heads in ("", "a,b,c\n", "sep=,\na,b,c\n", "SEP=,\r\n"):
            with self.subTest(heads=heads):
                self.write("t.csv", heads + "".join(rows))
                self.succeed("split", "t.csv", "--target", "2")
                parts = [self.read(f"t-{part}.csv").decode() for part in ("train", "test")]
                found = []
                for part in parts:
                    self.assertEqual(part[:len(heads)], heads)
                    found += part[len(heads):].splitlines(True)
                self.assertEqual(sorted(found), sorted(rows))

    def test_the_seed_decides_and_groups_stay_together(self):
        header, rows = self.write_texts()
        self.succeed("split", "t.csv", "--seed", "1", "-o", "a")
        self.succeed("split", "t.csv", "--seed", "1", "-o", "b")
        self.succeed("split", "t.csv", "--seed", "2", "-o", "c")
        self.assertEqual(self.read("a-test.csv"), self.read("b-test.csv"))
        self.assertNotEqual(self.read("a-test.csv"), self.read("c-test.csv"))
        os.mkdir(self.path("folds"))
        self.succeed("split", "t.csv", "--folds", "5", "--split-by", "patient", "-o", "folds/")
        texts = self.read_parts(header, *(f"folds/fold{i}.csv" for i in range(1, 6)))
        groups = [{row.rsplit(",", 1)[1].strip() for row in rows if row in text} for text in texts]
        self.assertEqual(sum(map(len, groups)), len(set.union(*groups)))
        self.succeed("split", "t.csv", "--parts", self.PARTS, "--split-by", "patient", "-o", "g")
        texts = self.read_parts(header, *(f"g-{name}.csv" for name in ("train", "validation", "test")))
        groups = [{row.rsplit(",", 1)[1].strip() for row in rows if row in text} for text in texts]
        self.assertEqual(sum(map(len, groups)), len(set.union(*groups)))

    def test_parts_of_a_table_can_be_trained_on(self):
        self.write_table(90)
        for name, split in (("table.csv", "split-csv"), ("table.npy", "split-npy"), ("table.svm", "split-svm")):
            self.succeed("split", name, "-o", split)
            ending = name[5:]
            self.succeed("train", split + "-train" + ending, "--epochs", "30", "-o", "m")
            self.assertEqual(self.json("eval", "m", split + "-test" + ending)["n"], 18)
        numbers = [read_npy(self.read(f"split-npy-{part}.npy")) for part in ("train", "test")]
        self.assertEqual([shape for _, shape, _ in numbers], [(72, 3), (18, 3)])
        lines = self.read("split-csv-train.csv").decode().splitlines()
        self.assertEqual([tuple(map(float, line.split(","))) for line in lines],
                         [numbers[0][2][i:i + 3] for i in range(0, 216, 3)])

    def test_arrays_of_other_shapes_are_split_by_their_first_dimension(self):
        for shape, width in (((20,), 1), ((20, 2, 3), 6), ((20, 1), 1)):
            self.write("a.npy", make_npy("u1", shape, list(range(20 * width)), fortran=len(shape) == 1))
            self.succeed("split", "a.npy", "--folds", "2")
            parts = [self.read(f"a-fold{i}.npy")[-10 * width:] for i in (1, 2)]
            rows = [part[i:i + width] for part in parts for i in range(0, 10 * width, width)]
            self.assertEqual(b"".join(sorted(rows)), bytes(range(20 * width)))
            self.assertIn(b"(10,", self.read("a-fold1.npy"))
            self.assertEqual(len(self.read("a-fold1.npy")), 128 + 10 * width)

    def test_rows_of_libsvm_text_keep_their_comments(self):
        self.write("c.svm", '# made by "hand\n' + "".join(f'{i % 2} 1:{i + 1} # "{i}\n' for i in range(20)))
        self.succeed("split", "c.svm", "--folds", "2")
        lines = self.read("c-fold1.svm").splitlines() + self.read("c-fold2.svm").splitlines()
        self.assertEqual(sorted(lines), sorted(self.read("c.svm").splitlines()[1:]))

    def test_what_cannot_be_split_is_refused_and_nothing_is_written(self):
        self.write_texts()
        self.write("t.csv.gz", gzip.compress(self.read("t.csv")))
        self.write("f.npy", make_npy("f8", (10, 3), [i % 7 for i in range(30)], fortran=True))
        self.write("wide.csv", "a,b\n1,2\n3,4\n".encode("utf-16"))
        before = sorted(os.listdir(self.folder))
        self.fail_with(UNSUPPORTED, "split", "t.csv.gz", says=("t.csv.gz", "without gzip"))
        self.fail_with(UNSUPPORTED, "split", "f.npy", says="Fortran")
        self.fail_with(UNSUPPORTED, "split", "wide.csv", "--parts", "a=0.5,b=0.5", says="UTF-8")
        self.fail_with(UNSUPPORTED, "split", ".", says="folder")
        self.fail_with(NO_INPUT, "split", "none.csv", says="none.csv")
        self.fail_with(DATA, "split", "t.csv", "--target", "none", says='"none"')
        self.fail_with(CREATE, "split", "t.csv", "-o", "none/t", says="none/t-train.csv")
        for value in ("train=0.5", "a=0.5,b=0.6", "a=0.5,a=0.5", "a=x,b=1", "a", "../a=0.5,b=0.5", "a=0.5,=0.5", "a=1e999,b=1", "a=1"):
            self.fail_with(USAGE, "split", "t.csv", "--parts", value, says="--parts")
        self.fail_with(USAGE, "split", "t.csv", "--folds", "2", "--parts", self.PARTS, says="exclude")
        self.fail_with(USAGE, "split", "t.csv", "--folds", "1", says="--folds")
        self.fail_with(USAGE, "split", "t.csv", "--weights", "id", says="--weights")
        self.assertEqual(sorted(os.listdir(self.folder)), before)

    def test_the_input_is_never_overwritten(self):
        self.write_texts()
        os.rename(self.path("t.csv"), self.path("x-test.csv"))
        text = self.read("x-test.csv")
        self.fail_with(CREATE, "split", "x-test.csv", "-o", "x", says="overwrite the input")
        os.symlink("x-test.csv", self.path("y-train.csv"))
        self.fail_with(CREATE, "split", "x-test.csv", "-o", "y", says="overwrite the input")
        self.assertEqual(self.read("x-test.csv"), text)
        self.assertEqual(sorted(os.listdir(self.folder)), ["x-test.csv", "y-train.csv"])

    def test_a_pipe_is_refused(self):
        self.write_texts()
        done = subprocess.run([PROGRAM, "split", "/dev/stdin"], input=self.read("t.csv"), capture_output=True, timeout=PATIENCE, check=False)
        self.assertEqual(done.returncode, UNSUPPORTED)
        self.assertIn(b"pipe", done.stderr)


if __name__ == "__main__":
    unittest.main()
