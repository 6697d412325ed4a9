"""What a turn by webhook costs, against a view that does nothing: the same posts to both, in turns.

A caller keys through the example company: menu, ZIP code, the stores around it, another store, the next one, the menu
again. All posts of one kind go to one server, then to the other, so that both see the same machine; what is compared
is CPU time of the worker, which other programs on the machine disturb least.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

from ivr.benchmarks.carrier_posts import CarrierPosts, call_form, new_call_id
from ivr.benchmarks.cpu import cpu_s, wait_idle
from ivr.benchmarks.report import Bar, Figure, percentile
from ivr.benchmarks.running import running
from ivr.benchmarks.web_child import WebChild, sync_server
from ivr.settings import Settings

LINE = "+15035550100"
KEYS = ("1", "94107", "1", "1", "9")
"""What the caller keys; the answers are menu, ZIP, offers, offers, offers."""
CALLS = 25
"""Calls in a round: enough that the worker's other duties do not show."""
SETTLE_S = 0.02
"""After the last answer the worker still tidies up."""
MOST_TURN_RATIO = Bar(2.0)
MOST_TAIL_RATIO = Bar(3.0)


@dataclass(slots=True)
class Cost:
    """What posts of one kind cost: CPU seconds each, by round, and seconds until the answer."""

    cpu_s: list[float] = field(default_factory=list)
    took_s: list[float] = field(default_factory=list)

    @property
    def cpu_us(self) -> float:
        return median(self.cpu_s) * 1e6


@dataclass(slots=True)
class Kind:
    """One kind of post, sent to us and to the empty view."""

    name: str
    ours: Cost = field(default_factory=Cost)
    empty: Cost = field(default_factory=Cost)

    @property
    def ratio(self) -> float:
        """Of the CPU time; the median of the rounds, so that a disturbed round does not count."""
        return median(one / other for one, other in zip(self.ours.cpu_s, self.empty.cpu_s, strict=True))


@dataclass(slots=True)
class _Rounds:
    """Rounds of posts to both servers."""

    ours: CarrierPosts
    empty: CarrierPosts
    children: tuple[WebChild, WebChild]
    account: str
    kinds: dict[str, Kind] = field(default_factory=dict)

    def run(self, calls: int) -> None:
        """One round: ``calls`` fresh calls from the ring to the last key, and one delivery again."""
        ids = [new_call_id() for _ in range(calls)]
        paths = self._both("ring", ["/voice/incoming"] * calls, [call_form(self.account, one, LINE) for one in ids])
        asked, forms = paths, [dict[str, str]()]
        for number, keys in enumerate(KEYS, 1):
            fields = {"Digits": keys, "FinishedOnKey": "", "msg": "Gather End"}
            forms = [call_form(self.account, one, LINE, **fields) for one in ids]
            asked, paths = paths, self._both(f"turn {number}", paths, forms)
        self._both("repeat", asked, forms)

    def _both(self, name: str, paths: Sequence[str], forms: Sequence[dict[str, str]]) -> list[str]:
        kind = self.kinds.setdefault(name, Kind(name))
        self._send(self.empty, self.children[1], kind.empty, paths, forms)
        return self._send(self.ours, self.children[0], kind.ours, paths, forms)

    def _send(
        self,
        posts: CarrierPosts,
        child: WebChild,
        cost: Cost,
        paths: Sequence[str],
        forms: Sequence[dict[str, str]],
    ) -> list[str]:
        before_s = cpu_s(child.pid)
        answers = [posts.post(path, form) for path, form in zip(paths, forms, strict=True)]
        time.sleep(SETTLE_S)
        cost.cpu_s.append((cpu_s(child.pid) - before_s) / len(paths))
        cost.took_s += [answer.took_s for answer in answers]
        return [answer.next_path for answer in answers]


def measure(settings: Settings, seconds: float, calls: int = CALLS) -> list[Kind]:
    """Rounds of posts for ``seconds``; the first round, in which all is new to the worker, does not count."""
    with running(settings) as service:
        environment = {**service.environment, "IVR_SPEECH": "keys"}
        folder = settings.root
        with (
            sync_server("turns", "app:create_app()", environment, folder) as ours,
            sync_server("empty", "ivr.benchmarks.empty_view:create_app()", environment, folder) as empty,
        ):
            url, token = service.settings.public_url, service.token
            rounds = _Rounds(
                CarrierPosts(ours.port, url, token),
                CarrierPosts(empty.port, url, token),
                (ours, empty),
                service.settings.account_sid,
            )
            rounds.run(calls)
            wait_idle(ours.pid)
            rounds.kinds.clear()
            until_s = time.monotonic() + seconds
            rounds.run(calls)
            while time.monotonic() < until_s:
                rounds.run(calls)
    return list(rounds.kinds.values())


def figures(kinds: Sequence[Kind]) -> list[Figure]:
    """The figures for the report."""
    turns = [kind for kind in kinds if kind.name.startswith("turn")]
    others = [kind for kind in kinds if kind not in turns]
    took_s = [one for kind in turns for one in kind.ours.took_s]
    empty_s = [one for kind in turns for one in kind.empty.took_s]
    rounds = len(turns[0].ours.cpu_s)
    whole = median(
        sum(kind.ours.cpu_s[at] for kind in turns) / sum(kind.empty.cpu_s[at] for kind in turns) for at in range(rounds)
    )
    mean_us, empty_us = (sum(one(kind).cpu_us for kind in turns) / len(turns) for one in (_ours, _empty))
    view = "an empty view"
    return [
        Figure("webhook turn, CPU over empty", whole, "x", len(took_s), 1.0, view, MOST_TURN_RATIO),
        Figure("webhook turn, CPU", mean_us, "us", len(took_s), empty_us, view),
        Figure(
            "webhook turn, p50", percentile(took_s, 0.5) * 1e3, "ms", len(took_s), percentile(empty_s, 0.5) * 1e3, view
        ),
        Figure(
            "webhook turn, p99",
            percentile(took_s, 0.99) * 1e3,
            "ms",
            len(took_s),
            percentile(empty_s, 0.99) * 1e3,
            view,
        ),
        Figure(
            "webhook turn, p99 over p50",
            percentile(took_s, 0.99) / percentile(took_s, 0.5),
            "x",
            len(took_s),
            percentile(empty_s, 0.99) / percentile(empty_s, 0.5),
            view,
            MOST_TAIL_RATIO,
        ),
        *(_cpu_of(kind, view) for kind in (*turns, *others)),
    ]


def _cpu_of(kind: Kind, view: str) -> Figure:
    return Figure(
        f"  {NAMES.get(kind.name, kind.name)}, CPU",
        kind.ours.cpu_us,
        "us",
        len(kind.ours.took_s),
        kind.empty.cpu_us,
        view,
    )


NAMES = {
    "ring": "a new call",
    "turn 1": "an option of the menu",
    "turn 2": "a ZIP code, stores looked up",
    "turn 3": "the next store",
    "turn 4": "the one after",
    "turn 5": "back to a menu",
    "repeat": "a delivery repeated",
}


def _ours(kind: Kind) -> Cost:
    return kind.ours


def _empty(kind: Kind) -> Cost:
    return kind.empty
