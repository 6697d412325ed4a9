"""Executes documents on a leg, verb by verb, as the carrier does: what follows what is decided here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urldefrag

from ivr.exchange import verbs
from ivr.exchange.callbacks import call_params
from ivr.exchange.leg import HungUpError, Instruction, Leg, RedirectedError
from ivr.exchange.plant import Plant
from ivr.exchange.refusals import FETCH_FAILED, VERB_NOT_SUPPORTED, Refusal
from ivr.exchange.sounds import Tape
from ivr.exchange.stage import End, Outcome, Stage
from ivr.exchange.twiml import Dial, Pause, Reject, Verb, read_twiml

APOLOGY = "We are sorry. An application error has occurred. Goodbye."

MAX_DOCUMENTS_AT_ONCE = 100
"""Documents that may follow each other without any exchange time passing: more is a service redirecting in circles."""

MAX_KEPT_BYTES = 8192
"""What the timeline keeps of a document."""

_ALLOWED_WHILE_WAITING = ("Say", "Play", "Pause", "Gather", "Redirect", "Leave", "Hangup")
_NOT_IN_WHISPERS = ("Dial", "Enqueue", "Leave", "Reject", "Record")


async def serve(plant: Plant, leg: Leg, instruction: Instruction) -> None:
    """Do what the service says until the leg is over."""
    while not leg.over:
        try:
            await run_documents(plant, leg, instruction, "call")
            leg.end()
        except RedirectedError as redirected:
            instruction = redirected.instruction
            leg.resume()
        except HungUpError:
            return


async def run_documents(plant: Plant, leg: Leg, instruction: Instruction, kind: str) -> End:
    """Execute a document and those that follow from it.

    Raises:
        Refusal: what the carrier would not do, in a whisper or while waiting (in a call the caller is told).
        HungUpError, RedirectedError: the leg is over or sent elsewhere.
    """
    here, begun, documents = instruction, plant.clock.ticks, 0
    while True:
        documents = documents + 1 if plant.clock.ticks == begun else 1
        begun = plant.clock.ticks
        try:
            _check_circle(here, documents)
            outcome = await _one_document(plant, leg, here, kind)
        except Refusal as refusal:
            plant.refused(leg, refusal)
            if kind != "call":
                raise
            outcome = await _fall_back(plant, leg, here, refusal)
        if isinstance(outcome, End):
            return outcome
        here = outcome


def _check_circle(here: Instruction, documents: int) -> None:
    if documents > MAX_DOCUMENTS_AT_ONCE:
        raise Refusal(FETCH_FAILED, f"{here.url}: documents follow each other in a circle")


async def _one_document(plant: Plant, leg: Leg, here: Instruction, kind: str) -> Instruction | End:
    leg.check()
    url, document = await _read(plant, leg, here)
    leg.check()
    stage = Stage(plant, leg, url, here.method, kind, run_documents)
    for place, verb in enumerate(document):
        _check_place(verb, place, kind)
        if kind == "call":
            _answer(leg, verb)
        stage.note("verb", verb=type(verb).__name__)
        outcome: Outcome = await verbs.perform(verb, stage)
        if outcome is not None:
            return outcome
    return End.FINISHED


async def _read(plant: Plant, leg: Leg, here: Instruction) -> tuple[str, Sequence[Verb]]:
    """The document and the URL it really came from."""
    if here.twiml:
        return here.url, read_twiml(here.twiml.encode(), "text/xml")
    answer = await plant.webhooks.ask(here.url, here.method, call_params(leg), here.params)
    plant.timeline.note(
        leg.sid,
        "twiml",
        url=here.url,
        params=dict(here.params),
        body=answer.body[:MAX_KEPT_BYTES].decode("utf-8", "replace"),
    )
    if answer.status == 204 or not answer.body:
        return answer.url, ()
    return answer.url, read_twiml(answer.body, answer.content_type)


def _check_place(verb: Verb, place: int, kind: str) -> None:
    name = type(verb).__name__
    if kind == "wait" and name not in _ALLOWED_WHILE_WAITING:
        raise Refusal(VERB_NOT_SUPPORTED, f"<{name}> is not allowed while waiting")
    if kind == "whisper" and name in _NOT_IN_WHISPERS:
        raise Refusal(VERB_NOT_SUPPORTED, f"<{name}> is not allowed before the two parties are joined")


def _answer(leg: Leg, verb: Verb) -> None:
    """The first verb that makes a sound answers an incoming call."""
    waits_for_callee = isinstance(verb, Dial) and verb.answer_on_bridge
    if not isinstance(verb, Reject | Pause) and not waits_for_callee:
        leg.start()


async def _fall_back(plant: Plant, leg: Leg, here: Instruction, refusal: Refusal) -> Instruction | End:
    """The service failed: ask its fallback once, else say so and hang up."""
    fallback = leg.fallback
    if fallback and urldefrag(here.url).url != urldefrag(fallback.url).url:
        return replace(fallback, params=_error_params(here, refusal))
    leg.start()
    pcm, _ = await plant.speaking.aloud(APOLOGY, "en-US")
    tape = Tape(pcm)
    with leg.sounding(tape):
        await leg.until(tape.finished)
    return End.HANG_UP


def _error_params(here: Instruction, refusal: Refusal) -> dict[str, str]:
    return {"ErrorCode": str(refusal.number), "ErrorUrl": urldefrag(here.url).url}
