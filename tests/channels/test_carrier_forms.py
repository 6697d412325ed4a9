"""The forms of the carrier are read as Flask reads them."""

from __future__ import annotations

import io

from flask import Request
from hypothesis import example, given
from hypothesis import strategies as st
from werkzeug.test import EnvironBuilder

from ivr.channels.carrier_forms import FormRequest

PIECES = st.sampled_from(["a", "Digits", "=", "&", "+", "%2B", "%", "%C3", "%C3%BC", "%00", "%zz", ";", "ü", " ", "\n"])


def _environment(body: bytes, content_type: str) -> dict[str, object]:
    return {
        **EnvironBuilder(method="POST").get_environ(),
        "CONTENT_TYPE": content_type,
        "wsgi.input": io.BytesIO(body),
        "CONTENT_LENGTH": str(len(body)),
    }


def _read(kind: type[Request], body: bytes, content_type: str) -> tuple[list[tuple[str, str]], list[str], bytes]:
    request = kind(_environment(body, content_type))
    return list(request.form.items(multi=True)), list(request.files), request.get_data()


@given(st.lists(PIECES).map("".join).map(str.encode) | st.binary(max_size=60))
@example(b"Digits=1&Digits=2&Empty=&Alone&=nameless&&From=%2B1503&ToCity=SAN+JOSE%2B")
@example(b"\xff=1")
def test_any_form_is_read_as_flask_reads_it(body: bytes) -> None:
    for content_type in ("application/x-www-form-urlencoded; charset=UTF-8", "text/plain"):
        assert _read(FormRequest, body, content_type) == _read(Request, body, content_type)


def test_a_form_of_parts_is_read_as_ever() -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="CallSid"\r\n\r\nCA1\r\n--x--\r\n'
    fields, files, _ = _read(FormRequest, body, "multipart/form-data; boundary=x")
    assert (fields, files) == ([("CallSid", "CA1")], [])
