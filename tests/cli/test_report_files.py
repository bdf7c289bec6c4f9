"""Where `gemmule report -o` and `train --report` write: never over an input, whole or not at all."""

import os
import resource
import signal
import stat
import subprocess
import unittest

from program import CREATE, DIVERGED, IO, PATIENCE, PROGRAM, USAGE, ProgramTest


class ReportFiles(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write_points()
        self.succeed("train", "points.csv", "--hidden", "4", "--epochs", "2", "--log", "run.jsonl", "-o", "m", "--quiet")
        self.commands = {
            "report of a log": ("report", "run.jsonl", "-o"),
            "report of a model": ("report", "m", "points.csv", "-o"),
            "train": ("train", "points.csv", "--epochs", "1", "-o", "new", "--quiet", "--report"),
        }

    def files(self):
        return {name: os.path.isfile(self.path(name)) and self.read(name) for name in os.listdir(self.folder)}

    def assert_refused(self, output, says, code=CREATE, without=()):
        """Each command refuses the file before it does anything, and leaves all files as they were."""
        for name, command in self.commands.items():
            if name not in without:
                with self.subTest(name, output=output):
                    before = self.files()
                    self.fail_with(code, *command, output, says=says)
                    self.assertEqual(self.files(), before)

    def test_a_folder_is_no_target(self):
        os.mkdir(self.path("folder"))
        for output in ("folder", "folder/", ".", "new/", "/"):
            self.assert_refused(output, "it names a folder")

    def test_what_cannot_be_created_is_refused_with_the_reason(self):
        self.assert_refused("none/page.html", ("cannot create 'none/page.html'", "No such file"))
        self.assert_refused("points.csv/page.html", "Not a directory")
        self.assert_refused("n" * 256, "too long")
        os.symlink("ring", self.path("ring"))
        self.assert_refused("ring", "symbolic links")
        self.assert_refused("/proc/page.html", "cannot create '/proc/page.html'")
        if os.geteuid() != 0:
            os.mkdir(self.path("locked"), 0o500)
            self.assert_refused("locked/page.html", "Permission denied")

    def test_an_empty_name_is_a_mistake_of_the_command_line(self):
        self.assert_refused("", "", code=USAGE)

    def test_the_inputs_are_never_written_over(self):
        os.symlink("points.csv", self.path("link.csv"))
        os.link(self.path("run.jsonl"), self.path("hard.jsonl"))
        for output in ("points.csv", "./points.csv", "link.csv"):
            self.assert_refused(output, "would overwrite the input 'points.csv'", without=("report of a log",))
        for output in ("run.jsonl", "hard.jsonl"):
            self.assert_refused(output, "would overwrite the input 'run.jsonl'", without=("report of a model", "train"))
        self.assert_refused("m", "would overwrite the input 'm'", without=("report of a log", "train"))

    def test_the_files_of_one_run_are_different_ones(self):
        os.mkdir(self.path("deep"))
        os.symlink("deep/dangling", self.path("link"))
        before = self.files()
        for one, other in (("new", "new"), ("./new", "new"), ("deep/../new", self.path("new")), ("link", "deep/dangling")):
            for flag, second in (("--report", "-o"), ("--report", "--log"), ("--report", "--checkpoint"), ("--log", "-o"),
                                 ("--log", "--checkpoint"), ("--checkpoint", "-o")):
                with self.subTest((flag, one, second, other)):
                    self.fail_with(USAGE, "train", "points.csv", "--epochs", "1", "--quiet", flag, one, second, other,
                                   says="the same file")
                    self.assertEqual(self.files(), before)

    def test_devices_and_pipes_are_no_files(self):
        os.mkfifo(self.path("pipe"))
        for output in ("/dev/full", "/dev/null", "pipe"):
            self.assert_refused(output, "not a regular file")
        for name, command in self.commands.items():
            with self.subTest(name):  # stdout is a pipe here
                self.fail_with(CREATE, *command, "/dev/stdout", says="not a regular file")

    def test_a_page_replaces_an_earlier_one_with_its_permissions_and_links(self):
        os.mkdir(self.path("deep"))
        for name, command in self.commands.items():
            with self.subTest(name):
                self.write("deep/page.html", "old")
                os.chmod(self.path("deep/page.html"), 0o640)
                if not os.path.lexists(self.path("link.html")):
                    os.symlink("deep/page.html", self.path("link.html"))
                self.succeed(*command, "link.html")
                self.assertTrue(os.path.islink(self.path("link.html")))
                self.assertTrue(self.read("deep/page.html").startswith(b"<!"))
                self.assertEqual(stat.S_IMODE(os.stat(self.path("deep/page.html")).st_mode), 0o640)
                self.assertEqual(os.listdir(self.path("deep")), ["page.html"])

    def test_a_full_disk_leaves_the_earlier_page_and_a_message(self):
        def fill():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192))

        for name in ("report of a log", "report of a model"):
            with self.subTest(name):
                self.write("page.html", "old")
                before = self.files()
                done = subprocess.run([PROGRAM, *self.commands[name], "page.html"], cwd=self.folder, timeout=PATIENCE,
                                      check=False, capture_output=True, preexec_fn=fill)
                self.assertEqual(done.returncode, IO, done.stderr)
                self.assertIn("page.html", done.stderr.decode())
                self.assertEqual(self.files(), before)

    def test_a_page_that_cannot_be_written_costs_no_model(self):
        def fill():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192))

        done = subprocess.run([PROGRAM, "train", "points.csv", "--hidden", "4", "--epochs", "1", "--quiet", "-o", "new", "--report", "page.html"],
                              cwd=self.folder, timeout=PATIENCE, check=False, capture_output=True, preexec_fn=fill)
        self.assertEqual(done.returncode, IO, done.stderr)
        self.assertIn("page.html", done.stderr.decode())
        self.assertFalse(os.path.exists(self.path("page.html")))
        self.succeed("info", "new")

    def test_a_run_that_diverges_has_a_page(self):
        self.write_line()
        done = self.run_program("train", "line.csv", "--lr", "1e6", "--optimizer", "sgd", "--epochs", "9", "--quiet",
                                "-o", "new", "--report", "page.html")
        self.assertEqual(done.returncode, DIVERGED, done.stderr)
        self.assertIn(b"diverged", self.read("page.html"))


if __name__ == "__main__":
    unittest.main()
