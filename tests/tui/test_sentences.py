"""Every sentence that a person reads can be translated."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_no_sentence_is_put_together_inside_its_call() -> None:
    command = [sys.executable, str(ROOT / "scripts" / "sentences.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout
    assert int(done.stdout.split()[0]) > 100
