"""Say, Play and Pause: what the caller hears, alone or inside Gather."""

from __future__ import annotations

from collections.abc import Callable

from ivr.exchange.refusals import INVALID_URL, SCHEMA, Refusal
from ivr.exchange.twiml.attributes import Attributes, is_url, no_text, text_only
from ivr.exchange.twiml.document import Node
from ivr.exchange.twiml.verbs import Pause, Play, Prompt, Say

MAX_SAY_CHARS = 4096
"""The carrier's limit for its basic voices."""
LANGUAGE = r"[A-Za-z]{2,4}([-_][A-Za-z0-9]{2,8}){0,3}"
MAX_LOOPS = 1000
MAX_PAUSE_S = 14400
MARKUP = {
    "break": ("strength", "time"),
    "emphasis": ("level",),
    "lang": ("xml:lang",),
    "p": (),
    "phoneme": ("alphabet", "ph"),
    "prosody": ("volume", "rate", "pitch"),
    "s": (),
    "say-as": ("interpret-as", "format"),
    "sub": ("alias",),
    "w": ("role",),
}
"""Speech markup inside Say. The exchange's voice speaks the words and leaves the expression out."""
NOT_INSIDE = {
    **dict.fromkeys(("break", "phoneme", "say-as", "sub"), frozenset(MARKUP)),
    "emphasis": frozenset({"p", "s"}),
    "p": frozenset({"p"}),
    "s": frozenset({"p", "s"}),
    "w": frozenset({"lang", "p", "s", "w"}),
}
"""What may not stand inside which markup."""
APART = ("break", "p", "s")
"""Markup that parts the words around it."""


def read_say(node: Node) -> Say:
    attributes = Attributes(node)
    say = Say(
        text=_spoken(node),
        voice=attributes.text("voice", "man", pattern=r"[A-Za-z0-9_.:-]{1,80}", number=13511),
        language=attributes.text("language", "en-US", pattern=LANGUAGE, number=13512),
        loop=attributes.whole("loop", 1, 0, MAX_LOOPS, 13510),
    )
    attributes.done()
    if not say.text:
        raise Refusal(13520, "<Say>: invalid text: there is nothing to say")
    if len(say.text) > MAX_SAY_CHARS:
        raise Refusal(13521, f"<Say>: {len(say.text)} characters; {MAX_SAY_CHARS} are allowed")
    return say


def read_play(node: Node) -> Play:
    attributes = Attributes(node)
    play = Play(
        url=text_only(node),
        loop=attributes.whole("loop", 1, 0, MAX_LOOPS, 13410),
        digits=attributes.text("digits", pattern=r"[0-9A-Da-d*#wW]{1,32}", number=13430),
    )
    attributes.done()
    if not is_url(play.url):
        raise Refusal(INVALID_URL, f"<Play>: invalid URL {play.url[:80]!r}")
    if not play.url and not play.digits:
        raise Refusal(INVALID_URL, "<Play>: write the URL of a sound inside, or digits=")
    return play


def read_pause(node: Node) -> Pause:
    attributes = Attributes(node)
    pause = Pause(length_s=attributes.whole("length", 1, 1, MAX_PAUSE_S, 13910))
    attributes.done()
    no_text(node)
    text_only(node)
    return pause


PROMPTS: dict[str, Callable[[Node], Prompt]] = {"Say": read_say, "Play": read_play, "Pause": read_pause}


def read_prompts(node: Node) -> tuple[Prompt, ...]:
    """The prompts inside a Gather."""
    no_text(node)
    prompts: list[Prompt] = []
    for child in node.children:
        if child.name not in PROMPTS:
            raise Refusal(13320, f"<Gather>: invalid nested verb <{child.name[:40]}>")
        prompts.append(PROMPTS[child.name](child))
    return tuple(prompts)


def _spoken(node: Node) -> str:
    """The words of a Say, markup taken out, substitutions put in."""
    words: list[str] = []
    for piece in node.pieces:
        if isinstance(piece, str):
            words.append(piece)
            continue
        if piece.name not in MARKUP or piece.name in NOT_INSIDE.get(node.name, ()):
            raise Refusal(SCHEMA, f"<{piece.name[:40]}> is not allowed inside <{node.name}>")
        for name in piece.attributes:
            if name not in MARKUP[piece.name]:
                raise Refusal(SCHEMA, f"<{piece.name}> has no attribute {name[:40]!r}")
        if piece.name == "break":
            no_text(piece)
        inside = _spoken(piece)  # depth is bounded by MAX_DEPTH
        gap = " " if piece.name in APART else ""
        words.append(f"{gap}{piece.attributes.get('alias') or inside}{gap}")
    return " ".join("".join(words).split())
