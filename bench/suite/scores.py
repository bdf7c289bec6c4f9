"""The figures of the suite.

The error e of a contender on a table is the mean over the seeds of 1 - accuracy + 1/n (n rows of the test), or of
1 - R2 + 1e-4. The score of the suite is the mean over the tables of log(e / the lowest e of the contenders): 0 is the best
everywhere, 0.1 an error some 10 % above the lowest. Seeds count that all contenders have."""
import math
import statistics

from suite import results
from suite.sets import CLASSES, PEERS

COUNTED = [name for name, peer in PEERS.items() if peer.counts]
STUDENT = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262)  # the 97.5 % quantile for 1 to 9 degrees


class Suite:
    """The results of some contenders on the tables that all of them were measured on; partial: that any of them was."""

    def __init__(self, folder, contenders, tables, partial=False):
        everything = results.load(folder)
        self.contenders, self.found = contenders, {name: results.by_table(everything, name) for name in contenders}
        self.tables = [table for table in tables if (any if partial else all)(
            self.seeds(table, name) for name in contenders if name not in PEERS or table.task in PEERS[name].tasks)]

    def needed(self, table):
        return [name for name in self.contenders if self.has(table, name)]

    def has(self, table, name):
        return bool(self.seeds(table, name))

    def seeds(self, table, name):
        return set(self.found[name].get(table.name, {}))

    def common(self, table):
        return sorted(set.intersection(*(self.seeds(table, name) for name in self.needed(table))))

    def of(self, table, name, figure):
        return [self.found[name][table.name][seed].get(figure) for seed in self.common(table)]

    def score(self, table, name):
        return statistics.mean(self.of(table, name, "score"))

    def error(self, table, name):
        rest = 1 / self.of(table, name, "test")[0] if table.task == CLASSES else 1e-4
        return 1 - self.score(table, name) + rest

    def ratio(self, table, name, others):
        """The error over the lowest of the others."""
        return self.error(table, name) / min(self.error(table, other) for other in others)

    def mean_log(self, name, others, tables=None):
        """The score of the suite, on some tables. Below 0 if the contender is none of the others and better."""
        logs = [math.log(self.ratio(table, name, others)) for table in (self.tables if tables is None else tables)]
        return statistics.mean(logs) if logs else math.nan

    def wins(self, name, other):
        return sum(self.error(table, name) < self.error(table, other) for table in self.tables)

    def difference(self, table, name, other):
        """The mean difference of the scores and half its 95 % interval: of Student's t over the seeds, for parts drawn by
        the seed with the correction of Nadeau and Bengio (2003), since they share rows. Where the parts are given, it tells
        of the seed of the fits alone."""
        pairs = zip(self.of(table, name, "score"), self.of(table, other, "score"))
        differences = [mine - its for mine, its in pairs]
        count = len(differences)
        if count < 2:
            return statistics.mean(differences), math.inf
        shared = 0 if table.train else self.of(table, name, "test")[0] / self.of(table, name, "train")[0]
        spread = statistics.stdev(differences) * math.sqrt(1 / count + shared)
        return statistics.mean(differences), STUDENT[min(count - 1, len(STUDENT)) - 1] * spread

    def worse(self, name, other):
        """The tables on which the contender is worse beyond the interval."""
        return [table.name for table in self.tables if sum(self.difference(table, name, other)) < 0]


def row(*cells):
    return "| " + " | ".join(map(str, cells)) + " |"


def head(*cells):
    return [row(*cells), "|" + "---|" * len(cells)]


def summary(suite, name):
    """Sentences about a contender beside the peers."""
    count = len(suite.tables)
    worse = suite.worse(name, "mlp")
    both = sum(suite.ratio(table, name, ("hist", "xgboost")) < 1 for table in suite.tables)
    return (f"{name}: better than HistGradientBoosting on {suite.wins(name, 'hist')} of {count}, than xgboost on "
            f"{suite.wins(name, 'xgboost')}, than both on {both}, than scikit-learn's MLP on {suite.wins(name, 'mlp')}; "
            f"worse than that beyond the interval on {', '.join(worse) or 'none'}.")


def show(folder, labels, tables):
    """Prints the scores of each table, and those of the suite: each label among the peers, and over the best of them, on
    the tables that the label and they were measured on."""
    suite = Suite(folder, [*PEERS, *labels], tables, partial=True)
    print("\n".join(head("table", "seeds", *PEERS, *labels)))
    for table in suite.tables:
        cells = [f"{suite.score(table, name):.4f}" if suite.has(table, name) else "" for name in suite.contenders]
        print(row(table.name, len(suite.common(table)), *cells))
    print("\n" + "\n".join(head("contender", "tables", "score among the peers", "score over the best peer",
                                "processor seconds")))
    suites = {name: Suite(folder, COUNTED if name in COUNTED else [*COUNTED, name], tables) for name in [*COUNTED, *labels]}
    for name, suite in suites.items():
        times = [value for table in suite.tables for value in suite.of(table, name, "cpu")]
        print(row(name, len(suite.tables), f"{suite.mean_log(name, suite.contenders):.4f}",
                  f"{suite.mean_log(name, COUNTED):.4f}", f"{sum(times):.0f}"))
    print()
    for name in labels:
        print(summary(suites[name], name))
