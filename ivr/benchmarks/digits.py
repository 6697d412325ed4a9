"""``ivr bench digits``: real people's digits, heard through the whole service, speaker by speaker.

Every answer is a call of its own on the exchange in a box: prompt, media stream, voice activity, recogniser, flow; what
counts is the value in the call's record. The baseline is the recogniser by itself, held to the same phrases, which
is given the whole answer at once and told where it ends.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from rapidfuzz.distance import Levenshtein

from ivr import audio
from ivr.benchmarks.answer_times import grammar_of
from ivr.benchmarks.bare import Bare
from ivr.benchmarks.carrier_posts import CALLER
from ivr.benchmarks.recordings import Said, recordings, single_words, zip_codes
from ivr.benchmarks.report import Figure, Report
from ivr.benchmarks.setting import Setting
from ivr.benchmarks.spoken import hush
from ivr.calling.clients import Exchange
from ivr.calling.own_service import own_service
from ivr.flows import FlowBook, read_flows
from ivr.flows.skills import KindOptions
from ivr.ports import CallRecords, OutsideError
from ivr.records import Database, SqlCallRecords

ONE_ANSWER = Path(__file__).with_name("one_answer.yaml")
LINES = {"zip": "+15550000011", "digit": "+15550000012", "yes_no": "+15550000013"}
NAMES = {"zip": "ZIP codes", "digit": "single digits", "yes_no": "yes or no"}
ZIPS = 60
"""ZIP codes of each speaker in a thorough run."""
WHOLE_S = 240.0
FEW = 10
"""Speakers of fewer answers are counted together."""
LINGER_S = 20.0
CALL_WALL_S = 60.0
POLL_S = 0.02
AROUND_S = 0.4
"""Of quiet before and after the answer, for the recogniser by itself."""


@dataclass(frozen=True, slots=True)
class Taken:
    """An answer, the value that the service took it for, and the one of the recogniser by itself; empty for none."""

    said: Said
    value: str
    bare: str


def digits(setting: Setting) -> Report:
    """Measure as many answers as the setting's seconds stand for."""
    if setting.speech is None:
        raise OutsideError("it needs recordings of real speakers: --speech FOLDER", retry=False)
    share = min(1.0, setting.seconds / WHOLE_S)
    listed = recordings(setting.speech)
    words = _some(list(single_words(listed)), share)
    return Report("digits", figures(measure(setting, [*zip_codes(listed, max(1, round(ZIPS * share))), *words])), NOTES)


def _some(said: Sequence[Said], share: float) -> list[Said]:
    """A share of ``said``, evenly taken."""
    return [one for at, one in enumerate(said) if int((at + 1) * share) > int(at * share)]


def measure(setting: Setting, said: Sequence[Said]) -> list[Taken]:
    """Each of ``said`` in a call, and by the recogniser alone."""
    text = ONE_ANSWER.read_text(encoding="utf-8")
    book = read_flows(text, setting.skills, file=str(ONE_ANSWER))
    bare = Bare(setting.model)
    setting.tell(f"digits: {len(said)} calls, one answer each")
    with _telephone(setting) as (exchange, records, folder):
        return [
            Taken(one, _by_phone(one, exchange, records, folder / f"{number}.wav"), _alone(one, book, bare))
            for number, one in enumerate(said)
        ]


@contextmanager
def _telephone(setting: Setting) -> Iterator[tuple[Exchange, CallRecords, Path]]:
    """An exchange in a hurry, the records of the service it rings, and a folder for sound."""
    with (
        tempfile.TemporaryDirectory(prefix="ringdown-digits-") as folder,
        own_service(replace(setting.settings, flows=ONE_ANSWER), fast=True) as place,
    ):
        database = Database(place.database_url)
        try:
            yield place.exchange, SqlCallRecords(database), Path(folder)
        finally:
            database.close()


def _by_phone(said: Said, exchange: Exchange, records: CallRecords, wav: Path) -> str:
    """The value that the call ends with."""
    audio.write_wav(wav, said.pcm())
    sid = exchange.place_call(LINES[said.kind], CALLER, [{"play": str(wav)}], LINGER_S)
    deadline_s = time.monotonic() + CALL_WALL_S
    while time.monotonic() < deadline_s:
        kept = records.call(sid)
        if kept and kept["ended_s"]:
            return str(kept["variables"].get(said.kind, ""))
        time.sleep(POLL_S)
    raise OutsideError(f"the call {sid} did not end", retry=True)


def _alone(said: Said, book: FlowBook, bare: Bare) -> str:
    """What the recogniser makes of the sound alone, read as the flow reads it."""
    heard = bare.hears(hush(AROUND_S) + said.pcm() + hush(AROUND_S), grammar_of(book, LINES[said.kind]))
    slot = book.company.slots[said.kind]
    value = book.skills.kinds[slot.kind].hear(heard.text, KindOptions(length=slot.length))
    return value or ""


# --- figures ----------------------------------------------------------------------------------------------------------


def figures(taken: Sequence[Taken]) -> list[Figure]:
    """For each kind of answer every speaker, those of few answers together."""
    found = []
    for kind, name in NAMES.items():
        some = [one for one in taken if one.said.kind == kind]
        for speaker, theirs in _by_speaker(some):
            found.append(_share(f"{name}, {speaker}", theirs))
            if kind == "zip":
                found.append(_digits("  their digits", theirs))
        if len({one.said.speaker for one in some}) > 1:
            found.append(_share(f"{name}, all speakers", some))
    return found


def _by_speaker(taken: Sequence[Taken]) -> Iterator[tuple[str, list[Taken]]]:
    speakers = dict.fromkeys(one.said.speaker for one in taken)
    few = []
    for speaker in speakers:
        theirs = [one for one in taken if one.said.speaker == speaker]
        if len(theirs) < FEW and len(speakers) > 1:
            few.append(theirs)
        else:
            yield speaker, theirs
    if few:
        yield f"{len(few)} others", [one for theirs in few for one in theirs]


BY_ITSELF = "the recogniser by itself, told where the answer ends"


def _share(what: str, taken: Sequence[Taken]) -> Figure:
    count = len(taken)
    ours = sum(one.value == one.said.value for one in taken)
    bare = sum(one.bare == one.said.value for one in taken)
    return Figure(what, 100 * ours / count, "%", count, 100 * bare / count, BY_ITSELF)


def _digits(what: str, taken: Sequence[Taken]) -> Figure:
    """Digits that are right, in their places: a value that was not understood at all has none."""
    count = sum(len(one.said.value) for one in taken)
    wrong = sum(Levenshtein.distance(one.value, one.said.value) for one in taken)
    bare = sum(Levenshtein.distance(one.bare, one.said.value) for one in taken)
    return Figure(what, 100 * (1 - wrong / count), "%", count, 100 * (1 - bare / count), BY_ITSELF)


NOTES = (
    "Real people whom the model does not know. Each answer is a call; right is what the call's record holds.",
    "ZIP codes: single digits of one speaker joined with gaps of 30 to 120 ms.",
    f"Speakers with fewer than {FEW} answers of a kind are counted together.",
)
