"""Colour by meaning.

Stylesheets and spans use these variables only, never a colour's name: ``$surface`` and ``$panel`` (grounds), ``$text``
(on any ground) and ``$foreground`` (in spans), ``$muted``, ``$accent`` (what Enter does), ``$positive``, ``$caution``,
``$critical``, ``$cursor`` and ``$cursor-text`` (the ground and the letters of the row or field that has the keys) and
``$cursor-style`` (a text style that shows it where there is no colour).
"""

from __future__ import annotations

from textual.theme import Theme


def _theme(  # one argument per meaning, all by name
    name: str,
    *,
    background: str,
    surface: str,
    panel: str,
    text: str,
    muted: str,
    accent: str,
    positive: str,
    caution: str,
    critical: str,
    cursor: str,
    cursor_text: str,
    cursor_style: str = "none",
    dark: bool = True,
    ansi: bool = False,
) -> Theme:
    return Theme(
        name=name,
        primary=accent,
        secondary=muted,
        warning=caution,
        error=critical,
        success=positive,
        accent=accent,
        foreground=text,
        background=background,
        surface=surface,
        panel=panel,
        boost=panel,
        dark=dark,
        ansi=ansi,
        variables={
            "muted": muted,
            "positive": positive,
            "caution": caution,
            "critical": critical,
            "cursor": cursor,
            "cursor-text": cursor_text,
            "cursor-style": cursor_style,
            "input-cursor-background": text,
            "input-cursor-foreground": background,
            "input-cursor-text-style": "reverse" if ansi else "none",
            "input-selection-background": cursor,
            "input-selection-foreground": cursor_text,
            "border": accent,
            "border-blurred": muted,
            "scrollbar": muted,
            "scrollbar-hover": muted,
            "scrollbar-active": accent,
            "scrollbar-background": background,
            "scrollbar-background-hover": background,
            "scrollbar-background-active": background,
            "scrollbar-corner-color": background,
            **({"ansi-background": "ansi_black", "ansi-foreground": "ansi_white"} if ansi else {}),
        },
    )


DARK = _theme(
    "visitdesk-dark",
    background="#141c28",
    surface="#1b2636",
    panel="#233145",
    text="#dde5ef",
    muted="#93a4bb",
    accent="#86b7f0",
    positive="#84d0a2",
    caution="#efc572",
    critical="#ff9790",
    cursor="#2d4a70",
    cursor_text="#f4f8fd",
)
LIGHT = _theme(
    "visitdesk-light",
    background="#f6f7f9",
    surface="#eceff3",
    panel="#dfe5ec",
    text="#1d2733",
    muted="#566578",
    accent="#1b5699",
    positive="#1c6b3d",
    caution="#7d5200",
    critical="#a8251f",
    cursor="#c9dcf3",
    cursor_text="#10202f",
    dark=False,
)
CONTRAST = _theme(
    "visitdesk-contrast",
    background="#000000",
    surface="#1c1c1c",
    panel="#303030",
    text="#ffffff",
    muted="#e6e6e6",
    accent="#ffff00",
    positive="#7dff9b",
    caution="#ffd75f",
    critical="#ffb0a8",
    cursor="#ffff00",
    cursor_text="#000000",
    cursor_style="bold",
)
_OWN = "ansi_default"
ANSI16 = _theme(
    "visitdesk-ansi16",
    background=_OWN,
    surface=_OWN,
    panel=_OWN,
    text=_OWN,
    muted=_OWN,
    accent="ansi_cyan",
    positive="ansi_green",
    caution="ansi_yellow",
    critical="ansi_red",
    cursor=_OWN,
    cursor_text=_OWN,
    cursor_style="reverse",
    ansi=True,
)
PLAIN = _theme(
    "visitdesk-none",
    background=_OWN,
    surface=_OWN,
    panel=_OWN,
    text=_OWN,
    muted=_OWN,
    accent=_OWN,
    positive=_OWN,
    caution=_OWN,
    critical=_OWN,
    cursor=_OWN,
    cursor_text=_OWN,
    cursor_style="reverse",
    ansi=True,
)

THEMES = {"dark": DARK, "light": LIGHT, "contrast": CONTRAST, "ansi16": ANSI16, "none": PLAIN}


def theme_for(*, no_color: bool, term: str, colorterm: str) -> str:
    """Choose a theme's short name for a terminal.

    Args:
        no_color: Whether ``NO_COLOR`` is set: then no colour is sent at all.
        term: The value of ``TERM``.
        colorterm: The value of ``COLORTERM``.
    """
    if no_color or term in ("dumb", "vt100", "vt220"):
        return "none"
    if colorterm or "256" in term or "direct" in term:
        return "dark"
    return "ansi16"
