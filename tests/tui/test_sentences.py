"""Every sentence that a person reads can be translated, and is in the template that translators get."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def check(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(folder / "scripts" / "sentences.py"), "--check"]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def test_every_sentence_is_marked_and_in_the_template() -> None:
    done = check(ROOT)
    assert done.returncode == 0, done.stdout
    assert int(done.stdout.split()[0]) > 100


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ('_(f"Hello {name}")', "put together inside the call"),
        ('_("Hello " + name)', "put together inside the call"),
        ('DAYS = ("Mon", "Tue")\n_(DAYS[0])', "DAYS is not marked"),
        ('NAMES = {"a": N_("One"), "b": "Two"}\n_(NAMES.get("b", ""))', "NAMES is not marked"),
        ('NAMES = {"a": "One"}\n[_(name) for key, name in NAMES.items()]', "NAMES is not marked"),
        ('NAMES = {"a": "One"}\ndef f(key):\n    name = NAMES.get(key)\n    return _(name)', "NAMES is not marked"),
        ('class Page:\n    PLACE = "Home"\n    def place(self):\n        return _(self.PLACE)', "PLACE is not marked"),
        ('GO = Command("go", "g", N_("Go"), "Go on.")\n_(GO.help)', "help is not marked"),
    ],
)
def test_what_translators_would_not_see_is_refused(tmp_path: Path, code: str, said: str) -> None:
    (tmp_path / "scripts").mkdir()
    (tmp_path / "tui").mkdir()
    shutil.copy(ROOT / "scripts" / "sentences.py", tmp_path / "scripts")
    (tmp_path / "tui" / "page.py").write_text(code, encoding="utf-8")
    done = check(tmp_path)
    assert done.returncode == 1
    assert said in done.stdout


def test_a_template_that_lacks_a_sentence_is_refused(tmp_path: Path) -> None:
    (tmp_path / "scripts").mkdir()
    (tmp_path / "tui").mkdir()
    shutil.copy(ROOT / "scripts" / "sentences.py", tmp_path / "scripts")
    page = tmp_path / "tui" / "page.py"
    page.write_text('_("Hello")', encoding="utf-8")
    subprocess.run([sys.executable, str(tmp_path / "scripts" / "sentences.py")], check=True, timeout=60)
    assert check(tmp_path).returncode == 0
    page.write_text('_("Goodbye")', encoding="utf-8")
    assert "visitdesk.pot is out of date" in check(tmp_path).stdout
