"""The text of a file of stores, and what keeps it from being one: every source that reads files begins here."""

from __future__ import annotations

from pathlib import Path

from ivr.flows.problems import Place, Problem

MOST_BYTES = 256 * 1024 * 1024
"""A million stores are 150 MB; what is larger is some other file."""


class NoStoresError(Exception):
    """A whole file that holds no stores we can read; ``problem`` says where and why."""

    def __init__(self, file: str, what: str, instead: str, line: int = 1, column: int = 1) -> None:
        self.problem = Problem(Place(file, line, column), "S001", what, instead)
        super().__init__(str(self.problem))


def text_of(path: Path, shown: str, save_as: str) -> str:
    """The text of the file at ``path``; ``save_as`` names its form for who has to save it anew.

    Raises:
        NoStoresError: it is no text, or cannot be read.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise NoStoresError(shown, f"the file is larger than {MOST_BYTES >> 20} MB.", "Name a list of stores.")
        return text_in(path.read_bytes(), shown, save_as)
    except OSError as error:
        instead = "Check the name and who may read it."
        raise NoStoresError(shown, f"cannot be read: {error.strerror}.", instead) from error


def text_in(data: bytes, shown: str, save_as: str) -> str:
    """The text that the bytes of a file are.

    Raises:
        NoStoresError: they are none.
    """
    instead = f"Save the file as {save_as}."
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NoStoresError(shown, f"byte {error.start + 1} is not UTF-8.", instead) from error
    if "\x00" in text:
        raise NoStoresError(shown, "this is no text.", instead)
    if not text.strip():
        raise NoStoresError(shown, "the file is empty.", instead)
    return text
