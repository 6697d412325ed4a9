"""The outcome of conversation tests as data and as a sentence: for ``--json``, pages and the publish gate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ivr.conversations.coverage import Coverage
from ivr.conversations.play import Result
from ivr.conversations.spoken import Spoken


def result_data(result: Result) -> dict[str, Any]:
    """One conversation."""
    name, place = result.conversation.name, result.conversation.place
    data: dict[str, Any] = {"name": name, "file": place.file, "line": place.line, "passed": result.passed}
    if not result.passed:
        data["difference"] = {
            "line": result.place.line,
            "column": result.place.column,
            "what": result.difference,
            "rows": [{"expected": r.expected, "happened": r.happened, "differs": r.differs} for r in result.rows],
        }
    return data


def coverage_data(found: Coverage) -> dict[str, Any]:
    """The exits taken, and those that were not."""
    return {
        "exits": found.exits,
        "taken": found.exits - len(found.untaken),
        "percent": round(found.percent, 1),
        "untaken": [
            {"file": one.place.file, "line": one.place.line, "step": one.way.source, "word": one.word,
             "exit": one.way.label, "to": one.way.target}
            for one in found.untaken
        ],
    }  # fmt: skip


def spoken_data(spoken: Sequence[Spoken]) -> dict[str, Any]:
    """The conversations that were spoken, those that could not be, and how fast it went."""
    return {
        "audio_s": round(sum(one.audio_s for one in spoken), 1),
        "wall_s": round(sum(one.wall_s for one in spoken), 1),
        "calls": [
            {**(result_data(one.result) if one.result else {"name": one.conversation.name}), "skipped": one.skipped}
            for one in spoken
        ],
    }


def summary(results: Sequence[Result], took_s: float) -> str:
    """How many conversations went as written."""
    failed = sum(not one.passed for one in results)
    calls = f"{len(results)} call{'s' if len(results) != 1 else ''}"
    return f"{calls}, {f'{failed} not' if failed else 'all'} as written ({took_s:.2f} s)."


def spoken_summary(spoken: Sequence[Spoken]) -> str:
    """How many conversations were spoken, how many went as written, and how fast time went by."""
    had = [one for one in spoken if one.result]
    failed = sum(not one.passed for one in had)
    audio_s, wall_s = sum(one.audio_s for one in spoken), sum(one.wall_s for one in spoken)
    faster = f", {audio_s / wall_s:.1f} times as fast as real" if wall_s else ""
    went = f"{failed} not" if failed else "all"
    return (
        f"{len(had)} calls spoken, {went} as written; {len(spoken) - len(had)} skipped. "
        f"{audio_s:.0f} s of calls in {wall_s:.0f} s{faster}."
    )
