#!/usr/bin/env python3
"""Runs every bench quickly, and looks at the report of a machine and at the comparison of machines: usage
bench_report.py SOURCE_ROOT BUILD_ROOT."""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

source, build = map(pathlib.Path, sys.argv[1:3])


def run(*arguments):
    return subprocess.run([sys.executable, source / "tools" / "bench-report", *arguments], check=False,
                          capture_output=True, encoding="utf-8")


with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    output = ["--output", folder]
    made = run("--run", build, "--quick", "--machine", "First (R) CPU", "--json", folder / "json", *output)
    assert made.returncode == 0, made.stderr
    page = folder / "benchmarks" / "first-r-cpu.md"
    text = page.read_text(encoding="utf-8")
    pictures = re.findall(r"\]\(([^)]+\.svg)\)", text)
    assert "From a quick run" in text, "a quick run must say that it is one"
    assert len(pictures) == 6, f"six pictures are expected: {pictures}"
    for picture in pictures:
        ElementTree.parse(page.parent / picture)  # an SVG that is not XML raises
    # Every name in the picture of activations has a bar for the value and one for the slope, as softmax has, whose kernels
    # take whole rows.
    picture = (page.parent / "first-r-cpu-activations.svg").read_text(encoding="utf-8")
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
    # Predictions in float have oneDNN's beside them where bench_train has oneDNN. The ratio of the best settings is that
    # of the faster rows.
    steps = json.loads((folder / "json" / "bench_train.json").read_text(encoding="utf-8"))["results"]
    onednn = any(row["name"] == "oneDNN" for row in steps[0]["contenders"])
    predictions = json.loads((folder / "json" / "bench_predict.json").read_text(encoding="utf-8"))["results"]
    for case in (case for case in predictions if "callers" not in case):
        peers = [row for row in case["contenders"] if row["library"] == "oneDNN"]
        assert len(peers) == (2 if onednn and case["dtype"] == "f32" else 0), case
        assert set(case["gemmule_over_best"]) == {row["library"] for row in peers}, case
        for over in [row["gemmule_over"] for row in peers] + list(case["gemmule_over_best"].values()):
            assert 0 < over["low"] <= over["median"] <= over["high"], case
        if peers:
            own = [row for row in case["contenders"] if row["library"] == "gemmule"]
            fastest, other = (min((0, 1), key=lambda i, rows=rows: rows[i]["median"]) for rows in (own, peers))
            assert fastest != other or case["gemmule_over_best"]["oneDNN"] == peers[other]["gemmule_over"], case
    assert ("gemmule / oneDNN, best of each" in text) == onednn
    sweeps = json.loads((folder / "json" / "bench_scale.json").read_text(encoding="utf-8"))["results"]
    for row in (row for sweep in sweeps if sweep["variable"] == "threads" for row in sweep["contenders"]):
        assert abs(row["efficiency"] * row["loops_gain"] - row["gain"]) < 1e-9 * row["gain"], row
        assert row["value"] > 1 or row["gain"] == row["loops_gain"] == 1, row
    pairs = [row for sweep in sweeps if sweep["variable"] == "lines" for row in sweep["contenders"]]
    assert pairs or len(os.sched_getaffinity(0)) < 2, "the cost of a line between two processors is missing"
    for pair in pairs:
        assert pair["processor"] != pair["other"], pair
        assert all(pair[key] > 0 for key in ("handover", "read", "write", "read_alone", "write_alone")), pair
    for words in ("naive loops, textbook", "of peak", "one caller", "memory without the data", "planned / fastest", "/ copy",
                  "power of two", "native / OpenBLAS", "efficiency", "with gml_health_observer"):
        assert words in text, f"the report lacks {words!r}"

    # GEMMULE_ISA chooses the kernel set of everything that is compared.
    subprocess.run([build / "bench" / "bench_gemm", "--quick", "--only", "copy", "--json", folder / "isa.json"], check=True,
                   env={**os.environ, "GEMMULE_ISA": "baseline"}, stdout=subprocess.DEVNULL)
    assert json.loads((folder / "isa.json").read_text(encoding="utf-8"))["machine"]["kernels"] == "baseline"

    # A second machine has a column of its own, and the first one's files stay as they were. It has predictions of gemmule
    # alone, like reports of earlier versions.
    document = json.loads((folder / "json" / "bench_predict.json").read_text(encoding="utf-8"))
    for case in document["results"]:
        case.pop("gemmule_over_best", None)
        case["contenders"] = [row for row in case["contenders"] if row.pop("library", "gemmule") == "gemmule"]
    (folder / "json" / "bench_predict.json").write_text(json.dumps(document), encoding="utf-8")
    first = {path: path.read_bytes() for path in page.parent.iterdir()}
    assert run("--json", folder / "json", "--machine", "Second", *output).returncode == 0
    assert all(path.read_bytes() == content for path, content in first.items()), "the report of another machine changed"
    comparison = (folder / "benchmarks.md").read_text(encoding="utf-8")
    assert "|  | First (R) CPU | Second |" in comparison, comparison
    for words in ("(benchmarks/first-r-cpu.md)", "(benchmarks/second.md)", "Time over that of OpenBLAS's GEMMs alone",
                  "From a quick run", "independent loops", "handed over", "near cache"):
        assert words in comparison, f"the comparison lacks {words!r}"

    second = (page.parent / "second.md").read_text(encoding="utf-8")
    assert "## Prediction" in second and "best of each |" not in second, second
    over = comparison.partition("## Prediction")[2].partition("Time over oneDNN's, each on its best")[2]
    assert bool(re.search(r"\| 4-8-3, batch 1 \| \d+\.\d\d \|  \|\n", over)) == onednn, comparison

    # Without a name the processor's is taken. The report of another processor under the same name is not replaced.
    assert run("--json", folder / "json", *output).returncode == 0
    assert len(list(page.parent.glob("*.md"))) == 3
    summary = page.with_suffix(".json")
    other = json.loads(summary.read_text(encoding="utf-8"))
    other["facts"]["Processor"] = "another"
    summary.write_text(json.dumps(other), encoding="utf-8")
    refused = run("--json", folder / "json", "--machine", "first r cpu", *output)
    assert refused.returncode == 1 and "another processor" in refused.stderr, refused.stderr
    assert page.read_bytes() == first[page]

# The comparison that is committed is that of the summaries that are committed.
with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    shutil.copytree(source / "docs" / "benchmarks", folder / "benchmarks")
    assert run("--output", folder).returncode == 0
    committed = (source / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    assert (folder / "benchmarks.md").read_text(encoding="utf-8") == committed, "run tools/bench-report"
