"""docs/learning.md and its pictures: whether they are what tools/make-learning makes now, also with other kernels."""

import os
import pathlib
import shutil
import subprocess
import sys
import unittest

from program import PROGRAM, ProgramTest

ROOT = pathlib.Path(os.environ["GEMMULE_SOURCE_ROOT"])
DOCS = ROOT / "docs"
PATIENCE = 240  # seconds for some 300 runs of the program, sanitized and on a slow machine
sys.path.insert(0, str(ROOT / "tools"))

from learning.compare import IMAGE, difference, differences  # noqa: E402
from learning.image import decode, encode, level  # noqa: E402


class Current(ProgramTest):
    def check(self, **environment):
        done = subprocess.run([sys.executable, ROOT / "tools" / "make-learning", "--check", PROGRAM, DOCS],
                              env={**os.environ, **environment}, timeout=PATIENCE, check=False, capture_output=True,
                              text=True)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_the_chapter_is_what_its_commands_give(self):
        self.check()

    def test_kernels_that_round_otherwise_give_the_same_chapter(self):
        self.check(GEMMULE_ISA="baseline")


class Stale(ProgramTest):
    """The comparison by itself, on copies of the documents with one change."""

    def setUp(self):
        super().setUp()
        self.copy = pathlib.Path(self.path("docs"))
        self.restore()

    def restore(self):
        shutil.rmtree(self.copy, ignore_errors=True)
        shutil.copytree(DOCS / "learning", self.copy / "learning")
        shutil.copy(DOCS / "learning.md", self.copy)

    def change(self, name, old, new):
        text = (self.copy / name).read_text(encoding="utf-8")
        self.assertIn(old, text)
        (self.copy / name).write_text(text.replace(old, new, 1), encoding="utf-8")

    def assert_found(self, *words):
        found = differences(self.copy, DOCS)
        self.assertEqual(len(found), 1, found)
        for word in words:
            self.assertIn(word, found[0])

    def test_a_copy_is_current(self):
        self.assertEqual(differences(self.copy, DOCS), [])

    def test_a_changed_number_or_word_of_the_text_is_found(self):
        for old, new in (("337 parameters", "338 parameters"), ("--lr 0.2 ", "--lr 0.3 "),
                         ('"relu" 0.333', '"relu" 0.334'), ("0.0203459", "0.0203479"),
                         ("Two spirals", "Three spirals")):
            with self.subTest(old):
                self.restore()
                self.change("learning.md", old, new)
                self.assert_found("learning.md, line ")

    def test_a_moved_point_or_name_of_a_picture_is_found(self):
        for name in ("surfaces", "units", "gradients", "dying", "rates", "loss", "shape-prelu"):
            with self.subTest(name):
                self.restore()
                text = (self.copy / "learning" / f"{name}.svg").read_text(encoding="utf-8")
                line = next(line for line in text.splitlines() if " x=" in line and line.startswith("<text"))
                self.change(f"learning/{name}.svg", line, line.replace(' x="', ' x="1'))
                self.assert_found(f"learning/{name}.svg, line ", " is now ")

    def test_a_changed_image_is_found(self):
        address = IMAGE.search((self.copy / "learning" / "surfaces.svg").read_text(encoding="utf-8"))[0]
        for change, stale in ((1, False), (2, True)):
            rows = [[abs(value) + 16 * (value > 0) for value in row] for row in decode(address)]
            y, x = next((y, x) for y, row in enumerate(rows) for x, entry in enumerate(row) if 0 < entry < 15)
            rows[y][x] += change
            self.assertEqual(bool(difference(address, encode(rows, "#2f81f7", "#e8590c"))), stale)

    def test_a_missing_and_a_foreign_file_are_found(self):
        (self.copy / "learning" / "units.svg").unlink()
        self.assert_found("learning/units.svg: is missing")
        self.restore()
        (self.copy / "learning" / "old.svg").write_text("<svg/>", encoding="utf-8")
        self.assert_found("learning/old.svg: no command makes it")

    def test_numbers_that_differ_in_their_last_place_are_the_same(self):
        for one, other, same in (("0.123", "0.124", True), ("0.123", "0.125", False), ("2.14e-08", "2.15e-08", True),
                                 ("2.14e-08", "2.16e-08", False), ("0.2", "0.3", False), ("12", "13", False),
                                 ("0.1", "0.0999", True), ("0.012", "0.013", False), ("1 2", "1  2", False),
                                 ("#1e9999", "#1e9998", False)):
            self.assertEqual(difference(one, other) == "", same, (one, other))


class Image(unittest.TestCase):
    def test_values_come_back_as_levels(self):
        values = [-1, -0.5, -0.01, 0, 0.01, 0.5, 1]
        rows = [[level(value) for value in values], [level(-value) for value in values]]
        self.assertEqual(decode(encode(rows, "#000000", "#ffffff")),
                         [[-16, -8, 0, 0, 0, 8, 16], [16, 8, 0, 0, 0, -8, -16]])


if __name__ == "__main__":
    unittest.main()
