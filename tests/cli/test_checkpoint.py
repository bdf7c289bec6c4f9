"""Checkpoints: a run that was stopped or killed goes on to the same model, byte for byte; what does not fit is refused.

GEMMULE_TEST_KILLS in the environment says how many runs are killed at random moments; 12 by default."""

import json
import os
import random
import resource
import signal
import subprocess
import time
import unittest

from program import CREATE, DATA, IO, NO_INPUT, USAGE, ProgramTest

RUN = ("train", "digits", "--seed", "3", "--val", "0.2", "--average", "ema", "--schedule", "cosine", "--hidden", "32")


class GoingOn(ProgramTest):
    def stop(self, number, *flags):
        """Starts a long run and sends it a signal after its first epoch."""
        process = self.start(*RUN, *flags, "--json", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        process.stderr.readline()
        process.send_signal(number)
        output, messages = process.communicate(timeout=60)
        return process.returncode, json.loads(output), messages.decode()

    def test_a_run_that_is_interrupted_or_terminated_goes_on_to_the_same_model(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            code, report, messages = self.stop(number, "--epochs", "600", "--checkpoint", "run", "--every", "1000")
            self.assertEqual((code, report["checkpoint"], report["stopped"]), (128 + number, "run", "interrupt"))
            self.assertIn("--resume run goes on", messages)
            self.assertLess(report["epochs"], 600)
            report = self.json(*RUN, "--epochs", "600", "--resume", "run", "-o", "parts", "--threads", "1")
            self.assertEqual((report["epochs"], report["checkpoint"]), (600, None))
            self.succeed(*RUN, "--epochs", "600", "-o", "whole", "--threads", "2")
            self.assertEqual(self.read("parts"), self.read("whole"))

    def test_a_finished_run_goes_on_with_more_epochs_by_an_override_that_says_so(self):
        run = RUN[:6]
        self.succeed(*run, "--epochs", "2", "--checkpoint", "run")
        more = (*run, "--epochs", "5", "--resume", "run", "-o", "parts")
        self.fail_with(USAGE, *more, says=("run: ", "epochs was 2, is 5", "--override allows the change"))
        done = self.run_program(*more, "--override")
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        self.assertIn("warning: run: goes on with a change: epochs was 2, is 5", done.stderr.decode())
        self.succeed(*run, "--epochs", "5", "-o", "whole")
        self.assertEqual(self.read("parts"), self.read("whole"))

    def test_a_checkpoint_is_a_model(self):
        self.succeed(*RUN, "--epochs", "2", "--checkpoint", "run")
        self.assertGreater(self.json("eval", "run", "digits")["accuracy"], 0.3)
        self.assertIn("64 -> 32", self.succeed("info", "run"))

    def test_a_run_killed_at_any_moment_leaves_a_checkpoint_that_goes_on_to_the_same_model(self):
        kills = int(os.environ.get("GEMMULE_TEST_KILLS", "12"))
        draw = random.Random(1)
        flags = (*RUN, "--epochs", "40", "--quiet")
        begin = time.monotonic()
        self.succeed(*flags, "-o", "whole")
        longest = time.monotonic() - begin
        killed = resumed = 0
        while killed < kills:
            going = ("--resume", "run") if os.path.exists(self.path("run")) and draw.random() < 0.8 else ()
            resumed += bool(going)
            process = self.start(*flags, "--checkpoint", "run", "-o", "parts", *going)
            time.sleep(draw.uniform(0, longest))
            process.send_signal(signal.SIGKILL)
            process.wait()
            killed += 1
            if os.path.exists(self.path("run")):
                self.succeed("info", "run")
        self.succeed(*flags, "--checkpoint", "run", "-o", "parts", "--resume", "run")
        self.assertEqual(self.read("parts"), self.read("whole"))
        self.assertGreater(resumed, kills // 3)
        self.assertFalse([name for name in os.listdir(self.folder) if name.endswith(".tmp")])


class Refusals(ProgramTest):
    def setUp(self):
        super().setUp()
        self.run_flags = ("train", self.write_points(), "--epochs", "3", "--checkpoint", "run", "--quiet")
        self.succeed(*self.run_flags)

    def refuse(self, code, *flags, says=()):
        self.fail_with(code, *self.run_flags[:4], "--resume", "run", *flags, says=says)

    def test_other_data_is_refused_also_with_an_override(self):
        text = self.read("points.csv")
        self.write("points.csv", text.replace(b"-2.", b"-3.", 1))
        self.refuse(USAGE, "--scale", "none", says=("run: ",))
        self.refuse(USAGE, "--override", says=("run: ",))

    def test_other_flags_are_refused(self):
        self.refuse(USAGE, "--lr", "0.5", says=("run: ", "optimizer was adam, is adam(lr=0.5)"))
        self.refuse(USAGE, "--batch", "7", "--override", says=("batch was 32, is 7", "cannot go on"))
        self.refuse(USAGE, "--hidden", "9", says=("another network",))
        self.refuse(USAGE, "--l2", "0.1", says=("--l2 was 0, is 0.1",))

    def test_files_that_are_damaged_or_missing_or_models_are_refused(self):
        good = self.read("run")
        self.write("run", good[:-1])
        self.refuse(DATA, says=("run", "damaged"))
        self.write("run", self.read("model.safetensors"))
        self.refuse(DATA, says=("run", "a model without the state"))
        os.remove(self.path("run"))
        self.refuse(NO_INPUT, says="run")

    def test_flags_that_need_each_other(self):
        self.fail_with(USAGE, "train", "points.csv", "--every", "2", says="--checkpoint")
        self.fail_with(USAGE, "train", "points.csv", "--override", says="--resume")
        self.fail_with(USAGE, "train", "points.csv", "--checkpoint", "c", "--every", "0m", says="--every")
        self.fail_with(USAGE, "train", "points.csv", "--checkpoint", "c", "--every", "2h", says="--every")
        self.fail_with(USAGE, "train", "points.csv", "--checkpoint", "c", "-o", "c", says="--checkpoint")
        self.fail_with(CREATE, "train", "points.csv", "--checkpoint", "points.csv", says="overwrite")
        self.fail_with(CREATE, "train", "points.csv", "--resume", "run", "-o", "run", says="overwrite")
        self.succeed("train", "points.csv", "--epochs", "2", "--checkpoint", "c", "--every", "0.5m")

    def test_a_disk_that_is_full_leaves_the_old_checkpoint_and_saves_the_model(self):
        old = self.read("run")
        limit = len(old) // 2  # the model needs less
        done = self.run_program(*self.run_flags[:6], "-o", "m", restore_signals=False,
                                preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)))
        self.assertEqual(done.returncode, IO, done.stderr.decode())
        self.assertIn("gemmule train: run: writing stopped", done.stderr.decode())
        self.assertIn("warning: run: writing stopped", done.stderr.decode())
        self.assertEqual(self.read("run"), old)
        self.succeed("info", "m")


if __name__ == "__main__":
    unittest.main()
