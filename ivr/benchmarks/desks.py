"""``ivr bench desks``: how soon news reach hundreds of open desks, and what so many cost, against one desk alone.

The service runs with as many agents as there are desks. All desks are connected as browsers are; what is told to them
is told as any process tells it, through Redis. Times are from telling to the last byte at each desk.
"""

from __future__ import annotations

import http.client
import json
import selectors
import socket
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from ivr.benchmarks.cpu import cpu_s
from ivr.benchmarks.memory import own_memory_mb
from ivr.benchmarks.report import Bar, Figure, Report, percentile
from ivr.benchmarks.running import running
from ivr.benchmarks.setting import Setting
from ivr.ports import OutsideError
from ivr.sessions.connection import connected
from ivr.supervisor import Service
from ivr.web.alerts import Alerts

DESKS = 500
PATIENCE_S = 20.0
APART_S = 0.2
"""Between two news: each is told to desks at rest."""
SETTLE_S = 1.0
IDLE_S = 5.0
MOST_P95 = Bar(500.0)
"""Milliseconds: a telephone rings for a second before it pauses, and the page is to be there by then."""
ALONE = "one desk alone"


@dataclass(slots=True)
class Told:
    """What was found with so many ``desks``: seconds until each had each of the news, CPU seconds for one of them."""

    desks: int
    took_s: list[float] = field(default_factory=list)
    cpu_s: list[float] = field(default_factory=list)
    page_s: list[float] = field(default_factory=list)
    page_cpu_s: list[float] = field(default_factory=list)
    idle: float = 0.0
    memory_mb: float = 0.0


def desks(setting: Setting, count: int = DESKS) -> Report:
    """Measure one desk and all of them, in turns of the same service."""
    with tempfile.TemporaryDirectory(prefix="ringdown-desks-") as folder:
        flows = Path(folder) / "flows.yaml"
        flows.write_text(_team(count), encoding="utf-8")
        with running(replace(setting.settings, flows=flows)) as service:
            setting.tell(f"news for one desk, then for {count}")
            alone, all_of_them = Told(1), Told(count)
            for _ in range(2):  # in turns, so that both see the same machine
                _measure(service, alone, setting.seconds / 10)
                _measure(service, all_of_them, setting.seconds / 3)
    return Report("desks", _figures(alone, all_of_them), NOTES)


def _team(count: int) -> str:
    """A flow file with so many agents, who all serve one queue."""
    agents = "".join(
        f'  a{number}: {{name: "Agent {number}", at: "client:a{number}", skills: [sales]}}\n' for number in range(count)
    )
    flow = "flows:\n  welcome:\n    - transfer: {to: queue sales}\n"
    return f'company: Desks\nlines: {{"+15550000001": welcome}}\nagents:\n{agents}queues: {{sales: {{}}}}\n{flow}'


def _measure(service: Service, told: Told, seconds: float) -> None:
    redis = connected(service.settings.redis_url)
    alerts, pid = Alerts(redis), service.pids["web"]
    before_mb = own_memory_mb(pid)
    with closing(redis), _opened(service, told.desks) as pages:
        _listen(pages, until_s=time.monotonic() + SETTLE_S)
        told.memory_mb = max(told.memory_mb, own_memory_mb(pid) - before_mb)  # what was given back is used again
        began_s, used_s = time.monotonic(), cpu_s(pid)
        _listen(pages, until_s=began_s + IDLE_S)
        told.idle = (cpu_s(pid) - used_s) / (time.monotonic() - began_s)
        until_s, number = time.monotonic() + seconds, 0
        while time.monotonic() < until_s or number < 5:
            number += 1
            used_s = cpu_s(pid)
            told.took_s += _tell(alerts, pages, number)
            told.cpu_s.append(cpu_s(pid) - used_s)
            _look(service, told, number)
            _listen(pages, until_s=time.monotonic() + APART_S)


@contextmanager
def _opened(service: Service, count: int) -> Iterator[selectors.BaseSelector]:
    """So many desks, connected; each socket stands in the selector."""
    port = service.settings.port
    with selectors.DefaultSelector() as pages:
        try:
            for _ in range(count):
                page = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S)
                page.sendall(f"GET /events/desk HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
                head = page.recv(4096)
                if not head.startswith(b"HTTP/1.1 200"):
                    raise OutsideError(f"a desk was refused: {head[:80]!r}", retry=False)
                pages.register(page, selectors.EVENT_READ)
            yield pages
        finally:
            for key in list(pages.get_map().values()):
                _socket(key).close()


def _socket(key: selectors.SelectorKey) -> socket.socket:
    if not isinstance(key.fileobj, socket.socket):
        raise TypeError(key)
    return key.fileobj


def _listen(pages: selectors.BaseSelector, until_s: float) -> None:
    """Read what comes besides news."""
    while (left_s := until_s - time.monotonic()) > 0:
        for key, _ in pages.select(left_s):
            _socket(key).recv(65536)


def _tell(alerts: Alerts, pages: selectors.BaseSelector, number: int) -> list[float]:
    """Tell one of the news; how long until each desk had it."""
    mark = json.dumps({"number": number, "told": time.monotonic()})
    wanted = json.dumps(json.loads(mark)).encode()
    waiting = {key.fd for key in pages.get_map().values()}
    began_s, took_s = time.monotonic(), []
    alerts("desk", json.loads(mark))
    while waiting:
        found = pages.select(PATIENCE_S)
        if not found:
            raise OutsideError(f"{len(waiting)} desks were not told within {PATIENCE_S:.0f} s", retry=True)
        for key, _ in found:
            if wanted in _socket(key).recv(65536) and key.fd in waiting:
                waiting.remove(key.fd)
                took_s.append(time.monotonic() - began_s)
    return took_s


def _look(service: Service, told: Told, number: int) -> None:
    """One desk asks for its page, as the one does whom the news are about."""
    pid = service.pids["web"]
    connection = http.client.HTTPConnection("127.0.0.1", service.settings.port, timeout=PATIENCE_S)
    with closing(connection):
        began_s, used_s = time.monotonic(), cpu_s(pid)
        connection.request("GET", f"/desk?agent=a{number % DESKS}")
        connection.getresponse().read()
        told.page_s.append(time.monotonic() - began_s)
        told.page_cpu_s.append(cpu_s(pid) - used_s)


def _figures(alone: Told, told: Told) -> Sequence[Figure]:
    count, of = len(told.took_s), f"{told.desks} desks"
    rounds = len(told.cpu_s)

    def ms(what: str, values: str, share: float, n: int, bar: Bar | None = None) -> Figure:
        one, other = (percentile(getattr(which, values), share) * 1e3 for which in (told, alone))
        return Figure(what, one, "ms", n, other, ALONE, bar)

    return [
        ms(f"news at {of}, p50", "took_s", 0.5, count),
        ms(f"news at {of}, p95", "took_s", 0.95, count, MOST_P95),
        ms("CPU for one of the news", "cpu_s", 0.5, rounds),
        ms("the desk's page after it, p50", "page_s", 0.5, rounds),
        ms("the desk's page after it, p95", "page_s", 0.95, rounds),
        ms("the desk's page, CPU", "page_cpu_s", 0.5, rounds),
        Figure("CPU of the web process while nothing happens", told.idle * 100, "%", 2, alone.idle * 100, ALONE),
        Figure("memory a desk", told.memory_mb * 1024 / told.desks, "kB", told.desks),
    ]


NOTES = (
    "News are gathered for 20 ms before they go to Redis.",
    "Every agent is on the floor and in the page's list of colleagues, so the page is as long as it gets.",
)
