"""Terminals, pipes, full disks and signals."""

import fcntl
import json
import os
import pty
import re
import resource
import signal
import struct
import subprocess
import termios
import unittest

from program import IO, ProgramTest, open_full_disk

PIPE_CLOSED = 128 + signal.SIGPIPE


class Pipes(ProgramTest):
    def setUp(self):
        super().setUp()
        self.succeed("train", "digits", "--epochs", "1", "-o", "m")

    def test_a_reader_that_goes_away_ends_predict_without_a_word(self):
        for ignored in (True, False):
            process = self.start("predict", "m", "digits", stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                 restore_signals=not ignored)
            process.stdout.close()
            self.assertEqual(process.wait(), PIPE_CLOSED)
            self.assertEqual(process.stderr.read(), b"")

    def test_a_model_comes_through_a_pipe(self):
        commands = (("predict", "MODEL", "digits"), ("eval", "MODEL", "digits"), ("info", "MODEL", "--json"),
                    ("info", "--plan", "MODEL"), ("check", "MODEL", "--json"), ("activations", "MODEL"))
        for command in commands:
            with self.subTest(command=command):
                expected = self.run_program(*(word.replace("MODEL", "m") for word in command))
                piped = self.run_program(*(word.replace("MODEL", "/dev/stdin") for word in command), input=self.read("m"))
                self.assertEqual(piped.returncode, 0, piped.stderr)
                if "--json" in command:
                    pairs = [{k: v for k, v in json.loads(done.stdout).items() if k not in ("model", "file_bytes")}
                             for done in (expected, piped)]
                    self.assertEqual(*pairs)
                elif command[0] != "info":
                    self.assertEqual(piped.stdout, expected.stdout)
        self.assertNotIn(" 0 B", self.run_program("info", "/dev/stdin", input=self.read("m")).stdout.decode())
        done = self.run_program("fold", "/dev/stdin", "-o", "folded", input=self.read("m"))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.succeed("info", "folded")
        cut = self.run_program("eval", "/dev/stdin", "digits", input=self.read("m")[:-1])
        self.assertEqual(cut.returncode, 65)
        self.assertIn(b"is damaged", cut.stderr)

    def test_a_full_disk_is_told(self):
        full = open_full_disk(self)
        for command in (("predict", "m", "digits"), ("info", "m"), ("eval", "m", "digits"), ("check",)):
            with self.subTest(command=command):
                done = self.run_program(*command, stdout=full)
                self.assertEqual(done.returncode, IO)
                self.assertIn("No space", done.stderr.decode())

    def test_a_file_that_may_not_grow_is_told(self):
        with open(self.path("out.csv"), "wb") as file:
            done = self.run_program("predict", "m", "digits", stdout=file, restore_signals=False,
                                    preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)))
        self.assertEqual(done.returncode, IO)
        self.assertIn("standard output", done.stderr.decode())


class Signals(ProgramTest):
    def interrupt(self, number):
        """Starts a very long training run, and sends a signal after the first epoch."""
        process = self.start("train", "digits", "--epochs", "1000000", "--json", stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE)
        process.stderr.readline()
        process.send_signal(number)
        output, _ = process.communicate(timeout=60)
        return process.returncode, output.decode()

    def test_an_interrupt_saves_what_there_is(self):
        code, output = self.interrupt(signal.SIGINT)
        self.assertEqual(code, 130)
        self.assertIn('"stopped": "interrupt"', output)
        self.assertIn("64 -> 128", self.succeed("info", "model.safetensors"))
        self.assertEqual(os.listdir(self.folder), ["model.safetensors"])

    def test_an_interrupt_does_not_wait_for_the_end_of_an_epoch(self):
        self.write("model.safetensors", "the old one")
        master, slave = pty.openpty()
        process = self.start("train", "digits", "--hidden", "2048,2048", "--batch", "1", "--json", stderr=slave,
                             stdout=subprocess.PIPE, env={**os.environ, "TERM": "xterm"})
        os.read(master, 1)  # the bar appears after the first step
        process.send_signal(signal.SIGINT)
        report = json.loads(process.communicate(timeout=60)[0])
        os.close(master)
        os.close(slave)
        self.assertEqual((process.returncode, report["epochs"], report["model"]), (130, 0, None))
        self.assertEqual(self.read("model.safetensors"), b"the old one")

    def test_a_termination_saves_what_there_is(self):
        code, _ = self.interrupt(signal.SIGTERM)
        self.assertEqual(code, 128 + signal.SIGTERM)
        self.assertIn("64 -> 128", self.succeed("info", "model.safetensors"))


class Terminal(ProgramTest):
    def run_on_terminal(self, columns, *arguments, stream="stderr", term="xterm"):
        """The text of one stream on a terminal of some width."""
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        streams = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, stream: slave}
        process = self.start(*arguments, **streams, env={**os.environ, "TERM": term})
        os.close(slave)
        seen = b""
        try:
            while chunk := os.read(master, 65536):
                seen += chunk
        except OSError:  # on Linux: the other side is closed
            pass
        os.close(master)
        self.assertEqual(process.wait(), 0)
        return seen.decode()

    def train_on_terminal(self, columns, *flags, term="xterm"):
        return self.run_on_terminal(columns, "train", "digits", "--epochs", "3", *flags, term=term)

    def test_a_wide_terminal_shows_bar_rate_and_time_left(self):
        seen = self.train_on_terminal(100)
        for word in ("epoch 1/3", "loss", "rate 0.001", "samples/s", "ETA", "\x1b[K"):
            self.assertIn(word, seen)
        self.assertRegex(seen, r"\[#*-*\]")

    def test_a_wide_terminal_shows_the_last_and_the_best_score_beside_the_bar(self):
        seen = self.train_on_terminal(120, "--val", "0.2", "--hidden", "2048,1024", "--batch", "16")  # some seconds
        self.assertRegex(seen, r"\repoch [23]/3  \[#*-*\]  loss \S+ +val loss \S+ +\(best \S+\)  ETA")

    def test_a_narrow_terminal_keeps_loss_and_score(self):
        seen = self.train_on_terminal(40, "--val", "0.2")
        self.assertRegex(seen, r"epoch 1/3  loss \S+ +val \S+ +\*\r\n")

    def test_no_line_is_as_wide_as_the_terminal(self):
        for columns in (1, 5, 12, 20, 33, 47, 61, 80, 250):
            with self.subTest(columns=columns):
                for line in re.split(r"[\r\n]+", self.train_on_terminal(columns).replace("\x1b[K", "")):
                    self.assertLess(len(line), max(columns, 1) if line else 2)

    def test_the_bar_is_gone_at_the_end(self):
        last = self.train_on_terminal(80).rsplit("\x1b[K", 1)[1]
        self.assertRegex(last, r"^epoch [^\[]*\r\n$")

    def test_quiet_and_dumb_terminals_show_no_bar(self):
        self.assertEqual(self.train_on_terminal(80, "--quiet"), "")
        self.assertNotIn("\x1b", self.train_on_terminal(80, term="dumb"))


if __name__ == "__main__":
    unittest.main()
