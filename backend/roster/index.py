"""The roster of one facility as it is searched: its name tokens in memory, forgiving typos.

Pure: built from rows, knows no database. A facility holds up to some 10,000 people; their distinct tokens are compared
by edit distance in one pass, and only who has a matching token in both fields is scored.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from backend.roster.names import Field, FullName, number_key, readings

AT_MOST: Final = 10
SHORT: Final = 2
"""Fewer letters than this find a name only if they are all of it."""
LONG: Final = 8
"""From this many letters on, a token may differ by two typos; shorter ones, down to three letters, by one."""
EXACT: Final = 1.0
SWAPPED: Final = 0.06
"""What the score loses where first and last name were taken for each other."""
ALIAS: Final = 0.03
PART: Final = 0.04
"""What it loses where the name has more words than were asked for."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One individual: the rows' id, the legal name first, then the aliases."""

    id: str
    booking_number: str
    names: tuple[FullName, ...]
    shown: str


@dataclass(slots=True)
class RosterIndex:
    """What one facility's individuals are found by."""

    entries: list[Entry] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)
    holders: dict[str, list[int]] = field(default_factory=dict)
    """Token to the positions of the entries that have it in any name."""
    tokens: list[str] = field(default_factory=list)
    """Every token once, in order, so that those with the same beginning stand together."""
    namesakes: dict[tuple[str, ...], int] = field(default_factory=dict)

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> RosterIndex:
        """Return the index of these individuals."""
        index = cls()
        for position, entry in enumerate(entries):
            index.entries.append(entry)
            index.numbers[number_key(entry.booking_number)] = position
            tokens = {token for name in entry.names for part in (name.given, name.family) for token in part.keys}
            for token in tokens:
                index.holders.setdefault(token, []).append(position)
            same = _legal(entry)
            index.namesakes[same] = index.namesakes.get(same, 0) + 1
        index.tokens.extend(sorted(index.holders))
        return index

    def by_number(self, number: str) -> Entry | None:
        """Return who has this booking number; case, spaces and dashes are forgiven."""
        position = self.numbers.get(number_key(number))
        return None if position is None else self.entries[position]

    def by_name(self, asked: FullName) -> list[Entry]:
        """Return who the name may mean, best first, at most 10."""
        given, family = self._near(asked.given), self._near(asked.family)
        candidates = self._holding(given) & self._holding(family)
        scored = []
        for position in candidates:
            entry = self.entries[position]
            best = max(
                _score(name, asked, given, family) - (ALIAS if place else 0) for place, name in enumerate(entry.names)
            )
            if best > 0:
                scored.append((-best, entry.shown.casefold(), entry.booking_number, position))
        return [self.entries[position] for *_, position in sorted(scored)[:AT_MOST]]

    def knows(self, line: str) -> bool:
        """Say whether somebody has about the name on this line, whichever of its words are the family name."""
        return any(name.given.letters and self.by_name(name) for name in readings(line))

    def has_namesake(self, entry: Entry) -> bool:
        """Say whether somebody else on the roster has the same legal name."""
        return self.namesakes[_legal(entry)] > 1

    def _near(self, part: Field) -> dict[str, dict[str, float]]:
        """Return, for each key of an asked field, the roster's tokens that it may mean with how well they fit."""
        return {key: self._fits(key) for key in part.keys}

    def _fits(self, key: str) -> dict[str, float]:
        if len(key) < SHORT:
            return {key: EXACT} if key in self.holders else {}
        found: dict[str, float] = {}
        near = process.extract(key, self.tokens, scorer=OSA.distance, score_cutoff=2, limit=None)
        for token, distance, _ in near:
            if distance <= _typos(max(len(key), len(token))):
                found[token] = EXACT - 0.15 * distance
        for place in range(bisect_left(self.tokens, key), len(self.tokens)):
            token = self.tokens[place]
            if not token.startswith(key):
                break
            found.setdefault(token, 0.5 + 0.2 * len(key) / len(token))
        return found

    def _holding(self, near: Mapping[str, Mapping[str, float]]) -> set[int]:
        return {position for tokens in near.values() for token in tokens for position in self.holders[token]}


def _typos(letters: int) -> int:
    return 0 if letters <= SHORT else 1 if letters < LONG else 2


def _score(
    name: FullName, asked: FullName, given: Mapping[str, Mapping[str, float]], family: Mapping[str, Mapping[str, float]]
) -> float:
    """Return how well a name fits what was asked for, from 0 (not at all) to 1."""
    straight = _both(_fit(name.given, asked.given, given), _fit(name.family, asked.family, family))
    swapped = _both(_fit(name.family, asked.given, given), _fit(name.given, asked.family, family)) - SWAPPED
    best = max(straight, swapped)
    if best > 0 and asked.suffix is not None and name.suffix is not None:
        best += 0.02 if asked.suffix == name.suffix else -0.02
    return best


def _both(one: float, other: float) -> float:
    return (one + other) / 2 if one > 0 and other > 0 else 0.0


def _fit(part: Field, asked: Field, near: Mapping[str, Mapping[str, float]]) -> float:
    """Return how well one field of a name fits one asked field: as a whole, or word by word."""
    whole = near.get(asked.joined, {}).get(part.joined, 0.0)
    if asked.letters < SHORT:
        return whole
    by_word = [max((near[token].get(each, 0.0) for each in part.tokens), default=0.0) for token in asked.tokens]
    words = min(by_word, default=0.0)
    if words and len(part.tokens) > len(asked.tokens):
        words -= PART
    if not words and len(asked.tokens) > 1:
        # More words were asked for than the roster has: every word of the roster's must then be among them.
        covered = [max(near[token].get(each, 0.0) for token in asked.tokens) for each in part.tokens]
        words = max(0.0, min(covered, default=0.0) - 3 * PART)
    return max(whole, words)


def _legal(entry: Entry) -> tuple[str, ...]:
    name = entry.names[0]
    return (name.given.tokens[0] if name.given.tokens else "", name.family.joined)
