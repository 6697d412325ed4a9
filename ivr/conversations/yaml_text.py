"""Writes a text so that a YAML reader gets the same text back, in quotes only where they are needed."""

from __future__ import annotations

import json
import re

PLAIN = re.compile(r"[A-Za-z0-9(+][^\"#\\{}\[\]&*!|>%@`]*")
SPECIAL = re.compile(r": |:$| $")


def scalar(text: str, *, inside: bool = False) -> str:
    """``text`` for one line; ``inside`` brackets commas end a plain text, too.

    >>> print(scalar("Which one: A or B?"), scalar("Thank you, Dana."), scalar("Thank you, Dana.", inside=True))
    "Which one: A or B?" Thank you, Dana. "Thank you, Dana."
    """
    plain = PLAIN.fullmatch(text) and text.isprintable() and not SPECIAL.search(text)
    # "no" and numbers stay text in our files, but other readers of YAML would change them.
    bent = re.fullmatch(r"(?i)(yes|no|on|off|true|false|null|[\d.:+_-]+)", text)
    return text if plain and not bent and not (inside and "," in text) else quoted(text)


def quoted(text: str) -> str:
    """``text`` in double quotes; what cannot be seen is written as a number."""
    return "".join(
        letter if letter.isprintable() else _escaped(letter) for letter in json.dumps(text, ensure_ascii=False)
    )


def _escaped(letter: str) -> str:
    return f"\\U{ord(letter):08x}" if ord(letter) > 0xFFFF else f"\\u{ord(letter):04x}"
