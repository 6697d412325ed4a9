"""Gather: keys or words from the caller while prompts play and for a while after."""

from __future__ import annotations

import asyncio
from typing import Any

from ivr.exchange.alongside import alongside
from ivr.exchange.sounds import is_loud
from ivr.exchange.stage import Outcome, Stage
from ivr.exchange.twiml import Gather
from ivr.exchange.verbs.prompts import prompt

CONFIDENCE = "0.93"
"""What the box claims for words it knows from the script."""

_AUTO_S = 0.6
"""``speechTimeout="auto"``: silence after which the carrier takes an utterance for finished (a guess: measure)."""


class _Input:
    """What has been given so far; ``news`` is done at each key or word, ``complete`` when nothing more is wanted."""

    def __init__(self, verb: Gather) -> None:
        self._verb = verb
        self.digits = ""
        self.words = ""
        self.finished_on = ""
        self.complete = False
        self.loud = False
        self.news: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

    def key(self, key: str) -> None:
        if "dtmf" not in self._verb.input or self.complete:
            return
        if key == self._verb.finish_on_key:
            if not self.digits:  # the key ends an input; it does not make one
                return
            self.finished_on, self.complete = key, True
        else:
            self.digits += key
            self.complete = len(self.digits) == self._verb.num_digits
        self._tell()

    def said(self, text: str) -> None:
        if "speech" in self._verb.input and not self.digits:
            self.words = f"{self.words} {text}".strip()
            self._tell()

    def sound(self, frame: bytes) -> None:
        """Speech under way: with barge-in it stops the prompt before the words are known."""
        if "speech" in self._verb.input and not self.loud and is_loud(frame):
            self.loud = True
            self._tell()

    def renew(self) -> None:
        self.news = asyncio.get_running_loop().create_future()
        self.loud = False

    def _tell(self) -> None:
        if not self.news.done():
            self.news.set_result(None)


async def gather(verb: Gather, stage: Stage) -> Outcome:
    """Collect; then the action, or without input (unless actionOnEmptyResult) the next verb."""
    given = _Input(verb)
    with stage.leg.listening(keys=given.key, words=given.said, sound=given.sound):
        await _play(verb, stage, given)
        await _wait(verb, stage, given)
    if given.digits:
        params = {"Digits": given.digits, "FinishedOnKey": given.finished_on}
    elif given.words:
        params = {"SpeechResult": given.words, "Confidence": CONFIDENCE}
    elif verb.action_on_empty_result:
        params = {"Digits": "", "FinishedOnKey": ""} if "dtmf" in verb.input else {"SpeechResult": ""}
    else:
        return None
    return stage.goto(verb.action, verb.method, {**params, "msg": "Gather End"})


async def _play(verb: Gather, stage: Stage, given: _Input) -> None:
    """The prompts; a key stops them at once, the voice when barge-in is allowed."""
    async with alongside(_prompts(verb, stage)) as playing:
        while not playing.done() and not given.digits and not (verb.barge_in and (given.loud or given.words)):
            if given.news.done():
                given.renew()
            await stage.leg.until(playing, given.news)


async def _prompts(verb: Gather, stage: Stage) -> None:
    for part in verb.prompts:
        await prompt(part, stage)


async def _wait(verb: Gather, stage: Stage, given: _Input) -> None:
    """Until complete, or nothing came for the time-out that holds at this point."""
    while not given.complete:
        given.renew()
        timeout_s: float = verb.timeout_s
        if given.words:
            timeout_s = _speech_timeout_s(verb)
        if not await stage.leg.until(given.news, timeout_s=timeout_s):
            return


def _speech_timeout_s(verb: Gather) -> float:
    if verb.speech_timeout == "auto":
        return _AUTO_S
    return float(verb.speech_timeout or verb.timeout_s)
