"""Every function that the shared library exports has a case in tests/library/null_*.c: exported_cases.py NM LIBRARY TEST

Compares the symbols of LIBRARY, as `nm` lists them, with what `TEST --list` writes.
"""

import subprocess
import sys


def lines(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()


def main():
    nm, library, test = sys.argv[1:]
    symbols = {line.split()[-1] for line in lines(nm, "-D", "--defined-only", library) if line.strip()}
    exported = {name.split("@")[0] for name in symbols if name.startswith("gml_")}
    cases = set(lines(test, "--list"))
    if not exported:
        sys.exit(f"{library}: nm lists no function gml_...")
    for name in sorted(exported - cases):
        print(f"{name} is exported and has no case. Add one to tests/library/null_*.c: a function that calls {name} with "
              "each pointer argument null in turn, and its row in the table of the file.")
    for name in sorted(cases - exported):
        print(f"{name} has a case in tests/library/null_*.c, but the shared library does not export it. Remove the case.")
    sys.exit(exported != cases)


main()
