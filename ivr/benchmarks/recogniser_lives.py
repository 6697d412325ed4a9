"""A process in which recognisers are made, hear one answer and are thrown away, many times; it tells what it holds.

Run: ``python -m ivr.benchmarks.recogniser_lives MODEL ours|bare LIVES EVERY < answers``. A line of the input is JSON:
the ``phrases`` of a question, and the ``pcm`` of an answer in base64. Each line of the output is a ``Sample``.
"""

from __future__ import annotations

import base64
import gc
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

FRAME = 320
Life = Callable[[Sequence[str], bytes], str]


def ours(model: Path) -> Life:
    """The service's ears."""
    from ivr.speech import VoskEars

    ears = VoskEars(model)

    def live(phrases: Sequence[str], pcm: bytes) -> str:
        recognizer = ears.listen(phrases)
        for at in range(0, len(pcm), FRAME):
            recognizer.accept(pcm[at : at + FRAME])
        return recognizer.final().text

    return live


def bare(model: Path) -> Life:
    """The library by itself."""
    from ivr.benchmarks.bare import Bare

    alone = Bare(model)
    return lambda phrases, pcm: alone.hears(pcm, phrases).text


LIVES = {"ours": ours, "bare": bare}


def main(model: str, who: str, count: int, every: int) -> None:
    """Live ``count`` lives; a line after each ``every``."""
    from ivr.benchmarks.memory import own_memory_mb

    answers = [(one["phrases"], base64.b64decode(one["pcm"])) for one in map(json.loads, sys.stdin)]
    live = LIVES[who](Path(model))
    heard = 0
    for done in range(1, count + 1):
        phrases, pcm = answers[done % len(answers)]
        heard += bool(live(phrases, pcm))
        if done % every == 0:
            gc.collect()
            sample = {"done": done, "megabytes": own_memory_mb(os.getpid()), "heard": heard}
            sys.stdout.write(json.dumps(sample) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
