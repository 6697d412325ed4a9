"""Who is let in: the carrier everywhere it posts, everybody to what everybody may hear, nobody else."""

from __future__ import annotations

import string
from hashlib import sha256
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from ivr.channels.guard import signature_guard
from ivr.signing import signature

URL, KEY = "https://ivr.example", "key"


def client(public_url: str = URL, *keys: str) -> FlaskClient:
    """An application that answers everything it is asked."""
    app = Flask(__name__)
    app.before_request(signature_guard(keys or (KEY,), public_url))
    app.add_url_rule("/<path:path>", "all", lambda path: "in", methods=["GET", "POST"])
    return app.test_client()


def knocks(
    at: FlaskClient, path: str, signed_url: str, form: dict[str, str] | None = None, method: str = "POST"
) -> int:
    sign = signature(KEY, signed_url, {name: [value] for name, value in (form or {}).items()})
    return at.open(
        path, method=method, data=form, headers={"X-Twilio-Signature": sign}, base_url="http://10.0.0.7:5000"
    ).status_code


@pytest.mark.parametrize("path", ["/voice/incoming", "/agent/leg/1", "/sms/incoming", "/voice/turn/CA1/2?a=b&c=%20d"])
def test_a_signed_post_is_let_in(path: str) -> None:
    assert knocks(client(), path, URL + path, {"CallSid": "CA1", "Digits": ""}) == 200


@pytest.mark.parametrize(
    "path", ["/voice/incoming", "/agent/leg/1", "/sms/incoming", "/voice/stream", "/voice/anything"]
)
@pytest.mark.parametrize("method", ["GET", "POST", "HEAD"])
def test_without_a_signature_nobody_is_let_in(path: str, method: str) -> None:
    assert client().open(path, method=method).status_code == 403


@pytest.mark.parametrize(
    "path", ["/", "/desk", "/api/v1/calls", "/healthz", "/voice/media/hold.wav", "/voice/prompt/a.wav"]
)
def test_pages_and_what_everybody_may_hear_are_not_the_carriers(path: str) -> None:
    assert client().get(path).status_code in {200, 404}


def test_posting_to_what_everybody_may_hear_needs_a_signature() -> None:
    assert client().post("/voice/media/hold.wav").status_code == 403


@pytest.mark.parametrize(
    "path", ["/voice%2Fincoming", "/voice/../voice/incoming", "/voice/./incoming", "/voice/media/../incoming"]
)
def test_an_address_written_otherwise_is_guarded_too(path: str) -> None:
    assert client().post(path).status_code in {403, 404}


def test_the_address_is_the_public_one_whatever_the_request_says() -> None:
    form = {"CallSid": "CA1"}
    assert knocks(client(), "/voice/incoming", "http://10.0.0.7:5000/voice/incoming", form) == 403
    sign = signature(KEY, "https://evil.example/voice/incoming", {"CallSid": ["CA1"]})
    headers = {"X-Twilio-Signature": sign, "Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    assert client().post("/voice/incoming", data=form, headers=headers).status_code == 403


def test_a_public_address_below_a_folder_is_signed_with_it() -> None:
    below = client("https://ivr.example/phone")
    assert knocks(below, "/voice/incoming", "https://ivr.example/phone/voice/incoming") == 200
    assert knocks(below, "/voice/incoming", "https://ivr.example/voice/incoming") == 403


def test_the_socket_is_signed_with_the_scheme_of_a_socket() -> None:
    assert knocks(client(), "/voice/stream", "wss://ivr.example/voice/stream", method="GET") == 200
    assert knocks(client(), "/voice/stream", "https://ivr.example/voice/stream", method="GET") == 403
    assert (
        knocks(client("http://127.0.0.1:5000"), "/voice/stream", "ws://127.0.0.1:5000/voice/stream", method="GET")
        == 200
    )


def test_a_changed_field_breaks_the_signature() -> None:
    sign = signature(KEY, f"{URL}/voice/incoming", {"To": ["+15035550100"]})
    response = client().post("/voice/incoming", data={"To": "+19005550100"}, headers={"X-Twilio-Signature": sign})
    assert response.status_code == 403
    assert response.get_data(as_text=True) == "The signature does not fit.\n"


def test_a_field_sent_twice_is_signed_twice() -> None:
    sign = signature(KEY, f"{URL}/voice/incoming", {"A": ["1", "2"]})
    sent = client().post("/voice/incoming", data={"A": ["1", "2"]}, headers={"X-Twilio-Signature": sign})
    assert sent.status_code == 200
    one = client().post("/voice/incoming", data={"A": "1"}, headers={"X-Twilio-Signature": sign})
    assert one.status_code == 403


def test_old_and_new_key_are_good_together() -> None:
    for key in ("old", "new"):
        sign = signature(key, f"{URL}/voice/incoming", {})
        sent = client(URL, "old", "new").post("/voice/incoming", headers={"X-Twilio-Signature": sign})
        assert sent.status_code == 200


@pytest.mark.parametrize("keys", [("",), ("", "")])
def test_no_key_lets_nobody_in(keys: tuple[str, ...]) -> None:
    sign = signature("", f"{URL}/voice/incoming", {})
    assert client(URL, *keys).post("/voice/incoming", headers={"X-Twilio-Signature": sign}).status_code == 403


@pytest.mark.parametrize("signed", ["wss://ivr.example/voice/stream", "wss://ivr.example/voice/stream/"])
def test_the_socket_is_known_with_and_without_a_slash_at_the_end(signed: str) -> None:
    assert knocks(client(), "/voice/stream", signed, method="GET") == 200


def test_a_post_that_is_no_form_must_be_signed_by_its_hash() -> None:
    body = b'{"CallSid": "CA1"}'
    for told, status in ((sha256(body).hexdigest(), 200), (sha256(b"other").hexdigest(), 403), ("", 403)):
        path = f"/voice/incoming?bodySHA256={told}"
        headers = {"X-Twilio-Signature": signature(KEY, URL + path, {})}
        answer = client().post(path, data=body, headers=headers, content_type="application/json")
        assert answer.status_code == status


def test_a_file_beside_the_signed_fields_is_refused() -> None:
    headers = {"X-Twilio-Signature": signature(KEY, f"{URL}/voice/incoming", {"CallSid": ["CA1"]})}
    data = {"CallSid": "CA1", "sound": (BytesIO(b"x"), "x.wav")}
    assert client().post("/voice/incoming", data=data, headers=headers).status_code == 403


PUBLIC = st.sampled_from(
    ["https://ivr.example", "https://ivr.example:8443", "http://10.0.0.7:5000", "https://ivr.example/below/here"]
)
PATHS = st.sampled_from(
    ["/voice/incoming", "/voice/turn/CA1/2", "/agent/leg/1", "/sms/incoming", "/voice/incoming?a=%20b&c"]
)
FIELDS = st.dictionaries(st.text(string.ascii_letters, min_size=1, max_size=8), st.text(string.printable, max_size=12))


@given(PUBLIC, PATHS, FIELDS, st.sampled_from(["key", "old", "other", ""]), st.data())
def test_who_signed_the_public_address_and_the_very_fields_is_let_in_and_nobody_else(
    public_url: str, path: str, form: dict[str, str], token: str, data: st.DataObject
) -> None:
    at = client(public_url, "key", "old")
    sign = signature(token, public_url + path, {name: [value] for name, value in form.items()})
    proxied = {"X-Twilio-Signature": sign, "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "ftp"}
    sent = at.post(path, data=form, headers=proxied, base_url="http://127.0.0.1:8080")
    assert sent.status_code == (200 if token in {"key", "old"} else 403)
    changed = data.draw(st.sampled_from(["path", "field", "signature", "scheme"]))
    if changed == "field":
        sent = at.post(path, data=form | {"Digits": "1", "more": "x"}, headers=proxied)
    elif changed == "path":
        sent = at.post(f"/voice/status?{token}", data=form, headers=proxied)
    elif changed == "signature":
        sent = at.post(path, data=form, headers=proxied | {"X-Twilio-Signature": "A" * 27 + "="})
    else:
        ftp = signature("key", f"ftp://{public_url.partition('://')[2]}{path}", {n: [v] for n, v in form.items()})
        sent = at.post(path, data=form, headers={"X-Twilio-Signature": ftp})
    assert sent.status_code == 403
