"""`scripts/setup`, with which every make target begins: quick when all is there, one sentence when something lacks."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("requirements.lock", "requirements-dev.lock")


class Machine:
    """A copy of what set-up needs, on a machine whose Pythons are stand-ins."""

    def __init__(self, folder: Path) -> None:
        self.project = folder / "a project, höre"
        self.programs = folder / "bin"
        shutil.copytree(ROOT / "scripts", self.project / "scripts")
        for name in (*LOCKS, "pyproject.toml"):
            shutil.copy(ROOT / name, self.project)
        self.programs.mkdir()
        for name in ("sh", "cmp", "dirname"):
            found = shutil.which(name)
            assert found is not None
            (self.programs / name).symlink_to(found)

    def has_python(self, name: str, version: str) -> None:
        """Give the machine a Python that tells a version, and tells what it is asked to run."""
        self.has_program(name, f'if [ "$1" = -c ]; then echo {version}; else echo "{name} runs $*"; fi')

    def has_program(self, name: str, body: str) -> None:
        """Give the machine a program made of shell lines."""
        program = self.programs / name
        program.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
        program.chmod(0o755)

    def is_set_up(self, home: Path | None = None) -> None:
        """Leave what a finished set-up leaves."""
        state = self.project / ".venv" / "visitdesk"
        state.mkdir(parents=True)
        (state / "home").write_text(f"{home or self.project.resolve()}\n", encoding="utf-8")
        for lock in LOCKS:
            shutil.copy(ROOT / lock, state)
        interpreter = self.project / ".venv" / "bin" / "python"
        interpreter.parent.mkdir()
        interpreter.touch(0o755)

    def set_up(self, want: str = "run") -> subprocess.CompletedProcess[str]:
        """Run `scripts/setup` from some other folder."""
        return subprocess.run(
            [self.programs / "sh", self.project / "scripts" / "setup", want],
            env={"PATH": str(self.programs)},
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_a_machine_without_python_is_told_so_in_one_sentence(machine: Machine) -> None:
    answer = machine.set_up()
    assert answer.returncode == 1
    assert answer.stderr.count("\n") == 1
    assert "needs Python 3.11 or newer, and this machine has no Python" in answer.stderr


def test_a_machine_whose_python_is_too_old_is_told_which_it_has(machine: Machine) -> None:
    machine.has_python("python3", "3.9")
    answer = machine.set_up()
    assert answer.returncode == 1
    assert answer.stderr.count("\n") == 1
    assert "this machine has only Python 3.9" in answer.stderr


def test_names_that_do_not_start_and_pythons_that_are_too_old_are_passed_over(machine: Machine) -> None:
    machine.has_program("python3.13", "echo 'this version is not installed' >&2; exit 127")
    machine.has_python("python3", "3.10")
    machine.has_python("python3.11", "3.11")
    assert machine.set_up().stdout == "python3.11 runs scripts/make_venv.py run\n"


def test_the_python_that_is_named_comes_first(machine: Machine, tmp_path: Path) -> None:
    machine.has_python("python3.13", "3.13")
    machine.has_python("my python", "3.12")
    command: list[Path | str] = [machine.programs / "sh", machine.project / "scripts" / "setup", "dev"]
    env = {"PATH": str(machine.programs), "PYTHON": str(machine.programs / "my python")}
    assert "my python runs" in subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("want", ["run", "dev"])
def test_what_is_set_up_is_left_alone_and_no_python_is_started(machine: Machine, want: str) -> None:
    machine.is_set_up()
    answer = machine.set_up(want)
    assert (answer.returncode, answer.stdout, answer.stderr) == (0, "", "")


def test_an_environment_that_was_made_for_another_folder_is_made_anew(machine: Machine) -> None:
    machine.has_python("python3.12", "3.12")
    machine.is_set_up(home=Path("/somewhere/else"))
    assert "python3.12 runs scripts/make_venv.py run" in machine.set_up().stdout


def test_a_changed_lock_file_is_noticed(machine: Machine) -> None:
    machine.has_python("python3.12", "3.12")
    machine.is_set_up()
    with (machine.project / "requirements-dev.lock").open("a", encoding="utf-8") as lock:
        lock.write("# changed\n")
    assert machine.set_up("run").stdout == ""
    assert "python3.12 runs scripts/make_venv.py dev" in machine.set_up("dev").stdout


def test_an_environment_whose_python_has_gone_is_made_anew(machine: Machine) -> None:
    machine.has_python("python3.12", "3.12")
    machine.is_set_up()
    interpreter = machine.project / ".venv" / "bin" / "python"
    interpreter.unlink()
    interpreter.symlink_to("/nowhere/python")
    assert "make_venv.py" in machine.set_up().stdout


@pytest.fixture
def builder(machine: Machine) -> ModuleType:
    """Return the module that builds environments, working on the copy of the project."""
    spec = importlib.util.spec_from_file_location("make_venv", machine.project / "scripts" / "make_venv.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("missing", ["venv", "ensurepip"])
def test_a_python_that_was_packaged_without_venv_is_told_in_one_sentence(
    builder: ModuleType, missing: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    really = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == missing else really(name))
    assert builder.main("run") == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert f"lacks its {missing} module" in said
    assert "python3-venv" in said


def test_an_environment_that_cannot_be_made_is_told_in_one_sentence(
    builder: ModuleType, machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    (machine.project / ".venv").write_text("a file in the way", encoding="utf-8")
    assert builder.main("run") == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "could not make an environment" in said


def test_only_an_environment_of_this_folder_whose_python_starts_is_kept(builder: ModuleType, machine: Machine) -> None:
    assert not builder.is_at_home()
    machine.is_set_up()
    interpreter = machine.project / ".venv" / "bin" / "python"
    interpreter.unlink()
    interpreter.symlink_to(sys.executable)
    assert builder.is_at_home()
    assert builder.is_ready("dev")
    interpreter.unlink()
    interpreter.symlink_to("/nowhere/python")
    assert not builder.is_at_home()
    assert not builder.is_ready("dev")
