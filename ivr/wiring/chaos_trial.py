"""``ivr bench chaos``: many calls at speed, while web servers, worker, Redis and sockets are killed at random.

Two web servers on one port, a worker, Redis and the database are real, and so are the requests: the exchange's own
client asks, with the carrier's repeats and its fallback. What callers keyed and left is compared with what is kept.
"""

from __future__ import annotations

import asyncio
import random
import secrets
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import select

from ivr import audio
from ivr.benchmarks.carrier_recordings import carrier_with_recordings
from ivr.benchmarks.chaos_caller import MESSAGE, QUIZ, ChaosCaller, Exchange
from ivr.benchmarks.chaos_kills import KINDS, Killer
from ivr.benchmarks.chaos_tally import ANSWER_WITHIN_S, Tally, Visit
from ivr.benchmarks.report import Bar, Figure, Report, percentile
from ivr.benchmarks.setting import Setting
from ivr.exchange.clock import Clock
from ivr.exchange.timeline import Timeline
from ivr.exchange.webhooks import Webhooks
from ivr.ports import message_id
from ivr.records import Database, SqlCallRecords
from ivr.settings import Settings
from ivr.speech import Pyttsx3Voice
from ivr.supervisor import Service
from ivr.supervisor.service import private_settings
from voicemail.mailbox import Message, State
from voicemail.tables import VoicemailRow, message_of

CALLS = 1000
SEED = 7
AT_ONCE = 24
WEBS, FEW = 2, 50
"""For fewer calls than this a second web server would not be started in time."""
MESSAGES = 0.3
"""This share of the callers leaves a message."""
SOCKETS = 0.4
"""For this share the media stream gets through; the others go on by the carrier's ears and keys."""
ACCOUNT = "AC" + "12ab" * 8
FLOWS = Path(__file__).parent.parent / "benchmarks" / "chaos.yaml"
SPOKEN = "please call me back this afternoon"
WRITTEN_S = 600.0
"""So long all messages may take to be fetched and written down, after the last call."""
LOOK_S = 0.5
SHOWN = 10
NONE = Bar(0)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What callers met with, and what is kept of it."""

    tally: Tally
    messages: tuple[Message, ...]
    files: int
    answered_wrong: tuple[str, ...]
    repeats: int


def chaos(setting: Setting) -> Report:
    """1,000 calls, or as many as the setting says; a missed bar is a broken promise."""
    calls, seed = setting.calls or CALLS, SEED if setting.seed is None else setting.seed
    setting.tell(f"chaos: {calls} calls, seed {seed}")
    return _report(run(setting, calls, seed), seed)


def run(setting: Setting, calls: int, seed: int) -> Outcome:
    """Have ``calls`` made while parts are killed, a few more when nothing was killed meanwhile."""
    with TemporaryDirectory(prefix="ringdown-chaos-") as folder:
        sound = _spoken()
        with carrier_with_recordings(audio.wav_bytes(audio.mulaw_decode(sound))) as carrier_url:
            settings = _settings(setting.settings, Path(folder) / "data", carrier_url)
            with Service(settings, private=False, webs=WEBS if calls >= FEW else 1) as service:
                tally, repeats = asyncio.run(_call(setting, service, calls, seed, sound))
                setting.tell("chaos: messages are fetched and written down")
                return _kept(service, tally, repeats)


def _settings(settings: Settings, data: Path, carrier_url: str) -> Settings:
    """An account at a carrier that hears callers where no stream gets through."""
    return replace(
        private_settings(settings, data),
        public_url="http://127.0.0.1:0",  # where the service finds itself
        account_sid=ACCOUNT,
        auth_token=secrets.token_hex(16),
        secret_key=secrets.token_hex(16),
        carrier_url=carrier_url,
        speech="local",
        flows=FLOWS,
    )


def _spoken() -> bytes:
    voice = Pyttsx3Voice()
    try:
        return voice.render(SPOKEN, "en-us+f3")
    finally:
        voice.close()


async def _call(setting: Setting, service: Service, calls: int, seed: int, sound: bytes) -> tuple[Tally, int]:
    chance = random.Random(seed)  # noqa: S311 - the same callers and deaths in every run
    tally, clock = Tally(), Clock()
    timeline = Timeline(clock)
    exchange = Exchange(
        Webhooks(service.token, clock, timeline),
        ACCOUNT,
        service.token,
        service.settings.public_url,
        f"{service.settings.carrier_url}/2010-04-01/Accounts/{ACCOUNT}/Recordings",
        [sound[at : at + 160] for at in range(0, len(sound), 160)],
        tally,
    )
    killing = asyncio.create_task(Killer(service, random.Random(chance.random()), tally.kills).run())  # noqa: S311
    try:
        made = iter(range(10**6))

        async def telephone() -> None:
            while (len(tally.visits) < calls or not tally.kills) and not killing.done():
                await _caller(exchange, next(made), chance).call()
                setting.progress(min(1.0, tally.calls / calls), _so_far(tally))

        await asyncio.gather(*(telephone() for _ in range(min(AT_ONCE, calls))))
    finally:
        killing.cancel()
        with suppress(asyncio.CancelledError):
            await killing
        await exchange.webhooks.close()
    return tally, sum(event["what"] == "asked again" for event in timeline.after(0))


def _caller(exchange: Exchange, number: int, chance: random.Random) -> ChaosCaller:
    line = MESSAGE if chance.random() < MESSAGES else QUIZ
    own = random.Random(chance.random())  # noqa: S311
    return ChaosCaller(exchange, line, f"+1415{number:07}", chance.random() < SOCKETS, own)


def _so_far(tally: Tally) -> str:
    return f"{tally.calls} calls, " + ", ".join(f"{tally.kills[kind]} {kind}" for kind in KINDS)


# --- what is kept ---------------------------------------------------------------------------------------------------


def _kept(service: Service, tally: Tally, repeats: int) -> Outcome:
    database = Database(service.settings.database_url)
    try:
        messages = _written(database, tally)
        records = SqlCallRecords(database)
        wrong = tuple(why for visit in tally.visits if (why := _wrong(records, visit)))
    finally:
        database.close()
    files = {path.name for path in (service.data / "recordings").glob("*.wav")}
    return Outcome(tally, messages, sum(one.file in files for one in messages), wrong, repeats)


def _written(database: Database, tally: Tally) -> tuple[Message, ...]:
    """All messages, once none is under way any more."""
    awaited = {message_id(visit.call_id, sid) for visit in tally.visits for sid in visit.told}
    until_s = time.monotonic() + WRITTEN_S
    while True:
        with database.reading() as session:
            found = [message_of(row) for row in session.scalars(select(VoicemailRow))]
        done = all(one.state in {State.TRANSCRIBED, State.FAILED, State.EMPTY} for one in found)
        if (done and awaited <= {one.id for one in found}) or time.monotonic() > until_s:
            return tuple(one for one in found if one.state is not State.EMPTY)
        time.sleep(LOOK_S)


NAMES = {"one": "first", "two": "second", "three": "third", "five": "fifth"}


def _wrong(records: SqlCallRecords, visit: Visit) -> str:
    """How the record of a call that came to its end differs from what its caller keyed."""
    if not visit.finished:
        return ""
    record = records.call(visit.call_id)
    if record is None:
        return f"{visit.call_id}: no record"
    known = {stage: str(record["variables"].get(name, "")) for stage, name in NAMES.items()}
    return "" if known == visit.keyed else f"{visit.call_id}: {known} for {dict(visit.keyed)}"


# --- the report -----------------------------------------------------------------------------------------------------


def _report(came: Outcome, seed: int) -> Report:
    tally, n = came.tally, len(came.tally.visits)
    requests, longest_s = len(tally.waits_s), max(tally.waits_s, default=0.0)
    lost, doubled, left = accounted(came)
    again = tally.asked["same"], tally.asked["previous"], len(tally.astray)
    kept = len(came.messages)
    unwritten = sum(one.state is not State.TRANSCRIBED for one in came.messages)
    figures = (
        Figure("calls", tally.calls, "", n),
        *(Figure(f"kills: {kind}", tally.kills[kind], "", tally.kills.total()) for kind in KINDS),
        Figure("requests repeated by the carrier", came.repeats, "", requests),
        Figure("requests that went to the fallback address", tally.fell_back, "", requests),
        Figure("longest wait for a valid answer", longest_s, "s", requests, bar=Bar(ANSWER_WITHIN_S)),
        Figure("wait for a valid answer, 99 in 100", percentile(tally.waits_s, 0.99), "s", requests),
        Figure("callers without a valid answer in 15 s", len(tally.unanswered), "", n, bar=NONE),
        Figure("wait for the next question, 99 in 100", percentile(tally.gaps_s, 0.99), "s", len(tally.gaps_s)),
        Figure("longest wait for the next question", max(tally.gaps_s, default=0.0), "s", len(tally.gaps_s)),
        Figure("questions asked once more", again[0], "", tally.asked.total()),
        Figure("calls resumed at the previous question", again[1], "", tally.asked.total()),
        Figure("calls resumed anywhere else, or given up", again[2], "", tally.asked.total(), bar=NONE),
        Figure("calls with other answers than were given", len(came.answered_wrong), "", n, bar=NONE),
        Figure("messages left", left, "", n),
        Figure("messages lost", len(lost), "", left, bar=NONE),
        Figure("messages there twice", len(doubled), "", left, bar=NONE),
        Figure("messages without their sound", kept - came.files, "", kept, bar=NONE),
        Figure("messages without a transcript", unwritten, "", kept, bar=NONE),
    )
    notes = [
        f"Seed {seed}. {min(AT_ONCE, n)} callers at once; {tally.sockets} sockets; {tally.hung_up} hung up early.",
        f"{tally.untold} recordings were told of in vain by the carrier.",
        *tally.unanswered[:SHOWN],
        *tally.astray[:SHOWN],
        *came.answered_wrong[:SHOWN],
        *(f"lost: {one}" for one in lost[:SHOWN]),
        *(f"twice: {one}" for one in doubled[:SHOWN]),
    ]
    return Report("chaos", figures, notes, promised=True)


def accounted(came: Outcome) -> tuple[list[str], list[str], int]:
    """Messages lost, messages doubled, and how many calls left one.

    What the carrier recorded must be there under its name, each once. Who said a message on a socket that broke is
    asked to say it again: then one is there that is whole, and never more than were said.
    """
    lost: list[str] = []
    doubled: list[str] = []
    by_call: dict[str, list[Message]] = {}
    for message in came.messages:
        by_call.setdefault(message.call_id, []).append(message)
    left = [visit for visit in came.tally.visits if visit.told or visit.spoken]
    for visit in left:
        told = Counter(message_id(visit.call_id, sid) for sid in visit.told)
        found = Counter(one.id for one in by_call.get(visit.call_id, []))
        whole = [one for one in by_call.get(visit.call_id, []) if one.id not in told and one.ended_by == "key"]
        missing = told - found
        if missing or (not visit.told and not whole and visit.finished):
            lost.append(f"{visit.call_id}: {sorted(missing)}")
        if len(whole) > visit.spoken:
            doubled.append(f"{visit.call_id}: {len(whole)} of {visit.spoken} said")
    return lost, doubled, len(left)
