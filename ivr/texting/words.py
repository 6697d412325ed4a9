"""The words by which people stop texts, have them again, or ask what this is: the carriers' own list."""

from __future__ import annotations

from enum import StrEnum


class Wish(StrEnum):
    """What somebody wants who texts one of the carriers' words; a message of any other kind is a plain one."""

    STOP = "stop"
    START = "start"
    HELP = "help"
    NONE = ""


_WORDS = {
    **dict.fromkeys(("stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"), Wish.STOP),
    **dict.fromkeys(("start", "unstop", "yes"), Wish.START),
    **dict.fromkeys(("help", "info"), Wish.HELP),
}


def wish_of(body: str) -> Wish:
    """What ``body`` asks for: a word of the list and nothing else, in any case, with or without a full stop.

    >>> wish_of(" Stop. "), wish_of("opt-out"), wish_of("Please do not stop"), wish_of("HELP!")
    (<Wish.STOP: 'stop'>, <Wish.STOP: 'stop'>, <Wish.NONE: ''>, <Wish.HELP: 'help'>)
    """
    if len(body) > 40:  # longer than any word with its spaces and marks
        return Wish.NONE
    return _WORDS.get("".join(letter for letter in body.casefold() if letter.isalnum()), Wish.NONE)
