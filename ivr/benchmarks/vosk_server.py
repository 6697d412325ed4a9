"""A recognition server as most people run Vosk: a WebSocket, a recogniser for each connection, every chunk decoded.

Written after the behaviour of the well-known one, to be compared with: JSON ``config`` first (``phrase_list``), then
chunks of sound; each is answered with a partial or a final result; ``{"reset": 1}`` asks for the final one. The asyncio
loop speaks with clients, a pool of one thread a core decodes. Run: ``python -m ivr.benchmarks.vosk_server MODEL``.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import vosk
from websockets.asyncio.server import ServerConnection, serve

RATE_HZ = 8000
RESET = '{"reset": 1}'


def process(recognizer: Any, message: str | bytes) -> str:
    """What one message is answered with."""
    if message == RESET:
        return str(recognizer.FinalResult())
    if recognizer.AcceptWaveform(message):
        return str(recognizer.Result())
    return str(recognizer.PartialResult())


async def main(model_folder: str) -> None:
    """Serve until killed; the port is told on stdout."""
    vosk.SetLogLevel(-1)
    model = vosk.Model(model_folder)
    pool = ThreadPoolExecutor(os.cpu_count() or 1)
    loop = asyncio.get_running_loop()

    async def recognize(connection: ServerConnection) -> None:
        config = json.loads(await connection.recv())["config"]
        phrases = config.get("phrase_list")
        grammar = (json.dumps(phrases),) if phrases else ()
        recognizer = vosk.KaldiRecognizer(model, RATE_HZ, *grammar)
        recognizer.SetWords(True)
        async for message in connection:
            await connection.send(await loop.run_in_executor(pool, process, recognizer, message))

    async with serve(recognize, "127.0.0.1", 0, compression=None) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        sys.stdout.write(json.dumps({"event": "listening", "port": port}) + "\n")
        sys.stdout.flush()
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
