"""Settings are checked on the way in."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.facilities.registry import REGISTRY
from backend.facilities.setting_values import MinimumNotice, SettingError

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


WINDOW = {"opens_days_before": 7, "opens_at": "08:00", "closes_days_before": 3, "closes_at": "16:00"}


@pytest.mark.parametrize(
    ("name", "value", "means"),
    [
        ("offered", True, True),
        ("durations", [30, 20, 30], (20, 30)),
        ("notice", {"amount": 2, "unit": "working_days"}, MinimumNotice(2, "working_days")),
        ("notice", {"amount": 0, "unit": "hours"}, MinimumNotice(0, "hours")),
        ("horizon_days", 28, 28),
        ("buffer_minutes", 15, 15),
        ("late_refund", "session_fee", "session_fee"),
        ("join_link", "https://visits.example.org/tn", "https://visits.example.org/tn"),
        ("join_place", " Lobby, window 2 ", "Lobby, window 2"),
        ("approval", "automatic", "automatic"),
    ],
)
def test_a_sensible_value_is_taken(name: str, value: object, means: object) -> None:
    assert REGISTRY[name].parse(value) == means


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("offered", "yes"),
        ("offered", 1),
        ("durations", []),
        ("durations", [17]),
        ("durations", [0]),
        ("durations", [245]),
        ("durations", 30),
        ("durations", [True]),
        ("notice", {"amount": 2}),
        ("notice", {"amount": -1, "unit": "hours"}),
        ("notice", {"amount": 2, "unit": "weeks"}),
        ("notice", {"amount": 2, "unit": []}),
        ("notice", 24),
        ("horizon_days", 0),
        ("buffer_minutes", 7),
        ("late_refund", "half"),
        ("join_link", "http://visits.example.org"),
        ("join_link", "javascript:alert(1)"),
        ("join_place", "Lobby\x1b[31m"),
        ("join_place", "Lobby\u202e"),
        ("join_place", "two\nlines"),
        ("approval", True),
        ("max_open_requests", 0),
        ("join_place", "x" * 501),
        ("quotas", {"per": "pair", "period": "week", "visits": 1}),
        ("quotas", [{"per": "pair", "period": "week", "visits": 1}] * 13),
        ("quotas", [{"per": "pair", "period": "week"}]),
        ("quotas", [{"per": "pair", "period": "week", "visits": 1, "days": 7}]),
        ("quotas", [{"per": "pair", "period": "days", "visits": 1}]),
        ("unit_places", {"": 1}),
        ("unit_places", [1]),
        ("request_window", {**WINDOW, "closes_days_before": 7, "closes_at": "08:00"}),
        ("request_window", {**WINDOW, "opens_at": "8 o'clock"}),
        ("request_window", {"opens_days_before": 7}),
    ],
)
def test_a_value_that_could_never_be_met_is_refused_in_a_sentence(name: str, value: object) -> None:
    with pytest.raises(SettingError) as refused:
        REGISTRY[name].parse(value)
    assert str(refused.value).endswith((".", "empty."))


@given(st.sampled_from(sorted(REGISTRY)), JSON)
def test_no_value_breaks_a_setting(name: str, value: object) -> None:
    """It is taken or refused, and what is taken is taken the same after a trip through the database."""
    try:
        taken = REGISTRY[name].parse(value)
    except SettingError:
        return
    assert REGISTRY[name].parse(json.loads(json.dumps(value))) == taken


def test_every_setting_says_what_it_is() -> None:
    assert all(spec.sentence.endswith(".") for spec in REGISTRY.values())
