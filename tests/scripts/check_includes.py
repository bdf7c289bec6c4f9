"""Reads the #include lines of src/ and fails where the house's arrow turns round: check_includes.py SOURCE_ROOT

    base <- kernel <- layer | loss | optimizer | data <- network <- engine <- step <- method | measure <- store <- train
         <- tune <- check | explain <- cli

A room includes private headers of its own and of rooms to its left. reference stands on base alone, and may be used
from where its results are wanted: check (the gradient check). The program includes public headers and its own. Only one
file includes cblas.h, and public headers include no private ones. A first run against a house built wrong on purpose
shows that the check itself works."""
import pathlib
import re
import sys
import tempfile

LEVELS = [["base"], ["kernel"], ["layer", "loss", "optimizer", "data"], ["network"], ["engine"], ["step"],
          ["method", "measure"], ["store"], ["train"], ["tune"], ["check", "explain"]]
ORDER = [room for level in LEVELS for room in level]
ALLOWED = {room: {room} | {left for level in LEVELS[:i] for left in level} for i, level in enumerate(LEVELS) for room in level}
ALLOWED["reference"] = {"reference", "base"}
ALLOWED["check"].add("reference")
ALLOWED["cli"] = {"cli"}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)


def complaints(root):
    """Every rule that a file of the house under `root` breaks, one sentence each."""
    found = []
    cblas = []
    for path in sorted((root / "src").rglob("*.[chS]")) + sorted((root / "src").rglob("*.inc")):
        name = path.relative_to(root)
        room = path.relative_to(root / "src").parts[0]
        if room not in ALLOWED:
            found.append(f"{name}: no room '{room}' in the house; src/README.md and this check name them all")
            continue
        for quote, header in INCLUDE.findall(path.read_text(encoding="utf-8")):
            if header in ("cblas.h", "openblas_config.h"):
                cblas.append(str(name))
            if quote == "<" or header.startswith("gemmule/"):
                continue
            target = header.split("/")[0]
            if (path.parent / header).exists():  # its own folder
                continue
            if target not in ALLOWED[room]:
                found.append(f'{name}: {room} must not include "{header}"')
    if len(cblas) > 1:
        found.append(f"cblas.h is to be included by one file, but is by {', '.join(cblas)}")
    for path in sorted((root / "include").rglob("*.h")):
        for quote, header in INCLUDE.findall(path.read_text(encoding="utf-8")):
            if quote == '"' and not header.startswith("gemmule/"):
                found.append(f'{path.relative_to(root)}: a public header must not include "{header}"')
    return found


def prove():
    """A house with one fault of each kind must draw one complaint for each."""
    faults = {
        "src/base/a.c": '#include "kernel/kernel.h"',
        "src/loss/a.c": '#include "layer/activation.h"',
        "src/network/a.h": '#  include "engine/plan.h"',
        "src/step/a.c": '#include "method/method.h"',
        "src/reference/a.c": '#include "kernel/kernel.h"',
        "src/cli/a.c": '#include "base/text.h"',
        "src/data/a.c": '#include "csv_reader.h"',
        "src/attic/a.c": "",
        "src/kernel/product/gemm.c": "#include <cblas.h>",
        "src/kernel/other.c": "#include <cblas.h>",
        "include/gemmule/a.h": '#include "base/text.h"',
    }
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for name, text in faults.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text + "\n", encoding="utf-8")
        seen = complaints(root)
        if len(seen) != len(faults) - 1:  # two files make the one fault of cblas.h
            sys.exit("this check is broken; of a house with 10 faults it said:\n" + "\n".join(seen))


prove()
wrong = complaints(pathlib.Path(sys.argv[1]))
print("\n".join(wrong) or "the arrow points one way")
sys.exit(1 if wrong else 0)
