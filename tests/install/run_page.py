"""Runs Markdown pages as a reader would: run_page.py SOURCE_ROOT PAGE...

Works in an empty home folder with a copy of the source. Every ```sh block is run, in order and in one shell that stops
at the first failure. Every ```c, ```meson and ```cmake block is a file, whose name its first line gives. A block
without a language shows what the ```sh block before it prints: its lines must come in this order, among others. In them
spaces do not count, times and rates may be any number, and all other numbers may differ by a factor of two.

The build has one kernel set, which the pages do not speak of. CMake's blocks are left out where there is none. A small
page that is wrong on purpose shows first that the check works."""
import math
import os
import pathlib
import re
import shutil
import site
import subprocess
import sys
import tempfile

FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NAME = re.compile(r"(?:/\*|#) ([\w.-]+)")
NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?:e[+-]?\d+)?(?![\w]|\.\d)")
ANY_VALUE = re.compile(r"\d[\d.e+-]* ?(?:s|ms|us|samples/s|threads?)(?!\w)")
MARK = "--- block %d ends ---"
PATIENCE = 1200  # seconds for all pages


def plain(line):
    """The words of a line, and its numbers."""
    line = " ".join(ANY_VALUE.sub("TIME", line).split())
    return NUMBER.sub("N", line), [float(number) for number in NUMBER.findall(line)]


def agrees(shown, printed):
    """Whether a line was printed as the page shows it."""
    words, numbers = plain(shown)
    printed_words, printed_numbers = plain(printed)
    return words == printed_words and all(
        a == b or (a * b > 0 and abs(math.log(a / b)) <= math.log(2)) for a, b in zip(numbers, printed_numbers))


def first_missing(shown, printed):
    """The first line of `shown` that does not follow the lines before it in `printed`; None if all are there."""
    rest = iter(printed)
    for line in shown:
        if not any(agrees(line, other) for other in rest):
            return line
    return None


def quick(block):
    """The block with a build that is soon done."""
    return block.replace("meson setup build ", "meson setup build --buildtype=release -Dkernels=baseline ")


def script_of(pages):
    """All blocks as one script, and what is shown of each: {number: (page, block, lines)}."""
    script, expected, number, has_cmake = ["set -e", "exec 2>&1"], {}, 0, shutil.which("cmake") is not None
    for page in pages:
        last = None
        for language, text in FENCE.findall(page.read_text(encoding="utf-8")):
            if language == "sh":
                if not has_cmake and "cmake" in text:
                    last = None
                    continue
                number += 1
                last = number
                expected[number] = [page.name, text, []]
                script += [quick(text), f"echo; echo '{MARK % number}'"]
            elif language == "" and last is not None:
                expected[last][2] += text.splitlines()
            elif language in ("c", "meson", "cmake"):
                name = NAME.match(text)
                if name is None:
                    sys.exit(f"{page}: a block in {language} does not begin with the name of its file:\n{text}")
                script.append(f"cat >{name.group(1)} <<'__END__'\n{text}__END__")
    return "\n".join(script), expected


def complaint(source, pages):
    """Runs the pages. What is wrong with them, or None, and the number of their ```sh blocks."""
    script, expected = script_of(pages)
    with tempfile.TemporaryDirectory(prefix="gemmule-page-") as home:
        clone = os.path.join(home, "source")
        shutil.copytree(source, clone, ignore=shutil.ignore_patterns("build*", ".git"))
        environment = {**os.environ, "HOME": home, "PYTHONUSERBASE": site.getuserbase(), "OMP_WAIT_POLICY": "passive"}
        for name in ("DESTDIR", "LD_PRELOAD"):
            environment.pop(name, None)
        rest = subprocess.run(["sh", "-c", script], cwd=clone, env=environment, stdout=subprocess.PIPE,
                              timeout=PATIENCE, check=False, text=True).stdout
    for number, (page, block, shown) in expected.items():
        printed, mark, rest = rest.partition(MARK % number + "\n")
        where = f"The block:\n{block}\nIt printed:\n{printed}"
        if not mark:
            return f"{page}: a block failed. {where}", len(expected)
        missing = first_missing(shown, printed.splitlines())
        if missing is not None:
            return f"{page}: this line was not printed:\n{missing}\n{where}", len(expected)
    return None, len(expected)


GOOD = """```sh
echo 'R2 0.99 in 3 s'; echo more; echo last
```
```
R2 0.97 in  12.5 ms
last
```
```c
/* small.c - a file */
```
```sh
grep -q 'a file' small.c; printf 'n 1'
```
"""
BAD = {"exit code": ("'a file'", "'no file'"), "number": ("0.97", "0.4"), "word": ("in  12", "of 12"),
       "sign": ("R2 0.97", "R2 -0.97"), "order": ("```\nR2", "```\nlast\nR2")}


def check_itself():
    """Runs a page that is right, and that page with one thing wrong at a time."""
    with tempfile.TemporaryDirectory() as folder:
        page, empty = pathlib.Path(folder, "page.md"), pathlib.Path(folder, "empty")
        empty.mkdir()
        for name, (old, new) in {"nothing": ("", ""), **BAD}.items():
            page.write_text(GOOD.replace(old, new, 1), encoding="utf-8")
            if (complaint(empty, [page])[0] is None) != (name == "nothing"):
                sys.exit(f"run_page.py does not see what is right or wrong: {name}")


check_itself()
wrong, count = complaint(sys.argv[1], [pathlib.Path(page) for page in sys.argv[2:]])
if wrong is not None:
    sys.exit(wrong)
print(f"{count} blocks ran as the pages say")
