"""``ivr bench streams``: what hearing a caller costs, and how many callers one machine hears at once."""

from __future__ import annotations

from dataclasses import replace

from ivr.benchmarks import decoded_share, side_by_side, stream_cpu
from ivr.benchmarks.report import Report
from ivr.benchmarks.setting import Setting

CPU_SHARE = 0.5
"""Of the time that callers at once are given. The scripted call takes as long as it takes."""


def streams(setting: Setting) -> Report:
    """Measure all three."""
    rounds = stream_cpu.measure(replace(setting, seconds=setting.seconds * CPU_SHARE))
    share = decoded_share.measure(setting, min(decoded_share.LENGTH_S, setting.seconds * 3))
    trials = side_by_side.measure(setting)
    figures = [*stream_cpu.figures(rounds), *decoded_share.figures(share), *side_by_side.figures(*trials)]
    return Report("streams", figures, NOTES)


NOTES = (
    "CPU: the web process with everything a call needs; the bare recogniser has the sound in memory.",
    "Callers: synthetic voices, short prompts, so more of their sound is speech than in most calls.",
    "Held: a grammar of the question's phrases. Free: the model's language model.",
    "The usual server: one recogniser a connection, every 20 ms decoded and answered, a thread a core.",
    "Its callers say when an answer is over; ours are listened to. All callers run on this machine too.",
)
