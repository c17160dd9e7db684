"""What others have taken, as a listing looks at it first."""

from __future__ import annotations

from backend.visits.taken import Taken


def test_an_opening_is_free_only_where_others_have_nothing_at_all() -> None:
    taken = Taken(
        individual=frozenset({1}),
        account=frozenset({2}),
        places={("row:a", 3): 4},
        stations=frozenset({("booth", 5)}),
        apart=frozenset({6}),
    )

    assert taken.busy == {1, 2, 3, 5, 6}
