"""Explanations with names that command a terminal, and streams that break: /dev/full, closed pipes, Ctrl-C."""

import csv
import io
import random
import signal
import subprocess
import time
import unittest

from program import IO, USAGE, open_full_disk
from test_explain_hostile import OF_DATA, OF_SAMPLES, Hostile

CONTROLS = ["<script>alert('x')</script>", "\x1b[2J\x1b]0;title\x07", "line\nbreak\r", "\u202eabc\u2066", "q\"uo'te,", "n" * 10000,
            "\u009b31m"]


class Names(Hostile):
    def setUp(self):
        super().setUp()
        draw = random.Random(2)
        out = io.StringIO()
        rows = csv.writer(out, lineterminator="\n")
        rows.writerow([*CONTROLS, "kind"])
        for i in range(60):
            rows.writerow([f"{draw.gauss(i % 2, 1):.3f}" for _ in CONTROLS] + [CONTROLS[i % 2]])
        self.write("data.csv", out.getvalue())
        self.train("--hidden", "4")

    def assert_tame(self, text):
        for char in text:
            self.assertTrue(char == "\n" or (char.isprintable() and char not in "\u202e\u2066"), repr(char))

    def test_text_never_commands_the_terminal(self):
        for method in OF_SAMPLES + OF_DATA:
            text = self.succeed("explain", "m", "data.csv", "--method", method)
            self.assert_tame(text)
            self.assertLess(max(map(len, text.splitlines())), 400, method)
        for command in (("inspect", "m"), ("diff", "m", "m")):
            self.assert_tame(self.succeed(*command, "data.csv"))
        self.assert_tame(self.succeed("explain", "m", "data.csv", "--method", "permutation", "--group", "1,2,3,4,5,6,7"))

    def test_csv_and_json_keep_every_name(self):
        for method in OF_SAMPLES[:2]:
            self.assertEqual([item["name"] for item in self.objects(method, "--sample", "1")[0]["inputs"]], CONTROLS)
            text = self.succeed("explain", "m", "data.csv", "--method", method, "--format", "csv", "--sample", "1")
            self.assertEqual(next(csv.reader(io.StringIO(text, newline="")))[8:], CONTROLS)
        for method in OF_DATA[:6]:
            report = self.objects(method)[0]
            self.assertEqual({row[0] for row in report["rows"]}, set(CONTROLS))
            text = self.succeed("explain", "m", "data.csv", "--method", method, "--format", "csv")
            table = list(csv.reader(io.StringIO(text, newline="")))
            self.assertEqual({row[0] for row in table[1:]}, set(CONTROLS))
            self.assertEqual({len(row) for row in table}, {len(report["columns"])})

    def test_messages_never_command_the_terminal(self):
        for flags in (("--output", CONTROLS[1] + "?"), ("--method", CONTROLS[1]), ("--method", "permutation", "--feature", CONTROLS[3] + "?"),
                      ("--method", "permutation", "--group", CONTROLS[1] + "?"), ("--method", "permutation", "--metric", CONTROLS[1])):
            done = self.run_program("explain", "m", "data.csv", *flags)
            self.assertEqual(done.returncode, USAGE, flags)
            self.assert_tame(done.stderr.decode())


class Streams(Hostile):
    COMMANDS = (("explain", "m", "data.csv", "--format", "csv"), ("explain", "m", "data.csv", "--format", "json", "--method", "individual"),
                ("explain", "m", "data.csv", "--method", "mistakes"), ("inspect", "m", "data.csv"), ("inspect", "m", "data.csv", "--json"),
                ("diff", "m", "m", "data.csv"), ("diff", "m", "m", "data.csv", "--json"))

    def setUp(self):
        super().setUp()
        self.write_kinds()
        self.train("--hidden", "8")

    def test_a_full_disk_is_told(self):
        full = open_full_disk(self)
        for command in self.COMMANDS:
            done = self.run_program(*command, stdout=full)
            self.assertEqual(done.returncode, IO, command)
            self.assertIn("No space left", done.stderr.decode(), command)

    def test_a_closed_pipe_ends_the_program_without_a_message(self):
        for command in self.COMMANDS:
            process = self.start(*command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            process.stdout.close()
            self.assertIn(process.wait(timeout=30), (-signal.SIGPIPE, 128 + signal.SIGPIPE), command)
            self.assertEqual(process.stderr.read(), b"")

    def test_ctrl_c_ends_long_explanations_at_once(self):
        draw = random.Random(7)
        lines = [",".join([f"x{i}" for i in range(30)] + ["y"])]
        lines += [",".join(f"{draw.gauss(0, 1):.3f}" for _ in range(31)) for _ in range(400)]
        self.write("wide.csv", "\n".join(lines) + "\n")
        self.train("--hidden", "32", data="wide.csv", model="wide")
        for method in ("kernel_shap(coalitions=1000000)", "permutation(repeats=65535)", "smooth_gradient(samples=100000)",
                       "integrated_gradients(steps=100000)"):
            process = self.start("explain", "wide", "wide.csv", "--method", method, "--format", "csv", stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
            time.sleep(0.5)
            self.assertIsNone(process.poll(), method)
            begun = time.monotonic()
            process.send_signal(signal.SIGINT)
            self.assertIn(process.wait(timeout=30), (-signal.SIGINT, 128 + signal.SIGINT))
            self.assertLess(time.monotonic() - begun, 20)
            self.assertEqual(process.stderr.read(), b"")


if __name__ == "__main__":
    unittest.main()
