"""``ivr bench turns``: what a turn costs, and how long a caller waits for one."""

from __future__ import annotations

from dataclasses import replace

from ivr.benchmarks import answer_times, webhook_turns
from ivr.benchmarks.report import Report
from ivr.benchmarks.setting import Setting

WEBHOOKS_SHARE = 0.35
"""Of the time; the rest is for the answers, which take real time."""


def turns(setting: Setting) -> Report:
    """Measure both."""
    setting.tell("webhooks: the service and an empty view, in turns")
    kinds = webhook_turns.measure(setting.settings, setting.seconds * WEBHOOKS_SHARE)
    spoken = answer_times.measure(replace(setting, seconds=setting.seconds * (1 - WEBHOOKS_SHARE)))
    return Report("turns", [*webhook_turns.figures(kinds), *answer_times.figures(spoken)], _notes(setting))


def _notes(setting: Setting) -> list[str]:
    speech = "six synthetic voices only; real callers are harder to hear (--speech adds recordings)"
    if setting.speech is not None:
        speech = "six synthetic voices, and digits of a real speaker the model does not know, joined to ZIP codes"
    return [
        "CPU: the worker process, without Redis. The empty view gets the same posts under the same kind of worker.",
        "A call by webhook: menu, ZIP code with store lookup, two more stores, menu; by keys, state in Redis.",
        f"Answers: {speech}.",
        "A wait counts from an answer's last sound (-35 dB of its loudest 10 ms) to the next prompt's first.",
        "The recogniser's own end of utterance has nothing to ask or to say after it; it is given 6 s to come.",
    ]
