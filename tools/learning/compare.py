"""Compares the chapter and its pictures with those of another run.

Another processor rounds differently, so two runs agree in nearly all digits but not in all bits. Numbers of three
digits and more may differ by 1.5 units of their last printed place, and pixels of an image by one level. Whole numbers,
shorter numbers, words and commands may not differ."""
import re

from learning.image import START, decode

IMAGE = re.compile(re.escape(START) + r"[A-Za-z0-9+/=]+")
NUMBER = re.compile(r"#[0-9a-f]{6}\b|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?")  # a colour, or a number
PARTS = re.compile(r"(\d+)\.?(\d*)(?:e([+-]?\d+))?")


def place(number):
    """The value of the last place of a number as it is printed, 0.01 for 3.14, and how many digits it has, without
    zeros in front."""
    whole, decimals, exponent = PARTS.fullmatch(number.lstrip("-")).groups()
    return 10.0 ** (int(exponent or 0) - len(decimals)), len((whole + decimals).lstrip("0"))


def same_number(one, other):
    if one == other or "#" in one + other or not ("." in one + other or "e" in one + other):
        return one == other
    places, digits = zip(place(one), place(other))
    return max(digits) >= 3 and abs(float(one) - float(other)) <= 1.5 * min(places) * (1 + 1e-9)


def same_image(one, other):
    rows, others = decode(one), decode(other)
    return [len(row) for row in rows] == [len(row) for row in others] and all(
        abs(a - b) <= 1 for row, pixels in zip(rows, others) for a, b in zip(row, pixels))


def difference(one, other):
    """Returns where two texts differ, in words; "" if they do not."""
    commands = False
    for number, (line, against) in enumerate(zip(one.splitlines(), other.splitlines()), 1):
        if line.startswith("```"):
            commands = line == "```sh"
        images, against_images = IMAGE.findall(line), IMAGE.findall(against)
        line, against = IMAGE.sub("image", line), IMAGE.sub("image", against)
        if NUMBER.sub("#", line) != NUMBER.sub("#", against) or (commands and line != against):
            return f"line {number}: {shorten(line)} is now {shorten(against)}"
        for a, b in zip(NUMBER.findall(line), NUMBER.findall(against)):
            if not same_number(a, b):
                return f"line {number}: {a} is now {b}"
        for a, b in zip(images, against_images):
            if not same_image(a, b):
                return f"line {number}: the image is another"
    if one.count("\n") != other.count("\n"):
        return f"{one.count(chr(10))} lines are now {other.count(chr(10))}"
    return ""


def shorten(line):
    return repr(line if len(line) <= 100 else line[:97] + "...")


def differences(folder, other):
    """What is not current in a folder of documents, one sentence each: the chapter and its pictures against those in
    another folder."""
    def names(base):
        return {"learning.md", *(f"learning/{path.name}" for path in (base / "learning").glob("*"))}

    found = []
    for name in sorted(names(folder) | names(other)):
        old, new = folder / name, other / name
        if not new.exists():
            found.append(f"{name}: no command makes it")
        elif not old.exists():
            found.append(f"{name}: is missing")
        else:
            where = difference(old.read_text(encoding="utf-8"), new.read_text(encoding="utf-8"))
            if where:
                found.append(f"{name}, {where}")
    return found
