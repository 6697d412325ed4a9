"""Many calls at once, on all cores."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from functools import cache
from itertools import islice
from typing import Any, TypeAlias

from ivr.flows import read_flows
from ivr.flows.loader import MakeSkills
from ivr.replay.replayer import Replayer
from ivr.replay.verdict import Verdict

FEW = 100
"""So many calls are done before other processes would have started."""

CHUNK = 25
"""Calls handed to a process at once: a tenth of a second of work, so that the progress bar moves."""

AHEAD = 4
"""Chunks for each process that are read ahead: a year of calls must not be in memory at once."""

Record: TypeAlias = Mapping[str, Any]
Texts: TypeAlias = Callable[[str], str | None]
"""The text of a version of the flow file, or None when it is not kept."""

_replayers: list[Replayer] = []
"""The one replayer of a process of the pool."""


def replay_calls(
    records: Iterable[Record],
    texts: Texts,
    flows: str,
    make_skills: MakeSkills,
    *,
    file: str = "flows.yaml",
    processes: int = 0,
    done: Callable[[int], None] = lambda count: None,
) -> list[Verdict]:
    """What becomes of each call on ``flows``, the text of ``file``, in the order of ``records``.

    ``processes`` 0 is one for each core, and none for a few calls. ``done`` is told of each call that was judged.

    Raises:
        FlowFileError: when ``flows`` has mistakes.
    """
    book = read_flows(flows, make_skills, file=file)
    known, records = cache(texts), iter(records)
    first = list(islice(records, FEW + 1))
    processes = processes or os.cpu_count() or 1
    if len(first) <= FEW or processes == 1:
        replayer = Replayer(book, make_skills)
        return [verdict for chunk in _chunks(first, records) for verdict in _told(replayer, chunk, known, done)]
    with ProcessPoolExecutor(processes, _context(), _begin, (flows, make_skills, file)) as pool:
        found: dict[int, list[Verdict]] = {}
        for number, verdicts in _spread(pool, _chunks(first, records), known, processes * AHEAD):
            found[number] = verdicts
            done(len(verdicts))
    return [verdict for number in sorted(found) for verdict in found[number]]


def _told(replayer: Replayer, chunk: Sequence[Record], texts: Texts, done: Callable[[int], None]) -> Iterator[Verdict]:
    for record in chunk:
        yield replayer.judge(record, texts(str(record["book"])))
        done(1)


def _chunks(first: Sequence[Record], more: Iterator[Record]) -> Iterator[list[Record]]:
    begun = iter(first)
    while chunk := [*islice(begun, CHUNK)] or [*islice(more, CHUNK)]:
        yield chunk


def _spread(
    pool: ProcessPoolExecutor, chunks: Iterator[list[Record]], texts: Texts, ahead: int
) -> Iterator[tuple[int, list[Verdict]]]:
    """The verdicts of each chunk with its number, as they come."""
    running: dict[Future[list[Verdict]], int] = {}
    for number, chunk in enumerate(chunks):
        needed = {version: texts(version) for version in {str(record["book"]) for record in chunk}}
        running[pool.submit(_judge, chunk, needed)] = number
        if len(running) >= ahead:
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                yield running.pop(future), future.result()
    for future, number in running.items():
        yield number, future.result()


def _context() -> multiprocessing.context.BaseContext:
    """Forked processes begin at once with all that is read; but only a process without threads may be forked."""
    alone = threading.active_count() == 1 and "fork" in multiprocessing.get_all_start_methods()
    return multiprocessing.get_context("fork" if alone else "spawn")


def _begin(flows: str, make_skills: MakeSkills, file: str) -> None:
    _replayers[:] = [Replayer(read_flows(flows, make_skills, file=file), make_skills)]


def _judge(chunk: Sequence[Record], texts: Mapping[str, str | None]) -> list[Verdict]:
    return [_replayers[0].judge(record, texts[str(record["book"])]) for record in chunk]
