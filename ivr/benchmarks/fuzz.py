"""``ivr bench fuzz``: whatever is posted and sent to sockets, nothing breaks and nothing is answered by 500."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace

from ivr.benchmarks.fuzz_messages import Talker
from ivr.benchmarks.fuzz_posts import Poster, Tally
from ivr.benchmarks.report import Bar, Figure, Report
from ivr.benchmarks.running import running
from ivr.benchmarks.setting import Setting

WHOLE_S = 240.0
"""A thorough run sends all of both; a shorter one its share."""
WHOLE = 100_000
HANDS = 3
"""So many connections at once, of each kind."""
SEED = 7
NONE = Bar(0)
SHOWN = 10
TRACEBACK = "Traceback (most recent call last)"


def fuzz(setting: Setting, count: int = 0) -> Report:
    """Send ``count`` posts and as many messages (default: by the setting's seconds) to a service of its own."""
    count = count or round(WHOLE * min(1.0, setting.seconds / WHOLE_S))
    broken: list[str] = []
    wrote: list[str] = []

    def heard(name: str, line: str) -> None:
        wrote.append(line)
        if TRACEBACK in line:
            broken.append(f"{name}: {line}")

    # No texts, calls or requests go out: nobody listens at the carrier's address.
    settings = replace(setting.settings, carrier_url="http://127.0.0.1:9")
    with running(settings, heard) as service:
        at = int(service.web_url.rpartition(":")[2].strip("/"))
        url, token = service.settings.public_url, service.token
        setting.tell(f"fuzz: {count} posts")
        posts = _together(lambda hand: _post(Poster(at, url, token, SEED + hand), count // HANDS))
        setting.tell(f"fuzz: {count} messages on media sockets")
        messages = _together(lambda hand: _talk(Talker(at, url, token, SEED + 100 + hand), count // HANDS))
        alive = _post(Poster(at, url, token, SEED + 1000), 1)
    return _report(posts, messages, alive, broken, wrote)


def _post(poster: Poster, count: int) -> Tally:
    try:
        for _ in range(count):
            poster.post()
    finally:
        poster.close()
    return poster.tally


def _talk(talker: Talker, count: int) -> Tally:
    while talker.tally.sent < count:
        talker.session()
    return talker.tally


def _together(work: Callable[[int], Tally]) -> Tally:
    """All hands at once; what they found, added up."""
    found: list[Tally] = []

    def run(hand: int) -> None:
        found.append(work(hand))

    threads = [threading.Thread(target=run, args=(hand,), name=f"fuzz {hand}") for hand in range(HANDS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    whole = Tally()
    if len(found) < HANDS:
        whole.faults.append(f"{HANDS - len(found)} hands gave up")
        whole.statuses[599] = HANDS - len(found)
    for one in found:
        whole.sent += one.sent
        whole.faults += one.faults
        for status, times in one.statuses.items():
            whole.statuses[status] = whole.statuses.get(status, 0) + times
    return whole


def _report(posts: Tally, messages: Tally, alive: Tally, broken: Sequence[str], wrote: Sequence[str]) -> Report:
    faults = [*posts.faults, *messages.faults, *alive.faults]
    refused = sum(one.startswith("refused") for one in faults)
    figures = [
        Figure("posts answered by 500 or more", posts.broken, "", posts.sent, bar=NONE),
        Figure("posts answered by what the carrier would refuse", refused, "", posts.sent, bar=NONE),
        Figure("posts that got an answer of 200", posts.statuses.get(200, 0), "", posts.sent),
        Figure("sockets and posts beside them that failed", messages.broken, "", messages.sent, bar=NONE),
        Figure("media sockets opened", messages.statuses.get(101, 0), "", messages.sent),
        Figure("unhandled errors in the log", len(broken), "", posts.sent + messages.sent, bar=NONE),
    ]
    notes = [f"statuses of posts: {dict(sorted(posts.statuses.items()))}", *faults[:SHOWN]]
    if broken:
        at = next(number for number, line in enumerate(wrote) if TRACEBACK in line)
        notes.append("the first of them: " + " | ".join(wrote[at : at + 40]))
    return Report("fuzz", figures, notes)
