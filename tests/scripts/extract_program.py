"""Copies the first C program of a Markdown file into a file of its own: extract_program.py README.md first.c

So the program that people are shown is the one that is compiled and run."""
import pathlib
import re
import sys

source, target = map(pathlib.Path, sys.argv[1:3])
program = re.search(r"^```c\n(.*?)^```$", source.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
if program is None:
    sys.exit(f"{source}: no C program between ```c and ```")
target.write_text(program.group(1), encoding="utf-8")
