#!/usr/bin/env python3
"""Runs every bench quickly, makes the report of them, and looks at it: usage bench_report.py SOURCE_ROOT BUILD_ROOT."""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

source, build = map(pathlib.Path, sys.argv[1:3])
with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    command = [sys.executable, source / "tools" / "bench-report", "--run", build, "--quick", "--json", folder / "json",
               "--output", folder]
    subprocess.run(command, check=True)
    text = (folder / "benchmarks.md").read_text(encoding="utf-8")
    pictures = re.findall(r"\]\(([^)]+\.svg)\)", text)
    assert "From a quick run" in text, "a quick run must say that it is one"
    assert len(pictures) == 6, f"six pictures are expected: {pictures}"
    for picture in pictures:
        ElementTree.parse(folder / picture)  # an SVG that is not XML raises
    # Every name in the picture of activations has a bar for the value and one for the slope, as softmax has, whose kernels
    # take whole rows.
    picture = (folder / "benchmarks-activations.svg").read_text(encoding="utf-8")
    rows = re.findall(r'text-anchor="end">(\w+)</text>\n((?:<(?!text[^>]*"end").*\n)*)', picture)
    assert {"identity", "softmax", "log_softmax"} <= {name for name, _ in rows}, [name for name, _ in rows]
    empty = [name for name, bars in rows if bars.count("<rect") < 2]
    assert not empty, f"no bars for {empty}"
    products = json.loads((folder / "json" / "bench_gemm.json").read_text(encoding="utf-8"))["results"]
    products = [case for case in products if case["form"] != "copy"]
    assert {case["strides"] for case in products} == {"packed", "power of two", "padded"}
    for case in products:
        ratio = case["native_over_openblas"]
        assert 0 < ratio["low"] <= ratio["median"] <= ratio["high"], case
    sweeps = json.loads((folder / "json" / "bench_scale.json").read_text(encoding="utf-8"))["results"]
    for row in (row for sweep in sweeps if sweep["variable"] == "threads" for row in sweep["contenders"]):
        assert abs(row["efficiency"] * row["loops_gain"] - row["gain"]) < 1e-9 * row["gain"], row
        assert row["value"] > 1 or row["gain"] == row["loops_gain"] == 1, row
    pairs = [row for sweep in sweeps if sweep["variable"] == "lines" for row in sweep["contenders"]]
    assert pairs or len(os.sched_getaffinity(0)) < 2, "the cost of a line between two processors is missing"
    for pair in pairs:
        assert pair["processor"] != pair["other"], pair
        assert all(pair[key] > 0 for key in ("handover", "read", "write", "read_alone", "write_alone")), pair
    for words in ("naive loops, textbook", "of peak", "one caller", "memory beside the data", "planned / fastest", "/ copy",
                  "power of two", "native / OpenBLAS", "efficiency"):
        assert words in text, f"the report lacks {words!r}"
