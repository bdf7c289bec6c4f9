"""What was measured: a JSON file that several runs may add to at the same time."""
import contextlib
import fcntl
import json


def key(contender, table, seed):
    return f"{contender}|{table}|{seed}"


def load(folder):
    path = folder / "results.json"
    try:
        return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    except ValueError as error:
        raise SystemExit(f"{path}: no JSON: {error}") from error


@contextlib.contextmanager
def locked(folder):
    with open(folder / "results.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def write(folder, everything):
    """One result a line."""
    lines = ",\n".join(f" {json.dumps(name)}: {json.dumps(result)}" for name, result in everything.items())
    (folder / "results.json.new").write_text("{\n" + lines + "\n}\n", encoding="utf-8")
    (folder / "results.json.new").rename(folder / "results.json")


def add(folder, contender, table, seed, result):
    with locked(folder):
        write(folder, {**load(folder), key(contender, table, seed): result})


def of(folder, contenders):
    """The results of some contenders."""
    return {name: result for name, result in load(folder).items() if name.split("|")[0] in contenders}


def forget(folder, contender):
    """Removes the results of a contender."""
    with locked(folder):
        mine = of(folder, [contender])
        write(folder, {name: result for name, result in load(folder).items() if name not in mine})


def by_table(everything, contender):
    """{table: {seed: result}} of a contender."""
    found = {}
    for name, result in everything.items():
        owner, table, seed = name.split("|")
        if owner == contender:
            found.setdefault(table, {})[int(seed)] = result
    return found
