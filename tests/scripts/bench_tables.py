#!/usr/bin/env python3
"""Runs bench/bench_tables on small tables and on made-up results: usage bench_tables.py SOURCE_ROOT [PROGRAM]."""
import json
import math
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

source = pathlib.Path(sys.argv[1])
program = sys.argv[2] if len(sys.argv) > 2 else None
sys.dont_write_bytecode = True
sys.path[:0] = [str(source / "bench"), str(source / "tools")]
from suite import parts, results, scores, sets  # noqa: E402

tables = {table.name: table for table in sets.TABLES}


def run(*arguments):
    return subprocess.run([sys.executable, source / "bench" / "bench_tables", *map(str, arguments)], check=False,
                          capture_output=True, encoding="utf-8")


def refused(words, *arguments):
    done = run(*arguments)
    assert done.returncode != 0 and words in done.stderr and "Traceback" not in done.stderr, (words, done.stderr)


def close(value, expected):
    assert abs(value - expected) < 1e-12, (value, expected)


# ---- parts ----

labels = ["a"] * 70 + ["b"] * 20 + ["c"] * 10
train, test = parts.divide(tables["iris"], labels, 3)
assert sorted(train + test) == list(range(100)), "each row is in one part"
assert [sum(labels[row] == name for row in test) for name in "abc"] == [14, 4, 2], "a fifth of each class"
assert (train, test) == tuple(parts.divide(tables["iris"], labels, 3)), "the seed decides"
assert set(test) != set(parts.divide(tables["iris"], labels, 4)[1]), "another seed draws others"
given = parts.divide(tables["segment"], ["a"] * 2310, 3)
assert given == (list(range(1500)), list(range(1500, 2310))), "parts of the table itself are kept"
people = [row // 4 for row in range(100)]
parted = parts.divide(tables["randhie"], labels, 3, people)
assert len(parted[1]) == 20 and not {people[row] for row in parted[0]} & {people[row] for row in parted[1]}
chosen = [table for table in sets.TABLES if table.choosing]
assert len(sets.TABLES) >= 26 and 3 * len(chosen) <= len(sets.TABLES) + 2, "choices are made on a third"
assert {table.task for table in chosen} == {sets.CLASSES, sets.VALUES}


# ---- scores, against figures by hand ----

def fake(folder, labels):
    """Results of two seeds: iris has 10 rows in the test, diabetes has values."""
    figures = {"mlp": (0.8, 0.5), "hist": (0.9, 0.4), "forest": (0.7, 0.3), "xgboost": (0.9, 0.2),
               **{label: (0.9, 0.6) for label in labels}}
    for name, pair in figures.items():
        for table, score, rows in (("iris", pair[0], 10), ("diabetes", pair[1], 88)):
            for seed in (0, 1):
                shift = 0.01 * (1 - 2 * seed) * (name != "mlp")
                result = {"score": score + shift, "test": rows, "train": 4 * rows, "cpu": 1.0}
                results.add(folder, name, table, seed, {**result, "threads": 2, "flags": ["--hidden", "8"]})
    results.add(folder, "mlp_target", "diabetes", 0, {"score": 0.55, "test": 88, "train": 352, "cpu": 1.0})


with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    fake(folder, ["mine", "other"])
    suite = scores.Suite(folder, [*scores.COUNTED, "mine"], sets.TABLES)
    assert [table.name for table in suite.tables] == ["iris", "diabetes"]
    close(suite.error(tables["iris"], "mlp"), 0.3)
    close(suite.error(tables["diabetes"], "mlp"), 0.5001)
    five = [*scores.COUNTED, "mine"]
    close(suite.mean_log("mlp", five), (math.log(0.3 / 0.2) + math.log(0.5001 / 0.4001)) / 2)
    close(suite.mean_log("mine", five), 0)
    close(suite.mean_log("mine", scores.COUNTED), math.log(0.4001 / 0.5001) / 2)
    assert suite.wins("mine", "hist") == 1 and suite.wins("mine", "mlp") == 2
    mean, half = suite.difference(tables["iris"], "mine", "mlp")
    close(mean, 0.1)
    close(half, 12.706 * math.sqrt(2) * 0.01 * math.sqrt(1 / 2 + 1 / 4))
    assert suite.worse("mlp", "mine") == [], "within the interval"
    for seed, score in ((0, 0.709), (1, 0.71)):
        result = results.load(folder)[results.key("mine", "iris", seed)]
        results.add(folder, "mine", "iris", seed, {**result, "score": score})
    assert scores.Suite(folder, [*scores.COUNTED, "mine"], sets.TABLES).worse("mine", "mlp") == ["iris"]
    shown = run("show", folder, "--labels", "mine,other")
    assert shown.returncode == 0 and "| iris | 2 | 0.8000 |" in shown.stdout, shown
    assert "worse than that beyond the interval on iris." in shown.stdout, shown.stdout

    for table in ("iris", "wine"):
        results.add(folder, "part", table, 0, {"score": 0.75, "test": 10, "train": 40, "cpu": 1.0, "flags": []})
    shown = run("show", folder, "--labels", "part").stdout
    assert "| wine | 1 |  |  |  |  |  | 0.7500 |" in shown, shown
    expected = f"| part | 1 | {math.log(0.35 / 0.19):.4f} | {math.log(0.35 / 0.19):.4f} | 1 |"
    assert expected in shown, (expected, shown)
    results.add(folder, "mine", "limit iris", 0, {"seconds": 0.5, "cpu": 0.25, "threads": 2, "flags": []})

    # The page has every contender, and can be written again from the results that it keeps.
    written = run("page", folder, "--label", "mine", "--labels", "other", "--output", folder / "docs")
    assert written.returncode == 0, written.stderr
    text = (folder / "docs" / "tables.md").read_text(encoding="utf-8")
    for words in ("RandomForest", "--label mine -- --hidden 8", "--label mine --labels other", "| iris | 40/10 |",
                  "1 to 2 seeds", "2 threads", "| other | `--hidden 8` |", "| iris | 0.50 | 0.25 | 2 | 1 |"):
        assert words in text, words
    for picture in ("scores.svg", "ratios.svg"):
        ElementTree.parse(folder / "docs" / "tables" / picture)
    again = run("page", folder / "docs" / "tables", "--label", "mine", "--labels", "other", "--output", folder / "again")
    assert again.returncode == 0 and (folder / "again" / "tables.md").read_text(encoding="utf-8") == text

    refused("no table was measured", "page", folder, "--label", "nobody")
    refused("no such table: irises", "peers", folder, "--only", "irises")
    (folder / "results.json").write_text("{")
    refused("no JSON", "show", folder)


# ---- the program on a small table ----

def small_table(folder):
    draw = random.Random(1)
    rows = [[draw.gauss(2 * (i % 2), 0.5), draw.gauss(0, 1), "ab"[i % 2]] for i in range(60)]
    (folder / "csv").mkdir()
    lines = ["x,y,target", *(",".join(map(str, row)) for row in rows)]
    (folder / "csv" / "iris.csv").write_text("\n".join(lines) + "\n")


if program:
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        command = ("gemmule", folder, program, "--label", "small", "--only", "iris", "--seeds", "2", "--threads", "1")
        refused("bench_tables fetch", *command)
        small_table(folder)
        done = run(*command, "--", "--hidden", "4")
        found = json.loads((folder / "results.json").read_text())
        assert done.returncode == 0 and done.stdout.count("\n") == 2, done
        assert set(found) == {"small|iris|0", "small|iris|1"} and found["small|iris|0"]["score"] > 0.7, found
        assert (found["small|iris|0"]["train"], found["small|iris|0"]["test"]) == (48, 12), found
        assert run(*command, "--", "--hidden", "4").stdout == "", "what is measured is not measured again"
        refused("with other flags, --hidden 4", *command, "--", "--hidden", "5")
        assert run(*command, "--again", "--", "--hidden", "5").stdout.count("\n") == 2
        assert "at most 1 s" in run("limits", *command[1:5], "--", "--epochs", "1", "--hidden", "none").stdout
        refused("a peer has that name", *command[:4], "mlp")
        refused("there is no activation", *command[:4], "bad", *command[5:], "--", "--activation", "nothing")

# The page that is committed is that of the results that are committed.
if (source / "docs" / "tables" / "results.json").exists():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        shutil.copy(source / "docs" / "tables" / "results.json", folder)
        committed = (source / "docs" / "tables.md").read_text(encoding="utf-8")
        call = committed.partition("bench_tables page FOLDER ")[2].partition("\n")[0].split()
        assert run("page", folder, *call, "--output", folder / "docs").returncode == 0
        assert (folder / "docs" / "tables.md").read_text(encoding="utf-8") == committed, "run bench/bench_tables page"
