"""Ten thousand strings that want to act on a terminal, break a layout or crash a program; the same ones every time.

What could act carries :data:`MARK` wherever its grammar has room for a number, so that a sequence of the terminal's own
driver is never taken for one of these.
"""

from __future__ import annotations

import random
from functools import cache
from typing import Final

SEED: Final = 4
COUNT: Final = 10_000
HUGE: Final = 64 * 1024
MARK: Final = "7331"
"""A number that no driver sends: as a row, a colour, a mode or a command it says who sent it."""

_COMMANDS: Final = (
    f"52;c;{MARK}QUFBQQ==",  # put something on the clipboard
    "52;c;?",  # ask for the clipboard
    f"8;;https://evil.example/{MARK}",  # a link
    f"0;title {MARK}",
    f"2;title {MARK}",
    f"4;{MARK};rgb:ff/00/00",
    f"10;#{MARK}",
    f"9;notice {MARK}",
    f"777;notify;{MARK};x",
    f"1337;File=name={MARK}:AAAA",
    f"133;C;{MARK}",
    "104",
)
_CONTROL_SEQUENCES: Final = (
    "2J",
    f"{MARK};1H",
    f"38;5;{MARK}m",
    f"{MARK}m",
    "8m",
    "21t",
    "20t",
    f"8;{MARK};1t",
    "c",
    ">c",
    "6n",
    "?6n",
    "?1049l",
    "?1003h",
    "?2004l",
    f"?{MARK}h",
    "201~",
    "200~",
    "!p",
    "3g",
    "99999A",
    f"{MARK}S",
    "1;1r",
    "4h",
    "5i",
    "18t",
    "=1;1u",
    ">1u",
    "?u",
    "2 q",
    "1$r",
    '"q',
)
_DEVICE_STRINGS: Final = (
    f"$q{MARK}m",
    f"+q{MARK}",
    f"q#0;2;0;0;0{MARK}",
    f"1$tx{MARK}",
    f"={MARK}s",
    "tmux;\x1b\x1b]0;x\x07",
)
_LONE_ESCAPES: Final = (
    "c",
    "7",
    "8",
    "#8",
    "(0",
    ")B",
    "Z",
    "D",
    "E",
    "M",
    "=",
    ">",
    "n",
    "|",
    "%G",
    "%@",
    " F",
    "6",
    "H",
    "",
)
_CONTROLS: Final = (
    *map(chr, range(0x20)),
    *map(chr, range(0x7F, 0xA0)),
    "\r\n",
    "\n\n\n",
    "\x0e\x0f",
    "\x05",
    "\b \b\b",
)
_MARKUP: Final = (
    f"[@click=app.quit]{MARK}[/]",
    "[@click=app.suspend_process()]x[/@click]",
    "[@click=screen.command('sign_out')]x[/]",
    f"[link=https://evil.example/{MARK}]x[/link]",
    f"[link='file:///etc/{MARK}']x[/]",
    "[/nope]",
    "[/]",
    "[]",
    "[[",
    "]",
    "\\[",
    "\\",
    "[bold]",
    "[TODO] x",
    "[DOC#123]",
    "[red on blue]x[/red on blue]",
    "[$primary]",
    "[#ff0000]",
    "[not]closed",
    "[blink reverse]",
    "[on @click=x]",
    ":warning:",
    "{name}",
    "{0.__class__.__init__.__globals__}",
    "{",
    "}",
    "%s %(x)s %n %",
    "$foreground ${HOME} `id` $(id)",
    "&amp;<b>",
    "'; DROP TABLE visit; --",
)
_INVISIBLE: Final = (
    *map(chr, range(0x200B, 0x2010)),
    *map(chr, range(0x2028, 0x202F)),
    *map(chr, range(0x2060, 0x2070)),
    *map(chr, (0xAD, 0x34F, 0x61C, 0x115F, 0x1160, 0x17B4, 0x180E, 0x2800, 0x3164, 0xFEFF, 0xFFA0, 0xFFF9, 0xFFFC)),
    *map(chr, (0xFE00, 0xFE0E, 0xFE0F, 0xE0100, 0xE01EF, 0x1D173, 0x1BCA0, 0x110BD)),
    "".join(chr(0xE0000 + ord(letter)) for letter in "quit"),  # letters written as tags
    "\u202egnp.exe",
    "\u2066\u2067x",
    "\u202a\u202b\u202d" * 40,
)
_PILES: Final = (
    "Z" + "\u0335\u0321\u0353\u0316\u0310\u0304" * 30,
    "e" + "\u0301" * 200,
    "\u0301\u0302\u0303",
    "ก" + "็" * 60,
    "\u0e33\u0e33",
    "a\u20dd\u20de\u20e3" * 5,
    "\u0488\u0489" * 9,
    "नि" * 9,
    "க்ஷ",
    "ﷺ" * 5,
    "𒐫" * 5,
    "꧅꧅",
    "ʷ" * 50,
)
_WIDE: Final = (
    "王小明",
    "한글" * 9,
    "\u1112\u1161\u11ab" * 9,
    "ＷＩＤＥ" * 9,
    "👍🏽",
    "👨\u200d👩\u200d👧\u200d👦",
    "🇺🇸🇩🇪🇺",
    "🏴" + "".join(chr(0xE0000 + ord(letter)) for letter in "gbsct") + "\U000e007f",
    "☀\ufe0f✔\ufe0f❤\ufe0f",
    "1\ufe0f\u20e3",
    "🫨🪿🫏",
    "㍿㌔",
    "〰〽",
    "\u3000" * 20,
    "\u2003\u00a0\u1680\u202f",
)
_RIGHT_TO_LEFT: Final = ("דוד בן־גוריון", "محمد عبد الله", "ܫܡܥܘܢ", "ߒߞߏ", "אa1ב[2c", "(שלום)", "\u0600\u06dd١٢")
_NO_LETTERS: Final = (
    "\ue000",
    "\U000f0000",
    "\U0010ffff",
    "\ufffe",
    "\uffff",
    "\u0378",
    "\U0001fbff",
    "\ufffd",
    "\ufdd0",
)
_HALVES: Final = ("\ud800", "\udfff", "\udc80", "\udc9b2J", "\udc1b[2J", "\ud83d", "\ude00\ud83d", "\udcff" * 9)
_BLANKS: Final = ("", " ", " " * 300, "\t\t", "\u00a0", "-" * 300, "W" * 400, "é" * 400, ("x" * 90 + " ") * 4, "?", "0")


@cache
def corpus(count: int = COUNT, seed: int = SEED) -> tuple[str, ...]:
    """Return so many different strings; among ten thousand, a dozen of 64 kB and more."""
    chance = random.Random(seed)
    made = dict.fromkeys((*every_attack(), *giants()))
    while len(made) < count:
        made[_one(chance)] = None
    strings = list(made)
    chance.shuffle(strings)
    return tuple(strings[:count])


@cache
def every_attack() -> tuple[str, ...]:
    """Return each known attack by itself, in each of its ways to be written."""
    found = [
        *(
            f"{start}{body}{end}"
            for body in _COMMANDS
            for start in ("\x1b]", "\x9d")
            for end in ("\x07", "\x1b\\", "\x9c", "")
        ),
        *(f"{start}{body}" for body in _CONTROL_SEQUENCES for start in ("\x1b[", "\x9b", "\udc9b")),
        *(
            f"{start}{body}{end}"
            for body in _DEVICE_STRINGS
            for start in ("\x1bP", "\x90")
            for end in ("\x1b\\", "\x9c", "")
        ),
        *(f"\x1b{kind}{MARK}\x1b\\" for kind in "_^Xk"),
        *(f"{kind}{MARK}\x9c" for kind in "\x9f\x9e\x98"),
        *(f"\x1b{body}" for body in _LONE_ESCAPES),
        *(*_CONTROLS, *_MARKUP, *_INVISIBLE, *_PILES, *_WIDE, *_RIGHT_TO_LEFT, *_NO_LETTERS, *_HALVES, *_BLANKS),
    ]
    return tuple(dict.fromkeys(found))


def giants() -> tuple[str, ...]:
    """Return strings of 64 kB and more: one word, many words, and of each kind of sign that costs more than others."""
    bodies = (
        "W",
        "a b ",
        "\x1b[7331m",
        "[bold]",
        "e\u0301",
        "王",
        "\u202e",
        "\ud800",
        "\n",
        "👍🏽",
        "[@click=app.quit]x[/]",
        "\0",
    )
    return tuple(body * (HUGE // len(body) + 1) for body in bodies)


def _one(chance: random.Random) -> str:
    parts = chance.choices(
        (every_attack(), ("Ana", "O’Brien", "Delgado-Ruiz", "Łukasz", " ", "2026", "Mateo Rivera, #20418")),
        (3, 2),
        k=chance.randint(2, 6),
    )
    return "".join(chance.choice(part) for part in parts)
