"""The two parts of a table, the same for all contenders: CSV files of its rows as they are."""
import csv
import random

from suite.sets import CLASSES

SHARE = 0.2  # of the test


def divide(table, targets, seed, persons=None):
    """The indexes of the rows for training and of those for the test: 80/20 of each class, or of all rows. The rows of a
    person, if it has several, are in one part."""
    rows = range(len(targets))
    if table.train:
        return list(rows[: table.train]), list(rows[table.train :])
    units, classes = {}, {}
    for row in rows:
        units.setdefault(persons[row] if persons else row, []).append(row)
    for unit in units.values():
        classes.setdefault(targets[unit[0]] if table.task == CLASSES else "", []).append(unit)
    draw, parts = random.Random(seed), ([], [])
    for name in sorted(classes):
        draw.shuffle(classes[name])
        cut = round(SHARE * len(classes[name]))
        for part, chosen in zip(parts, (classes[name][cut:], classes[name][:cut])):
            part.extend(row for unit in chosen for row in unit)
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
        rows = list(csv.DictReader([head, *lines]))
        targets = [row[table.target] for row in rows]
        persons = [tuple(row[name] for name in table.person) for row in rows] if table.person else None
        paths[0].parent.mkdir(exist_ok=True)
        for path, part in zip(paths, divide(table, targets, seed, persons)):
            path.with_suffix(".new").write_text("\n".join([head, *(lines[row] for row in part), ""]), encoding="utf-8")
            path.with_suffix(".new").rename(path)
    return paths
