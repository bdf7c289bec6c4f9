"""Small PNG images for pictures: one byte per pixel, a level of a palette. Level 0 is transparent, so an image suits
light and dark pages. Python's standard library is enough: a PNG is a header, a palette and rows packed by zlib."""
import base64
import struct
import zlib

LEVELS = 33  # 0: nothing; 1 to 16 the first colour, 17 to 32 the second, from faint to strong
STEPS = LEVELS // 2
START = "data:image/png;base64,"


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def palette(first, second):
    """The colours of the levels, and how opaque they are."""
    colours = b"\0\0\0" + bytes.fromhex(first[1:]) * STEPS + bytes.fromhex(second[1:]) * STEPS
    opaque = [0] + [round(215 * step / STEPS) for step in range(1, STEPS + 1)] * 2
    return colours, bytes(opaque)


def level(value):
    """The level of a value from -1 (the first colour) to 1 (the second)."""
    step = min(STEPS, int(abs(value) * STEPS + 0.5))
    return step if value < 0 or step == 0 else STEPS + step


def encode(rows, first, second):
    """Rows of levels as an address that holds the image."""
    colours, opaque = palette(first, second)
    header = struct.pack(">IIBBBBB", len(rows[0]), len(rows), 8, 3, 0, 0, 0)
    packed = zlib.compress(b"".join(b"\0" + bytes(row) for row in rows), 9)
    png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"PLTE", colours) + chunk(b"tRNS", opaque)
    return START + base64.b64encode(png + chunk(b"IDAT", packed) + chunk(b"IEND", b"")).decode()


def decode(address):
    """The rows of levels of an address that encode() has made, each as a value from -STEPS to STEPS."""
    data = base64.b64decode(address[len(START):])
    at, packed, width = 8, b"", 0
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at:at + 8])
        body = data[at + 8:at + 8 + length]
        if kind == b"IHDR":
            width = struct.unpack(">I", body[:4])[0]
        if kind == b"IDAT":
            packed += body
        at += 12 + length
    pixels = zlib.decompress(packed)
    rows = [pixels[start + 1:start + 1 + width] for start in range(0, len(pixels), width + 1)]
    return [[entry - STEPS if entry > STEPS else -entry for entry in row] for row in rows]
