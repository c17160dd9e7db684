"""The lock on a data directory."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from backend.serve.ownership import DirectoryInUse, Owner, Ownership, owner_of

STARTED = datetime(2026, 11, 22, 15, tzinfo=UTC)


def test_a_directory_is_made_for_its_owner_only(tmp_path: Path) -> None:
    ownership = Ownership(tmp_path / "new" / "data")
    assert (tmp_path / "new" / "data").stat().st_mode & 0o777 == 0o700
    ownership.release()


def test_who_comes_second_is_told_who_owns_it(tmp_path: Path) -> None:
    ownership = Ownership(tmp_path)
    ownership.announce(Path("/run/some.sock"), STARTED)
    with pytest.raises(DirectoryInUse) as refused:
        Ownership(tmp_path)
    assert refused.value.owner == Owner(os.getpid(), Path("/run/some.sock"), "2026-11-22T15:00:00+00:00")
    ownership.release()


def test_once_released_it_is_free_and_nobody_is_said_to_own_it(tmp_path: Path) -> None:
    ownership = Ownership(tmp_path)
    ownership.announce(None, STARTED)
    ownership.release()
    assert owner_of(tmp_path) is None
    Ownership(tmp_path).release()


def test_what_a_killed_owner_said_of_itself_is_forgotten(tmp_path: Path) -> None:
    (tmp_path / "owner.json").write_text('{"pid": 1, "socket": "/gone.sock", "started": "long ago"}')
    ownership = Ownership(tmp_path)
    assert owner_of(tmp_path) is None
    ownership.release()


@pytest.mark.parametrize("said", ["", "[]", "{", '{"pid": "x"}', '{"socket": null}', '{"pid": 1, "socket": null}'])
def test_an_owner_that_cannot_be_read_is_none(tmp_path: Path, said: str) -> None:
    (tmp_path / "owner.json").write_text(said)
    assert owner_of(tmp_path) is None
