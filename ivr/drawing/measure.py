"""How wide a text is. A picture is drawn before anybody knows the reader's font, so the widest usual one is assumed.

The table holds DejaVu Sans (as wide as Verdana, wider than Helvetica, Arial, Roboto, Segoe), rounded up.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping

_GROUPS: Mapping[int, str] = {
    28: "'il\u2019\u2018",
    36: " ,.·/:;\\f|j",
    40: "()-[]t",
    44: "!rI",
    48: '"J',
    52: "*_`“”\u2013",
    56: "?Lcsz",
    60: "Fkvxy",
    64: "$0123456789EPSTYabdeghnopqu{}",
    72: "KABCRVXZ",
    76: "HNU",
    84: "&DGOQ#+<=>^w~→←↑↓\u2212\u00d7",
    96: "M%",
    100: "@Wm…—",
}
_EM: Mapping[str, float] = {character: width / 100 for width, group in _GROUPS.items() for character in group}
_UNKNOWN_EM = 0.9
_WIDE_EM = 1.1
_BOLD = 1.2
"""How much wider bold is, at most, over a word."""
ELLIPSIS = "…"


def width(text: str, size: float, *, bold: bool = False) -> float:
    """The width of ``text`` at font size ``size`` in pixels; real fonts need a little less.

    >>> width("menu", 10) < width("menu", 10, bold=True) < width("menu", 20)
    True
    """
    return sum(map(_em, text)) * size * (_BOLD if bold else 1.0)


def _em(character: str) -> float:
    known = _EM.get(character)
    if known is not None:
        return known
    if unicodedata.combining(character):
        return 0.0
    if unicodedata.east_asian_width(character) in "WF" or ord(character) > 0xFFFF:
        return _WIDE_EM
    base = unicodedata.normalize("NFD", character)[0]
    return _EM.get(base, _UNKNOWN_EM)


def cut(text: str, size: float, room: float, *, bold: bool = False) -> str:
    """``text``, shortened to ``room`` pixels.

    >>> cut("Thanks for calling", 10, 60)
    'Thanks f…'
    """
    if width(text, size, bold=bold) <= room:
        return text
    while text and width(text + ELLIPSIS, size, bold=bold) > room:
        text = text[:-1]
    return text.rstrip(" ,.;:") + ELLIPSIS


def wrap(text: str, size: float, room: float, lines: int = 99) -> tuple[str, ...]:
    """``text`` in at most ``lines`` lines of ``room`` pixels, the last one shortened when there is more.

    >>> wrap("How can I help you today?", 10, 90, 2)
    ('How can I help', 'you today?')
    """
    wrapped: list[str] = []
    line = ""
    for word in _words(text, size, room):
        longer = f"{line} {word}" if line else word
        if line and width(longer, size) > room:
            wrapped.append(line)
            longer = word
        line = longer
    wrapped.append(line)
    if len(wrapped) <= lines:
        return tuple(wrapped)
    return (*wrapped[: lines - 1], cut(" ".join(wrapped[lines - 1 :]), size, room))


def _words(text: str, size: float, room: float) -> Iterator[str]:
    """The words of ``text``; one that is wider than a line is broken."""
    for word in text.split():
        piece = ""
        for character in word:
            if piece and width(piece + character, size) > room:
                yield piece
                piece = ""
            piece += character
        yield piece
