#!/usr/bin/env python3
"""Draws icon.png: a shield in two tones with a tick. Needs nothing but Python."""

import struct
import zlib
from pathlib import Path

SIZE = 128
SAMPLES = 4  # in each direction, for smooth edges

LIGHT, DARK, WHITE = (0x2F, 0x8F, 0xC8), (0x1B, 0x63, 0x96), (0xFF, 0xFF, 0xFF)


def half_width(y):
    """Half the shield's width at height y, both from 0 to 128; negative where there is no shield."""
    if not 8 <= y <= 120:
        return -1
    if y < 60:
        return 48
    return 48 * (1 - ((y - 60) / 60) ** 2) ** 0.75


def top(x):
    """The shield's upper edge: low at the sides, a point in the middle."""
    return 8 + 14 * (abs(x - 64) / 48) ** 0.8


def distance(x, y, a, b):
    """From a point to a line between two points."""
    (ax, ay), (bx, by) = a, b
    along = ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / ((bx - ax) ** 2 + (by - ay) ** 2)
    along = min(1, max(0, along))
    return ((x - ax - along * (bx - ax)) ** 2 + (y - ay - along * (by - ay)) ** 2) ** 0.5


def colour(x, y):
    """Colour at a point, or None outside of the shield."""
    if abs(x - 64) > half_width(y) or y < top(x):
        return None
    corner = (57, 79)
    if min(distance(x, y, (41, 63), corner), distance(x, y, corner, (87, 45))) < 6.5:
        return WHITE
    return LIGHT if x < 64 else DARK


def pixel(column, row):
    offsets = [(i + 0.5) / SAMPLES for i in range(SAMPLES)]
    seen = [c for dy in offsets for dx in offsets if (c := colour(column + dx, row + dy))]
    if not seen:
        return bytes(4)
    mean = [sum(c[i] for c in seen) // len(seen) for i in range(3)]
    return bytes(mean + [255 * len(seen) // SAMPLES**2])


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def main():
    rows = b"".join(b"\0" + b"".join(pixel(x, y) for x in range(SIZE)) for y in range(SIZE))
    header = struct.pack(">IIBBBBB", SIZE, SIZE, 8, 6, 0, 0, 0)
    png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")
    Path(__file__).with_name("icon.png").write_bytes(png)


main()
