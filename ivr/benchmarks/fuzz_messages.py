"""Messages on media sockets that no carrier would send, among some that it would."""

from __future__ import annotations

import base64
import http.client
import json
import os
import socket
import struct
import urllib.parse
from contextlib import suppress
from typing import Any

from ivr.benchmarks.fuzz_posts import LINE, Tally
from ivr.benchmarks.fuzz_values import Values
from ivr.signing import signature

MESSAGES = 40
"""In a session, unless it is closed before."""
TIMEOUT_S = 20.0
SILENCE = b"\xff"
SIZES = (160, 160, 160, 0, 1, 4000)
"""Bytes of sound in a message; the carrier's have 160."""
TEXT, BINARY, PING, CLOSE, CONTINUED = 0x81, 0x82, 0x89, 0x88, 0x00


class Talker:
    """Opens one media socket after the other, and says what comes to mind."""

    def __init__(self, port: int, public_url: str, token: str, seed: int) -> None:
        self._port, self._public_url, self._token = port, public_url, token
        self._values = Values(seed)
        self.tally = Tally()

    def session(self) -> None:
        """One call, its socket, and messages until somebody has had enough."""
        call = self._values.sid("CA")
        self._post(call, "/voice/incoming")
        with socket.create_connection(("127.0.0.1", self._port), timeout=TIMEOUT_S) as wire:
            status = self._shake_hands(wire)
            self.tally.statuses[status] = self.tally.statuses.get(status, 0) + 1
            if status != http.client.SWITCHING_PROTOCOLS:
                self.tally.faults.append(f"handshake: {status}")
                return
            with suppress(OSError):
                self._talk(wire, call)
        self._post(call, f"/voice/resume/{call}")

    def _post(self, call: str, path: str) -> None:
        form = {"CallSid": call, "From": "+14155550123", "To": LINE, "CallStatus": "ringing"}
        signed = signature(self._token, self._public_url + path, {name: [value] for name, value in form.items()})
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=TIMEOUT_S)
        try:
            headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Twilio-Signature": signed}
            connection.request("POST", path, urllib.parse.urlencode(form), headers)
            status = connection.getresponse().status
            self.tally.statuses[status] = self.tally.statuses.get(status, 0) + 1
            if status >= 500:
                self.tally.faults.append(f"{status} {path}")
        finally:
            connection.close()

    def _shake_hands(self, wire: socket.socket) -> int:
        scheme, _, rest = self._public_url.partition("://")
        url = f"{'wss' if scheme == 'https' else 'ws'}://{rest}/voice/stream"
        lines = (
            "GET /voice/stream HTTP/1.1",
            f"Host: 127.0.0.1:{self._port}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}",
            "Sec-WebSocket-Version: 13",
            f"X-Twilio-Signature: {signature(self._token, url, {})}",
        )
        wire.sendall("\r\n".join((*lines, "", "")).encode())
        answer = b""
        while b"\r\n\r\n" not in answer:
            more = wire.recv(4096)
            if not more:
                return 599
            answer += more
        return int(answer.split(b" ", 2)[1])

    def _talk(self, wire: socket.socket, call: str) -> None:
        values = self._values
        wire.setblocking(True)
        opening = [json.dumps({"event": "connected", "protocol": "Call", "version": "1.0.0"}), self._start(call)]
        for text in opening if values.often(0.95) else opening[1:]:
            self._say(wire, text.encode())
        for _ in range(values.chance.randint(1, MESSAGES)):
            if values.often(0.01):
                self._say_oddly(wire)
            else:
                self._say(wire, self._message().encode("utf-8", "replace"))
            self._listen(wire)
        if values.often(0.7):
            self._say(wire, json.dumps({"event": "stop", "stop": {"callSid": call}}).encode())
        wire.shutdown(socket.SHUT_WR)
        while wire.recv(65536):  # until the service has closed its end
            pass

    def _listen(self, wire: socket.socket) -> None:
        """Take what is there: a service that nobody listens to would have to wait."""
        wire.setblocking(False)
        with suppress(BlockingIOError):
            if not wire.recv(262_144):
                raise ConnectionResetError
        wire.setblocking(True)

    def _say(self, wire: socket.socket, payload: bytes, kind: int = TEXT) -> None:
        mask = os.urandom(4)
        size = len(payload)
        if size < 126:
            head = struct.pack("!BB", kind, 0x80 | size)
        elif size < 65536:
            head = struct.pack("!BBH", kind, 0x80 | 126, size)
        else:
            head = struct.pack("!BBQ", kind, 0x80 | 127, size)
        masked = bytes(byte ^ mask[at % 4] for at, byte in enumerate(payload))
        wire.sendall(head + mask + masked)
        self.tally.sent += 1

    def _say_oddly(self, wire: socket.socket) -> None:
        """Frames that are not what a carrier's frames are."""
        values = self._values
        match values.chance.randint(0, 6):
            case 0:
                self._say(wire, os.urandom(50), BINARY)
            case 1:
                self._say(wire, b"x" * 120, PING)
            case 2:
                self._say(wire, b"x" * 70_000)
            case 3:
                self._say(wire, b'{"event"', TEXT & 0x0F)
                self._say(wire, b':"mark","mark":{"name":"x"}}', CONTINUED | 0x80)
            case 4:
                wire.sendall(b"\x81\x05hello")  # not masked
                self.tally.sent += 1
            case 5:
                self._say(wire, struct.pack("!H", 1000), CLOSE)
            case _:
                wire.sendall(os.urandom(40))
                self.tally.sent += 1

    def _start(self, call: str) -> str:
        values = self._values
        start: dict[str, Any] = {
            "streamSid": values.sid("MZ"),
            "accountSid": "AC" + "0" * 32,
            "callSid": call,
            "tracks": ["inbound"],
            "customParameters": {"call": call, "turn": "1"},
            "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
        }
        if values.often(0.1):
            start[values.chance.choice(list(start))] = self._anything()
        if values.often(0.2):
            start["lockstep"] = values.chance.choice((True, False, "yes", 1))
        return json.dumps({"event": "start", "sequenceNumber": "1", "streamSid": start["streamSid"], "start": start})

    def _message(self) -> str:
        values = self._values
        kind = values.chance.choice(("media", "media", "media", "media", "dtmf", "mark", "odd"))
        if kind == "media":
            sound = values.chance.choice((SILENCE, os.urandom(1))) * values.chance.choice(SIZES)
            media: dict[str, Any] = {
                "track": "inbound",
                "chunk": values.one("1", "5", "10"),
                "timestamp": values.one("20"),
                "payload": base64.b64encode(sound).decode(),
            }
            if values.often(0.02):
                media[values.chance.choice(list(media))] = self._anything()
            return json.dumps({"event": "media", "sequenceNumber": "3", "media": media})
        if kind == "dtmf":
            return json.dumps(
                {"event": "dtmf", "dtmf": {"track": "inbound_track", "digit": values.one(*"0123456789*#")}}
            )
        if kind == "mark":
            return json.dumps({"event": "mark", "mark": {"name": values.one("turn-1", "turn-2", "lockstep:5")}})
        if values.often(0.8):  # one that is taken: else no session would get far
            return json.dumps({"event": "mark", "mark": {"name": self._anything()}, values.letters(): self._anything()})
        whole = {"event": self._anything(), values.hostile(): self._anything()}
        return values.chance.choice((json.dumps(whole), values.hostile(), "[" * 5000, json.dumps(self._anything())))

    def _anything(self) -> Any:
        values = self._values
        choices: tuple[Any, ...] = (
            None,
            True,
            -1,
            10**30,
            1.5e300,
            values.hostile(),
            values.letters(),
            [],
            {},
            [[{}]],
            {"a": {"b": None}},
        )
        return values.chance.choice(choices)
