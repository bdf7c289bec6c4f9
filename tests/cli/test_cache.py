"""Caches of tables: --cache of train, eval and explain, the notes about them, and interrupts while one is made."""

import gzip
import json
import os
import random
import signal
import struct
import subprocess
import time
import unittest

from program import PATIENCE, ProgramTest

CACHE = "table.csv.gmlcache"
LARGE = 256000000


def table(rows, seed=1):
    draw = random.Random(seed)
    lines = ["size,color,since,price"]
    for i in range(rows):
        size = draw.uniform(1, 9)
        cells = (f"{size:.3f}", draw.choice(("red", "blue", "")), f"2014-02-{1 + i % 28:02d}", f"{2 * size + 1:.3f}")
        lines.append(",".join(cells))
    return "\n".join(lines) + "\n"


class Caches(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("table.csv", table(400))

    def train(self, *arguments, data="table.csv"):
        """The messages of a training."""
        result = self.run_program("train", data, "--epochs", "2", "--hidden", "4", "-o", "m", *arguments)
        self.assertEqual(result.returncode, 0, result.stderr)
        return result.stderr.decode()

    def files(self):
        return sorted(os.listdir(self.path(".")))

    def test_a_model_is_the_same_with_and_without_a_cache(self):
        self.assertNotIn("cache", self.train())
        self.assertNotIn(CACHE, self.files())
        plain = self.read("m")
        self.assertIn(f"note: the cache {CACHE} was made\n", self.train("--cache", "yes"))
        self.assertEqual(self.read("m"), plain)
        for when in ("yes", "check"):
            self.assertIn(f"note: read from the cache {CACHE}\n", self.train("--cache", when))
            self.assertEqual(self.read("m"), plain)
        self.assertNotIn("cache", self.train("--cache", "no"))
        self.assertEqual(self.files(), ["m", "table.csv", CACHE])

    def test_each_message_about_a_cache_is_one_line(self):
        lines = [line for line in self.train("--cache", "yes").splitlines() if "cache" in line]
        self.assertEqual(len(lines), 1)

    def test_eval_and_explain_use_the_cache_of_train(self):
        self.train("--cache", "yes")
        plain = self.succeed("eval", "m", "table.csv")
        for command in (("eval", "m", "table.csv"), ("explain", "m", "table.csv", "--sample", "3")):
            result = self.run_program(*command, "--cache", "yes")
            self.assertEqual(result.returncode, 0)
            self.assertIn(f"note: read from the cache {CACHE}\n", result.stderr.decode())
        self.assertEqual(self.succeed("eval", "m", "table.csv", "--cache", "yes"), plain)
        self.assertEqual(self.train("--cache", "yes").count("read from"), 1)

    def test_a_table_that_has_changed_or_is_read_in_another_way_makes_its_cache_anew(self):
        self.train("--cache", "yes")
        self.write("table.csv", table(401))
        self.assertIn("was made anew: table.csv: has changed since", self.train("--cache", "yes"))
        self.assertIn("was made anew: table.csv.gmlcache: was made with other options",
                      self.train("--cache", "yes", "--ignore", "since"))

    def test_a_cache_that_is_cut_off_is_made_anew(self):
        self.train("--cache", "yes")
        plain = self.read("m")
        os.truncate(self.path(CACHE), 3000)
        self.assertIn("is cut off", self.train("--cache", "yes"))
        self.assertEqual(self.read("m"), plain)

    def test_a_compressed_table_has_a_cache_too(self):
        self.train()
        plain = self.read("m")
        with gzip.open(self.path("table.csv.gz"), "wt") as file:
            file.write(table(400))
        for words in ("was made", "read from"):
            self.assertIn(words, self.train("--cache", "yes", data="table.csv.gz"))
            self.assertEqual(self.read("m"), plain)

    def test_what_is_no_file_has_no_cache(self):
        with open(self.path("table.csv"), "rb") as file:
            result = self.run_program("train", "-", "--epochs", "2", "-o", "m", "--cache", "yes", stdin=file)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(self.files(), ["m", "table.csv"])

    def test_a_large_table_has_one_without_being_asked(self):
        """Rows of a long text that is ignored take no time."""
        row = b"%d,%s,%d\n"
        with open(self.path("table.csv"), "wb") as file:
            file.write(b"a,text,y\n")
            for i in range(LARGE // 1000000 + 1):
                file.write(row % (i, b"x" * 999990, i % 2))
        self.assertIn(f"note: the cache {CACHE} was made\n", self.train("--ignore", "text"))
        self.assertIn(f"note: read from the cache {CACHE}\n", self.train("--ignore", "text"))

    def test_the_arrays_of_a_cache_are_where_its_header_says(self):
        """As docs/cache-format.md does it."""
        self.train("--cache", "yes")
        data = self.read(CACHE)
        length = struct.unpack("<Q", data[:8])[0]
        header = json.loads(data[8:8 + length])
        about = json.loads(header.pop("__metadata__")["table"])
        self.assertEqual(about["rows"], 400)
        self.assertEqual(about["schema"]["feature_names"], ["size", "color", "since"])
        self.assertEqual(header["inputs"]["shape"], [400, 3])
        begin, end = (8 + length + offset for offset in header["inputs"]["data_offsets"])
        inputs = struct.unpack("<1200d", data[begin:end])
        sizes = [float(line.split(",")[0]) for line in table(400).splitlines()[1:]]
        self.assertEqual(list(inputs[::3]), sizes)
        self.assertEqual(8 + length + header["checksum"]["data_offsets"][1], len(data))

    def test_a_run_that_is_interrupted_while_it_makes_a_cache_leaves_nothing_that_stays(self):
        self.write("table.csv", table(100000))
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
            for delay in (0.03, 0.1, 0.2):
                process = self.start("train", "table.csv", "--epochs", "1", "-o", "m", "--cache", "yes",
                                     stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                time.sleep(delay)
                process.send_signal(number)
                process.wait(PATIENCE)
        self.assertIn("cache", self.train("--cache", "yes"))
        self.assertEqual(self.files(), ["m", "table.csv", CACHE])


if __name__ == "__main__":
    unittest.main()
