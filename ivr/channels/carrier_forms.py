"""Reads the forms that the carrier posts: the same fields as Flask reads, at a fifth of the price.

Every turn of a call is such a form, of some 27 fields. Most hold nothing that was escaped: cutting will do.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any
from urllib.parse import unquote

from flask import Request
from werkzeug.formparser import FormDataParser

FORM = "application/x-www-form-urlencoded"


class FormParser(FormDataParser):
    """Cuts plain forms itself; all other bodies are parsed as ever."""

    def parse(
        self, stream: IO[bytes], mimetype: str, content_length: int | None, options: dict[str, str] | None = None
    ) -> Any:
        """The stream, the fields, and the files, of which a plain form has none."""
        if mimetype != FORM:
            return super().parse(stream, mimetype, content_length, options)
        try:
            text = stream.read().decode()
        except UnicodeDecodeError:  # whatever it is, it is no form
            return stream, self.cls(), self.cls()
        return stream, self.cls(list(fields(text))), self.cls()


class FormRequest(Request):
    """A request whose forms are read by :class:`FormParser`."""

    form_data_parser_class = FormParser


def fields(form: str) -> Iterator[tuple[str, str]]:
    """Names and values of a form, in its order; empty values count.

    >>> list(fields("From=%2B15&ToCity=SAN+JOSE&Digits=&x"))
    [('From', '+15'), ('ToCity', 'SAN JOSE'), ('Digits', ''), ('x', '')]
    """
    for pair in form.split("&"):
        if pair:
            name, _, value = pair.partition("=")
            yield _unescaped(name), _unescaped(value)


def _unescaped(text: str) -> str:
    if "+" in text:
        text = text.replace("+", " ")
    # As Flask does: what is no character stays as it was written.
    return unquote(text, errors="werkzeug.url_quote") if "%" in text else text
