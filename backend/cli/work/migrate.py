"""``migrate``: the schema."""

from __future__ import annotations

from dataclasses import dataclass

from backend.cli.report import Progress, Report
from backend.context import Context
from backend.migrations import HEAD, revision_of


@dataclass(frozen=True, slots=True)
class Migrate:
    """Nothing to say: whoever owns the data directory has brought its schema up to date when it opened it."""


def migrate(context: Context, _asked: Migrate, _progress: Progress) -> Report:
    """Say which revision the schema has."""
    revision = revision_of(context.db)
    return Report(
        (f"The schema is at revision {revision}, the newest.",),
        {"revision": revision, "newest": HEAD},
        wrong=revision != HEAD,
    )
