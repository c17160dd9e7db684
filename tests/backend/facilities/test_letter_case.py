"""Names and addresses in capitals, as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.facilities.letter_case import sensible_case


@pytest.mark.parametrize(
    ("listed", "written"),
    [
        ("MCALESTER FEDERAL CORRECTIONAL INSTITUTION", "McAlester Federal Correctional Institution"),
        ("TUTWILER PRISON FOR WOMEN", "Tutwiler Prison for Women"),
        ("SUSSEX II STATE PRISON", "Sussex II State Prison"),
        ("REEVES CORRECTIONAL INSTITUTION III", "Reeves Correctional Institution III"),
        ("ST CLAIR CORRECTIONAL FACILITY", "St Clair Correctional Facility"),
        ("O'BRIEN HOUSE", "O'Brien House"),
        ("ST MARY’S HOUSE", "St Mary’s House"),
        ("ICE MONROE COUNTY DETENTION-DORM", "ICE Monroe County Detention-Dorm"),
        ("MAT-SU PRETRIAL", "Mat-Su Pretrial"),
        ("CMCF CENTRAL MARYLAND CF", "CMCF Central Maryland CF"),
        ("RICHARD A MCGEE CORRECTIONAL TRAINING CENTER", "Richard A McGee Correctional Training Center"),
        ("HOUSED AT A COUNTY JAIL", "Housed at a County Jail"),
        ("THE HARBOR HOUSE", "The Harbor House"),
        ("CHARLES H HICKEY JR SCHOOL", "Charles H Hickey Jr School"),
        ("10650 SOUTHWEST 46TH STREET", "10650 Southwest 46th Street"),
        ("700 NW BLVD HWY 421N", "700 NW Blvd Hwy 421N"),
        ("P.O. BOX 490, MIDDLE RD", "P.O. Box 490, Middle Rd"),
        ("PRAIRIE DU CHIEN", "Prairie du Chien"),
        ("PEÑASCO", "Peñasco"),
        ("MCC", "MCC"),
        ("", ""),
    ],
)
def test_capitals_stand_where_people_put_them(listed: str, written: str) -> None:
    assert sensible_case(listed) == written


def test_what_is_not_all_in_capitals_is_left_as_it_is() -> None:
    assert sensible_case("van Zandt County JAIL") == "van Zandt County JAIL"


@given(st.text(max_size=40))
def test_no_name_breaks_it_and_no_letter_is_lost(text: str) -> None:
    assert sensible_case(text).casefold() == text.casefold()
