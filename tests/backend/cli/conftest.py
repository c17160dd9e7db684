"""Commands as an operator types them: carried out here, or by a server that owns the data directory."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from backend.cli.main import main
from tests.backend.running import Installation


@dataclass(frozen=True, slots=True)
class Said:
    """What a command printed, and its exit code."""

    code: int
    out: str
    errors: str

    @property
    def data(self) -> object:
        """The report of a command that was asked for JSON."""
        return json.loads(self.out)


Type = Callable[..., Said]


@pytest.fixture
def type_(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, served: Installation | None
) -> Iterator[Type]:
    """Return a function that runs a command in this process: ``type_("user", "list")``."""
    before = os.umask(0o077)
    data_dir = tmp_path / "data"
    if served is not None:
        data_dir = served.data_dir
        monkeypatch.setenv("XDG_RUNTIME_DIR", served.environ["XDG_RUNTIME_DIR"])
    monkeypatch.setenv("VISITDESK_DATA_DIR", str(data_dir))

    def run(*words: str | Path, stdin: str = "") -> Said:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        try:
            code = main([str(word) for word in words])
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    yield run
    os.umask(before)


@pytest.fixture(params=["here", "through the server"])
def served(request: pytest.FixtureRequest) -> Iterator[Installation | None]:
    """An installation whose server runs, or None: then commands own their data directory themselves."""
    if request.param == "here":
        yield None
        return
    with Installation() as installation:
        installation.serve()
        yield installation


@pytest.fixture
def cumberland(type_: Type) -> str:
    """The id of a facility that was added from the shell."""
    said = type_(
        "facility", "add", "--name", "Cumberland County Jail", "--state", "TN", "--zone", "America/Chicago", "--json"
    )
    assert said.code == 0, said.errors
    made = said.data
    assert isinstance(made, dict)
    return str(made["id"])
