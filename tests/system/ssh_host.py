"""A support host: the real OpenSSH server on loopback with our drop-in, the real Visit Desk server, and one agent.

The drop-in is the one in ``deploy/sshd``, with two paths put where this test has them; agents are made and removed by
the scripts beside it. An *open* host is the same without the drop-in: what gets out there and not here is held by it.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.backend.running import Installation
from tests.terminal import Terminal

ROOT: Final = Path(__file__).parents[2]
DEPLOY: Final = ROOT / "deploy" / "sshd"
PATIENCE: Final = 60
DEBIAN: Final = """
KbdInteractiveAuthentication no
UsePAM yes
X11Forwarding yes
PrintMotd no
AcceptEnv LANG LC_*
Subsystem sftp /usr/lib/openssh/sftp-server
"""
"""What Debian's sshd_config says by itself, behind the files that are dropped in."""
QUICK: Final = {"ClientAliveInterval 30": "ClientAliveInterval 1", "ClientAliveCountMax 4": "ClientAliveCountMax 2"}
"""A silent line is given up after two seconds, for tests that cannot wait for two minutes."""


@dataclass
class Host:
    """One SSH server, seen from the machine of an agent who has a key for it."""

    root: Path
    port: int
    agent: str
    visitdesk_port: int
    is_open: bool
    terminals: list[Terminal]

    @property
    def key(self) -> Path:
        return self.root / "key"

    def command(self, *options: str, program: str = "ssh", key: Path | None = None) -> list[str]:
        """Return the words that call this host, without where to and without a command."""
        port = "-P" if program in ("sftp", "scp") else "-p"
        fixed = ["-F", "none", "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=no", "-o", "LogLevel=ERROR"]
        known = ["-o", f"UserKnownHostsFile={self.root / 'known'}", "-o", "IdentitiesOnly=yes"]
        return [program, *fixed, *known, "-i", str(key or self.key), port, str(self.port), *options]

    @property
    def whom(self) -> str:
        return f"{self.agent}@127.0.0.1"

    def run(
        self,
        *options: str,
        said: Sequence[str] = (),
        typed: str = "",
        key: Path | None = None,
        env: Mapping[str, str] | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """Call the host without a terminal, and wait for the end."""
        return subprocess.run(
            [*self.command(*options, key=key), self.whom, *said],
            input=typed,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            env={**os.environ, **(env or {})},
            check=False,
        )

    def open(self, *options: str, said: Sequence[str] = (), env: Mapping[str, str] | None = None) -> Terminal:
        """Call the host from a terminal, as an agent does."""
        words = [*self.command("-tt", *options), self.whom, *said]
        self.terminals.append(Terminal(words, env={"TERM": "xterm-256color", **(env or {})}))
        return self.terminals[-1]

    def processes(self) -> dict[int, str]:
        """Return what runs on the host as the agent, by process id."""
        uid = int(subprocess.run(["id", "-u", self.agent], capture_output=True, text=True, check=True).stdout)
        found = {}
        for place in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):  # it has ended meanwhile
                words = (place / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
                if place.stat().st_uid == uid and words:
                    found[int(place.name)] = words
        return found

    def environment(self, pid: int) -> dict[str, str]:
        """Return the environment that a process began with."""
        said = Path(f"/proc/{pid}/environ").read_bytes().decode(errors="replace")
        return dict(line.split("=", 1) for line in said.split("\0") if "=" in line)


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as asking:
        asking.bind(("127.0.0.1", 0))
        port: int = asking.getsockname()[1]
        return port


def interpreter() -> str:
    """Return a Python that other users of this machine may run."""
    here = Path(sys.executable).resolve()
    open_to_all = all(parent.stat().st_mode & 0o001 for parent in here.parents)
    return str(here) if open_to_all else "/usr/bin/python3"


@contextmanager
def support_host(*, is_open: bool = False, quick: bool = False) -> Iterator[Host]:
    """Run a support host for as long as the block; a ``quick`` one soon gives up a line that is silent."""
    root = Path(tempfile.mkdtemp(prefix="vd-ssh-"))
    root.chmod(0o755)
    agent = f"vdt{os.getpid()}{'o' if is_open else 'c'}{free_port()}"
    terminals: list[Terminal] = []
    sshd: subprocess.Popen[bytes] | None = None
    try:
        with Installation() as installation:
            port = installation.serve("--demo", "--host", "127.0.0.1", "--port", "0", listeners=2).port
            host = Host(root, free_port(), agent, port, is_open, terminals)
            _lay(host, QUICK if quick else {})
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", host.key], check=True)
            subprocess.run(["sh", DEPLOY / "add-agent", agent, f"{host.key}.pub"], check=True, capture_output=True)
            # add-agent restricts the key, too: here the drop-in has to hold by itself
            shutil.copy(f"{host.key}.pub", f"/etc/ssh/visitdesk-support/{agent}")
            sshd = _started(host)
            yield host
    finally:
        for terminal in terminals:
            terminal.close()
        if sshd is not None:
            sshd.terminate()
            sshd.wait(PATIENCE)
        subprocess.run(["sh", DEPLOY / "remove-agent", agent], check=False, capture_output=True)
        shutil.rmtree(root)


def _lay(host: Host, instead: Mapping[str, str]) -> None:
    """Write what the server, the program and the settings are."""
    program, settings = host.root / "visitdesk", host.root / "support.toml"
    places = ":".join(place for place in sys.path if place.startswith(str(ROOT))) or str(ROOT)
    program.write_text(
        f'#!/bin/sh\nexec env PYTHONPATH={places}:{ROOT} PYTHONNOUSERSITE=1 {interpreter()} -P -m tui "$@"\n'
    )
    program.chmod(0o755)
    server = (DEPLOY / "support.toml").read_text().replace(":8470", f":{host.visitdesk_port}")
    settings.write_text(f"{server}demo = true\n")  # people are signed in as by a digit, not by a password
    drop_in = (DEPLOY / "50-visitdesk-support.conf").read_text()
    drop_in = drop_in.replace("/opt/visitdesk/bin/visitdesk", str(program))
    drop_in = drop_in.replace("/etc/visitdesk/support.toml", str(settings))
    for said, other in instead.items():
        assert said in drop_in
        drop_in = drop_in.replace(said, other)
    if host.is_open:
        drop_in = "AuthorizedKeysFile /etc/ssh/visitdesk-support/%u\nPermitUserEnvironment yes\nPermitTunnel yes\n"
    (host.root / "drop_in.conf").write_text(drop_in)
    (host.root / "sshd_config").write_text(
        f"Port {host.port}\nListenAddress 127.0.0.1\nHostKey {host.root}/host_key\nPidFile none\n"
        f"Include {host.root}/drop_in.conf\n{DEBIAN}"
    )
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", host.root / "host_key"], check=True)


def _started(host: Host) -> subprocess.Popen[bytes]:
    """Start sshd, which must take the configuration as it is, and wait until it answers."""
    Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    words = ["/usr/sbin/sshd", "-f", str(host.root / "sshd_config")]
    subprocess.run([*words, "-t"], check=True)
    with (host.root / "sshd.log").open("wb") as log:
        nothing = subprocess.DEVNULL  # a session that outlives a test shall hold nothing that the tests' caller reads
        process = subprocess.Popen([*words, "-D", "-e"], stdin=nothing, stdout=nothing, stderr=log)
    while True:
        with suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", host.port), PATIENCE) as asking:
            asking.recv(64)
            return process
        assert process.poll() is None, (host.root / "sshd.log").read_text()
