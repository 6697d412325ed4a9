"""The carrier's REST calls the product makes, through the carrier's own package; also towards the exchange in a box."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from math import ceil
from typing import Any

from requests.exceptions import RequestException
from twilio.base.exceptions import TwilioException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client
from twilio.rest.api.v2010.account import AccountContext
from twilio.rest.taskrouter.v1.workspace.task import TaskList

from ivr.channels.carriers.call_parameters import with_parameters
from ivr.channels.carriers.recording_fetch import RecordingFetch
from ivr.ports import OutsideError

API = "https://api.twilio.com"
TASKS = "https://taskrouter.twilio.com"
TIMEOUT_S = 10.0
"""For one request; the carrier gives a webhook 15 s, and we may be inside one."""
SHORTEST_RING_S, LONGEST_RING_S = 5, 600
CALL_EVENTS = ["initiated", "ringing", "answered", "completed"]
NO_ENVIRONMENT = {"TWILIO_REGION": ""}
"""Instead of the process's, where a region could send the token elsewhere; an empty mapping would count as None."""
CALL_IS_OVER = (20404, 21220)
"""No such call, or not in progress: what hanging up or redirecting wanted is no longer needed or possible."""


class TwilioRest:
    """``CarrierCalls`` by the carrier's REST interface; ``base_url`` sends everything to the exchange instead."""

    def __init__(self, account_sid: str, auth_token: str, *, base_url: str = "", timeout_s: float = TIMEOUT_S) -> None:
        """``auth_token`` may be several with commas between, while one takes the other's place."""
        base_url, tokens = base_url.rstrip("/"), auth_token.split(",")
        self._http = _Http(base_url, timeout_s, tokens)
        self._client = Client(account_sid, tokens[0], http_client=self._http, environment=NO_ENVIRONMENT)
        self._fetch = RecordingFetch(account_sid, tokens, base_url or API, timeout_s)

    @property
    def account(self) -> AccountContext:
        """The account through the carrier's own package, for those who ask for more than calls."""
        return self._client.api.v2010.account

    def tasks(self, workspace_sid: str) -> TaskList:
        """The tasks of a TaskRouter workspace."""
        return self._client.taskrouter.v1.workspaces(workspace_sid).tasks

    def close(self) -> None:
        """Close the connections kept open."""
        self._http.close()
        self._fetch.close()

    def ring(
        self,
        to: str,
        caller_id: str,
        url: str,
        status_url: str,
        ring_s: float,
        parameters: Mapping[str, str],
    ) -> str:
        with asking("place a call"):
            call = self._client.calls.create(
                to=with_parameters(to, parameters),
                from_=caller_id,
                url=url,
                method="POST",
                status_callback=status_url,
                status_callback_event=CALL_EVENTS,
                status_callback_method="POST",
                timeout=min(max(ceil(ring_s), SHORTEST_RING_S), LONGEST_RING_S),
            )
        return str(call.sid)

    def redirect(self, call_sid: str, url: str) -> None:
        """Have a call in progress fetch ``url`` now. Harmless when it is over."""
        with asking("redirect a call", harmless=CALL_IS_OVER):
            self._client.calls(call_sid_of(call_sid)).update(url=url, method="POST")

    def hang_up(self, call_sid: str) -> None:
        with asking("hang up", harmless=CALL_IS_OVER):
            self._client.calls(call_sid_of(call_sid)).update(status="completed")

    def status(self, call_sid: str) -> str:
        found = None
        with asking("ask how a call is", harmless=GONE):
            found = self._client.calls(call_sid_of(call_sid)).fetch()
        return str(found.status) if found else "completed"

    def send_text(self, to: str, sender: str, body: str, status_url: str = "") -> str:
        told = {"status_callback": status_url} if status_url else {}
        with asking("send a text"):
            return str(self._client.messages.create(to=to, from_=sender, body=body, **told).sid)

    def recording(self, url: str) -> bytes:
        return self._fetch.wav(url)

    def delete_recording(self, url: str) -> None:
        """Have the carrier delete the recording at ``url``. Harmless when it is gone.

        Raises:
            OutsideError: when that is no recording, or the carrier refuses.
        """
        found = RECORDING.search(url)
        if found is None:
            raise OutsideError("that is not the address of a recording", retry=False)
        with asking("delete a recording", harmless=GONE):
            self._client.recordings(found[1]).delete()


RECORDING = re.compile(r"/Recordings/(RE[0-9a-f]{32})(?:\.wav)?$")
"""The end of a recording's address, with its sid."""
GONE = (20404,)
"""The carrier's code for what is not there."""


class _Http:
    """The package's HTTP, with a timeout always, another address where wanted, and the token that is good."""

    def __init__(self, base_url: str, timeout_s: float, tokens: Sequence[str]) -> None:
        self._base_url = base_url
        self._tokens = list(tokens)
        self._http = TwilioHttpClient(timeout=timeout_s)
        if base_url:  # a proxy from the environment does not lead to the box beside us
            self._http.session.trust_env = False

    def request(self, method: str, url: str, **rest: Any) -> Any:
        if self._base_url:
            home = next((home for home in (API, TASKS) if url.startswith(f"{home}/")), "")
            if not home:
                raise OutsideError(f"The exchange does not serve {url.partition('?')[0]}", retry=False)
            url = self._base_url + url.removeprefix(home)
        answer: Any = None
        for token in tuple(self._tokens):
            account, _ = rest.get("auth") or ("", "")
            answer = self._http.request(method, url, **{**rest, "auth": (account, token)})
            if answer.status_code != HTTPStatus.UNAUTHORIZED:
                if token != self._tokens[0]:  # asked first from now on
                    self._tokens = [token, *(one for one in self._tokens if one != token)]
                break
        return answer

    def close(self) -> None:
        self._http.session.close()


def call_sid_of(call_sid: str) -> str:
    """``call_sid`` when it is one: the package puts it into the path as it is."""
    if not re.fullmatch(r"CA[0-9a-fA-F]{32}", call_sid):
        raise OutsideError(f"{call_sid[:40]!r} is not the id of a call", retry=False)
    return call_sid


@contextmanager
def asking(what: str, *, harmless: tuple[int, ...] = ()) -> Iterator[None]:
    """Turn the package's errors into ours."""
    try:
        yield
    except TwilioException as error:
        status, code = getattr(error, "status", 0), getattr(error, "code", 0)
        if code in harmless:
            return
        message = f"The carrier refuses to {what}: {code or status} {_masked(getattr(error, 'msg', '') or str(error))}"
        raise OutsideError(message, retry=status == 429 or status >= 500) from error
    except RequestException as error:
        raise OutsideError(
            f"Cannot {what}: the carrier cannot be reached ({type(error).__name__})", retry=True
        ) from error
    except ValueError as error:  # an answer that is no JSON: something between us and the carrier
        raise OutsideError(f"Cannot {what}: the carrier's answer makes no sense", retry=True) from error


def _masked(message: str) -> str:
    """``message`` with telephone numbers down to their last digits: it will be logged.

    >>> _masked("'To' number +15035550123 is not valid")
    "'To' number ...23 is not valid"
    """
    return re.sub(r"\+?[0-9]{5,}(?=[0-9]{2})", "...", message)
