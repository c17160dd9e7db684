"""Over SSH a token waits in the session keyring of the kernel, the real one: as long as the login, and no longer."""

from __future__ import annotations

import ctypes
import json
import os
import subprocess
import sys
import textwrap
from functools import cache

import pytest

from backend_client.session_keyring import _CALLS, SessionKeyring, SessionKeyringError

JOIN = """
import ctypes, os
from backend_client.session_keyring import _CALLS
if ctypes.CDLL(None, use_errno=True).syscall(_CALLS[os.uname().machine][1], 1, None) < 0:
    raise SystemExit("no session keyring: " + os.strerror(ctypes.get_errno()))
"""
"""Begins a session keyring of one's own, as PAM does at a login. In a process apart: it cannot be left again."""

VAULT = """
import asyncio, json, os, subprocess, sys
from backend_client import vault_for

async def main():
    vault = vault_for("ssh")
"""


@cache
def why_not() -> str:
    done = subprocess.run([sys.executable, "-c", JOIN], capture_output=True, text=True, check=False, timeout=60)
    return done.stderr.strip().rpartition("\n")[2] if done.returncode else ""


def needs_the_kernel() -> None:
    if reason := why_not():
        pytest.skip(f"this kernel gives no keyring here: {reason}")


def answer_of(program: str) -> object:
    """Run a program; return what it printed, as JSON."""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def with_vault(*lines: str) -> str:
    """Return a program of these lines, which have the ``vault`` of the SSH profile."""
    return VAULT + textwrap.indent("\n".join(lines), "    ") + "\nasyncio.run(main())"


def of_vault(*lines: str) -> object:
    """Return what these lines printed, in a login session of its own."""
    return answer_of(JOIN + with_vault(*lines))


def test_a_token_is_there_for_the_next_start_of_the_same_login_and_gone_once_forgotten() -> None:
    needs_the_kernel()
    found = of_vault(
        "await vault.save('https://desk.test', 'one', lasts_seconds=3600)",
        "await vault.save('https://other.test', 'two', lasts_seconds=3600)",
        "await vault.save('https://desk.test', 'three', lasts_seconds=3600)",
        "again = vault_for('ssh')",
        "kept = [await again.load('https://desk.test'), await again.load('https://other.test')]",
        "await again.forget('https://desk.test')",
        "await again.forget('https://desk.test')",
        "last = vault_for('ssh')",
        "kept += [await last.load('https://desk.test'), await last.load('https://other.test')]",
        "print(json.dumps([*kept, last.notice]))",
    )
    assert found == ["three", "two", None, "two", None]


def test_another_program_of_the_login_reads_it_and_another_login_does_not() -> None:
    needs_the_kernel()
    ask = "import asyncio; from backend_client import vault_for; print(asyncio.run(vault_for('ssh').load('here')))"
    found = of_vault(
        "await vault.save('here', 'one', lasts_seconds=3600)",
        f"ask = [sys.executable, '-c', {ask!r}]",
        f"elsewhere = [sys.executable, '-c', {JOIN + ask!r}]",
        "answers = [subprocess.run(c, capture_output=True, text=True).stdout.strip() for c in (ask, elsewhere)]",
        "print(json.dumps(answers))",
    )
    assert found == ["one", "None"]


@pytest.mark.parametrize("call", ["save", "renew"])
def test_the_kernel_keeps_it_as_long_as_the_server_would_take_it_and_not_longer(call: str) -> None:
    needs_the_kernel()
    found = of_vault(
        "await vault.save('here', 'one', lasts_seconds=2)",
        f"await vault.{call}('here', 'one', lasts_seconds=5400)",
        "mine = [line.split() for line in open('/proc/keys') if 'visitdesk:here' in line]",
        "print(json.dumps([[words[3], words[4]] for words in mine if words[1][0] == 'I' and words[3] != 'expd']))",
    )
    # the time left, in whole units of its largest; and that only who possesses a key may do anything with it
    assert found == [["1h", "3f000000"]]


def test_what_has_expired_is_not_there() -> None:
    needs_the_kernel()
    found = answer_of(
        JOIN
        + """
import json, select
from backend_client.session_keyring import SessionKeyring
keyring = SessionKeyring()
keyring.with_properties(lasts_seconds=1).set_password("visitdesk", "here", "one")
before = keyring.get_password("visitdesk", "here")
while keyring.get_password("visitdesk", "here") is not None:
    select.select([], [], [], 0.02)
print(json.dumps([before, None]))
"""
    )
    assert found == ["one", None]


IN_MEMORY = with_vault(
    "await vault.save('here', 'one', lasts_seconds=60)",
    "print(json.dumps([vault.notice, await vault.load('here'), await vault_for('ssh').load('here')]))",
)


def test_the_keyring_that_all_logins_of_a_user_share_is_refused_and_memory_used() -> None:
    if not shared():
        pytest.skip("this login has a session keyring of its own")
    assert answer_of(IN_MEMORY) == ["no_keyring", "one", None]


def shared() -> bool:
    """Whether this very login has no session keyring of its own."""
    told = ctypes.create_string_buffer(200)
    describe, of_session = 6, -3
    keyctl = _CALLS[os.uname().machine][1]
    return ctypes.CDLL(None).syscall(keyctl, describe, of_session, told, 200) > 0 and b"_uid_ses" in told.value


@pytest.mark.parametrize(("name", "taken"), [("_uid_ses.0", False), ("_uid_ses.1000", False), ("_ses", True)])
def test_a_session_keyring_is_taken_by_its_name(name: str, *, taken: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SessionKeyring, "_description", lambda _self, _key: f"keyring;0;65534;1f3f0000;{name}")
    monkeypatch.setattr(os, "uname", lambda: os.uname_result(("Linux", "desk", "6.1", "", "x86_64")))
    if taken:
        SessionKeyring()
        return
    with pytest.raises(SessionKeyringError, match="shared"):
        SessionKeyring()


def test_what_the_kernel_will_not_limit_is_not_kept_at_all() -> None:
    needs_the_kernel()
    found = answer_of(
        JOIN
        + """
import json
import backend_client.session_keyring as ours
ours._SET_TIMEOUT = 10_000
keyring = ours.SessionKeyring()
try:
    keyring.with_properties(lasts_seconds=60).set_password("visitdesk", "here", "one")
except ours.SessionKeyringError:
    print(json.dumps([keyring._asked(keyring._keyctl, ours._READ, ours._OF_SESSION, b"", 0)]))
"""
    )
    assert found == [0], "so many bytes of key numbers are in the session keyring"


def test_where_the_kernel_refuses_tokens_stay_in_memory() -> None:
    refusing = "import backend_client.session_keyring as ours\nours._CALLS = dict.fromkeys(ours._CALLS, (-1, -1))\n"
    assert answer_of(refusing + IN_MEMORY) == ["no_keyring", "one", None]


def test_no_machine_that_is_not_known_is_guessed_at(monkeypatch: pytest.MonkeyPatch) -> None:
    known = os.uname()
    monkeypatch.setattr(os, "uname", lambda: os.uname_result((*known[:4], "pdp11")))
    with pytest.raises(SessionKeyringError, match="pdp11"):
        SessionKeyring()
