"""The order of tests: what takes long comes first, spread over the processes that run tests side by side.

pytest-xdist gives every process a share of neighbours and, when one has nothing left, some from the end of another's.
A test of a minute that stands last in its share would keep one processor busy while the others wait.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def dealt(items: Sequence[T], shares: int, long: Callable[[T], bool], module: Callable[[T], object]) -> list[T]:
    """Return the items in the order of ``shares`` equal parts, each of which begins with its part of the long ones.

    Long items of a module stay together, for they share what is slow to set up; the others stay in their order.
    """
    modules: dict[object, list[T]] = {}
    for item in items:
        if long(item):
            modules.setdefault(module(item), []).append(item)
    fronts: list[list[T]] = [[] for _ in range(max(1, shares))]
    for together in sorted(modules.values(), key=len, reverse=True):
        min(fronts, key=len).extend(together)
    others = [item for item in items if not long(item)]
    ordered: list[T] = []
    for number, front in enumerate(fronts, 1):
        ends_at = len(items) * number // len(fronts)
        room = max(0, ends_at - len(ordered) - len(front))
        ordered += front + others[:room]
        del others[:room]
    return ordered + others
