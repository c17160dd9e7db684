"""Reading files of rows that other systems wrote: one broken row never costs another.

Pure: bytes in, rows out. A row is kept as text by column; what had to be repaired to read it is said beside it.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from backend.text import is_fit

LARGEST_FILE: Final = 200 * 1024 * 1024
JOINED_LINES: Final = 20
"""A quoted field may run over so many lines; a quote open for longer is a slip, and spoils its own line only."""
HIDDEN: Final = "characters that cannot be seen were taken out of {column}"
_SEQUENCE: Final = re.compile("(?:\x1b\\[|\x9b)[0-?]*[ -/]*[@-~]?")
"""A control sequence of a terminal, whose letters mean nothing once its first character is gone."""
NOT_UTF8: Final = "{column} was not UTF-8 and was read as Windows-1252"


class NotThisFile(Exception):
    """The file as a whole is not what was asked for; its text is the sentence for the operator."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its line in the file (the header is line 1), its text by column, and what had to be repaired."""

    line: int
    said: Mapping[str, str]
    repaired: tuple[str, ...] = ()

    def text(self, column: str) -> str | None:
        """Return what a column says; None where it says nothing, which some lists write as ``NA``."""
        said = self.said.get(column, "")
        return said if said not in {"", "NA", "N/A"} else None


@dataclass(frozen=True, slots=True)
class Broken:
    """A row that cannot be read, and why."""

    line: int
    reason: str


def read_rows(data: bytes, required: Sequence[str]) -> Iterator[Row | Broken]:
    """Yield every row of a CSV file that has a header; columns beyond ``required`` may be there too.

    Raises :class:`NotThisFile` where a required column is missing. UTF-8 is expected, with or without a byte order
    mark.
    """
    if len(data) > LARGEST_FILE:
        raise NotThisFile("The file is larger than 200 MB.")
    text = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    header = [_plain(name)[0] for name in _fields(lines[0]) or []]
    missing = [name for name in required if name not in header]
    if missing:
        raise NotThisFile(f"The file has no column {', '.join(missing)}. Its first line has to name its columns.")
    number = 1
    while number < len(lines):
        start = number
        fields, number = _logical_row(lines, start, len(header))
        if lines[start].strip() == "":
            continue
        if fields is None:
            yield Broken(start + 1, "a quotation mark is left open")
        elif len(fields) != len(header):
            yield Broken(start + 1, f"it has {len(fields)} columns instead of {len(header)}")
        else:
            yield _row(start + 1, header, fields)


def _logical_row(lines: Sequence[str], start: int, columns: int) -> tuple[list[str] | None, int]:
    """Return the fields of the row that begins at a line, and the line after it.

    A quote left open joins following lines only if they complete the row, and are no rows by themselves; otherwise the
    line stands alone.
    """
    fields = _fields(lines[start])
    if fields is not None:
        return fields, start + 1
    for end in range(start + 2, min(start + JOINED_LINES, len(lines)) + 1):
        if len(_fields(lines[end - 1]) or ()) == columns:
            break
        joined = _fields("\n".join(lines[start:end]))
        if joined is not None and len(joined) == columns:
            return joined, end
    alone = _fields(lines[start], strict=False)
    return (alone if alone is not None and len(alone) == columns else None), start + 1


def _fields(text: str, *, strict: bool = True) -> list[str] | None:
    """Return the fields of one row, None where a quote is left open or closed in the wrong place."""
    try:
        return next(csv.reader(io.StringIO(text, newline=""), strict=strict), [])
    except csv.Error:
        return None


def _row(line: int, header: Sequence[str], fields: Sequence[str]) -> Row:
    said: dict[str, str] = {}
    repaired: list[str] = []
    for column, field in zip(header, fields, strict=True):
        said[column], repairs = _plain(field)
        repaired.extend(repair.format(column=column) for repair in repairs)
    return Row(line, said, tuple(repaired))


def _plain(field: str) -> tuple[str, tuple[str, ...]]:
    """Return a field as one line of text that shows what it is, and the sentences for what was repaired."""
    if field.isascii() and field.isprintable():
        return field.strip(), ()
    repairs = []
    try:
        field.encode("utf-8")
    except UnicodeEncodeError:
        field = field.encode("utf-8", "surrogateescape").decode("cp1252", "replace")
        repairs.append(NOT_UTF8)
    spaced = " ".join(unicodedata.normalize("NFC", field).split())
    if "\x1b" in spaced or "\x9b" in spaced:
        repairs.append(HIDDEN)
        spaced = _SEQUENCE.sub("", spaced)
    fit = "".join(each for each in spaced if is_fit(each, line_ends=False))
    if fit != spaced:
        repairs.append(HIDDEN)
    return fit.strip(), tuple(dict.fromkeys(repairs))
