"""Doing several things at the same time, as several terminals do."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence


def together(work: Sequence[Callable[[], object]]) -> None:
    """Run everything at the same time; raises what the first failure raised."""
    failures: list[BaseException] = []
    gate = threading.Barrier(len(work))

    def run(one: Callable[[], object]) -> None:
        gate.wait()
        try:
            one()
        except BaseException as failure:  # noqa: BLE001  # raised again below, on the test's own thread
            failures.append(failure)

    threads = [threading.Thread(target=run, args=(one,)) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
