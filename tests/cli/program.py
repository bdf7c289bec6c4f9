"""Runs the program gemmule for tests: a new folder for each test, training data, exit codes."""

import json
import os
import random
import shutil
import signal
import stat
import subprocess
import tempfile
import unittest

PROGRAM = os.environ["GEMMULE"]

CHECK_FAILED, DIVERGED, USAGE, DATA, NO_INPUT, MEMORY, CREATE, IO = 1, 3, 64, 65, 66, 71, 73, 74
PATIENCE = 60  # seconds for one run, sanitized and on a slow machine


class ProgramTest(unittest.TestCase):
    """A test that runs the program in an empty folder."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="gemmule-cli-")
        self.addCleanup(shutil.rmtree, self.folder)

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text):
        with open(self.path(name), "wb") as file:
            file.write(text if isinstance(text, bytes) else text.encode())
        return name

    def read(self, name):
        with open(self.path(name), "rb") as file:
            return file.read()

    def run_program(self, *arguments, **options):
        options.setdefault("stdout", subprocess.PIPE)
        options.setdefault("stderr", subprocess.PIPE)
        return subprocess.run([PROGRAM, *(a if isinstance(a, bytes) else str(a) for a in arguments)], cwd=self.folder, timeout=PATIENCE, check=False, **options)

    def succeed(self, *arguments):
        """Runs the program, expects exit code 0, and returns stdout."""
        done = self.run_program(*arguments)
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        return done.stdout.decode()

    def fail_with(self, code, *arguments, says=()):
        """Runs the program, expects an exit code and words in the message, and nothing on stdout."""
        done = self.run_program(*arguments)
        message = done.stderr.decode()
        self.assertEqual(done.returncode, code, message)
        self.assertEqual(done.stdout, b"")
        for word in [says] if isinstance(says, str) else says:
            self.assertIn(word, message)
        return message

    def json(self, *arguments):
        """Runs the program with --json and returns the object, which must be the only output on stdout."""
        text = self.succeed(*arguments, "--json")
        self.assertEqual(text.count("\n"), 1)
        return json.loads(text, parse_constant=self.fail)

    def start(self, *arguments, **options):
        """Starts a run that the test ends."""
        process = subprocess.Popen([PROGRAM, *arguments], cwd=self.folder, **options)
        self.addCleanup(stop, process)
        return process

    def write_points(self, name="points.csv", names=("low", "high"), count=60, header=True):
        """Writes two clouds of points that a line separates; the class is the last column."""
        draw = random.Random(1)
        lines = ["x,y,kind"] if header else []
        for i in range(count):
            centre = 2.0 if i % 2 else -2.0
            name_field = '"' + names[i % 2].replace('"', '""') + '"'
            lines.append(f"{draw.gauss(centre, 0.5):.4f},{draw.gauss(centre, 0.5):.4f},{name_field}")
        return self.write(name, "\n".join(lines) + "\n")

    def write_line(self, name="line.csv", count=80):
        """Writes values on a plane, price = 3 a - 2 b + 100."""
        draw = random.Random(2)
        lines = ["a,b,price"]
        for _ in range(count):
            a, b = draw.uniform(-1, 1), draw.uniform(-1, 1)
            lines.append(f"{a:.5f},{b:.5f},{3 * a - 2 * b + 100:.5f}")
        return self.write(name, "\n".join(lines) + "\n")


def open_full_disk(test):
    """Opens /dev/full; skips the test where that is not a device."""
    full = open("/dev/full", "r+b", buffering=0)
    test.addCleanup(full.close)
    if not stat.S_ISCHR(os.fstat(full.fileno()).st_mode):
        test.skipTest("/dev/full is not a device here")
    return full


def stop(process):
    if process.poll() is None:
        process.send_signal(signal.SIGKILL)
    process.wait()
    for stream in (process.stdout, process.stderr):
        if stream is not None:
            stream.close()
