"""The public door: every name is there, and a name costs only what it needs."""

from __future__ import annotations

import ast
import importlib
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import backend_client

DOOR = Path(inspect.getfile(backend_client))


def loaded_after(statement: str) -> set[str]:
    """Return the modules that a fresh interpreter has loaded after `statement`, without what it starts with."""
    script = f"import sys; before = set(sys.modules); {statement}; print(*(set(sys.modules) - before), sep='\\n')"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    return set(done.stdout.split())


def declared_for_type_checkers() -> dict[str, str]:
    """Return name → module as the imports under TYPE_CHECKING say."""
    tree = ast.parse(DOOR.read_text(encoding="utf-8"))
    found: dict[str, str] = {}
    for node in tree.body:
        if isinstance(node, ast.If):
            for inner in node.body:
                assert isinstance(inner, ast.ImportFrom)
                found |= {alias.name: str(inner.module) for alias in inner.names}
    return found


def test_what_type_checkers_see_is_what_is_loaded() -> None:
    homes = {name: f"backend_client.{home}" for name, home in backend_client._HOME_OF.items()}
    assert declared_for_type_checkers() == homes


@pytest.mark.parametrize("name", sorted(backend_client._HOME_OF))
def test_every_name_is_there(name: str) -> None:
    assert getattr(backend_client, name) is not None
    assert name in dir(backend_client)


def test_a_name_that_is_not_there_is_said_so() -> None:
    with pytest.raises(AttributeError, match="Inmate"):
        backend_client.__getattr__("Inmate")


def test_every_model_and_every_error_has_come_out_of_the_door() -> None:
    public = set(backend_client._HOME_OF)
    nouns = [f"models.{path.stem}" for path in (DOOR.parent / "models").glob("[a-z]*.py")]
    for name in [*nouns, "errors"]:
        module = importlib.import_module(f"backend_client.{name}")
        ours = {n for n, v in vars(module).items() if inspect.isclass(v) and v.__module__ == module.__name__}
        assert ours <= public, name


def test_importing_the_door_loads_nothing_else_of_ours() -> None:
    loaded = loaded_after("import backend_client")
    assert {name for name in loaded if name.startswith("backend_client.")} == set()
    assert not loaded & {"httpx", "pydantic", "keyring", "dataclasses", "asyncio", "ssl"}


def test_errors_models_and_intents_need_neither_http_nor_a_keyring() -> None:
    cheap = sorted(
        name
        for name, home in backend_client._HOME_OF.items()
        if home.split(".")[0] in {"models", "errors", "intent", "target"}
    )
    loaded = loaded_after(f"from backend_client import {', '.join(cheap)}")
    assert not loaded & {"httpx", "httpcore", "pydantic", "keyring", "asyncio", "ssl", "json"}


def test_the_client_needs_no_keyring_and_no_server_code() -> None:
    loaded = loaded_after("from backend_client import Client, MemoryVault")
    assert "httpx" in loaded
    families = {name.split(".")[0] for name in loaded}
    assert not families & {"keyring", "pydantic", "textual", "fastapi", "backend", "tui", "click", "rich", "pygments"}


def test_preload_leaves_nothing_of_ours_to_be_loaded_later() -> None:
    loaded = loaded_after("import backend_client; backend_client.preload()")
    everything = {
        "backend_client." + ".".join(path.relative_to(DOOR.parent).with_suffix("").parts).removesuffix(".__init__")
        for path in DOOR.parent.rglob("*.py")
    } - {"backend_client.__init__", "backend_client.session_keyring"}
    # that one is loaded with keyring, which takes long, in the vault's own thread
    assert everything <= loaded
