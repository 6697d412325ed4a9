"""Say, Play and Pause: what the party hears."""

from __future__ import annotations

from contextlib import suppress

from ivr.audio import AudioError, read_audio
from ivr.exchange.refusals import CONTENT_TYPE, Refusal
from ivr.exchange.sounds import SILENCE, Tape, key_tone
from ivr.exchange.stage import Outcome, Stage
from ivr.exchange.twiml import Pause, Play, Prompt, Say
from ivr.exchange.webhooks import Answer

KEPT_FILES = 64

_AUDIO_TYPES = ("audio/", "application/octet-stream", "application/ogg")

_kept: dict[str, tuple[Answer, bytes]] = {}
"""Files played lately, asked for again with their ETag: hold music is played in a loop."""


async def prompt(verb: Prompt, stage: Stage) -> Outcome:
    """Make the party hear ``verb`` to its end."""
    match verb:
        case Pause(length_s):
            with stage.leg.sounding(_Pausing()):
                await stage.leg.until(timeout_s=length_s)
        case Say():
            await _repeat(stage, await _spoken(verb, stage), verb.loop)
        case Play() if verb.digits:
            await _repeat(stage, b"".join(key_tone(key) for key in verb.digits), verb.loop)
        case Play():
            await _repeat(stage, await _file(stage.resolve(verb.url), stage), verb.loop)
    return None


class _Pausing:
    """A pause the service asked for: silence a caller may well speak into."""

    pending = False
    is_turn = True

    def frame(self) -> bytes:
        return SILENCE


async def _repeat(stage: Stage, pcm: bytes, loop: int) -> None:
    times = 0
    while not loop or times < loop:
        tape = Tape(pcm or SILENCE, is_turn=stage.kind != "wait")
        with stage.leg.sounding(tape):
            await stage.leg.until(tape.finished)
        times += 1


async def _spoken(verb: Say, stage: Stage) -> bytes:
    if not verb.text:
        return b""
    stage.note("say", text=verb.text)
    pcm, why_not = await stage.plant.speaking.aloud(verb.text, verb.language)
    if why_not and not any(event["what"] == "voiceless" for event in stage.plant.timeline.of(stage.leg.sid)):
        stage.note("voiceless", why=why_not)
    return pcm


async def _file(url: str, stage: Stage) -> bytes:
    stage.note("play", url=url)
    known = _kept.get(url)
    answer = await stage.plant.webhooks.fetch(url, known[0].etag if known else "")
    if answer.status == 304 and known:
        return known[1]
    if not answer.content_type.lower().startswith(_AUDIO_TYPES):
        raise Refusal(CONTENT_TYPE, f"{url}: invalid Content-Type {answer.content_type!r}: send audio")
    try:
        pcm = read_audio(answer.body)
    except AudioError as error:
        raise Refusal(CONTENT_TYPE, f"{url}: {error}") from error
    if answer.etag:
        with suppress(StopIteration):
            if len(_kept) >= KEPT_FILES:
                del _kept[next(iter(_kept))]
        _kept[url] = (answer, pcm)
    return pcm
