"""Disputing a charge, and deciding it: nothing typed is lost, and the one who waits is told by when."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from pytest_textual_snapshot import SVGImageExtension
from syrupy.assertion import SnapshotAssertion

from tests.tui.screens.account_world import PROFILE, usd
from tests.tui.screens.dispute_world import (
    ABOUT,
    DECISION,
    DISPUTE,
    FOR_SUPPORT,
    OPEN,
    WAITING,
    dispute_world,
)
from tests.tui.screens.support_world import AGENT
from tests.tui.support import desk
from tui.screens.decide_dispute import DecideDispute
from tui.screens.dispute import OpenDispute
from tui.screens.page import Page
from tui.screens.support import Support

SIZES = [pytest.param((80, 24), id="80x24"), pytest.param((120, 40), id="120x40")]


async def test_a_reason_and_words_are_sent_once_and_the_answer_says_by_when() -> None:
    server = dispute_world()
    async with desk(server, OpenDispute("T1", ABOUT), account=PROFILE) as at:
        await at.press("2")
        await at.sees("The visit was cut short", "You may leave this empty")
        await at.type("The picture froze.")
        await at.press("enter")
        await at.sees("Support has it.", "An answer is due by Tue Dec 8, 2026")
        await at.press("enter")
        (asked,) = server.asked("POST", OPEN)
        assert asked.body == {"reason": "cut_short", "words": "The picture froze."}


async def test_words_survive_going_back_and_another_reason() -> None:
    async with desk(dispute_world(), OpenDispute("T1", ABOUT), account=PROFILE) as at:
        await at.press("1")
        await at.type("Nobody came.")
        await at.press("escape")
        await at.sees("What is wrong with this charge?")
        await at.press("6")
        await at.sees("Something else", "Nobody came.")


async def test_the_agent_sees_what_is_known_and_gives_a_part_back_with_a_reason() -> None:
    server = dispute_world()
    async with desk(server, Support(), account=AGENT) as at:
        await at.press("f4")
        await at.sees("12/08", "Ana Rivera", "The picture froze after ten minutes.")
        await at.press("enter")
        await at.sees("Incarcerated Individual connected", "Give back $5.70 to Visa 4242")
        await at.press("1")
        await at.type("Ten minutes of thirty.")
        await at.press("down")
        await at.type("3.80")
        await at.press("enter")
        await at.sees("Ana Rivera", "12/09")
        (asked,) = server.asked("POST", DECISION)
        assert asked.body == {"outcome": "refund", "decision": "Ten minutes of thirty.", "amount_minor": 380}
        assert server.seen("GET", WAITING) == 2


@pytest.mark.parametrize("amount", ["3.8", "3,80", "-1", "0", "three"])
async def test_an_amount_that_is_none_is_said_at_its_field_and_nothing_is_sent(amount: str) -> None:
    server = dispute_world()
    async with desk(server, DecideDispute(FOR_SUPPORT), account=AGENT) as at:
        await at.press("2")
        await at.type("As a courtesy.")
        await at.press("down")
        await at.type(amount)
        await at.press("enter")
        await at.sees("Write an amount such as 2.50", "As a courtesy.", amount)
        assert server.seen("POST", DECISION) == 0


async def test_a_refusal_needs_a_reason_and_asks_for_no_amount() -> None:
    server = dispute_world()
    async with desk(server, DecideDispute(FOR_SUPPORT), account=AGENT) as at:
        await at.press("3")
        await at.sees_not("How much")
        await at.press("enter")
        await at.sees("A decision needs a reason.")
        assert server.seen("POST", DECISION) == 0


async def test_what_has_come_back_already_cannot_be_given_back_again() -> None:
    server = dispute_world()
    async with desk(server, DecideDispute(replace(FOR_SUPPORT, left=usd(0))), account=AGENT) as at:
        await at.press("1")
        await at.sees("All of this charge has come back already.")


async def test_a_charge_that_became_no_visit_says_so() -> None:
    async with desk(dispute_world(), DecideDispute(replace(DISPUTE, visitor_name="Ana Rivera")), account=AGENT) as at:
        await at.sees("No visit came of this charge.")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", ["open", "list", "decide"])
async def test_the_page_looks_as_it_did(name: str, size: tuple[int, int], snapshot: SnapshotAssertion) -> None:
    pages: dict[str, Page[Any]] = {
        "open": OpenDispute("T1", ABOUT),
        "list": Support(),
        "decide": DecideDispute(FOR_SUPPORT),
    }
    async with desk(dispute_world(), pages[name], size=size, account=PROFILE if name == "open" else AGENT) as at:
        if name == "list":
            await at.press("f4")
            await at.sees("12/09")
        await at.sees_not("One moment")
        assert at.app.export_screenshot(title="Visit Desk") == snapshot(extension_class=SVGImageExtension)
