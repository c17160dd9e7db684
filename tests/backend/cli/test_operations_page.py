"""docs/operations.md: what it says works, and it names every setting."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from backend.cli.main import build_parser
from backend.facilities.registry import REGISTRY
from tests.backend.cli.conftest import Type
from tests.backend.running import Installation

PAGE = (Path(__file__).parents[3] / "docs" / "operations.md").read_text(encoding="utf-8")
FILES = {
    "facilities.csv": "Facility.ID,State,Name,Description,Latitude,Longitude\n"
    "7,Tennessee,RIDGE PRISON,Prison,35.95,-85.03\n",
    "terms.txt": "Be on time.\n\nBe kind.\n",
    "december.csv": "facility,visit_type,weekday,start,end,every_minutes,capacity\n"
    "Cumberland County Jail,remote,daily,9:00,12:00,30,2\n",
    "booked.csv": "facility,booking_number,email,visit_type,date,start,minutes\n"
    "Cumberland County Jail,20418,nobody@example.org,remote,2027-01-04,9:00,30\n",
    "sessions.csv": "reference,side,connected_at,disconnected_at\n"
    "VD-7K3M9Q,visitor,2026-12-01T09:00:12-06:00,2026-12-01T09:28:40-06:00\n",
    "roster.csv": "facility,booking_number,first_name,last_name\nCumberland County Jail,20418,Mateo,Rivera\n",
}


@pytest.fixture(params=["here"])
def served(request: pytest.FixtureRequest) -> Installation | None:
    return None


def blocks(kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```", PAGE, flags=re.DOTALL | re.MULTILINE)


def test_every_command_of_the_page_works_in_its_order(
    type_: Type, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, content in FILES.items():
        (tmp_path / name).write_text(content)
    lines = [line for block in blocks("sh") for line in block.splitlines()]
    assert len(lines) > 15
    for line in lines:
        program, *words = shlex.split(line)
        assert program == "visitdesk-server"
        said = type_(*words)
        assert said.code == 0, (line, said.out, said.errors)


def test_the_ways_to_serve_are_ones_it_knows() -> None:
    for block in blocks("console"):
        for line in block.splitlines():
            build_parser().parse_args(shlex.split(line, comments=True)[1:])


@pytest.mark.parametrize("name", sorted(REGISTRY))
def test_every_setting_of_a_facility_is_listed_with_its_meaning(name: str) -> None:
    [row] = [line for line in PAGE.splitlines() if line.startswith(f"| `{name}` |")]
    assert REGISTRY[name].sentence in row
