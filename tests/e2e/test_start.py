"""The first moments of the real program in a real terminal."""

from __future__ import annotations

import pytest

from tests.desk import Desk

pytestmark = pytest.mark.terminal


@pytest.mark.parametrize("after", [0.0, 0.1, 0.2, 0.3])
def test_what_is_typed_while_the_program_starts_is_in_the_first_field(desk: Desk, after: float) -> None:
    terminal = desk.open()
    if after:
        terminal.listen(after)
    for letter in "ann@example.org":
        terminal.type(letter)
    terminal.wait_for("ann@example.org")


def test_nothing_typed_while_the_program_starts_is_shown_before_it_has_a_field(desk: Desk) -> None:
    terminal = desk.open(columns=80, rows=24)
    terminal.wait_unechoed()
    terminal.type("secret")
    terminal.wait_for("E-mail")
    before_the_page = terminal.raw().partition(b"E-mail")[0]
    assert b"secret" not in before_the_page
