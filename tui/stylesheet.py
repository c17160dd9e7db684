"""The stylesheet of the app, in which nothing is parsed twice.

Textual parses all of its CSS, and all of ours, again for every page that is opened for the first time: a tenth of what
opening it takes. What was parsed under the same colours is kept here, for this process.
"""

from __future__ import annotations

from functools import lru_cache

from textual.cache import LRUCache
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet

_ROOM = 256
"""Sheets to keep for one set of colours: more than all pages and widgets have together."""


class Styles(Stylesheet):
    """A stylesheet that knows what was parsed before with the same variables."""

    def set_variables(self, variables: dict[str, str]) -> None:
        """Use other variables: what was parsed with those before them is no longer for this stylesheet."""
        self._parse_cache = LRUCache(1)  # the one to be emptied: others read the one that was here
        super().set_variables(variables)
        self._parse_cache = _parsed(tuple(sorted(variables.items())))

    def reparse(self) -> None:
        """Take in the sources that were added. Raises as ``parse`` does, and is then as it was before."""
        self.parse()


@lru_cache(maxsize=4)
def _parsed(_variables: tuple[tuple[str, str], ...]) -> LRUCache[tuple[object, ...], list[RuleSet]]:
    return LRUCache(_ROOM)
