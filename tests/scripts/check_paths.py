"""Reads the Markdown pages and fails where one names a file that is not there: check_paths.py SOURCE_ROOT

Looked at are the targets of links, with their headings, and what stands in backticks and looks like a path of the tree:
it begins with a folder of the top level or a room of src/, or ends like a source file. Names in capitals stand for any
name (test_NAME.c). A page that is wrong on purpose shows first that the check works."""
import pathlib
import re
import sys
import tempfile

PAGES = ["*.md", "docs/**/*.md", "examples/*.md", "data/**/*.md", "bench/*.md", "tests/**/*.md", "tools/*.md", "src/**/*.md"]
TOP = {"include", "src", "bench", "tests", "examples", "docs", "tools", "data", "python", ".ci"}
FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
QUOTED = re.compile(r"`([\w.*/-]+)`")
SOURCE = re.compile(r"\.(c|h|py|sh|md|in)$")
HISTORY = "CHANGELOG.md"  # names files as they were


def anchors(text):
    """The headings of a page as the fragments that lead to them."""
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in re.findall(r"(?m)^#+ (.*)$", text)}


def is_there(root, page, name):
    """Whether a name in backticks is a file or folder: of the tree, of src/, of include/, or beside the page."""
    pattern = re.sub(r"[A-Z][A-Z_]{2,}", "*", name.rstrip("/")) if "README" not in name else name
    return any(next(base.glob(pattern), None) for base in (root, root / "src", root / "include", page.parent))


def is_path(root, page, name):
    """Whether a name in backticks means a file of the tree."""
    first = name.split("/")[0]
    if name.startswith("/") or first.startswith("build"):
        return False
    if "/" not in name:  # the chapters of a room, in its own page
        return SOURCE.search(name) is not None and page.parent.parent == root / "src"
    return first in TOP or (root / "src" / first).is_dir() or SOURCE.search(name) is not None


def complaints(root):
    """Every path that leads nowhere, one sentence each."""
    found = []
    for page in sorted({page for pattern in PAGES for page in root.glob(pattern)}):
        text = FENCED.sub("", page.read_text(encoding="utf-8"))
        where = page.relative_to(root)
        if page.name == HISTORY:
            continue
        for link in LINK.findall(text):
            target, _, heading = link.partition("#")
            if re.match(r"[a-z]+:", link):
                continue
            file = page.parent / target if target else page
            if not file.exists():
                found.append(f"{where}: the link to {link} leads nowhere")
            elif heading and heading not in anchors(file.read_text(encoding="utf-8")):
                found.append(f"{where}: the link to {link} names a heading that is not there")
        for name in QUOTED.findall(text):
            if is_path(root, page, name) and not is_there(root, page, name):
                found.append(f"{where}: `{name}` is not there")
    return found


def check_itself():
    """Runs the check on a small tree with one good and five wrong names."""
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        (root / "src/base").mkdir(parents=True)
        (root / "src/base/json.c").touch()
        (root / "src/base/README.md").write_text("`json.c` `yaml.c` `base/json.c` `base/yaml.c` `src/bas/`")
        (root / "README.md").write_text("# A b\n[x](src/base) [y](#a-b) [z](#c) [w](none.md) `cat.c` `base/*.c`")
        if len(complaints(root)) != 5:
            sys.exit(f"check_paths.py does not see what is wrong: {complaints(root)}")


check_itself()
wrong = complaints(pathlib.Path(sys.argv[1]))
if wrong:
    sys.exit("\n".join(wrong))
