"""``ivr bench flows``: how long a large flow file takes to check, and how many conversations a second can be tested."""

from __future__ import annotations

import time
from collections.abc import Callable

from ivr.benchmarks.large_flow import flow_of
from ivr.benchmarks.report import Bar, Figure, Report, percentile
from ivr.benchmarks.setting import Setting
from ivr.conversations.files import conversation_files, read_files
from ivr.conversations.play import play
from ivr.conversations.speed import conversations_per_second
from ivr.flows.lints import lint
from ivr.flows.loader import read_draft
from ivr.flows.source import read_source

STEPS = 1000
SLOTS = 99
NOON_S = 1_795_464_000.0
"""Monday, 23 November 2026, noon in Portland: lints are told the time, like everything in the core."""


def flows(setting: Setting) -> Report:
    """Measure both, each with its baseline in turn."""
    text, asking = flow_of(STEPS), flow_of(STEPS, SLOTS)
    setting.tell(f"checking {STEPS} steps")
    rounds = max(3, int(setting.seconds / 10))
    reading, checking, checking_slots = [], [], []
    for _ in range(rounds):
        reading.append(_cpu_s(lambda: read_source(text, "large.yaml")))
        checking.append(_cpu_s(lambda: _check(setting, text)))
        checking_slots.append(_cpu_s(lambda: _check(setting, asking)))
    book = setting.book()
    setting.tell("having the conversations of calls/")
    told, _ = read_files(list(conversation_files([setting.settings.root / "calls"])))
    failed = sum(not play(conversation, book).passed for conversation in told)
    each = conversations_per_second(told, book, setting.seconds / 10)
    notes = [f"{failed} of {len(told)} conversations differ from what is written."] if failed else []
    return Report(
        "flows",
        [
            Figure(
                f"checking {STEPS} steps with all lints, CPU",
                percentile(checking, 0.5),
                "s",
                rounds,
                percentile(reading, 0.5),
                "reading the YAML alone",
                Bar(1.0),
            ),
            Figure(
                f"checking {STEPS} steps with {SLOTS} slots, CPU",
                percentile(checking_slots, 0.5),
                "s",
                rounds,
                percentile(reading, 0.5),
                "reading the YAML alone",
                Bar(1.0),
            ),
            Figure("conversations as text, one core", each, "/s", len(told), bar=Bar(200, at_least=True)),
        ],
        [*notes, "CPU time of this process, so that other work on the machine does not count."],
    )


def _check(setting: Setting, text: str) -> None:
    lint(read_draft(text, setting.skills, file="large.yaml"), text, now_s=NOON_S)


def _cpu_s(work: Callable[[], object]) -> float:
    began_s = time.process_time()
    work()
    return time.process_time() - began_s
