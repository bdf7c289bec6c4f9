"""The chapter as a page that runs: its commands are executed, and what they print and measure is put into the text.

tools/learning/chapter.md is the source. All its ```sh blocks are one shell script. Between double braces stand

    {{lines WORD...}}   the lines that the last block above has printed and that begin with one of the words; without
                        words, all lines
    {{NAME}}            a number that a function of pictures.py has returned
"""
import os
import pathlib
import re
import shlex
import shutil
import subprocess

from learning import pictures

SOURCE = pathlib.Path(__file__).resolve().parent / "chapter.md"
BLOCK = re.compile(r"(?ms)^```sh\n(.*?)^```$")
FIELD = re.compile(r"\{\{(.*?)\}\}")


def run(program, work, blocks):
    """Runs the blocks as one script in a folder, with `gemmule` in the path. Returns what each has printed."""
    (work / "bin").mkdir()
    (work / "bin" / "gemmule").symlink_to(program)
    script = "set -eu\n" + "".join(f"exec > printed-{number}\n{block}" for number, block in enumerate(blocks))
    environment = {**os.environ, "LC_ALL": "C", "PATH": f'{work / "bin"}{os.pathsep}{os.environ["PATH"]}'}
    done = subprocess.run(["sh", "-c", script], cwd=work, env=environment, stderr=subprocess.PIPE, text=True,
                          check=False)
    if done.returncode != 0:
        raise RuntimeError(f"a command of {SOURCE.name} failed with exit code {done.returncode}:\n{done.stderr}")
    return [(work / f"printed-{number}").read_text(encoding="utf-8") for number in range(len(blocks))]


def chosen(printed, words):
    lines = [line.rstrip() for line in printed.splitlines()]
    kept = [line for line in lines if not words or line.startswith(tuple(words))]
    if not kept:
        raise ValueError(f"no line begins with {words} in what the block has printed:\n{printed}")
    return "\n".join(kept)


def fill(text, printed, facts):
    """Replaces the fields of the text."""
    starts = [match.start() for match in BLOCK.finditer(text)]

    def field(match):
        words = shlex.split(match[1])
        if words[0] == "lines":
            block = sum(start < match.start() for start in starts) - 1
            return chosen(printed[block], words[1:])
        return facts[match[1]]

    return FIELD.sub(field, text)


def make(program, work, folder):
    """Runs the chapter in an empty folder `work`; writes learning.md and learning/ into `folder`."""
    text = SOURCE.read_text(encoding="utf-8")
    (folder / "learning").mkdir(parents=True, exist_ok=True)
    printed = run(program, work, BLOCK.findall(text))
    facts = {}
    for draw in pictures.DRAWN:
        facts.update(draw(work, folder / "learning"))
    for name, copy in pictures.COPIED.items():
        shutil.copyfile(work / name, folder / "learning" / copy)
    (folder / "learning.md").write_text(fill(text, printed, facts), encoding="utf-8")
