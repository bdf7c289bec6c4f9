"""How long a fit may take: small tables a second, and 60 000 rows of 30 columns a minute, on two cores that are idle."""
import math
import pathlib
import random
import tempfile
import time

from suite import gemmule, results, sets
from suite.parts import files
from suite.sets import CLASSES, VALUES

ROWS, NUMBERS, CATEGORIES = 60000, 25, 5
LARGE = {"large classes": CLASSES, "large values": VALUES}
LIMITS = {"iris": 1, "large classes": 60, "large values": 60}  # seconds of the clock


def write_large(path, task):
    """A table of numbers and categories with a target that a network can learn in part."""
    draw = random.Random(0)
    with open(path, "w", encoding="utf-8") as sink:
        sink.write(",".join([*(f"x{i}" for i in range(NUMBERS)), *(f"c{i}" for i in range(CATEGORIES)), "target"]) + "\n")
        for _ in range(ROWS):
            x = [draw.gauss(0, 1) for _ in range(NUMBERS)]
            c = [draw.randrange(4 << i) for i in range(CATEGORIES)]
            value = math.sin(2 * x[0]) + x[1] * x[2] + (c[0] - 1.5) * x[3] + draw.gauss(0, 0.5)
            target = f"class{min(4, max(0, int(value + 2.5)))}" if task == CLASSES else f"{value:.6g}"
            sink.write(",".join([*(f"{number:.6g}" for number in x), *(f"level{level}" for level in c), target]) + "\n")


def measure(folder, program, label, flags, threads):
    """Trains on each table and prints the seconds; fails if one takes longer than it may."""
    slow = []
    iris = next(table for table in sets.TABLES if table.name == "iris")
    with tempfile.TemporaryDirectory() as place:
        for name, limit in LIMITS.items():
            path = pathlib.Path(place) / "table.csv"
            if name in LARGE:
                write_large(path, LARGE[name])
            start, cpu = time.monotonic(), gemmule.children()
            gemmule.run(program, "train", path if name in LARGE else files(iris, folder, 0)[0], "--target", "target",
                        "--threads", threads, "-o", pathlib.Path(place) / "model.safetensors", *flags)
            seconds, cpu = time.monotonic() - start, gemmule.children() - cpu
            results.add(folder, label, f"limit {name}", 0, {"seconds": round(seconds, 3), "cpu": round(cpu, 3),
                                                           "threads": threads, "flags": list(flags)})
            print(f"{name}: {seconds:.2f} s, {cpu:.2f} s of the processors; at most {limit} s", flush=True)
            slow += [name] if seconds > limit else []
    if slow:
        raise SystemExit("too slow: " + ", ".join(slow))
