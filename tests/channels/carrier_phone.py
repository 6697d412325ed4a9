"""A telephone on the service's webhooks: posts as the carrier does, signed, and reads the answer as strictly."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from ivr.exchange.twiml import Gather, Prompt, Redirect, Say, Verb, read_twiml
from ivr.signing import signature
from tests.conftest import CALLER, LINE
from tests.contract.twiml_grammar import check

PUBLIC_URL = "https://ivr.example"
MUSIC = f"{PUBLIC_URL}/voice/media/hold.wav"
KEY = "0123456789abcdef0123456789abcdef"
CALL = "CA" + "0a" * 16
OneVerb = TypeVar("OneVerb")


@dataclass
class CarrierPhone:
    """One call. ``document`` is what the service answered last."""

    client: FlaskClient
    call: str = CALL
    line: str = LINE
    key: str = KEY
    document: tuple[Verb, ...] = ()
    answers: list[bytes] = field(default_factory=list)

    def send(self, path: str, *, signed: str | None = None, **form: str) -> TestResponse:
        """Post ``form`` and the call's own fields; ``signed`` replaces the signature."""
        fields = {"CallSid": self.call, "From": CALLER, "To": self.line, **form}
        sign = signature(self.key, PUBLIC_URL + path, {name: [value] for name, value in fields.items()})
        headers = {"X-Twilio-Signature": sign if signed is None else signed}
        return self.client.post(path, data=fields, headers=headers, base_url="http://10.0.0.7:5000")

    def post(self, path: str, **form: str) -> tuple[Verb, ...]:
        """Post, and read the document that comes back."""
        response = self.send(path, **form)
        assert response.status_code == 200, response.get_data(as_text=True)
        self.answers.append(response.data)
        self.document = read_twiml(check(response.data), response.content_type)
        return self.document

    def rings(self) -> CarrierPhone:
        self.post("/voice/incoming", CallStatus="ringing")
        return self

    def follows(self, url: str | None, **form: str) -> CarrierPhone:
        """Go on where a verb says."""
        assert url is not None
        assert url.startswith(f"{PUBLIC_URL}/")
        self.post(url.removeprefix(PUBLIC_URL), **form)
        return self

    def presses(self, keys: str) -> CarrierPhone:
        return self.follows(self.the(Gather).action, Digits=keys)

    def says(self, text: str, confidence: str = "0.9") -> CarrierPhone:
        return self.follows(self.the(Gather).action, SpeechResult=text, Confidence=confidence)

    def waits(self) -> CarrierPhone:
        assert self.the(Gather).action_on_empty_result
        return self.follows(self.the(Gather).action)

    def resumes(self) -> CarrierPhone:
        return self.follows(self.the(Redirect).url)

    def the(self, kind: type[OneVerb]) -> OneVerb:
        """The only verb of that kind."""
        found = [verb for verb in self.document if isinstance(verb, kind)]
        assert len(found) == 1, self.document
        return found[0]

    @property
    def heard(self) -> list[str]:
        """What was spoken, in order."""
        spoken: list[Verb | Prompt] = []
        for verb in self.document:
            spoken += [*verb.prompts, verb] if isinstance(verb, Gather) else [verb]
        return [verb.text for verb in spoken if isinstance(verb, Say)]
