"""``ivr bench soak``: does memory grow, over thousands of recognisers and hours of calls?"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys

from ivr.benchmarks import media_hour
from ivr.benchmarks.answer_times import grammar_of
from ivr.benchmarks.media_hour import Hour
from ivr.benchmarks.memory import Sample, growth
from ivr.benchmarks.report import Bar, Figure, Report
from ivr.benchmarks.setting import LINES, Setting
from ivr.benchmarks.spoken import hush, synthetic_sheets
from ivr.ports import OutsideError

WHOLE_S = 240.0
"""A thorough run lives all lives and has the whole hour; a shorter one its share of both."""
ALL_LIVES = 10_000
HOUR_S = 3600.0
LEAST_LIVES = 40
SAMPLES = 50
ANSWERS = 4
KINDS = ("zip", "menu", "order", "yes_no")
WHO = ("ours", "bare")
"""Both at the same time, so that what else goes on meets them alike."""
MOST_A_LIFE = Bar(2.0)
"""Kilobytes: at a million answers a day, less than what a machine has to spare in a day."""
MOST_AN_HOUR = Bar(16.0)
"""Megabytes: then a process with eight callers around the clock holds under 400 MB more after a day."""


def soak(setting: Setting) -> Report:
    """Measure both, at the length that the setting's seconds stand for."""
    share = min(1.0, setting.seconds / WHOLE_S)
    lives = max(LEAST_LIVES, round(ALL_LIVES * share))
    setting.tell(f"memory: {lives} recognisers, ours and the library's")
    samples = dict(zip(WHO, _lives(setting, lives), strict=True))
    hour = media_hour.measure(setting, HOUR_S * share)
    return Report("soak", [*_life_figures(samples, lives), *_hour_figures(hour)], NOTES)


def _lives(setting: Setting, count: int) -> list[list[Sample]]:
    """Samples of ours and of the library by itself."""
    book = setting.questions()
    answers = "".join(
        json.dumps({"phrases": grammar_of(book, LINES[one.kind]), "pcm": base64.b64encode(pcm).decode()}) + "\n"
        for sheet in synthetic_sheets(KINDS, ANSWERS, pause_every=5)
        for one in sheet
        for pcm in [hush(0.3) + one.pcm + hush(0.2)]
    )
    every = max(1, count // SAMPLES)
    command = [sys.executable, "-m", "ivr.benchmarks.recogniser_lives", str(setting.model.resolve())]
    children = [
        subprocess.Popen(  # noqa: S603 - our own module, no shell
            [*command, who, str(count), str(every)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=setting.settings.root,
            env=dict(os.environ),
        )
        for who in WHO
    ]
    try:
        return [_samples(child, answers) for child in children]
    finally:
        for child in children:
            child.kill()
            child.wait()


def _samples(child: subprocess.Popen[str], answers: str) -> list[Sample]:
    told, _ = child.communicate(answers)
    if child.returncode:
        raise OutsideError("the process that makes recognisers ended before its time", retry=False)
    lines = [json.loads(line) for line in told.splitlines()]
    if not lines or not lines[-1]["heard"]:
        raise OutsideError("not one recogniser heard anything", retry=False)
    return [Sample(one["done"], one["megabytes"]) for one in lines]


def _life_figures(samples: dict[str, list[Sample]], lives: int) -> list[Figure]:
    mine, bare = samples["ours"], samples["bare"]
    library = "the library by itself, in the same run"
    ours_kb, bare_kb = growth(mine) * 1024, growth(bare) * 1024
    return [
        Figure("memory a recogniser leaves behind", ours_kb, "kB", lives, bare_kb, library, MOST_A_LIFE),
        Figure("  in use after the last", mine[-1].megabytes, "MB", lives, bare[-1].megabytes, library),
    ]


def _hour_figures(hour: Hour) -> list[Figure]:
    samples = hour.samples
    minutes = samples[-1].done / 60 if samples else 0.0
    first, last = (samples[0].megabytes, samples[-1].megabytes) if samples else (float("nan"), float("nan"))
    warm = samples[len(samples) // 3].megabytes if samples else float("nan")
    return [
        Figure(
            f"growth an hour of {media_hour.STREAMS} streams",
            growth(samples) * HOUR_S,
            "MB",
            hour.calls,
            None,
            "",
            MOST_AN_HOUR,
        ),
        Figure("  in use after the last call", last, "MB", hour.calls, warm, "after a third of the calls"),
        Figure("  at the beginning", first, "MB", hour.calls),
        Figure("  minutes of sound on each stream", minutes, "min", hour.answers),
    ]


NOTES = (
    "Memory: what the process and its children hold for themselves (RssAnon), mapped files left out.",
    "Growth: the slope of a straight line through all samples but the first third, in which pools fill.",
    "A recogniser: made with the grammar of a question, hears one answer, is thrown away; n is how many.",
    "Streams: the whole path of calls of three minutes, faster than real time; n is calls, in the last line answers.",
)
