"""Files that the program writes: never one of its inputs; links, permissions and names of any length."""

import gzip
import os
import resource
import shutil
import unittest

from program import CREATE, IO, USAGE, ProgramTest

DIGITS = os.path.join(os.environ["GEMMULE_SOURCE_ROOT"], "data", "digits")


class Inputs(ProgramTest):
    def assert_kept(self, *arguments, kept):
        """The run is refused with a message, and changes neither the file nor the list of files."""
        before = sorted(os.listdir(self.folder)), self.read(kept)
        self.fail_with(CREATE, *arguments, says=("would overwrite the input", kept))
        self.assertEqual((sorted(os.listdir(self.folder)), self.read(kept)), before)

    def test_the_data_is_never_written_over_under_any_name(self):
        self.write_line("data.csv")
        os.symlink("data.csv", self.path("link.csv"))
        os.symlink("link.csv", self.path("second.csv"))
        os.link(self.path("data.csv"), self.path("hard.csv"))
        names = ("data.csv", "./data.csv", self.path("data.csv"), "link.csv", "second.csv", "hard.csv",
                 f"../{os.path.basename(self.folder)}/data.csv")
        for output in names:
            with self.subTest(output=output):
                self.assert_kept("train", "data.csv", "-o", output, kept="data.csv")
        for data in names:
            with self.subTest(data=data):
                self.assert_kept("train", data, "-o", "data.csv", kept="data.csv")
        with gzip.open(self.path("data.csv.gz"), "wb") as file:
            file.write(self.read("data.csv"))
        self.assert_kept("train", "data.csv.gz", "-o", "data.csv.gz", kept="data.csv.gz")
        with open(self.path("data.csv"), "rb") as file:
            done = self.run_program("train", "/dev/stdin", "-o", "data.csv", stdin=file)
        self.assertEqual(done.returncode, CREATE, done.stderr)

    def test_the_text_of_a_network_is_never_written_over(self):
        self.write_line("data.csv")
        self.write("net.txt", "2 -> 3 tanh -> 1")
        self.assert_kept("train", "data.csv", "--net", "net.txt", "-o", "net.txt", kept="net.txt")

    def test_no_file_of_idx_data_is_written_over_and_none_is_added(self):
        os.mkdir(self.path("d"))
        names = [name for name in os.listdir(DIGITS) if "ubyte" in name]
        for name in names:
            shutil.copy(os.path.join(DIGITS, name), self.path("d"))
        os.symlink("d/" + names[0], self.path("link"))
        before = {name: self.read("d/" + name) for name in names}
        images = "d/" + next(name for name in names if "train-images" in name)
        outputs = ["link", *("d/" + name for name in names), *("d/" + name[:-3] for name in names)]
        for data in ("d", "d/", images):
            for output in outputs:
                with self.subTest(data=data, output=output):
                    self.fail_with(CREATE, "train", data, "-o", output, says="would overwrite the input")
        self.assertEqual({name: self.read("d/" + name) for name in os.listdir(self.path("d"))}, before)
        for _ in range(2):
            self.succeed("train", "d", "--epochs", "1", "-o", "d/model", "--quiet")

    def test_a_model_is_never_written_over_by_what_is_made_of_it(self):
        self.succeed("train", self.write_line(), "--net", "2 -> 3 prelu -> 1", "--epochs", "1", "-o", "m", "--quiet")
        os.symlink("m", self.path("link"))
        for output in ("link", "m", "./m"):
            self.assert_kept("fold", "m", "-o", output, kept="m")
        os.mkdir(self.path("pictures"))
        self.succeed("activations", "m", "--svg", "pictures")
        picture = os.path.join("pictures", os.listdir(self.path("pictures"))[0])
        os.remove(self.path(picture))
        os.symlink("../m", self.path(picture))
        self.assert_kept("activations", "m", "--svg", "pictures", kept="m")


    def test_predict_does_not_write_into_what_it_reads(self):
        self.succeed("train", self.write_line(), "--epochs", "1", "-o", "m", "--quiet")
        os.symlink("line.csv", self.path("link.csv"))
        for output, data in (("line.csv", "line.csv"), ("link.csv", "line.csv"), ("line.csv", "link.csv"),
                             ("m", "line.csv")):
            for mode in ("ab", "r+b"):
                before = self.read(output)
                with open(self.path(output), mode) as stdout:
                    done = self.run_program("predict", "m", data, stdout=stdout)
                self.assertEqual((done.returncode, self.read(output)), (CREATE, before))
                self.assertIn("the standard output is the input", done.stderr.decode())


class Targets(ProgramTest):
    RUN = ("train", "line.csv", "--epochs", "1", "--quiet", "-o")

    def setUp(self):
        super().setUp()
        self.write_line()

    def test_links_stay_and_their_targets_are_written_with_the_permissions_they_had(self):
        os.mkdir(self.path("deep"))
        self.write("deep/old", "old")
        os.chmod(self.path("deep/old"), 0o600)
        os.symlink("deep/old", self.path("link"))
        os.symlink("deep/new", self.path("dangling"))
        for output in ("link", "dangling"):
            self.succeed(*self.RUN, output)
            self.succeed("info", output)
            self.assertTrue(os.path.islink(self.path(output)))
        self.assertEqual(os.stat(self.path("deep/old")).st_mode & 0o777, 0o600)
        self.assertEqual(sorted(os.listdir(self.path("deep"))), ["new", "old"])

    def test_links_to_nowhere_are_refused_before_training(self):
        os.symlink("ring", self.path("ring"))
        os.symlink("none/m", self.path("lost"))
        for output in ("ring", "lost"):
            self.fail_with(CREATE, *self.RUN, output, says=output)

    def test_a_name_may_be_as_long_as_the_system_allows(self):
        name = "n" * os.pathconf(self.folder, "PC_NAME_MAX")
        for _ in range(2):
            self.succeed(*self.RUN, name)
        self.assertEqual(sorted(os.listdir(self.folder)), ["line.csv", name])
        self.fail_with(CREATE, *self.RUN, name + "n", says="too long")

    def test_files_of_one_run_are_different_ones_however_they_are_spelled(self):
        os.mkdir(self.path("deep"))
        os.symlink("deep", self.path("folder"))
        os.symlink("deep/new", self.path("link"))
        spelled = (("new", "./new"), ("deep/new", "folder/new"), ("link", "deep/../deep/new"), ("new", self.path("new")))
        for first, second in spelled:
            for flags in (("--log", "--checkpoint"), ("--log", "-o"), ("--checkpoint", "-o")):
                with self.subTest(first=first, second=second, flags=flags):
                    run = ("train", "line.csv", flags[0], first, flags[1], second)
                    self.fail_with(USAGE, *run, says="are the same file")
        self.succeed("train", "line.csv", "--epochs", "1", "--quiet", "--log", "new", "--checkpoint", "deep/new")


class Wholes(ProgramTest):
    """Tables and pictures replace what is there as a whole or not at all."""

    CV = ("cv", "line.csv", "--epochs", "1", "--folds", "2", "--quiet", "--predictions")

    def setUp(self):
        super().setUp()
        self.write_line()

    def test_a_table_that_cannot_be_written_leaves_the_one_that_was_there(self):
        self.write("old.csv", "old")
        before = sorted(os.listdir(self.folder))
        for output in ("old.csv", "new.csv"):
            done = self.run_program(*self.CV, output, restore_signals=False,
                                    preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (8, 8)))
            self.assertEqual(done.returncode, IO, done.stderr)
            self.assertIn(f"cannot write '{output}'", done.stderr.decode())
        self.assertEqual((self.read("old.csv"), sorted(os.listdir(self.folder))), (b"old", before))

    def test_links_and_permissions_stay(self):
        os.mkdir(self.path("deep"))
        self.write("deep/old.csv", "old")
        os.chmod(self.path("deep/old.csv"), 0o600)
        os.symlink("deep/old.csv", self.path("link.csv"))
        self.succeed(*self.CV, "link.csv")
        self.assertTrue(os.path.islink(self.path("link.csv")))
        self.assertTrue(self.read("deep/old.csv").startswith(b"row,"))
        self.assertEqual(os.stat(self.path("deep/old.csv")).st_mode & 0o777, 0o600)
        self.assertEqual(os.listdir(self.path("deep")), ["old.csv"])

    def test_a_picture_replaces_a_file_of_any_name(self):
        self.succeed("train", "line.csv", "--epochs", "2", "--log", "run.jsonl", "--quiet")
        before = sorted(os.listdir(self.folder))
        name = "n" * os.pathconf(self.folder, "PC_NAME_MAX")
        for _ in range(2):
            self.succeed("plot", "run.jsonl", "-o", name)
        self.assertEqual(sorted(os.listdir(self.folder)), sorted([*before, name]))

    def test_what_is_no_regular_file_is_written_directly(self):
        self.succeed("train", "line.csv", "--net", "2 -> 3 prelu -> 1", "--epochs", "1", "-o", "m", "--quiet")
        os.mkdir(self.path("pictures"))
        self.succeed("activations", "m", "--svg", "pictures")
        name = os.path.join("pictures", os.listdir(self.path("pictures"))[0])
        picture = self.read(name)
        os.remove(self.path(name))
        os.mkfifo(self.path(name))
        process = self.start("activations", "m", "--svg", "pictures")
        self.assertEqual(self.read(name), picture)
        self.assertEqual(process.wait(60), 0)
        self.assertEqual(os.listdir(self.path("pictures")), [os.path.basename(name)])


if __name__ == "__main__":
    unittest.main()
