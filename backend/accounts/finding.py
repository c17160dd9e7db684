"""Finding visitors' accounts by what somebody says of themselves on the telephone: a name, or a phone number.

Each account has a row for every word of its name and one for its phone number, folded, in one b-tree; what is asked for
is looked up there by its beginning. A name that nobody has, written like that, is compared with every word that begins
with the same letter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from backend.accounts import repository
from backend.accounts.models import Account, AccountKey
from backend.db import Tx
from backend.roster.names import fold

NAME: Final = "name"
PHONE: Final = "phone"
AT_MOST: Final = 20
"""Accounts that one search finds: whoever has more is asked for more of the name."""
FEWEST_LETTERS: Final = 2
FEWEST_DIGITS: Final = 4
MOST_WORDS: Final = 6
"""Of a longer name only its longest words count."""
LONG: Final = 8
"""From this many letters on a word may have two typos; shorter ones, down to four letters, one."""
SHORT: Final = 4
_PHONE_SIGNS: Final = frozenset("0123456789+-()./ ")


@dataclass(frozen=True, slots=True)
class Found:
    """Accounts that fit, whether there are more of them, and whether they only fit about."""

    accounts: tuple[Account, ...] = ()
    more: bool = False
    near: bool = False


def keep(tx: Tx, account: Account) -> None:
    """Keep what a visitor's account is found by, instead of what was kept; nothing for anybody else's."""
    repository.keep_keys(tx, account.id, _keys(account))


def rows_of(account: Account) -> list[AccountKey]:
    """Return the rows by which a new account is found."""
    return [AccountKey(kind=kind, key=key, account_id=account.id) for kind, key in _keys(account)]


def _keys(account: Account) -> tuple[tuple[str, str], ...]:
    return keys_of(account.first_name, account.last_name, account.phone) if account.role == "visitor" else ()


def keys_of(first_name: str, last_name: str, phone: str | None) -> tuple[tuple[str, str], ...]:
    """Return (kind, key) of everything that an account is found by."""
    words = dict.fromkeys(fold(f"{first_name} {last_name}").split())
    number = backwards(phone or "")
    return (*((NAME, word) for word in words), *(((PHONE, number),) if number else ()))


def backwards(phone: str) -> str:
    """Return the digits of a phone number from the last one to the first, without the country code of the US.

    So the end of a number is the beginning of a key.
    """
    digits = "".join(each for each in phone if each.isascii() and each.isdigit())
    if len(digits) == 11 and digits.startswith("1"):
        digits = digits[1:]
    return digits[::-1]


def is_phone(text: str) -> bool:
    """Say whether a text is a phone number, or the end of one."""
    return set(text) <= _PHONE_SIGNS and len(backwards(text)) >= FEWEST_DIGITS


def by_phone(tx: Tx, text: str) -> Found:
    """Return the accounts whose phone number ends with these digits."""
    return _of(tx, repository.with_keys(tx, PHONE, (backwards(text),), AT_MOST + 1))


def by_name(tx: Tx, text: str) -> Found:
    """Return the accounts with all these words in their name, in any order, the last letters left out or not.

    If there is none, those whose words differ by a typo.
    """
    words = sorted(dict.fromkeys(fold(text).split()), key=len, reverse=True)[:MOST_WORDS]
    if not words or len(words[0]) < FEWEST_LETTERS:
        return Found()
    found = repository.with_keys(tx, NAME, words, AT_MOST + 1)
    if found:
        return _of(tx, found)
    meant = [_near(tx, word) for word in words]
    return _of(tx, repository.with_any_keys(tx, NAME, meant, AT_MOST + 1), near=True) if all(meant) else Found()


def _near(tx: Tx, word: str) -> tuple[str, ...]:
    """Return the words of names that ``word`` may mean: itself, and those a typo away with the same first letter."""
    known = repository.words_from(tx, NAME, word[:1])
    typos = 0 if len(word) < SHORT else 1 if len(word) < LONG else 2
    near = process.extract(word, known, scorer=OSA.distance, score_cutoff=typos, limit=AT_MOST)
    return tuple(each for each, _distance, _place in near)


def _of(tx: Tx, account_ids: Sequence[str], *, near: bool = False) -> Found:
    shown = account_ids[:AT_MOST]
    known = {one.id: one for one in repository.accounts_to_read(tx, shown)} if shown else {}
    accounts = tuple(known[each] for each in shown)
    return Found(accounts, more=len(account_ids) > AT_MOST, near=near and bool(accounts))
