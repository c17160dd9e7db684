"""Visit Desk over the real OpenSSH server with our drop-in: an agent works with it, and gets at nothing else.

Every attack is tried on a host without the drop-in as well, where it must succeed: so it would be found if a line of
the drop-in were missing.
"""

from __future__ import annotations

import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest

from tests.e2e.walk import TYPES, read_terms
from tests.system.ssh_host import DEPLOY, PATIENCE, Host, free_port, support_host
from tests.terminal import Terminal

pytestmark = [pytest.mark.system, pytest.mark.terminal]

MARK: Final = "a-door-stands-open"
HEALTH: Final = b"GET /v1/health HTTP/1.0\r\nHost: visitdesk\r\n\r\n"


@pytest.fixture(scope="module")
def closed() -> Iterator[Host]:
    with support_host() as host:
        yield host


@pytest.fixture(scope="module")
def open_host() -> Iterator[Host]:
    with support_host(is_open=True) as host:
        yield host


# -- the door that is there


def sign_in(terminal: Terminal, person: str = "4") -> None:
    terminal.wait_for("Who would you like to be?", PATIENCE)
    terminal.press(person)


def test_an_agent_signs_in_with_a_key_and_finds_a_customer(closed: Host) -> None:
    terminal = closed.open()
    sign_in(terminal)
    terminal.wait_for("Name, e-mail, phone or reference", PATIENCE)
    terminal.type("ana riv")
    terminal.press("enter")
    terminal.wait_for("1 customer found.", PATIENCE)
    terminal.press("enter")
    terminal.wait_for("Why do you look", PATIENCE)
    terminal.type("Ticket 4711")
    terminal.press("enter")
    terminal.wait_for("LOOKING ONLY, nothing can be changed: Ana Rivera", PATIENCE)
    terminal.press("1")
    terminal.wait_for("Good ", PATIENCE)
    terminal.press("f10")
    terminal.wait_for("Who would you like to be?", PATIENCE)
    terminal.press("ctrl+q")
    assert terminal.wait_exit(PATIENCE) == 0
    gone(closed)


def test_the_profile_is_ssh_and_a_split_arrow_stays_an_arrow(closed: Host) -> None:
    terminal = closed.open()
    terminal.wait_for(">1  Ana Rivera", PATIENCE)
    terminal.send(b"\x1b")
    terminal.listen(0.2)
    terminal.send(b"[B")
    terminal.wait_for(">2  Grace Okafor", PATIENCE)
    [pid] = [pid for pid, words in closed.processes().items() if "-m tui" in words]
    assert closed.environment(pid)["VISITDESK_TERMINAL_CONFIG"].endswith("support.toml")
    terminal.press("ctrl+q")
    terminal.wait_exit(PATIENCE)


# -- the doors that are not


def out(host: Host, *options: str, said: tuple[str, ...] = (), typed: str = "") -> bool:
    """Say whether a call without a terminal got the mark printed by a shell of the host."""
    answer = host.run(*options, said=said, typed=typed)
    return f"{MARK}-2" in answer.stdout + answer.stderr


def a_shell(host: Host) -> bool:
    return out(host, "-T", typed=f"echo {MARK}-$((1+1))\n")


def a_command(host: Host) -> bool:
    return out(host, said=(f"echo {MARK}-$((1+1))",))


def a_command_with_a_terminal(host: Host) -> bool:
    terminal = host.open(said=(f"echo {MARK}-$((1+1))",))
    terminal.wait_until(lambda text: f"{MARK}-2" in text or "Who would you like to be?" in text, "either", PATIENCE)
    found = f"{MARK}-2" in terminal.screen_text()
    terminal.close()
    return found


def sftp(host: Host) -> bool:
    target = host.root / "taken"
    target.unlink(missing_ok=True)
    words = [*host.command("-b", "-", program="sftp"), host.whom]
    subprocess.run(
        words, input=f"get /etc/hostname {target}\n", text=True, capture_output=True, timeout=PATIENCE, check=False
    )
    return target.exists()


def scp(host: Host, *how: str) -> bool:
    target = host.root / "taken"
    target.unlink(missing_ok=True)
    words = [*host.command(*how, program="scp"), f"{host.whom}:/etc/hostname", str(target)]
    subprocess.run(words, capture_output=True, timeout=PATIENCE, check=False)
    return target.exists()


def the_old_scp(host: Host) -> bool:
    return scp(host, "-O")


@contextmanager
def forwarding(host: Host, *options: str) -> Iterator[subprocess.Popen[bytes]]:
    """Call the host for forwarding only, for as long as the block."""
    words = [*host.command("-N", *options), host.whom]
    with subprocess.Popen(
        words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as calling:
        try:
            yield calling
        finally:
            calling.kill()


def answers(port: int, said: bytes, calling: subprocess.Popen[bytes]) -> bytes:
    """Return what comes back from a local port, once it listens: nothing where the connection is closed at once."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and calling.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), PATIENCE) as asking:
                asking.sendall(said)
                return asking.recv(64)
        except ConnectionRefusedError:
            time.sleep(0.05)  # ssh has not signed in yet, and says nothing when it has
        except ConnectionResetError:
            return b""
    return b""


def a_local_forward(host: Host) -> bool:
    port = free_port()
    with forwarding(host, "-L", f"{port}:127.0.0.1:{host.visitdesk_port}") as calling:
        return answers(port, HEALTH, calling).startswith(b"HTTP/1.1 200")


def a_dynamic_forward(host: Host) -> bool:
    port = free_port()
    to = bytes([4, 1]) + host.visitdesk_port.to_bytes(2, "big") + bytes([127, 0, 0, 1, 0])
    with forwarding(host, "-D", str(port)) as calling:
        return answers(port, to, calling)[1:2] == b"\x5a"


def a_remote_forward(host: Host) -> bool:
    port = free_port()
    with forwarding(host, "-o", "ExitOnForwardFailure=yes", "-R", f"{port}:127.0.0.1:{host.port}") as calling:
        return answers(port, b"", calling).startswith(b"SSH-")


def standard_in_and_out(host: Host) -> bool:
    words, pipe = [*host.command("-W", f"127.0.0.1:{host.visitdesk_port}"), host.whom], subprocess.PIPE
    with subprocess.Popen(words, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL) as calling:
        assert calling.stdin is not None
        assert calling.stdout is not None
        calling.stdin.write(HEALTH)
        calling.stdin.flush()
        found = calling.stdout.read(12)
        calling.kill()
        calling.stdin.close()
    return found == b"HTTP/1.1 200"


def a_socket_forward(host: Host) -> bool:
    there = Path(f"/tmp/{host.agent}.sock")
    with forwarding(host, "-o", "ExitOnForwardFailure=yes", "-R", f"{there}:127.0.0.1:{host.port}") as calling:
        deadline = time.monotonic() + PATIENCE
        while calling.poll() is None and not there.exists() and time.monotonic() < deadline:
            time.sleep(0.05)  # ssh says nothing when it has signed in
        found = there.exists()
    there.unlink(missing_ok=True)
    return found


def a_second_session(host: Host) -> bool:
    """Share one connection, and ask for a second session on it while the first runs."""
    control = host.root / "control"
    first = host.open("-M", "-S", str(control))
    deadline = time.monotonic() + PATIENCE
    while not (control.exists() and host.processes()) and time.monotonic() < deadline:
        first.listen(0.05)
    # nobody listens on that port: where the second session is refused, no second connection takes its place
    words = [word if word != str(host.port) else "1" for word in host.command("-T", "-S", str(control))]
    answer = subprocess.run(
        [*words, host.whom, f"echo {MARK}"], capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    first.close()
    gone(host)
    return "Connection refused" not in answer.stderr


def remote_environment(host: Host, *options: str, env: dict[str, str] | None = None) -> dict[str, str]:
    """Return the environment that a call gets on the host."""
    gone(host)
    terminal = host.open(*options, said=("exec sleep 60",) if host.is_open else (), env=env)
    wanted = "sleep 60" if host.is_open else "-m tui"
    deadline = time.monotonic() + PATIENCE
    try:
        while time.monotonic() < deadline:
            terminal.listen(0.05)
            for pid, words in host.processes().items():
                if wanted in words and "sh -c" not in words:
                    return host.environment(pid)
    finally:
        terminal.close()
        gone(host)
    raise AssertionError(f"it never ran: {terminal.screen_text()}")


def a_variable(host: Host) -> bool:
    sent = {"LC_TEXTUAL_DRIVER": MARK, "TEXTUAL_DRIVER": MARK, "VISITDESK_SERVER": MARK, "PYTHONPATH": MARK}
    options = [part for name in sent for part in ("-o", f"SendEnv={name}")]
    return MARK in remote_environment(host, *options, env=sent).values()


def the_agent(host: Host) -> bool:
    place = host.root / "agent"
    with subprocess.Popen(["ssh-agent", "-D", "-a", str(place)], stdout=subprocess.DEVNULL) as agent:
        try:
            while not place.exists():
                time.sleep(0.05)  # it says nothing when it listens
            return "SSH_AUTH_SOCK" in remote_environment(host, "-A", env={"SSH_AUTH_SOCK": str(place)})
        finally:
            agent.terminate()


def x11(host: Host) -> bool:
    return "DISPLAY" in remote_environment(host, "-Y", env={"DISPLAY": "127.0.0.1:9"})


def dotfiles(host: Host) -> bool:
    """Whether a file in the home does anything; only root could put it there on a host that is set up as shipped."""
    home = Path("/var/lib/visitdesk-support")
    mark = host.root / "mark"
    mark.unlink(missing_ok=True)
    host.root.chmod(0o777)
    (home / ".ssh").mkdir(exist_ok=True)
    names = (".profile", ".bashrc", ".bash_profile", ".login", ".zshenv", ".kshrc", ".ssh/rc")
    for name in names:
        (home / name).write_text(f"touch {mark}\n")
    (home / ".ssh/environment").write_text(f"VISITDESK_SERVER={MARK}\n")
    (home / ".config/visitdesk").mkdir(parents=True, exist_ok=True)
    (home / ".config/visitdesk/visitdesk.toml").write_text(f'server = "http://{MARK}"\n')
    try:
        found = MARK in remote_environment(host).values()
        return found or mark.exists()
    finally:
        host.root.chmod(0o755)
        for name in (*names, ".ssh/environment"):
            (home / name).unlink()
        (home / ".ssh").rmdir()
        shutil.rmtree(home / ".config")


ATTACKS: Final[dict[str, Callable[[Host], bool]]] = {
    attack.__name__.replace("_", " "): attack
    for attack in (
        a_shell,
        a_command,
        a_command_with_a_terminal,
        sftp,
        scp,
        the_old_scp,
        a_local_forward,
        a_remote_forward,
        a_dynamic_forward,
        a_socket_forward,
        standard_in_and_out,
        a_second_session,
        a_variable,
        the_agent,
        x11,
        dotfiles,
    )
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_there_is_no_way_out(closed: Host, attack: str) -> None:
    assert not ATTACKS[attack](closed)


@pytest.mark.parametrize("attack", sorted(ATTACKS))
def test_without_the_drop_in_the_same_way_is_open(open_host: Host, attack: str) -> None:
    assert ATTACKS[attack](open_host)


def test_the_language_is_the_one_thing_that_is_taken(closed: Host) -> None:
    sent = {"LANG": "C.UTF-8", "LC_ALL": "C", "LC_MESSAGES": "de_DE.UTF-8"}
    options = [part for name in sent for part in ("-o", f"SendEnv={name}")]
    found = remote_environment(closed, *options, env=sent)
    assert (found["LANG"], "LC_ALL" in found, "LC_MESSAGES" in found) == ("C.UTF-8", False, False)


# -- who is let in


@pytest.mark.parametrize("method", ["password", "keyboard-interactive", "hostbased", "none"])
def test_only_a_key_is_asked_for(closed: Host, method: str) -> None:
    words = [*closed.command("-o", f"PreferredAuthentications={method}", "-o", "BatchMode=no"), closed.whom]
    answer = subprocess.run(
        words, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert answer.returncode == 255
    assert "Permission denied (publickey)" in answer.stderr


def test_another_key_is_refused_also_where_the_home_names_it(closed: Host) -> None:
    other = closed.root / "other"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", other], check=True)
    kept = Path("/var/lib/visitdesk-support/.ssh")
    kept.mkdir()
    shutil.copy(f"{other}.pub", kept / "authorized_keys")
    try:
        assert "Permission denied" in closed.run(key=other).stderr
    finally:
        shutil.rmtree(kept)


def add(name: str, file: Path) -> str:
    """Return what add-agent finds wrong."""
    said = subprocess.run(["sh", DEPLOY / "add-agent", name, file], capture_output=True, text=True, check=False)
    assert said.returncode == 1
    return said.stderr


def test_an_agent_has_one_key_and_a_key_one_agent(closed: Host) -> None:
    two = closed.root / "two"
    key = Path(f"{closed.key}.pub").read_text()
    two.write_text(key * 2)
    (closed.root / "forced").write_text(f'command="sh" {key}')
    assert "one key per person" in add("somebody", Path(f"{closed.key}.pub"))
    assert "must hold one key" in add("somebody", two)
    assert "nothing before it" in add("somebody", closed.root / "forced")
    assert "somebody else" in add("root", Path(f"{closed.key}.pub"))
    assert "small letters" in add("../root", Path(f"{closed.key}.pub"))
    assert subprocess.run(["id", "somebody"], capture_output=True, check=False).returncode != 0


# -- lines that are lost


def gone(host: Host, seconds: float = PATIENCE) -> None:
    """Wait until nothing runs on the host as the agent any more."""
    deadline = time.monotonic() + seconds
    while running := host.processes():
        assert time.monotonic() < deadline, running
        time.sleep(0.05)  # nothing tells of the end of another user's processes


@pytest.mark.parametrize("how", ["killed", "silent"])
def test_a_lost_line_leaves_no_process_and_the_draft_is_offered_again(how: str) -> None:
    with support_host(quick=True) as host:
        terminal = host.open()
        sign_in(terminal, "1")
        terminal.wait_for("Schedule a Visit", PATIENCE)
        terminal.press("2")
        terminal.wait_for(TYPES, PATIENCE)
        terminal.press("1")
        terminal.wait_for(re.compile(r">\s*SCHEDULE VISIT"), PATIENCE)
        terminal.press("enter")
        read_terms(terminal)
        terminal.wait_for("Find the Incarcerated Individual", PATIENCE)
        assert any("-m tui" in words for words in host.processes().values())
        terminal.process.send_signal(signal.SIGKILL if how == "killed" else signal.SIGSTOP)
        gone(host)
        terminal.process.send_signal(signal.SIGKILL)

        again = host.open()
        sign_in(again, "1")
        again.wait_for("begun", PATIENCE)
        again.press("2")
        again.wait_for("Start over", PATIENCE)
        again.press("1")
        again.wait_for("Find the Incarcerated Individual", PATIENCE)
