"""Posts to the service as the carrier makes them: a full form, signed."""

from __future__ import annotations

import http.client
import re
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from ivr.ports import OutsideError
from ivr.signing import signature

ANSWER_S = 30.0
CALLER = "+14155550123"
_ACTION = re.compile(r'action="([^"]+)"')


def new_call_id() -> str:
    """An id such as the carrier gives."""
    return f"CA{secrets.token_hex(16)}"


def call_form(account: str, call_id: str, line: str, **fields: str) -> dict[str, str]:
    """What the carrier sends along with every request about a call, and ``fields``."""
    return {
        "AccountSid": account,
        "ApiVersion": "2010-04-01",
        "CallSid": call_id,
        "CallStatus": "in-progress",
        "Direction": "inbound",
        "Called": line,
        "CalledCity": "PORTLAND",
        "CalledCountry": "US",
        "CalledState": "OR",
        "CalledZip": "97201",
        "Caller": CALLER,
        "CallerCity": "SAN FRANCISCO",
        "CallerCountry": "US",
        "CallerState": "CA",
        "CallerZip": "94107",
        "From": CALLER,
        "FromCity": "SAN FRANCISCO",
        "FromCountry": "US",
        "FromState": "CA",
        "FromZip": "94107",
        "To": line,
        "ToCity": "PORTLAND",
        "ToCountry": "US",
        "ToState": "OR",
        "ToZip": "97201",
        **fields,
    }


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, and after how long."""

    status: int
    text: str
    took_s: float

    @property
    def next_path(self) -> str:
        """Where the answer's verb asks how to go on; empty when it does not."""
        found = _ACTION.search(self.text)
        return urlsplit(found.group(1)).path if found else ""


@dataclass(frozen=True, slots=True)
class CarrierPosts:
    """Posts to the server at ``port`` of this machine, signed as for ``public_url``."""

    port: int
    public_url: str
    token: str

    def post(self, path: str, form: Mapping[str, str]) -> Answer:
        """One request on a connection of its own, as a sync worker keeps none open.

        Raises:
            OutsideError: when the answer is not a good one.
        """
        headers = {
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
            "User-Agent": "TwilioProxy/1.1",
            "Accept": "*/*",
            "I-Twilio-Idempotency-Token": "7a5a3d2f-9b0e-4c53-a1a9-2f2d7b1d6f6e",
            "X-Twilio-Signature": signature(self.token, self.public_url + path, {k: [v] for k, v in form.items()}),
        }
        body = urlencode(form)
        began_s = time.perf_counter()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=ANSWER_S)
        try:
            connection.request("POST", path, body, headers)
            answer = connection.getresponse()
            text = answer.read().decode()
        except (OSError, http.client.HTTPException) as error:
            raise OutsideError(f"{path} was not answered: {error}", retry=True) from error
        finally:
            connection.close()
        took_s = time.perf_counter() - began_s
        if answer.status not in {200, 204}:
            raise OutsideError(f"{path} was answered with {answer.status}: {text[:200]}", retry=False)
        return Answer(answer.status, text, took_s)
