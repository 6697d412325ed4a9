"""Posts that a carrier would never make, among some that it would: signed, so that they get past the door."""

from __future__ import annotations

import http.client
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, quote_from_bytes, urlsplit
from xml.sax.saxutils import unescape

from ivr.benchmarks.fuzz_values import Values
from ivr.exchange.refusals import Refusal
from ivr.exchange.texting_in import read_replies
from ivr.exchange.twiml import read_twiml
from ivr.signing import signature

LINE = "+15035550100"
LIKELY: Mapping[str, tuple[str, ...]] = {
    "From": ("+14155550123", "anonymous", "client:ann", "sip:ann@pbx.example", "+266696687"),
    "To": (LINE, "+15035550199"),
    "CallStatus": ("ringing", "in-progress", "completed", "busy", "failed", "no-answer", "canceled"),
    "Digits": ("1", "2", "3", "9", "0", "#", "94107", "hangup", "*"),
    "SpeechResult": ("Find a store.", "94107", "yes", "agent", "goodbye"),
    "Confidence": ("0.9", "0.0", "1", "1.5"),
    "DialCallStatus": ("completed", "answered", "busy", "no-answer", "failed", "canceled"),
    "DialCallSid": ("CA" + "1" * 32,),
    "RecordingUrl": ("https://api.twilio.com/2010-04-01/Accounts/AC1/Recordings/RE1", "file:///etc/passwd"),
    "RecordingStatus": ("completed", "absent", "in-progress"),
    "RecordingDuration": ("1", "0", "3600"),
    "RecordingSid": ("RE" + "2" * 32,),
    "QueueResult": ("bridged", "leave", "hangup", "queue-full"),
    "QueueTime": ("3",),
    "StatusCallbackEvent": ("participant-join", "participant-leave", "conference-start", "conference-end"),
    "ConferenceSid": ("CF" + "3" * 32,),
    "ReasonParticipantLeft": ("participant_hung_up",),
    "SequenceNumber": ("0", "1"),
    "ErrorCode": ("11200", "21610"),
    "StreamEvent": ("stream-started", "stream-stopped", "stream-error"),
    "StreamError": ("31921 - closed",),
    "Level": ("WARNING", "ERROR"),
    "Payload": ('{"error_code":"11200","resource_sid":"CA' + "1" * 32 + '"}', "[" * 5000, '{"webhook":{"request":1}}'),
    "AnsweredBy": ("human", "machine_start"),
    "MessageSid": ("SM" + "4" * 32,),
    "MessageStatus": ("sent", "delivered", "undelivered"),
    "Body": ("STOP", "START", "HELP", "Where are you?"),
    "OptOutType": ("STOP",),
    "CallSid": (),
}
"""Fields that the service reads, with values that make sense; the call is put in by itself."""
ROUTES = (
    "/voice/incoming",
    "/voice/turn/{call}/{n}",
    "/voice/resume/{call}",
    "/voice/status",
    "/voice/recording/{call}/{name}",
    "/voice/fallback",
    "/voice/hold",
    "/voice/stream-status",
    "/voice/debugger",
    "/voice/wait/{call}/{n}",
    "/sms/incoming",
    "/sms/status",
    "/agent/whisper/{id}/{n}",
    "/agent/accept/{id}/{n}/{n}",
    "/agent/status/{id}/{n}",
    "/agent/room/{id}",
    "/agent/enter/{id}/{n}",
    "/agent/guest/{id}/{n}",
    "/agent/recording/{call}",
    "/agent/called/{id}",
    "/agent/called-status/{id}",
    "/agent/called-wait/{id}",
    "/agent/called-nobody/{id}",
)
_NEXT = re.compile(r'(?:action|waitUrl|statusCallback|recordingStatusCallback)="([^"]+)"|<Redirect[^>]*>([^<]+)<')
MOST_CALLS = 40
TIMEOUT_S = 30.0


@dataclass
class Tally:
    """What came of them."""

    sent: int = 0
    statuses: dict[int, int] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    @property
    def broken(self) -> int:
        """Answers of 500 and more."""
        return sum(count for status, count in self.statuses.items() if status >= 500)


class Poster:
    """One connection that posts. ``calls`` under way are gone on with where their last document says."""

    def __init__(self, port: int, public_url: str, token: str, seed: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_S)
        self._public_url, self._token = public_url, token
        self._values = Values(seed)
        self._calls: dict[str, list[str]] = {}
        self.tally = Tally()

    def close(self) -> None:
        self._connection.close()

    def post(self) -> None:
        """One more post, and a look at what comes back."""
        values = self._values
        call = values.chance.choice(list(self._calls)) if self._calls and values.often(0.8) else values.sid("CA")
        path = self._path(call)
        form = self._form(call)
        status, kind, body = self._send(path, form)
        self.tally.sent += 1
        self.tally.statuses[status] = self.tally.statuses.get(status, 0) + 1
        if status >= 500:
            self.tally.faults.append(f"{status} {path[:80]} {form!r:.300}")
        if status == 200 and kind.startswith("text/xml"):
            self._read(call, path, kind, body)

    def _path(self, call: str) -> str:
        values = self._values
        ahead = self._calls.get(call)
        if ahead and values.often(0.6):
            return values.chance.choice(ahead)
        if call not in self._calls and values.often(0.5):
            return "/voice/incoming"
        route = values.chance.choice(ROUTES)
        filled = {
            "call": quote(values.one(call), safe=""),
            "n": values.one("1", "2", "7"),
            "id": quote(values.one(f"{call}-1", f"back-{call}-sales"), safe=""),
            "name": quote(values.one("support"), safe=""),
        }
        path = re.sub(r"\{(\w+)\}", lambda found: filled[found[1]], route)
        path = quote(path, safe="/%") if not path.isascii() or not path.isprintable() or " " in path else path
        return f"{path}?{quote(values.letters())}={quote(values.letters())}" if values.often(0.05) else path[:6000]

    def _form(self, call: str) -> dict[str, str | bytes]:
        values = self._values
        form: dict[str, str | bytes] = {"CallSid": values.one(call, call, call), "From": "+14155550123", "To": LINE}
        for name in values.chance.sample(list(LIKELY), values.chance.randint(0, 8)):
            if name != "CallSid":
                form[name] = values.keys() if name == "Digits" and values.often(0.4) else values.one(*LIKELY[name])
        if values.often(0.05):
            form[values.letters()] = values.hostile()
        if values.often(0.02):
            form["Digits"] = b"\xff\xfe\x80"
        return form

    def _send(self, path: str, form: Mapping[str, str | bytes]) -> tuple[int, str, bytes]:
        raw = {
            name: value if isinstance(value, bytes) else value.encode("utf-8", "replace")
            for name, value in form.items()
        }
        read = {name: [value.decode("utf-8", "replace")] for name, value in raw.items()}
        signed = signature(self._token, self._public_url + path, read)
        body = "&".join(f"{quote(name, safe='')}={quote_from_bytes(value, safe='')}" for name, value in raw.items())
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        if not self._values.often(0.02):
            headers["X-Twilio-Signature"] = signed
        try:
            self._connection.request("POST", path, body, headers)
            answer = self._connection.getresponse()
            return answer.status, answer.headers.get("Content-Type", ""), answer.read()
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            return 599, "", repr(error).encode()

    def _read(self, call: str, path: str, kind: str, body: bytes) -> None:
        try:
            if path.startswith("/sms/"):
                read_replies(body, kind)
            else:
                read_twiml(body, kind)
        except Refusal as refusal:
            self.tally.faults.append(f"refused: {refusal} {path[:80]} {body[:200]!r}")
            return
        found = _NEXT.findall(body.decode())
        ahead = [urlsplit(unescape(one or other)).path for one, other in found]
        ahead = [one for one in ahead if one.startswith(("/voice/", "/agent/"))]
        if ahead:
            self._calls[call] = ahead
            if len(self._calls) > MOST_CALLS:
                del self._calls[next(iter(self._calls))]
        else:
            self._calls.pop(call, None)
