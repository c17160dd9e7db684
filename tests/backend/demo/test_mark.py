"""Which directories the demonstration takes, and when its data is laid anew."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from backend.demo.mark import GOOD_FOR, is_laid, make_ready, note_laid
from backend.settings import Settings, SettingsError

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)


@pytest.fixture
def demo(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path, demonstration=True)


def database(settings: Settings) -> Path:
    return settings.data_dir / "visitdesk.sqlite3"


def test_an_empty_directory_is_taken(demo: Settings) -> None:
    make_ready(demo, NOW)
    assert not is_laid(demo)


def test_a_directory_with_other_data_is_not_taken(demo: Settings) -> None:
    database(demo).write_text("somebody's work")
    with pytest.raises(SettingsError, match="not the demonstration's"):
        make_ready(demo, NOW)
    assert database(demo).read_text() == "somebody's work"


def test_a_demonstrations_directory_is_not_served_as_anything_else(demo: Settings) -> None:
    note_laid(demo, NOW)
    with pytest.raises(SettingsError, match="demonstration data"):
        make_ready(Settings(data_dir=demo.data_dir), NOW)


@pytest.mark.parametrize(
    ("age", "kept"),
    [
        (timedelta(0), True),
        (GOOD_FOR - timedelta(microseconds=1), True),
        (GOOD_FOR, False),
        (timedelta(seconds=-1), False),
    ],
    ids=["new", "almost too old", "too old", "from the future"],
)
def test_data_is_kept_for_a_week(demo: Settings, age: timedelta, kept: bool) -> None:
    note_laid(demo, NOW - age)
    database(demo).write_text("laid")
    make_ready(demo, NOW)
    assert (database(demo).exists(), is_laid(demo)) == (kept, kept)


def test_data_that_was_laid_half_is_laid_anew(demo: Settings) -> None:
    make_ready(demo, NOW)
    database(demo).write_text("half")
    make_ready(demo, NOW)
    assert not database(demo).exists()


@pytest.mark.parametrize("said", ["", "[]", '{"layout": 0, "laid": "2026-11-22T15:00:00+00:00"}', '{"layout": 1}'])
def test_a_mark_that_says_nothing_known_means_to_lay_anew(demo: Settings, said: str) -> None:
    (demo.data_dir / "demonstration.json").write_text(said)
    database(demo).write_text("old")
    make_ready(demo, NOW)
    assert not database(demo).exists()
