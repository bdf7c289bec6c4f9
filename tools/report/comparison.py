"""The comparison of machines: what is kept of each machine's report, and the page that shows all of them side by side.

A summary is a dictionary: machine (its name), page (the name of its files), facts {fact: text}, and figures
{measure: {row: number}}. It is committed, so that the page can be written again. Machines that lack a row or a measure have an empty cell."""
import re

from report.figures import best, named, short
from report.pages import GEMMS, percent, rows_of, seconds, step_name, sweep_step, table

# ---- what is kept of a run: functions of a bench's results, which return {row: number} ----


def step(name):
    return lambda results: {step_name(case): named(case, name)["median"] for case in results if named(case, name)}


def step_ratio(names, others):
    """The median of the best of some contenders over that of the best of others."""
    return lambda results: {step_name(case): best(case, names)["median"] / best(case, others)["median"]
                            for case in results if best(case, names) and best(case, others)}


def prediction(results):
    return {step_name(case): min(row["median"] for row in rows_of(case, "gemmule"))
            for case in results if case["dtype"] == "f32" and "callers" not in case}


def prediction_ratio(library):
    return lambda results: {step_name(case): case["gemmule_over_best"][library]["median"] for case in results
                            if library in case.get("gemmule_over_best", {})}


def efficiency(results):
    return {sweep_step(case): case["contenders"][-1]["efficiency"]
            for case in results if case["variable"] == "threads" and case["contenders"][-1]["value"] > 1}


def line_costs(results):
    pairs = [row for case in results if case["variable"] == "lines" for row in case["contenders"]]
    keys = {"handed over": "handover", "in a stream, read": "read", "in a stream, written": "write",
            "alone, read": "read_alone", "alone, written": "write_alone"}
    return {name: min(pair[key] for pair in pairs) for name, key in keys.items()} if pairs else {}


def large(results):
    """The large products by type and strides: {row: cases}."""
    groups = {}
    for case in results:
        if case.get("large"):
            groups.setdefault(f'{case["dtype"]}, {case["strides"]}', []).append(case)
    return groups


def least_share(results):
    def share(case):
        return named(case, "native, 1 thread" if case["chosen"] == "native" else "whole, 1 thread")["peak_share"]

    return {row: min(map(share, cases)) for row, cases in large(results).items()}


def greatest_ratio(results):
    return {row: max(case["native_over_openblas"]["low"] for case in cases) for row, cases in large(results).items()}


def whole_fit(results):
    return {row["name"]: row["median"] for case in results for row in case["contenders"]}


def ratio(value):
    return f"{value:.2f}"


# Name in the summaries: chapter, title, bench, what is kept of it, format.
MEASURES = {
    "step": ("Training steps", "Time of a step, float, SGD, all threads", "train", step("gemmule"), seconds),
    "step_one_thread": ("Training steps", "The same on one thread", "train", step("gemmule, 1 thread"), seconds),
    "step_over_gemms": ("Training steps", "Time over that of OpenBLAS's GEMMs alone, at their best", "train",
                        step_ratio(["gemmule"], GEMMS[""]), ratio),
    "step_over_onednn": ("Training steps", "Time over oneDNN's", "train", step_ratio(["gemmule"], ["oneDNN"]), ratio),
    "double_step_over_gemms": ("Training steps", "Time in double over that of OpenBLAS's GEMMs alone, at their best",
                               "train", step_ratio(["gemmule, double"], GEMMS[", double"]), ratio),
    "efficiency": ("Threads", "Speed-up by all threads over that of independent loops of multiply-adds", "scale",
                   efficiency, ratio),
    "line": ("Threads", "Nanoseconds that a cache line of another core costs, and alone one of the core itself", "scale",
             line_costs, ratio),
    "product_share": ("Matrix products", "Least share of the peak among the large products, one thread", "gemm",
                      least_share, percent),
    "product_over_openblas": ("Matrix products", "Greatest lower bound of native time over OpenBLAS's among them", "gemm",
                              greatest_ratio, ratio),
    "prediction": ("Prediction", "Time of a call, float, best number of threads", "predict", prediction, seconds),
    "prediction_over_onednn": ("Prediction", "Time over oneDNN's, each on its best number of threads", "predict",
                               prediction_ratio("oneDNN"), ratio),
    "end_to_end": ("End-to-end training", "Whole processes that load, train and evaluate", "end_to_end", whole_fit,
                   seconds),
}


def facts(documents):
    about = next(iter(documents.values()))["machine"]
    caches = ", ".join(f'L{cache["level"]} {size(cache["kib"])} of {cache["ways"]} ways' for cache in about["caches"])
    found = {
        "Processor": f'{about["processor"]}, family {about["family"]}, model {about["model"]}',
        "Processors": str(about["processors"]),
        "Data caches": caches or "unknown",
        "Kernel set": about["kernels"],
        "Build": "; ".join([about["compiler"], *about["build"]]),
        "gemmule": next(iter(documents.values()))["version"],
        "Date": max(document["machine"]["date"] for document in documents.values()),
    }
    peaks = [case["peaks"] for case in documents.get("train", {"results": []})["results"]]
    if peaks:
        found["Peak, 1 thread"] = ", ".join(f"{max(peak[name] for peak in peaks) * 1e-9:.0f} GFLOP/s {words}" for name, words in
                                            (("peak, 1 thread", "float"), ("peak, double, 1 thread", "double")))
    pairs = [row for case in documents.get("scale", {"results": []})["results"] if case["variable"] == "lines"
             for row in case["contenders"]]
    if pairs:
        found["Cores share a near cache"] = "yes" if all(pair["near"] for pair in pairs) else (
            "some" if any(pair["near"] for pair in pairs) else "no")
    return found


def size(kib):
    return f"{kib / 1024:g} MiB" if kib >= 1024 else f"{kib} KiB"


def default_name(about):
    """The name of a machine as it describes itself; a virtual machine often says little."""
    words = re.sub(r"\((R|TM)\)|\bProcessor\b|\bCPU\b|@.*", " ", about["processor"])
    second = next((f', L2 {size(cache["kib"])}' for cache in about["caches"] if cache["level"] == 2), "")
    return f'{" ".join(words.split())} family {about["family"]} model {about["model"]}{second}, {about["kernels"]}'


def page_name(machine):
    return re.sub(r"[^a-z0-9]+", "-", machine.lower()).strip("-")


def summarize(documents, machine):
    figures = {}
    for name, (_, _, bench, take, _) in MEASURES.items():
        found = take(documents[bench]["results"]) if bench in documents else {}
        if found:
            figures[name] = {row: float(f"{value:.4g}") for row, value in found.items()}
    return {"machine": machine, "page": page_name(machine), "quick": any(d["quick"] for d in documents.values()),
            "facts": facts(documents), "figures": figures}


# ---- the page ----


def side_by_side(summaries, head, cells, show):
    """A table with a row for each key of the dictionaries that `cells` finds in the summaries."""
    rows = list(dict.fromkeys(row for summary in summaries for row in cells(summary)))
    return table([head, *(summary["machine"] for summary in summaries)],
                 [[row, *(show(cells(summary)[row]) if row in cells(summary) else "" for summary in summaries)]
                  for row in rows])


def index(summaries):
    """The lines of the page."""
    def about(summary):
        link = f'[{summary["page"]}](benchmarks/{summary["page"]}.md)'
        return {"Full report": link, **summary["facts"]}

    lines = ["## Machines", "", *side_by_side(summaries, "", about, str)]
    chapter = ""
    for name, (within, title, _, _, show) in MEASURES.items():
        rows = side_by_side(summaries, "", lambda summary: summary["figures"].get(name, {}), show)
        if rows and within != chapter:
            lines += [f"## {within}", ""]
            chapter = within
        lines += [f"{title}:", "", *rows] if rows else []
    return lines
