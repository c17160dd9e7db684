"""Where a command is carried out: here, by the server, or not at all; and what is said when something goes wrong."""

from __future__ import annotations

import argparse
import json
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from backend.cli import perform
from backend.cli.main import build_parser
from backend.cli.over_socket import ask
from backend.cli.report import Listener, Refused
from backend.serve.ownership import IN_USE, Owner, Ownership
from tests.backend.cli.conftest import Type
from tests.backend.running import Installation

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)


@pytest.fixture(params=["here"])
def served(request: pytest.FixtureRequest) -> Installation | None:
    return None


def commands(parser: argparse.ArgumentParser, words: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Return every command, as the words that call it."""
    groups = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    if not groups:
        yield words
    for group in groups:
        for name, below in group.choices.items():
            yield from commands(below, (*words, name))


@pytest.mark.parametrize("words", sorted(commands(build_parser())), ids=" ".join)
def test_every_command_has_help_with_examples_of_itself(type_: Type, words: tuple[str, ...]) -> None:
    said = type_(*words, "--help")
    assert said.code == 0
    _, _, examples = said.out.partition("examples:\n")
    lines = [line.strip() for line in examples.replace(" \\\n", "").splitlines() if line.strip()]
    assert lines
    assert all(line.startswith(f"visitdesk-server {' '.join(words)}") for line in lines)
    assert "Exit codes:" in said.out


@pytest.mark.parametrize(
    "words", [(), ("nothing",), ("user",), ("serve", "--port", "x"), ("facility", "price", "a", "remote", "1.234")]
)
def test_wrong_arguments_are_exit_code_2(type_: Type, words: tuple[str, ...]) -> None:
    said = type_(*words)
    assert said.code == 2
    assert "usage:" in said.errors


def test_a_directory_that_another_command_works_on_is_waited_for_and_then_said_to_be_in_use(
    type_: Type, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(perform, "PATIENCE", 0.0)
    ownership = Ownership(tmp_path / "data")
    ownership.announce(None, NOW)
    said = type_("user", "list")
    ownership.release()
    assert said.code == IN_USE
    assert "is in use by process" in said.errors
    assert type_("user", "list").code == 0


def test_a_command_that_ends_lets_go_of_the_directory(type_: Type, tmp_path: Path) -> None:
    assert type_("facility", "show", "Nowhere").code == 1
    Ownership(tmp_path / "data").release()


def test_demonstration_data_is_for_the_demonstration_only(type_: Type, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "demonstration.json").write_text("{}")
    said = type_("user", "list")
    assert said.code == 1
    assert "add --demo" in said.errors


class TestServerThat:
    """A server that owns the directory and does something other than its work."""

    @pytest.fixture
    def owner(self) -> Iterator[tuple[Owner, socket.socket]]:
        with tempfile.TemporaryDirectory(prefix="vd-") as folder, socket.socket(socket.AF_UNIX) as listener:
            path = Path(folder) / "x.sock"
            listener.bind(str(path))
            listener.listen()
            yield Owner(1, path, NOW.isoformat()), listener

    def answer(self, listener: socket.socket, said: bytes) -> threading.Thread:
        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                heard = b""
                while not heard.endswith(b"{}"):
                    heard += connection.recv(65536)
                connection.sendall(said)

        thread = threading.Thread(target=serve)
        thread.start()
        return thread

    def test_is_gone_took_no_order(self, owner: tuple[Owner, socket.socket]) -> None:
        who, listener = owner
        listener.close()
        assert ask(who, "doctor", {}, Listener()) is None

    def test_is_stopping_took_no_order(self, owner: tuple[Owner, socket.socket]) -> None:
        who, listener = owner
        thread = self.answer(listener, b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n")
        assert ask(who, "doctor", {}, Listener()) is None
        thread.join()

    def test_ends_half_way_leaves_it_unknown(self, owner: tuple[Owner, socket.socket]) -> None:
        who, listener = owner
        thread = self.answer(listener, b'HTTP/1.1 200 OK\r\n\r\n{"progress": [1, 2, "x"]}\n')
        with pytest.raises(Refused, match="before it said what became"):
            ask(who, "doctor", {}, Listener())
        thread.join()

    def test_knows_no_such_command_is_told_apart(self, owner: tuple[Owner, socket.socket]) -> None:
        who, listener = owner
        thread = self.answer(listener, b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
        with pytest.raises(Refused, match="does not take this command"):
            ask(who, "doctor", {}, Listener())
        thread.join()


def test_a_reader_that_has_seen_enough_is_no_error(tmp_path: Path) -> None:
    with Installation() as installation:
        installation.run("facility", "add", "--name", "X", "--state", "TN")
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "backend", "facility", "list", "TN"],
            env=installation.environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        with process.stderr:
            assert process.stderr.read() == b""
        process.wait(60)


def test_serving_loads_neither_the_tools_of_commands_nor_those_of_migrations() -> None:
    code = "import sys, json, backend.cli.main, backend.serve.start; print(json.dumps(sorted(sys.modules)))"
    loaded = json.loads(subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, check=True).stdout)
    assert not {"rich", "alembic", "tzfpy", "sqlalchemy", "fastapi", "pydantic", "uvicorn"} & set(loaded)
