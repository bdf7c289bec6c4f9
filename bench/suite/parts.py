"""The two parts of a table, the same for all contenders: CSV files of its rows as they are."""
import csv
import random

from suite.sets import CLASSES

SHARE = 0.2  # of the test


def divide(table, targets, seed):
    """The indexes of the rows for training and of those for the test: 80/20 of each class, or of all rows."""
    rows = list(range(len(targets)))
    if table.train:
        return rows[: table.train], rows[table.train :]
    groups = {}
    for row in rows:
        groups.setdefault(targets[row] if table.task == CLASSES else "", []).append(row)
    draw, parts = random.Random(seed), ([], [])
    for name in sorted(groups):
        draw.shuffle(groups[name])
        cut = round(SHARE * len(groups[name]))
        parts[0].extend(groups[name][cut:])
        parts[1].extend(groups[name][:cut])
    for part in parts:
        draw.shuffle(part)
    return parts


def files(table, folder, seed):
    """The paths of the two parts; they are made if they are not there."""
    name = table.name if table.train else f"{table.name}-{seed}"
    paths = [folder / "parts" / f"{name}-{part}.csv" for part in ("train", "test")]
    if not all(path.exists() for path in paths):
        source = folder / "csv" / f"{table.name}.csv"
        if not source.exists():
            raise SystemExit(f"{source} is not there: bench_tables fetch {folder} makes it")
        head, *lines = source.read_text(encoding="utf-8").rstrip("\n").split("\n")
        place = next(csv.reader([head])).index(table.target)
        targets = [row[place] for row in csv.reader(lines)]
        paths[0].parent.mkdir(exist_ok=True)
        for path, rows in zip(paths, divide(table, targets, seed)):
            path.with_suffix(".new").write_text("\n".join([head, *(lines[row] for row in rows), ""]), encoding="utf-8")
            path.with_suffix(".new").rename(path)
    return paths
