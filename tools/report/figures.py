"""The pictures of a machine's report. Each function takes the results of a benchmark and the page's path without its
ending, and returns the lines of Markdown that show the picture; no lines if there is nothing to show. The pictures lie
beside the page: PAGE-NAME.svg."""
import re

from report.svg import COLOURS, Plot, bars, number


def short(net):
    """784 -> 128 relu -> 10 softmax: 784-128-10"""
    return "-".join(re.findall(r"(?:^|-> )(\d+)", net))


def named(case, name):
    return next((row for row in case["contenders"] if row["name"] == name), None)


def best(case, names):
    rows = [row for row in case["contenders"] if row["name"] in names]
    return min(rows, key=lambda row: row["median"]) if rows else None


# Name in the picture; names in bench_train, the best of which is shown.
STEP_SERIES = [
    ("gemmule", ["gemmule"]),
    ("gemmule, BLAS only", ["gemmule, BLAS only"]),
    ("bare GEMMs", ["GEMMs, threads inside OpenBLAS", "GEMMs, threads outside"]),
    ("oneDNN", ["oneDNN"]),
    ("FANN", ["FANN"]),
    ("loops, vectorised", ["naive loops, vectorised", "naive, vectorised, cache lines"]),
    ("loops, textbook", ["naive loops, textbook"]),
]


def steps(results, page):
    plot = Plot("Time of a training step against its work, float, SGD", "floating-point operations of a step",
                "microseconds")
    for name, names in STEP_SERIES:
        points = [(case["flops"], best(case, names)["median"] * 1e6) for case in results if best(case, names)]
        plot.add(name, sorted(points))
    peak = max((case["peaks"].get("peak", 0) for case in results), default=0)
    if peak:
        plot.add("peak of multiply-adds", sorted((c["flops"], c["flops"] / peak * 1e6) for c in results), dash=True)
    return draw(plot, page, "steps", "Time of a training step against its work")


def draw(plot, page, name, words):
    if not plot.series:
        return []
    plot.write(picture(page, name))
    return show(page, name, words)


def picture(page, name):
    return page.with_name(f"{page.name}-{name}.svg")


def show(page, name, words):
    return [f"![{words}]({picture(page, name).name})", ""]


def intensity(case):
    """Operations per byte, if each matrix is transferred from or to memory once."""
    size = 4 if case["dtype"] == "f32" else 8
    m, n, k = case["m"], case["n"], case["k"]
    return case["flops"] / (size * (m * k + k * n + m * n))


def roofline(results, page):
    products = [case for case in results if case.get("strides") == "packed" and case["dtype"] == "f32"]
    copies = [case["bytes_a_second"] for case in results if case["form"] == "copy"]
    if not products:
        return []
    plot = Plot("Roofline: the products of each layer, float, all threads", "operations a byte of the matrices",
                "GFLOP/s", legend=250)
    shapes = {"NN": "circle", "NT": "square", "TN": "triangle"}
    nets = list(dict.fromkeys(case["net"] for case in products))
    # A single peak measurement may be too low: the greatest of all is the limit.
    peak = max(case["peak"] for case in products)
    for i, net in enumerate(nets):
        for form, words in (("NN", "forward"), ("NT", "backward"), ("TN", "weights")):
            cases = [case for case in products if case["net"] == net and case["form"] == form]
            speeds = [case["flops"] / min(row["median"] for row in case["contenders"]) * 1e-9 for case in cases]
            hints = [f'{net}: {case["m"]}x{case["n"]}x{case["k"]}, {speed:.0f} GFLOP/s'
                     for case, speed in zip(cases, speeds)]
            plot.add(f"{short(net)} {words}", [(intensity(c), s) for c, s in zip(cases, speeds)], bare=True,
                     shape=shapes[form], colour=COLOURS[i % len(COLOURS)], hints=hints)
    lowest, highest = (f(intensity(case) for case in products) for f in (min, max))
    plot.add("peak of multiply-adds", [(lowest, peak * 1e-9), (highest, peak * 1e-9)], dash=True, colour=COLOURS[-1])
    if copies:
        ridge = min(max(peak / copies[0], lowest), highest)
        plot.add("memory, as fast as a copy", [(x, x * copies[0] * 1e-9) for x in (lowest, ridge)], dash=True,
                 colour=COLOURS[6])
    return draw(plot, page, "roofline", "Roofline of the products of each layer")


def sweep_label(name, variable):
    what, of = name.rsplit(" of ", 1)
    return {"width": "w-w-w-10", "samples": what.split(" by ")[0]}.get(variable, short(of.split(",")[0]))


def sweep(results, page, variable, title, name):
    cases = [case for case in results if case["variable"] == variable]
    plot = Plot(title, variable, "nanoseconds a sample", y_log=variable != "samples", zero=True, height=380)
    for case in cases:
        points = [(row["value"], row["median"] / row["batch"] * 1e9) for row in case["contenders"]]
        plot.add(sweep_label(case["sweep"], variable), points)
    return draw(plot, page, name, title)


def scaling(results, page):
    return (sweep(results, page, "batch", "Cost of a sample against the batch, 784-128-10", "batch")
            + sweep(results, page, "width", "Cost of a sample against the width of w-w-w-10, batch 128", "width")
            + sweep(results, page, "samples", "Cost of a sample against how many there are", "samples"))


def cost(cases, kernel, pick):
    """Returns nanoseconds per entry in the kernel's smallest or largest case (`pick`: min or max); None without cases.
    Kernels of whole rows have a few entries less than others."""
    case = pick((case for case in cases if case["kernel"] == kernel), key=lambda case: case["count"], default=None)
    return case and case["contenders"][0]["median"] / case["count"] * 1e9


def activations(results, page):
    cases = [case for case in results if case["dtype"] == "f32" and re.search(r" (forward|backward)$", case["kernel"])]
    if not cases:
        return []
    small, large = (f(case["count"] for case in cases if case["kernel"] == "identity forward") for f in (min, max))
    kernels = list(dict.fromkeys(case["kernel"].rsplit(" ", 1)[0] for case in cases))
    ways = [(way, pick, count) for way in ("forward", "backward") for count, pick in {small: min, large: max}.items()]
    groups = [(kernel, [cost(cases, f"{kernel} {way}", pick) for way, pick, _ in ways]) for kernel in kernels]
    copies = [case["contenders"][1]["median"] / case["count"] * 1e9 for case in cases
              if case["kernel"] == "identity forward"]
    words = "nanoseconds an entry; a copy of one stream takes " + " and ".join(f"{c:.2f}" for c in sorted(copies))
    bars(picture(page, "activations"), "Activations, float, one thread", words, groups,
         [f"{'value' if way == 'forward' else 'slope'}, {number(count)} entries" for way, _, count in ways])
    return show(page, "activations", "Nanoseconds an entry of activations")
