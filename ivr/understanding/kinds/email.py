"""``email``: an e-mail address: "dana at example dot com", "d a n a underscore lee at g mail dot com"."""

from __future__ import annotations

from ivr.flows.skills import KindOptions
from ivr.understanding.email_addresses import address_words, addresses, read, typed
from ivr.understanding.letters import EXPLANATIONS, SPELLING_WORDS
from ivr.understanding.meant import ends_with, meant
from ivr.understanding.numerals import NUMBER_WORDS
from ivr.understanding.wording import word_lists

_USUAL_ENDINGS = ("com", "org", "net", "edu", "gov", "example")
_SHORTEST_WORD = 4
"""Letters from which a part of a domain is read as a word."""

_SIGNS = {".": "dot", "_": "underscore", "-": "dash", "+": "plus"}
_PROVIDERS = word_lists("gmail;g mail;yahoo;hot mail;outlook;i cloud;a o l")
_GLUE = ("at", "dot", "dash", "under score", "plus", "my email is", "it's", "no", "sorry", "please")


class Email:
    """An address in small letters. Whether it exists only a message can tell.

    Held to letters, figures and the usual providers a recogniser hears an address that is spelled; without, "d a n a at
    gmail dot com" comes as "d a n a n d mail car". An address that is said plainly is understood where it is heard.
    """

    name: str = "email"
    closed: bool = True

    def hear(self, text: str, options: KindOptions) -> str | None:
        written = typed(text)
        if written:
            return written
        said = address_words(text)
        found = meant(said, addresses(said))
        return found.value if found else None

    def key(self, keys: str, options: KindOptions) -> str | None:
        return None

    def words(self, options: KindOptions) -> tuple[str, ...]:
        providers = (" ".join(provider) for provider in _PROVIDERS)
        return tuple(
            dict.fromkeys((*SPELLING_WORDS, *EXPLANATIONS, *NUMBER_WORDS, *_GLUE, *providers, *_USUAL_ENDINGS))
        )

    def max_keys(self, options: KindOptions) -> int:
        """One: an address cannot be keyed, so any key is a command and acts at once."""
        return 1

    def finished(self, text: str, options: KindOptions) -> bool:
        """After one of the usual endings."""
        said = address_words(text)
        found = meant(said, addresses(said))
        if found is None or said[found.end - 1] not in (*_USUAL_ENDINGS, "m", "g", "t", "u", "v"):
            return False  # "gmail" may go on with "dot com"
        return found.value.rpartition(".")[2] in _USUAL_ENDINGS and ends_with(said, found)

    def speak(self, value: str) -> str:
        """Letter by letter before the "at", in words after it: "d, a, n, a, at example dot com"."""
        before, _, domain = value.rpartition("@")
        labels = (_label(label) for label in domain.split("."))
        return f"{_spelled(before)}, at {' dot '.join(labels)}"


def _spelled(text: str) -> str:
    return ", ".join(_SIGNS.get(character, character) for character in text)


def _label(label: str) -> str:
    return " dash ".join(part if _is_word(part) else _spelled(part) for part in label.split("-"))


def _is_word(part: str) -> bool:
    """Whether people know how to write ``part`` when they hear it said."""
    if part in _USUAL_ENDINGS:
        return True
    sayable = len(part) >= _SHORTEST_WORD and part.isalpha() and not set("aeiouy").isdisjoint(part)
    return sayable and read([part]) == part
