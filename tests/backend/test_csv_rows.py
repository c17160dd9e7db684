"""Reading files of rows: one broken row never costs another."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.csv_rows import Broken, NotThisFile, Row, read_rows

HEADER = b"id,name,city\n"


def rows(data: bytes) -> list[Row | Broken]:
    return list(read_rows(data, ["id", "name"]))


def names(data: bytes) -> list[str | None]:
    return [row.text("name") if isinstance(row, Row) else row.reason for row in rows(data)]


def test_rows_are_read_by_the_names_of_their_columns_and_know_their_line() -> None:
    first, second = rows(HEADER + b"1,Bibb,Brent\n\n2,Kilby,NA\n")
    assert isinstance(first, Row)
    assert isinstance(second, Row)
    assert (first.line, first.text("city")) == (2, "Brent")
    assert (second.line, second.text("city")) == (4, None)


@pytest.mark.parametrize("ending", [b"\n", b"\r\n", b"\r"])
def test_every_way_to_end_a_line_is_read(ending: bytes) -> None:
    assert names((HEADER + b"1,Bibb,Brent\n2,Kilby,NA\n").replace(b"\n", ending)) == ["Bibb", "Kilby"]


def test_a_byte_order_mark_is_no_part_of_the_first_column() -> None:
    assert names(b"\xef\xbb\xbf" + HEADER + b"1,Bibb,Brent\n") == ["Bibb"]


def test_a_quoted_field_may_hold_commas_and_line_ends() -> None:
    assert names(HEADER + b'1,"Bibb, ""North""\nUnit",Brent\n2,Kilby,NA\n') == ['Bibb, "North" Unit', "Kilby"]


def test_a_quote_left_open_costs_its_own_row_only() -> None:
    found = names(HEADER + b'1,"Bibb,Brent\n2,Kilby,NA\n3,Long,Ludowici\n')
    assert found[1:] == ["Kilby", "Long"]
    assert found[0] == "a quotation mark is left open"


@pytest.mark.parametrize("later", [b'3,x"', b'3,x",y', b'3,x"y,z'])
def test_a_quote_in_a_later_row_does_not_make_one_row_of_all_between(later: bytes) -> None:
    found = names(HEADER + b'1,"Bibb,Brent\n2,Kilby,NA\n' + later + b"\n4,Long,Ludowici\n")
    assert (found[0], found[1], found[-1]) == ("a quotation mark is left open", "Kilby", "Long")


def test_a_quote_that_a_later_line_closes_without_completing_the_row_stands_alone() -> None:
    found = names(HEADER + b'1,"Bibb\nBrent"\n4,Long,Ludowici\n')
    assert found == ["a quotation mark is left open", "it has 1 columns instead of 3", "Long"]


def test_a_row_with_too_few_or_too_many_columns_is_said_to_have_them() -> None:
    assert names(HEADER + b"1\n2,Kilby,NA,NA\n3,Long,Ludowici\n") == [
        "it has 1 columns instead of 3",
        "it has 4 columns instead of 3",
        "Long",
    ]


def test_a_field_that_is_not_utf8_is_read_and_told_of() -> None:
    row = rows(HEADER + "1,Peñasco,Ñ\n".encode("cp1252"))[0]
    assert isinstance(row, Row)
    assert (row.text("name"), row.repaired[0]) == (
        "Peñasco",
        "name was not UTF-8 and was read as Windows-1252",
    )


@pytest.mark.parametrize("hidden", ["\x1b[31m", "\u202e", "\u200b", "\x00", "\u2066", "\U000e0041", "\x9b1m"])
def test_characters_that_cannot_be_seen_are_taken_out_and_told_of(hidden: str) -> None:
    row = rows(HEADER + f"1,Bi{hidden}bb,Brent\n".encode())[0]
    assert isinstance(row, Row)
    name = row.text("name")
    assert name == "Bibb"
    assert row.repaired == ("characters that cannot be seen were taken out of name",)


def test_odd_spaces_become_plain_ones_without_a_word() -> None:
    row = rows(HEADER + "1, Region\u00a01  North ,\n".encode())[0]
    assert isinstance(row, Row)
    assert (row.text("name"), row.repaired) == ("Region 1 North", ())


def test_a_file_of_something_else_is_refused_as_a_whole() -> None:
    with pytest.raises(NotThisFile, match="id, name"):
        rows(b"facility\nBibb\n")
    with pytest.raises(NotThisFile):
        rows(b"")


@given(st.lists(st.binary(max_size=60), max_size=5))
def test_whatever_stands_between_two_rows_they_are_read(rubbish: list[bytes]) -> None:
    between = b"\n".join(line.replace(b'"', b"").replace(b"\n", b"").replace(b"\r", b"") for line in rubbish)
    found = names(HEADER + b"1,First,X\n" + between + b"\n9,Last,X\n")
    assert (found[0], found[-1]) == ("First", "Last")
