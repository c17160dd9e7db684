"""`scripts/seed_page.py --check` refuses a page on which something of the seed is missing."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a folder with what the check reads."""
    for name in ("scripts/seed_page.py", "tests/e2e/test_seed.py", "docs/seed.toml", "docs/seed.txt", "docs/seed.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    shutil.copytree(ROOT / "docs" / "pictures", tmp_path / "docs" / "pictures", copy_function=_empty)
    return tmp_path


def _empty(_source: str, target: str) -> None:
    Path(target).touch()


def check(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(folder / "scripts" / "seed_page.py"), "--check"]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_the_page_as_it_is_passes(copy: Path) -> None:
    done = check(copy)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    "sentence", ["Select the Duration", "The user will confirm appointment.", "click on Manage Account", "“pending”"]
)
def test_a_sentence_that_is_left_out_is_refused(copy: Path, sentence: str) -> None:
    table = copy / "docs" / "seed.toml"
    edit(table, sentence, "Something else")
    done = check(copy)
    assert done.returncode == 1
    assert "not in docs/seed.toml" in done.stderr


def test_a_sentence_that_stands_there_twice_is_needed_twice(copy: Path) -> None:
    page = copy / "docs" / "seed.txt"
    edit(page, "Select the Duration", "Select the Duration\n\nSelect the Duration")
    assert "not in docs/seed.toml: Select the Duration" in check(copy).stderr


def test_quotes_and_spaces_may_be_other_ones(copy: Path) -> None:
    page = copy / "docs" / "seed.txt"
    edit(page, "“pending”", '"pending" \t')
    assert check(copy).returncode == 0


def test_a_picture_that_is_missing_is_refused(copy: Path) -> None:
    (copy / "docs" / "pictures" / "schedule-payment.svg").unlink()
    done = check(copy)
    assert done.returncode == 1
    assert "no picture schedule-payment.svg" in done.stderr


def test_a_test_that_is_missing_is_refused(copy: Path) -> None:
    name = "test_transaction_details_has_exactly_the_columns_of_the_seed"
    edit(copy / "tests" / "e2e" / "test_seed.py", f"def {name}", f"def no_{name}")
    done = check(copy)
    assert done.returncode == 1
    assert f"no test {name}" in done.stderr
