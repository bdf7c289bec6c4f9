#!/usr/bin/env python3
"""Counts the first-level cache misses of native products whose rows lie a power of two apart or are padded, in the caches
of several processors: usage product_misses.py PROGRAM.

Lines that are a power of two of at least 4 KiB apart fall on one set of such a cache. A product that reads a column of
lines again and again must copy it, and the copy must not have such a distance itself, or each read misses. Valgrind's
callgrind has the cache model of cachegrind and counts within one function; it has no AVX-512, so that the smaller kernel
sets are simulated."""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

SKIP = 77
# Size, ways and line of the first-level data cache, and of the second level, which the simulator calls the last.
CACHES = {
    "Zen 4": ("32768,8,64", "1048576,8,64"),
    "Zen 5": ("49152,12,64", "1048576,16,64"),
    "Emerald Rapids": ("49152,12,64", "2097152,16,64"),
}
KERNEL_SETS = ["x86-64-v3", "baseline"]
DTYPES = ["f32", "f64"]
SHAPE = ["128", "128", "256"]  # m, n, k: larger than the first level; a copy with rows of 128 has a bad distance itself

# Bounds of two ratios: misses with power-of-two strides over those with padded ones, and the more of the two over those of
# NN with padded strides, which reads no columns. NN and NT measure at most 1.1, TN 1.0 and 2.4. TN that reads columns of A
# in place misses once for each line and tile: up to 3.7.
MOST = {"NN": (1.25, 1.25), "NT": (1.25, 1.25), "TN": (1.25, 2.5)}


def simulate(program, caches, isa, dtype):
    """Returns (form, stride, first-level misses, second-level misses) of each product; none if the set is not there."""
    with tempfile.TemporaryDirectory() as folder:
        output = pathlib.Path(folder) / "counts"
        command = ["valgrind", "--tool=callgrind", "--cache-sim=yes", f"--D1={caches[0]}", f"--LL={caches[1]}",
                   "--I1=32768,8,64", "--toggle-collect=multiply", "--dump-after=multiply",
                   f"--callgrind-out-file={output}", program, isa, dtype, *SHAPE]
        run = subprocess.run(command, check=False, capture_output=True, encoding="utf-8")
        if run.returncode == SKIP:
            return []
        assert run.returncode == 0, run.stderr
        rows = []
        for number, line in enumerate(run.stdout.splitlines(), 1):
            counts = pathlib.Path(f"{output}.{number}").read_text(encoding="utf-8")
            events, totals = (re.search(rf"^{name}: (.*)$", counts, re.MULTILINE)[1].split() for name in ("events", "totals"))
            found = dict(zip(events, map(int, totals)))
            rows.append((*line.split(), found["D1mr"] + found["D1mw"], found["DLmr"] + found["DLmw"]))
        return rows


def compare(program, name, isa, dtype):
    """Prints the misses of each product; returns those that exceed a bound, and how many were counted."""
    rows, excess = simulate(program, CACHES[name], isa, dtype), []
    for (form, stride, power, power_second), (_, _, padded, padded_second) in zip(rows[::2], rows[1::2]):
        least = rows[1][2]  # NN, padded
        print(f"{name:15} {isa:10} {dtype} {form} stride {stride}: {power:7} misses, padded {padded:7}; over padded "
              f"{power / padded:.2f}, over NN {max(power, padded) / least:.2f}; second level {power_second:6}, "
              f"{padded_second:6}", flush=True)
        if power / padded > MOST[form][0] or max(power, padded) / least > MOST[form][1]:
            excess.append(f"{name}, {isa}, {dtype}, {form}")
    return excess, len(rows)


def main():
    if shutil.which("valgrind") is None:
        print("valgrind is not installed")
        sys.exit(SKIP)
    results = [compare(sys.argv[1], name, isa, dtype) for name in CACHES for isa in KERNEL_SETS for dtype in DTYPES]
    if sum(count for _, count in results) == 0:
        sys.exit(SKIP)
    excess = [row for rows, _ in results for row in rows]
    if excess:
        sys.exit(f"more first-level misses than {MOST} times those of padded strides and of NN: " + "; ".join(excess))


if __name__ == "__main__":
    main()
