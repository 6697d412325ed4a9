"""A load balancer in small: each connection goes to the next node that takes it, and is counted."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

PIECE = 1 << 16


class Balancer:
    """Listens at ``port`` of this machine; ``taken`` counts the connections that each node took."""

    def __init__(self, bound: socket.socket, nodes: list[int]) -> None:
        self.port: int = bound.getsockname()[1]
        self.taken: Counter[int] = Counter()
        self._bound = bound
        self._nodes = nodes
        self._turn = count()

    async def serve(self, until: asyncio.Event) -> None:
        server = await asyncio.start_server(self._pass_on, sock=self._bound)
        await until.wait()
        server.close()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first = next(self._turn)
        for step in range(len(self._nodes)):
            node = self._nodes[(first + step) % len(self._nodes)]
            with contextlib.suppress(OSError):
                there, back = await asyncio.open_connection("127.0.0.1", node)
                self.taken[node] += 1
                await asyncio.gather(_copy(reader, back), _copy(there, writer))
                return
        writer.close()


async def _copy(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    try:
        while piece := await source.read(PIECE):
            sink.write(piece)
            await sink.drain()
    except OSError:  # one side is gone, and so is the other
        pass
    finally:
        sink.close()


@contextmanager
def balancing(nodes: list[int]) -> Iterator[Balancer]:
    """A balancer before ``nodes``, ports of this machine."""
    bound = socket.create_server(("127.0.0.1", 0), backlog=256)
    balancer, loop, until = Balancer(bound, nodes), asyncio.new_event_loop(), asyncio.Event()

    def run() -> None:
        loop.run_until_complete(balancer.serve(until))
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()

    thread = threading.Thread(target=run, name="balancer")
    thread.start()
    try:
        yield balancer
    finally:
        loop.call_soon_threadsafe(until.set)
        thread.join()
        bound.close()
