"""Whatever a server sends, what comes out of a model cannot act on a terminal, and nothing but BadAnswer is raised."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from enum import Enum
from typing import Annotated, get_args, get_origin, get_type_hints

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import backend_client
from backend_client import Access, AccessStatus, BadAnswer, LocalMessage, Money, Page, Reason, Secret, State, Terms
from backend_client._clean import LONGEST_LINE, LONGEST_TEXT, MARKS, clean_line, clean_lines
from backend_client._decode import decode
from backend_client.models.common import MANY_LINES
from tests.hostile import corpus

MODELS = [
    model
    for name in sorted(backend_client._HOME_OF)
    if backend_client._HOME_OF[name].startswith("models.")
    and dataclasses.is_dataclass(model := getattr(backend_client, name))
    and isinstance(model, type)
    and model is not Page
]
ACTING = [chr(code) for code in [*range(0x20), *range(0x7F, 0xA0)]]
HIDING = [
    *map(chr, [0xAD, 0x61C, 0x180E, 0xFEFF, 0xFFF9, 0xE0001, 0xE0041, 0xE007F]),
    *map(chr, range(0x200B, 0x2010)),
    *map(chr, range(0x2028, 0x202F)),
    *map(chr, range(0x2060, 0x2070)),
]
SIGNS = [*ACTING, *HIDING, "\ud800", "a", "é", " ", "[31m"]
hostile = st.lists(st.sampled_from(SIGNS) | st.text(max_size=3), max_size=6).map("".join)
instants = st.integers(-2_000_000_000, 29_000_000_000).map(lambda at: f"{dt.datetime.fromtimestamp(at, dt.UTC):%FT%TZ}")
few = settings(max_examples=20, deadline=None)
steady = settings(deadline=None)
json_like = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(["2026-12-01", "remote"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def value_for(shape: object) -> st.SearchStrategy[object]:
    """Return JSON that fits `shape`, with hostile strings wherever a string may stand."""
    simple: dict[object, st.SearchStrategy[object]] = {
        str: hostile,
        Secret: hostile,
        int: st.integers(),
        bool: st.booleans(),
        dt.date: st.dates(dt.date(1900, 1, 1), dt.date(2900, 1, 1)).map(dt.date.isoformat),
        dt.datetime: instants,
    }
    if shape in simple:
        return simple[shape]
    if get_origin(shape) is Annotated:
        return hostile
    if get_origin(shape) is tuple:
        return st.lists(value_for(get_args(shape)[0]), max_size=2)
    if type(None) in get_args(shape):
        return st.none() | value_for(get_args(shape)[0])
    if isinstance(shape, type) and issubclass(shape, Enum):
        return st.sampled_from([str(member.value) for member in shape]) | hostile
    assert isinstance(shape, type), shape
    hints = get_type_hints(shape, include_extras=True)
    return st.fixed_dictionaries({name: value_for(hint) for name, hint in hints.items()})


def texts_in(value: object) -> Iterator[tuple[str, bool]]:
    """Yield every string in a model, and whether it may have several lines."""
    if isinstance(value, Secret):
        yield value.reveal(), False
    elif isinstance(value, str):
        yield value, False
    elif isinstance(value, tuple):
        for item in value:
            yield from texts_in(item)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        hints = get_type_hints(type(value), include_extras=True)
        for field in dataclasses.fields(value):
            lines = MANY_LINES in getattr(hints[field.name], "__metadata__", ())
            for text, inner_lines in texts_in(getattr(value, field.name)):
                yield text, lines or inner_lines


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
@few
@given(data=st.data())
def test_no_field_of_any_model_lets_a_hostile_string_through(model: type[object], data: st.DataObject) -> None:
    for text, lines in texts_in(decode(model, data.draw(value_for(model)))):
        allowed = {"\n"} if lines else set()
        assert not [sign for sign in set(text) - allowed if sign in ACTING or sign in HIDING]
        assert not [sign for sign in set(text) - allowed if unicodedata.category(sign) in {"Cc", "Cs", "Zl", "Zp"}]
        text.encode()


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
@few
@given(data=json_like)
def test_nothing_that_json_can_say_raises_anything_but_bad_answer(model: type[object], data: object) -> None:
    with suppress(BadAnswer):
        decode(model, data)


def test_nothing_in_ten_thousand_hostile_strings_acts_or_hides_after_the_client_read_it() -> None:
    for text in corpus():
        line, lines = decode(str, text), decode(Terms, {"id": "T", "version": "1", "title": "", "text": text}).text
        for read, breaks in ((line, ""), (lines, "\n")):
            signs = set(read) - set(breaks)
            assert not [s for s in signs if unicodedata.category(s) in {"Cc", "Cf", "Cs", "Zl", "Zp"}], ascii(text[:80])
            assert not [s for s in signs if is_hidden_letter(s)], ascii(text[:80])
        assert len(line) <= LONGEST_LINE
        assert len(lines) <= LONGEST_TEXT


def test_marks_stand_on_a_letter_and_build_no_tower() -> None:
    assert clean_line("Z" + "\u0301" * 200 + "oe") == "Z" + "\u0301" * MARKS + "oe"
    assert clean_lines("Z" + "\u0301" * 200 + "\noe") == "Z" + "\u0301" * MARKS + "\noe"


def test_what_is_far_too_long_is_cut_and_says_so() -> None:
    assert clean_line("x" * 70_000) == "x" * (LONGEST_LINE - 1) + "…"
    assert clean_lines("x\n" * LONGEST_TEXT).endswith("…")


@steady
@given(hostile | st.text())
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert clean_line(clean_line(text)) == clean_line(text)
    assert clean_lines(clean_lines(text)) == clean_lines(text)
    assert "\n" not in clean_line(text)


@steady
@given(st.text(st.characters(categories=["L", "N", "P", "Sm", "Sc", "Mn"], exclude_characters="\u034f"), max_size=20))
def test_letters_digits_marks_and_punctuation_of_every_script_stay(text: str) -> None:
    visible = "".join(sign for sign in text if not is_hidden_letter(sign))
    assume(not re.search(r"\W{5}", visible))  # no script piles so many marks on one letter
    assert clean_line(visible) == visible


def is_hidden_letter(sign: str) -> bool:
    """Say whether Unicode calls `sign` a letter or mark though it looks like nothing."""
    return sign in "\u115f\u1160\u3164\uffa0\u17b4\u17b5" or "VARIATION SELECTOR" in unicodedata.name(sign, "")


@pytest.mark.parametrize(
    ("given_text", "line", "lines"),
    [
        ("Ana\x1b[31m Rivera", "Ana[31m Rivera", "Ana[31m Rivera"),
        ("Ana\r\n\tRivera", "Ana Rivera", "Ana\n Rivera"),
        ("one\n\ntwo", "one two", "one\n\ntwo"),
        ("abc\u202edef\u2066\u200b", "abcdef", "abcdef"),
        ("a\u2028b\x85c", "a b c", "a\nb\nc"),
        ("\ud83d half", "\ufffd half", "\ufffd half"),
        ("\x9b2J\x9d52;c;AAAA\x9c", "2J52;c;AAAA", "2J52;c;AAAA"),
        ("José Muñoz-Ortega, Łukasz O’Brien", "José Muñoz-Ortega, Łukasz O’Brien", "José Muñoz-Ortega, Łukasz O’Brien"),
    ],
)
def test_what_acts_is_dropped_and_what_breaks_lines_becomes_a_space(given_text: str, line: str, lines: str) -> None:
    assert (clean_line(given_text), clean_lines(given_text)) == (line, lines)


def test_only_terms_and_messages_keep_their_lines() -> None:
    text = {"id": "T", "version": "1", "title": "a\nb", "text": "a\n\nb\x1b"}
    terms = decode(Terms, text)
    assert (terms.title, terms.text) == ("a b", "a\n\nb")
    assert decode(LocalMessage, {"subject": "a\nb", "text": "a\nb"}) == LocalMessage("a b", "a\nb")


def test_an_unknown_field_is_passed_over() -> None:
    assert decode(Money, {"minor": 1, "currency": "USD", "new": [1]}) == Money(1, "USD")


@pytest.mark.parametrize("lacking", [{"minor": 1}, {"minor": 1, "currency": None}])
def test_a_missing_field_is_named_and_nothing_of_the_answer_is_said(lacking: object) -> None:
    with pytest.raises(BadAnswer, match=r"^answer\.items\[0\]\.currency: missing$"):
        decode(Page[Money], {"items": [lacking]})


@pytest.mark.parametrize(
    ("model", "data", "place"),
    [
        (Money, {"minor": "sesame", "currency": "USD"}, "answer.minor: not a whole number"),
        (Money, {"minor": True, "currency": "USD"}, "answer.minor: not a whole number"),
        (Money, {"minor": 5.5, "currency": "USD"}, "answer.minor: not a whole number"),
        (Money, "sesame", "answer: not an object"),
        (State, {"code": 1, "name": "", "facilities": 0}, "answer.code: not a string"),
        (Terms, {"id": "1", "version": "1", "title": "", "text": 1}, "answer.text: not a string"),
        (Page[Money], {"items": "sesame"}, "answer.items: not a list"),
    ],
)
def test_a_value_of_the_wrong_kind_is_named_by_its_place(model: type[object], data: object, place: str) -> None:
    with pytest.raises(BadAnswer) as caught:
        decode(model, data)
    assert str(caught.value) == place


@pytest.mark.parametrize(
    "instant",
    [
        "2026-12-10T15:00:00",
        "2026-12-10",
        "20261210T150000Z",
        "2026-W50-4T15:00:00Z",
        "2026-13-10T15:00:00Z",
        "9999-12-31T23:59:59Z",
        "0001-01-01T00:00:00+14:00",
        "\u0662\u0660\u0662\u0666-12-10T15:00:00Z",
        "",
        7,
    ],
)
def test_an_instant_without_a_zone_or_sense_is_a_bad_answer(instant: object) -> None:
    access = ACCESS | {"requested_at": instant}
    with pytest.raises(BadAnswer, match=r"requested_at: not an instant"):
        decode(Access, access)


@pytest.mark.parametrize(
    "instant", ["2026-12-10T15:00:00Z", "2026-12-10t15:00:00.000000z", "2026-12-10T09:00:00-06:00"]
)
def test_every_instant_is_aware_utc(instant: str) -> None:
    access = decode(Access, ACCESS | {"requested_at": instant})
    assert access.requested_at == dt.datetime(2026, 12, 10, 15, tzinfo=dt.UTC)
    assert access.requested_at.tzinfo is dt.UTC


@pytest.mark.parametrize("day", ["20261210", "2026-W50-4", "2026-02-30", "9999-12-31", "2026-12-10T00:00:00Z", 1])
def test_a_date_is_year_month_day(day: object) -> None:
    with pytest.raises(BadAnswer, match="not a date"):
        decode(Reason, {"code": "c", "sentence": "s", "first_passes_on": day})


def test_a_status_that_this_client_does_not_know_is_kept_as_its_string() -> None:
    access = decode(Access, ACCESS | {"status": "on_\x1bfire"})
    assert access.status == "on_fire"
    assert isinstance(access.status, AccessStatus)
    assert not access.status.known
    assert access.status not in set(AccessStatus)
    assert decode(Access, ACCESS).status is AccessStatus.PENDING


def test_lists_become_tuples_and_models_cannot_be_changed() -> None:
    access = decode(Access, ACCESS)
    assert access.missing == ("phone",)
    with pytest.raises(dataclasses.FrozenInstanceError):
        access.reason = "x"  # type: ignore[misc]  # that this is no use is what the test shows


ACCESS = {
    "id": "A1",
    "facility": {"id": "F1", "name": "Shelby County Jail", "state": "TN"},
    "status": "pending",
    "requested_at": "2026-11-22T15:00:00Z",
    "answer_days": 3,
    "missing": ["phone"],
    "individual_name": "Mateo Rivera",
    "relationship": "mother",
    "can_schedule": False,
    "visit_types": ["remote"],
}
