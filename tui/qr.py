"""A link as a QR code (ISO/IEC 18004): byte mode, error correction L, versions 1 to 5, which is 106 bytes at most.

Only what a link of a visit needs: one block of data, so nothing is interleaved, and no kanji, no structured append.
"""

from __future__ import annotations

from typing import TypeAlias

Modules: TypeAlias = tuple[tuple[bool, ...], ...]
"""The code's squares, row by row, dark ones true, without the quiet zone of four around them."""

QUIET = 4
"""Light modules that a reader needs around the code."""

LONGEST = 106
"""The most bytes that the largest version here takes."""

_DATA_WORDS = (19, 34, 55, 80, 108)
_CHECK_WORDS = (7, 10, 15, 20, 26)
_FORMAT_L = 0b01
_MASKS = 8


class TooLong(ValueError):
    """The text has more bytes than the largest version here takes."""


def side(text: str) -> int:
    """Return how many modules a side has, without the quiet zone.

    Raises:
        TooLong: More than 106 bytes.
    """
    return 17 + 4 * _version(text.encode())


def encode(text: str) -> Modules:
    """Return the code of a text, in the smallest version and with the mask of the least penalty.

    Raises:
        TooLong: More than 106 bytes.
    """
    data = text.encode()
    version = _version(data)
    words = _data_words(data, _DATA_WORDS[version - 1])
    words += _check_words(words, _CHECK_WORDS[version - 1])
    codes = (_Drawing(version).draw(words, mask) for mask in range(_MASKS))
    return min(codes, key=_penalty)


def _version(data: bytes) -> int:
    for number, room in enumerate(_DATA_WORDS, 1):
        if len(data) <= room - 2:
            return number
    raise TooLong("a link of more than 106 bytes")


def _data_words(data: bytes, room: int) -> list[int]:
    bits = "0100" + f"{len(data):08b}" + "".join(f"{byte:08b}" for byte in data) + "0000"
    bits += "0" * (-len(bits) % 8)
    words = [int(bits[at : at + 8], 2) for at in range(0, len(bits), 8)]
    padding = (0xEC, 0x11)
    return words[:room] + [padding[n % 2] for n in range(room - len(words))]


def _times(first: int, second: int) -> int:
    """Multiply in the field of 256 elements that the standard names (x^8 + x^4 + x^3 + x^2 + 1)."""
    product = 0
    for _bit in range(8):
        if second & 1:
            product ^= first
        first, second = (first << 1) ^ (0x11D if first & 0x80 else 0), second >> 1
    return product


def _check_words(words: list[int], count: int) -> list[int]:
    """Return the Reed-Solomon words: what is left of the data divided by the generator of this degree."""
    generator, root = [1], 1
    for _degree in range(count):
        generator = [a ^ _times(b, root) for a, b in zip([*generator, 0], [0, *generator], strict=True)]
        root = _times(root, 2)
    rest = [0] * count
    for word in words:
        factor = word ^ rest[0]
        rest = [held ^ _times(part, factor) for held, part in zip([*rest[1:], 0], generator[1:], strict=True)]
    return rest


class _Drawing:
    """One version's square while it is filled: fixed patterns first, then data, then the mask and what tells of it."""

    def __init__(self, version: int) -> None:
        self.side = 17 + 4 * version
        self._dark: dict[tuple[int, int], bool] = {}
        for top, left in ((0, 0), (0, self.side - 7), (self.side - 7, 0)):
            self._finder(top, left)
        for at in range(8, self.side - 8):
            self._dark[6, at] = self._dark[at, 6] = at % 2 == 0
        if version > 1:
            self._alignment(self.side - 7)
        self._format(0)

    def _finder(self, top: int, left: int) -> None:
        for y in range(-1, 8):
            for x in range(-1, 8):
                row, column = top + y, left + x
                if 0 <= row < self.side and 0 <= column < self.side:
                    ring = max(abs(y - 3), abs(x - 3))
                    self._dark[row, column] = ring not in (2, 4)

    def _alignment(self, centre: int) -> None:
        for y in range(-2, 3):
            for x in range(-2, 3):
                self._dark[centre + y, centre + x] = max(abs(y), abs(x)) != 1

    def _format(self, mask: int) -> None:
        """Say level and mask, twice, with the standard's own check bits and mask."""
        told = _FORMAT_L << 3 | mask
        rest = told << 10
        for bit in range(14, 9, -1):
            if rest >> bit & 1:
                rest ^= 0x537 << (bit - 10)
        bits = (told << 10 | rest) ^ 0x5412
        last = self.side - 1
        for n in range(15):
            dark = bool(bits >> n & 1)
            near = n if n < 6 else n + 1 if n < 8 else 14 - n + (n == 8)
            if n < 8:
                self._dark[near, 8] = self._dark[8, last - n] = dark
            else:
                self._dark[8, near] = self._dark[last - 14 + n, 8] = dark
        self._dark[self.side - 8, 8] = True

    def draw(self, words: list[int], mask: int) -> Modules:
        """Fill in the words under a mask."""
        bits = iter([bool(word >> bit & 1) for word in words for bit in range(7, -1, -1)])
        fixed = set(self._dark)
        self._format(mask)
        for place in self._way():
            if place not in fixed:
                self._dark[place] = next(bits, False) ^ _masked(mask, *place)
        return tuple(tuple(self._dark[y, x] for x in range(self.side)) for y in range(self.side))

    def _way(self) -> list[tuple[int, int]]:
        """Return all places in the order of the data: two columns at a time from the right, up and down in turn."""
        places: list[tuple[int, int]] = []
        upwards = True
        for right in [*range(self.side - 1, 6, -2), 5, 3, 1]:
            rows = range(self.side - 1, -1, -1) if upwards else range(self.side)
            places += [(row, column) for row in rows for column in (right, right - 1)]
            upwards = not upwards
        return places


def _masked(mask: int, y: int, x: int) -> bool:
    sums = (
        (y + x) % 2,
        y % 2,
        x % 3,
        (y + x) % 3,
        (y // 2 + x // 3) % 2,
        y * x % 2 + y * x % 3,
        (y * x % 2 + y * x % 3) % 2,
        ((y + x) % 2 + y * x % 3) % 2,
    )
    return sums[mask] == 0


def _penalty(code: Modules) -> int:
    """Return how hard a code is to read: runs, blocks, patterns like a finder, and too much of one shade."""
    lines = ["".join("#" if dark else "." for dark in line) for line in (*code, *zip(*code, strict=True))]
    points = 0
    for line in lines:
        for run in line.replace("#.", "# .").replace(".#", ". #").split():
            points += len(run) - 2 if len(run) >= 5 else 0
        for pattern in ("#.###.#....", "....#.###.#"):
            points += 40 * sum(line.startswith(pattern, at) for at in range(len(line)))
    width = len(code)
    for y in range(width - 1):
        for x in range(width - 1):
            points += 3 if code[y][x] == code[y][x + 1] == code[y + 1][x] == code[y + 1][x + 1] else 0
    share = 100 * sum(map(sum, code)) / width**2
    return points + 10 * int(abs(share - 50) // 5)
