"""Names as real rosters have them, drawn from a seeded generator.

First and last names are drawn within one tradition, for that is how they go together; marks, hyphens, apostrophes and
particles are where searches go wrong, so there are many.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date
from typing import Final

_TRADITIONS: Final[tuple[tuple[int, str, str], ...]] = (
    (
        34,
        """
        James Robert Michael William David Richard Joseph Thomas Charles Christopher Daniel Matthew Anthony
        Mark Donald Steven Andrew Kenneth Joshua Kevin Brian Timothy Ronald Jason Jeffrey Ryan Jacob Gary
        Mary Patricia Jennifer Linda Elizabeth Barbara Jessica Sarah Karen Lisa Ashley Kimberly Crystal
        Amber Mary-Kate Jo_Ann
        """,
        """
        Smith Johnson Williams Brown Jones Miller Davis Wilson Anderson Thomas Taylor Moore Jackson Martin
        Lee Thompson White Harris Clark Lewis Robinson Walker Young Allen King Wright Scott Hill Green Adams
        Baker Nelson Mitchell Campbell Roberts Carter Phillips Evans Turner O'Brien O'Neal McAllister
        MacDonald St._Clair Van_Buren Smith-Jones Fitzgerald Mc_Intyre D'Amico
        """,
    ),
    (
        20,
        """
        DeShawn Tyrone Marquis Jamal Darnell Terrence Andre Lamont Demetrius Malik Tyrell Jermaine Keisha
        Latoya Tamika Ebony Shanice Da'Quan Ja'Marcus La'Tonya D'Andre Quentin Isaiah Elijah Xavier
        """,
        """
        Washington Jefferson Booker Freeman Banks Coleman Jenkins Hollowell Gaines Broadnax Pettigrew
        Hightower Mosley Dupree Washington-Hughes Toussaint Jean-Baptiste St._Fleur Baptiste Whitlock
        Tolliver Gaither
        """,
    ),
    (
        22,
        """
        José_Luis Juan_Carlos María_Guadalupe Luis_Ángel Jesús Miguel_Ángel Ramón Óscar Ana_Lucía Guadalupe
        Rogelio Hernán Raúl Iván Víctor_Manuel Rosa_Elena Xóchitl Andrés Julián Martín Esperanza Jorge
        Héctor Adrián
        """,
        """
        García Hernández-López Martínez de_la_Cruz Rodríguez_Villanueva González Pérez-Ibáñez
        Sánchez_de_León Ramírez Flores Núñez Muñoz_Castañeda Peña Ortega-Baca Zúñiga Ybarra Quiñones
        de_los_Santos_y_Castro Rivera Rivera-Soto Delgadillo Urías_Montoya Treviño
        Echeverría_Fernández_del_Castillo
        """,
    ),
    (
        6,
        """
        Minh Hương Thị_Lan Quốc_Bảo Văn_Đức Tuấn Hoàng Ngọc_Ánh Duc Hung Thuy Van
        """,
        """
        Nguyễn Nguyen Trần Tran Lê Phạm Huỳnh Đặng Võ Bùi Ngô Ng
        """,
    ),
    (
        4,
        """
        Tou Pa_Houa Yeng Chue Mai_Nhia Kao_Lee Blong Xai_Nou Vue Toua
        """,
        """
        Vang Xiong Moua Yang Her Thao Lor Cha Lo
        """,
    ),
    (
        5,
        """
        Łukasz Wojciech Małgorzata Stanisław Grzegorz Zbigniew Agnieszka Oleksandr Yevhen Nataliya
        """,
        """
        Wojciechowski Kowalczyk Szczepański Brzęczyszczykiewicz Wiśniewska Dąbrowski Shevchenko Kovalenko
        Ivanov-Petrenko
        """,
    ),
    (
        4,
        """
        Mohammed Abdirahman Yusuf Fatima Khalid Omar Amina Hassan Ali_Abdi Tariq
        """,
        """
        Al-Rashid Abdullahi Warsame El-Amin Haddad Nur_Hussein Mohamud bin_Saleh Ali
        """,
    ),
    (
        3,
        """
        Delbert Shándíín Harrison Wilson Leandra Verna Tyrell
        """,
        """
        Begay Yazzie Tsosie Nez Benally Manygoats Two_Bulls High_Elk Etcitty-Begay
        """,
    ),
    (
        2,
        """
        Ji-hoon Soo-jin Wei Xiao_Ming Kenji Li Bo_Ra
        """,
        """
        Kim Park O Li Wu Tan Nakamura Oh Chen
        """,
    ),
)
"""Weight, first names, last names. ``_`` stands for a space."""

_SUFFIXES: Final = ("Jr.", "Sr.", "II", "III", "IV")
_NICKNAMES: Final = ("Lucky", "Junior", "Chino", "Red", "Tiny", "Slim", "Nana", "Beto", "JJ", "Ace")
_MIDDLE: Final = ("A.", "B.", "C.", "D.", "E.", "J.", "L.", "M.", "R.", "T.", "Lee", "Ray", "Ann", "Marie", "Lynn")


@dataclass(frozen=True, slots=True)
class Name:
    """A person's name and birth date as a roster says them."""

    first: str
    last: str
    birth_date: date
    middle: str | None = None
    suffix: str | None = None
    aliases: tuple[str, ...] = ()


def draw(rng: random.Random, today: date) -> Name:
    """Return an invented person, 18 to 70 years old on ``today``."""
    _, firsts, lasts = rng.choices(_TRADITIONS, weights=[weight for weight, _, _ in _TRADITIONS])[0]
    first, last = (rng.choice(words.split()).replace("_", " ") for words in (firsts, lasts))
    aliases: list[str] = []
    if rng.random() < 0.09:
        aliases.append(f"{rng.choice(_NICKNAMES)} {last}")
    if rng.random() < 0.05:
        aliases.append(f"{first} {rng.choice(lasts.split()).replace('_', ' ')}")
    return Name(
        first=first,
        last=last,
        birth_date=date(today.year - rng.randint(19, 70), rng.randint(1, 12), rng.randint(1, 28)),
        middle=rng.choice(_MIDDLE) if rng.random() < 0.35 else None,
        suffix=rng.choice(_SUFFIXES) if rng.random() < 0.06 else None,
        aliases=tuple(aliases),
    )
