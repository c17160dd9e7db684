"""Every sentence a person reads passes through here.

Use ``_`` and ``ngettext`` where a sentence is shown and ``N_`` where it is only kept (a class attribute, a table)
and shown later::

    from tui.text import N_, _, ngettext

    _("Answer due {date}").format(date=when)
    ngettext("{n} visit", "{n} visits", n).format(n=n)

The sentences in the code are English. Another language is a catalogue below ``tui/locales``; it is opened by
:func:`use_language` only, so that the first paint in English reads no file.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gettext import NullTranslations

DOMAIN = "visitdesk"
LOCALES = Path(__file__).parent / "locales"

_TAG = re.compile(r"(?:[A-Za-z]{1,8}(?:[_-][A-Za-z0-9]{1,8})*)?")
"""A language tag and nothing else: it becomes a file's name, and over SSH the other side sends it."""

_catalogue: NullTranslations | None = None


def _(sentence: str) -> str:
    """Return the sentence in the language of the person who reads it."""
    return sentence if _catalogue is None else _catalogue.gettext(sentence)


def ngettext(one: str, many: str, count: int) -> str:
    """Return the form of a sentence that goes with a count, in the reader's language."""
    if _catalogue is None:
        return one if count == 1 else many
    return _catalogue.ngettext(one, many, count)


def N_(sentence: str) -> str:  # noqa: N802 - the name that gettext's tools look for
    """Mark a sentence for translation where it is kept; ``_`` translates it where it is shown."""
    return sentence


def use_language(code: str) -> bool:
    """Speak this language from now on.

    Args:
        code: A language tag such as ``es`` or ``es_MX``; ``en`` is the language of the code itself.

    Returns:
        Whether there is a catalogue for it. Without one, English stays.
    """
    global _catalogue  # noqa: PLW0603 - one language per process, as gettext itself has it
    code = code.partition(".")[0]
    if not _TAG.fullmatch(code):
        return False
    if code.partition("_")[0] in ("", "C", "POSIX", "en"):
        _catalogue = None
        return True
    from gettext import translation

    try:
        _catalogue = translation(DOMAIN, LOCALES, [code, code.partition("_")[0]])
    except OSError:
        _catalogue = None
        return False
    return True
