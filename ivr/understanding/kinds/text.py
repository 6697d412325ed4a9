"""``text``: whatever the caller says, as it was heard."""

from __future__ import annotations

from ivr.flows.skills import KindOptions
from ivr.understanding.wording import LONGEST_TEXT, NOISE, UNKNOWN


class Text:
    """Free speech; hesitation is left out."""

    name: str = "text"
    closed: bool = False

    def hear(self, text: str, options: KindOptions) -> str | None:
        kept = [word for word in text[:LONGEST_TEXT].replace(UNKNOWN, " ").split() if word.lower() not in NOISE]
        return " ".join(kept) or None

    def key(self, keys: str, options: KindOptions) -> str | None:
        return None

    def words(self, options: KindOptions) -> tuple[str, ...]:
        return ()

    def max_keys(self, options: KindOptions) -> int:
        """One: text cannot be keyed, so any key is a command and acts at once."""
        return 1

    def finished(self, text: str, options: KindOptions) -> bool:
        return False

    def speak(self, value: str) -> str:
        return value
