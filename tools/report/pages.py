"""The tables of a machine's report, as lines of Markdown."""
from report.figures import best, named, short
from report.svg import number


def table(head, rows):
    if not rows:
        return []
    align = ["---"] + ["---:"] * (len(head) - 1)
    lines = ["| " + " | ".join(map(str, cells)) + " |" for cells in [head, align, *rows]]
    return [*lines, ""]


def seconds(value):
    """Formats a time in a suitable unit."""
    for size, unit in ((1, "s"), (1e-3, "ms"), (1e-6, "µs")):
        if value >= size:
            return f"{value / size:.3g} {unit}" if value < 1000 * size else f"{value / size:.0f} {unit}"
    return f"{value * 1e9:.3g} ns"


def percent(value):
    return f"{100 * value:.1f} %" if value < 0.1 else f"{100 * value:.0f} %"


def interval(value):
    return f'{value["median"]:.2f} [{value["low"]:.2f}, {value["high"]:.2f}]'


GEMMS = {"": ["GEMMs, threads inside OpenBLAS", "GEMMs, threads outside"],
         ", double": ["GEMMs, double, threads inside", "GEMMs, double, threads outside"]}


def step_name(case):
    return f'{short(case["net"])}, batch {case["batch"]}'


def step_summary(results):
    """A line for each step and type: gemmule beside the best of OpenBLAS's GEMMs and oneDNN."""
    rows = []
    for dtype, gemms in GEMMS.items():
        for case in results:
            own, alone = named(case, "gemmule" + dtype), named(case, f"gemmule{dtype}, 1 thread")
            others = [best(case, gemms), named(case, "oneDNN") if dtype == "" else None]
            rows.append([step_name(case) + dtype, seconds(own["median"]), seconds(alone["median"]),
                         *(seconds(other["median"]) if other else "" for other in others),
                         *(f'{own["median"] / other["median"]:.2f}' if other else "" for other in others)])
    return table(["step", "gemmule", "1 thread", "GEMMs, best", "oneDNN", "gemmule / GEMMs", "gemmule / oneDNN"], rows)


def steps(results):
    lines = []
    for case in results:
        first = case["contenders"][0]["median"]
        flops = number(case["flops"]) + ("FLOP" if case["flops"] >= 1000 else " FLOP")
        lines += [f'**{step_name(case)}**: {flops} a step', ""]
        rows = []
        for row in case["contenders"]:
            speed = case["flops"] / row["median"] * 1e-9
            rows.append([row["name"], row["threads"], seconds(row["median"]), seconds(row["minimum"]),
                         percent(row["spread"]), f"{speed:.3g}", percent(row["peak_share"]),
                         f'{row["median"] / first:.2f}'])
        lines += table(["", "threads", "median", "minimum", "spread", "GFLOP/s", "of peak", "/ gemmule"], rows)
    return lines


def end_to_end(results):
    lines = []
    for case in results:
        name = case["data"].rstrip("/").rsplit("/", 1)[-1]
        first = case["contenders"][0]["median"]
        rows = [[f'{row["name"]} {row["version"]}', seconds(row["median"]), percent(row["spread"]), seconds(row["load"]),
                 seconds(row["train"]), seconds(row["evaluate"]), f'{row["accuracy"]:.4f}',
                 f'{row["resident"] * 1e-6:.0f} MB', f'{row["median"] / first:.2f}'] for row in case["contenders"]]
        lines += [f'{name}, {case["epochs"]} epochs:', ""]
        lines += table(["", "process", "spread", "load", "train", "evaluate", "accuracy", "resident", "/ gemmule"], rows)
    return lines


def rows_of(case, library):
    """The contenders of a library in a case of bench_predict: on all threads, and on one."""
    return [row for row in case["contenders"] if row.get("library", "gemmule") == library]


def prediction_summary(results):
    """A line for each prediction in float: gemmule beside oneDNN, and the ratio of their best settings."""
    rows = []
    for case in results:
        over = case.get("gemmule_over_best", {})
        if "oneDNN" in over:
            rows.append([step_name(case), *(seconds(row["median"]) for row in rows_of(case, "gemmule")),
                         *(seconds(row["median"]) for row in rows_of(case, "oneDNN")), interval(over["oneDNN"])])
    return table(["prediction", "gemmule", "1 thread", "oneDNN", "oneDNN, 1 thread", "gemmule / oneDNN, best of each"], rows)


def predictions(results):
    rows = []
    for case in results:
        if "callers" not in case:
            rows += [[f'{short(case["net"])}, {case["dtype"]}', case["batch"], row["name"], seconds(row["median"]),
                      percent(row["spread"]), f'{case["flops"] / row["median"] * 1e-9:.3g}', percent(row["peak_share"]),
                      interval(row["gemmule_over"]) if "gemmule_over" in row else ""]
                     for row in case["contenders"]]
    return table(["network", "batch", "", "median", "spread", "GFLOP/s", "of peak", "gemmule / peer"], rows)


def callers(results):
    rows = []
    for case in results:
        if "callers" in case:
            first = case["contenders"][0]["calls_a_second"]
            rows += [[short(case["net"]), case["batch"], row["callers"], f'{row["calls_a_second"]:.0f}',
                      f'{row["calls_a_second"] / first:.2f}'] for row in case["contenders"]]
    return table(["network", "batch", "callers", "calls a second", "/ one caller"], rows)


def lines(results):
    """The cost of a cache line between two processors, in nanoseconds."""
    rows = []
    for case in results:
        if case["variable"] == "lines":
            rows += [[f'{row["processor"]} and {row["other"]}', f'{row["handover"]:.0f}', f'{row["read"]:.2f}',
                      f'{row["write"]:.2f}', f'{row["read_alone"]:.2f}', f'{row["write_alone"]:.2f}',
                      "yes" if row["near"] else "no"] for row in case["contenders"]]
    return table(["processors", "handed over", "the other's, read", "the other's, written", "its own, read",
                  "its own, written", "near cache shared"], rows)


def sweep_step(case):
    """The name of the step of a sweep: "threads of 784 -> 10 softmax, batch 32"."""
    net, batch = case["sweep"].replace("threads of ", "").split(", ")
    return f"{short(net)}, {batch}"


def threads(results):
    rows = []
    for case in results:
        if case["variable"] == "threads":
            rows += [[sweep_step(case), row["value"], seconds(row["median"]),
                      percent(row["spread"]), f'{row["gain"]:.2f}', f'{row["loops_gain"]:.2f}', f'{row["efficiency"]:.2f}']
                     for row in case["contenders"]]
    return table(["step", "threads", "median", "spread", "speed-up", "of loops", "efficiency"], rows)


def samples(results):
    rows = []
    for case in results:
        if case["variable"] == "samples":
            first = case["contenders"][0]["median"] / case["contenders"][0]["batch"]
            for row in case["contenders"]:
                cost = row["median"] / row["batch"]
                rows.append([case["sweep"].split(" of ")[0].replace("samples ", ""), row["value"],
                             seconds(row["median"]), percent(row["spread"]), f"{cost * 1e9:.1f} ns",
                             f"{cost / first:.3f}", f'{row["bytes"] / 1e6:.2f} MB'])
    return table(["16-64-4, batch 256", "samples", "an epoch", "spread", "a sample", "/ first",
                  "memory without the data"], rows)


def many(results):
    rows = []
    for case in results:
        first = case["contenders"][0]["median"]
        rows += [[f'{case["nets"]} of {short(case["net"])}, batch {case["batch"]}', row["name"], row["threads"],
                  seconds(row["median"]), percent(row["spread"]), f'{first / row["median"]:.2f}']
                 for row in case["contenders"]]
    return table(["networks", "", "threads", "median", "spread", "speed-up"], rows)


def explanations(results):
    rows = [[case["case"] if row is case["contenders"][0] else "", row["name"], seconds(row["median"]),
             percent(row["spread"]), f'{row["over"]["median"]:.3f} ({row["over"]["low"]:.3f} - {row["over"]["high"]:.3f})']
            for case in results for row in case["contenders"]]
    return table(["", "", "median", "spread", "/ first"], rows)


def planned_products(results):
    def cut(row):
        return f'{row["rows"]} x {row["cols"]}, {row["name"]}'

    rows = []
    for case in results:
        chosen, best = case["contenders"][0], min(case["contenders"], key=lambda row: row["median"])
        rows += [[f'{short(case["net"])}: {case["part"]}', case["form"], cut(chosen), seconds(chosen["median"]),
                      cut(best), f'{chosen["median"] / best["median"]:.2f}']]
    return table(["product", "", "as planned", "median", "fastest", "planned / fastest"], rows)


def products(results):
    """Shares of the peak with packed matrices: on one thread, the best of OpenBLAS and the native kernel; on all threads."""
    cases = [case for case in results if case.get("strides") == "packed"]
    # A single peak measurement may be too low: the greatest of all is the peak.
    peaks = {case["dtype"]: max(other["peak"] for other in cases if other["dtype"] == case["dtype"]) for case in cases}

    def best(case, key, *wanted):
        return max((key(row) for row in case["contenders"] if row["name"] in wanted), default=0)

    rows = []
    for case in cases:
        share = case["flops"] / peaks[case["dtype"]]
        rows.append([product(case),
                     percent(best(case, lambda row: row["peak_share"], "whole, 1 thread", "panels, 1 thread")),
                     percent(best(case, lambda row: row["peak_share"], "native, 1 thread")),
                     percent(share * best(case, lambda row: 1 / row["median"], "whole, threads inside",
                                          "panels, threads outside"))])
    return table(["product", "OpenBLAS, 1 thread", "native, 1 thread", "OpenBLAS, all"], rows)


def product(case):
    return f'{short(case["net"])}: {case["form"]} {case["m"]} x {case["n"]} x {case["k"]}, {case["dtype"]}'


def strides(results):
    """Large products on one thread with each kind of strides; all products of a quick run."""
    rows = []
    for case in results:
        if case.get("large") or case.get("strides", "packed") != "packed":
            native, blas = (named(case, name)["peak_share_interval"] for name in ("native, 1 thread", "whole, 1 thread"))
            rows.append([product(case), case["strides"], interval(native), interval(blas),
                         interval(case["native_over_openblas"]), case["chosen"]])
    return table(["product", "strides", "native, of peak", "OpenBLAS, of peak", "time, native / OpenBLAS", "chosen"], rows)


def kernels(results):
    """Every kernel in float, at the timed sizes."""
    rows = []
    for case in results:
        if case["dtype"] == "f32":
            own, copy = case["contenders"][0], case["contenders"][1]
            cost = own["median"] / case["count"]
            rows.append([case["kernel"], number(case["count"]), f"{cost * 1e9:.3f}", f'{case["bytes"] / cost * 1e-9:.1f}',
                         percent(own["spread"]), f'{own["median"] / copy["median"]:.2f}'])
    return table(["kernel", "entries", "ns an entry", "GB/s", "spread", "/ copy"], rows)
