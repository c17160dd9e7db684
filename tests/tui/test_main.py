"""The program from outside: its help, its refusals, what it loads and what it lets in."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tui.__main__ import scrub_environment, wrong_address

HEAVY = (
    "httpx",
    "pydantic",
    "keyring",
    "fastapi",
    "sqlalchemy",
    "sqlmodel",
    "backend",
    "zoneinfo",
    "argparse",
    "backend_client.client",
)


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tui", *arguments]
    return subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False, timeout=60)


def test_help_has_examples_and_says_what_exit_codes_mean() -> None:
    done = run("--help")
    assert done.returncode == 0
    for words in ("--server URL", "--kiosk", "--demo", "--data-dir DIR", "--profile", "examples:", "exit codes:"):
        assert words in done.stdout


def test_without_a_terminal_there_is_one_sentence() -> None:
    done = run("--demo")
    assert done.returncode == 3
    assert done.stderr.count("\n") == 1
    assert "needs a terminal" in done.stderr
    assert done.stdout == ""


def test_nothing_heavy_is_loaded_before_the_first_page() -> None:
    code = (
        f"import sys, tui.__main__, tui.line, tui.embedded, tui.app; print([m for m in {HEAVY!r} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"


def test_what_would_make_libraries_load_or_log_things_is_scrubbed() -> None:
    names = ("TEXTUAL_DRIVER", "TEXTUAL_PRESS", "TEXTUAL_DEBUG", "TEXTUAL", "BROWSER", "PYTHON_KEYRING_BACKEND")
    environ = {**dict.fromkeys(names, "evil"), "ESCDELAY": "1", "TERM": "xterm"}
    scrub_environment(environ)
    assert "evil" not in environ.values()
    assert (environ["ESCDELAY"], environ["TERM"]) == ("100", "xterm")
    environ["SSH_TTY"] = "/dev/pts/3"
    scrub_environment(environ)
    assert environ["ESCDELAY"] == "500"


@pytest.mark.parametrize("server", ["", "visits.example", "ftp://visits.example", "http://visits.example"])
def test_what_is_no_address_of_a_server_is_told(server: str) -> None:
    assert wrong_address(server).endswith(".")


def test_a_server_on_this_machine_or_by_https_will_do() -> None:
    assert wrong_address("https://visits.example") == ""
    assert wrong_address("http://127.0.0.1:8470") == ""


def test_a_kiosk_is_enrolled_without_a_terminal_and_its_code_is_no_argument() -> None:
    assert run("--enrol", "PBAP-EEA3-0MFF-H5B6").returncode == 2
    done = run("--enrol", "--server", "http://127.0.0.1:9")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "terminal" not in done.stderr
