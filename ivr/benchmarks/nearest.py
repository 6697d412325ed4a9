"""``ivr bench nearest``: the nearest of a million stores against a thousand, held to brute force; and the start-up."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Sequence
from itertools import product
from pathlib import Path
from typing import TypeAlias

import numpy as np

from ivr.benchmarks.report import Bar, Figure, Report, percentile
from ivr.benchmarks.setting import Setting
from ivr.locator.great_circle import EARTH_RADIUS_KM, distance_km
from ivr.locator.nearest import Nearest
from ivr.locator.places import Places

FEW, MANY = 1_000, 1_000_000
HOW_MANY = 3
MOST_TIMES = 1.5
MOST_START_S = 0.5
SPREAD_DEGREES = 0.3
"""How far made-up stores lie from the ZIP codes they belong to: they crowd where people do."""
NEAR_ENOUGH_KM = 1e-3
"""What the scan of all distances leaves over is ranked one by one."""
QUERIES_A_SECOND = 20
START = """
import time
began_s = time.perf_counter()
from pathlib import Path
from ivr.locator.finder import StoreFinder
from ivr.locator.places import Places
from ivr.locator.sources import source_at
imported_s = time.perf_counter()
places = Places.load(Path({cache!r}))
finder = StoreFinder(source_at(Path({stores!r}), places).read().stores, places)
assert finder.locate("94107", 3, time.time()).outcome == "found"
print(time.perf_counter() - imported_s, imported_s - began_s)
"""
"""What a process does before its first caller can be told a store."""

Point: TypeAlias = tuple[float, float]


def nearest(setting: Setting) -> Report:
    """Ask both in turn, compare with a scan of all stores, and start the locator anew a few times."""
    queries = max(100, round(setting.seconds * QUERIES_A_SECOND))
    setting.tell("making up a million stores")
    places = Places.load(setting.settings.cache)
    chance = random.Random(8)  # noqa: S311 - the same stores in every run
    towns = [place for code in places.codes() if (place := places.zip(code))]

    def around() -> Point:
        town = chance.choice(towns)
        return _near(town.lat, town.lon, chance)

    many = [around() for _ in range(MANY)]
    began_s = time.process_time()
    large = Nearest(*zip(*many, strict=True))
    built_s = time.process_time() - began_s
    small = Nearest(*zip(*chance.sample(many, FEW), strict=True))
    callers = [around() for _ in range(queries)]
    setting.tell("asking a million and a thousand in turn")
    few_ms, many_ms = _in_turn((small, large), callers)
    setting.tell("comparing with a scan of all stores")
    wrong, compared = _disagreements(large, many, callers[:100])
    wrong_ties, ties = _disagreements(*_grid())
    setting.tell("starting the locator")
    starts = [_start(setting) for _ in range(5)]
    ratio = percentile(many_ms, 0.5) / percentile(few_ms, 0.5)
    return Report(
        "nearest",
        [
            Figure("nearest 3 of 1,000,000, CPU, p50", percentile(many_ms, 0.5), "ms", queries,
                   percentile(few_ms, 0.5), "nearest 3 of 1,000"),
            Figure("nearest 3 of 1,000,000, CPU, p99", percentile(many_ms, 0.99), "ms", queries,
                   percentile(few_ms, 0.99), "nearest 3 of 1,000"),
            Figure("a million against a thousand", ratio, "times", queries, bar=Bar(MOST_TIMES)),
            Figure("disagreements with brute force", wrong + wrong_ties, "", compared + ties, bar=Bar(0)),
            Figure("index of 1,000,000 built, CPU", built_s, "s", 1),
            Figure("locator ready: places, 300 stores, first answer", percentile([s for s, _ in starts], 0.5), "s",
                   len(starts), bar=Bar(MOST_START_S)),
            Figure("before that, importing it", percentile([s for _, s in starts], 0.5), "s", len(starts)),
        ],
        [
            "Brute force is a scan in float64, its nearest ranked one by one; ties, poles and antimeridian among them.",
            "The locator is started in a process of its own, with its table of places kept from before.",
        ],
    )  # fmt: skip


def _near(lat: float, lon: float, chance: random.Random) -> Point:
    return (
        max(-90.0, min(90.0, lat + chance.gauss(0, SPREAD_DEGREES))),
        (lon + chance.gauss(0, SPREAD_DEGREES) + 180.0) % 360.0 - 180.0,
    )


def _in_turn(indexes: Sequence[Nearest], callers: Sequence[Point]) -> list[list[float]]:
    """CPU milliseconds an answer of each index, one after the other, so that both have the same machine."""
    took: list[list[float]] = [[] for _ in indexes]
    for caller in callers:
        for index, mine in zip(indexes, took, strict=True):
            began_s = time.thread_time()
            index.nearest(*caller, HOW_MANY)
            mine.append(1000 * (time.thread_time() - began_s))
    return took


def _grid() -> tuple[Nearest, list[Point], list[Point]]:
    """Stores and callers on a coarse grid: nearly every answer is a tie; poles and antimeridian are among them."""
    stores = [(float(lat), float(lon)) for lat, lon in product(range(-90, 91, 5), range(-180, 181, 5))] * 2
    heights, widths = (-90, -89, -45, 0, 2.5, 45, 90), (-180, -179, 0, 2.5, 180)
    callers = [(float(lat), float(lon)) for lat, lon in product(heights, widths)]
    return Nearest(*zip(*stores, strict=True)), stores, callers


def _disagreements(index: Nearest, stores: Sequence[Point], callers: Sequence[Point]) -> tuple[int, int]:
    """How many answers differ from those of a scan of all stores, and of how many."""
    lat, lon = np.radians(np.array(stores)).T
    wrong = 0
    for caller in callers:
        lat1, lon1 = np.radians(caller)
        half = np.sin((lat - lat1) / 2) ** 2 + np.cos(lat) * np.cos(lat1) * np.sin((lon - lon1) / 2) ** 2
        away = 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(1.0, half)))
        reach = np.partition(away, HOW_MANY - 1)[HOW_MANY - 1] + NEAR_ENOUGH_KM
        close = np.flatnonzero(away <= reach).tolist()
        ranked = sorted((distance_km(*caller, *stores[at]), at) for at in close)[:HOW_MANY]
        wrong += index.nearest(*caller, HOW_MANY) != [(at, km) for km, at in ranked]
    return wrong, len(callers)


def _start(setting: Setting) -> tuple[float, float]:
    """Seconds until the first answer in a new process, and seconds for its imports."""
    root = Path(__file__).parents[2]
    text = START.format(cache=str(setting.settings.cache), stores=str(root / "stores.csv"))
    done = subprocess.run([sys.executable, "-c", text], cwd=root, capture_output=True, text=True, check=True)  # noqa: S603
    ready_s, imported_s = done.stdout.split()
    return float(ready_s), float(imported_s)
