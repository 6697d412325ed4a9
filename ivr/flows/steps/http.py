"""``http``: ask a web service of the company."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, ClassVar
from urllib.parse import quote

from pydantic import Field, model_validator

from ivr.flows.actions import Request
from ivr.flows.book import Exit, FlowBook, Into, Move, Onward
from ivr.flows.call import Call
from ivr.flows.events import Event, Failed, Reply
from ivr.flows.fields import Model, Seconds, mistake, shaped
from ivr.flows.steps.base import StepBase
from ivr.flows.texts import fill

if TYPE_CHECKING:
    from ivr.flows.steps.base import AnyStep

Address = Annotated[
    str,
    shaped(
        r"https?://[^\s{}/]+(/\S*)?",
        "the address of a web service",
        "Begin with https:// and write the host out; variables may follow it:  https://orders.example/{order}",
    ),
]


class HttpBody(Model):
    """The address to ``get``, or to ``post`` the values of ``data`` to; the reply's JSON is kept under ``save``."""

    get: Address | None = Field(
        default=None,
        title="address",
        description="The address to read from. Variables may follow the host, never be part of it.",
        examples=["https://orders.northwind.example/{order}"],
    )
    post: Address | None = Field(
        default=None, title="address", description="Instead of get: the address to send data to."
    )
    data: dict[str, str] = Field(default={}, description="What is sent with post: names and values.")
    save: str = Field(
        default="", description="The name the answer is kept under: with save: status, {status.text} is its text."
    )
    timeout: Annotated[Seconds, Field(gt=0, le=10)] = Field(
        default=4.0, description="How long to wait for the answer, at most 10s; the caller hears nothing meanwhile."
    )
    failed: tuple[AnyStep, ...] = Field(default=(), description="What to do when there is no answer, or an error.")

    @model_validator(mode="after")
    def _one_address(self) -> HttpBody:
        if bool(self.get) == bool(self.post):
            raise mistake("an http step has one address.", "Write  get: https://...  or  post: https://...")
        return self


class HttpStep(StepBase):
    """Asks a web service and keeps what it answers. The host must be listed under ``web_services``."""

    word: ClassVar[str] = "http"
    example: ClassVar[str] = """
- http:
    get: "https://orders.northwind.example/{order}"
    save: status
    failed: [{say: "I cannot look up orders right now."}]
- say: "Your order is {status.text}."
"""
    http: HttpBody = Field(description="The address, and what to do with the answer.")

    @property
    def address(self) -> str:
        """The address as written."""
        return self.http.get or self.http.post or ""

    def enter(self, call: Call, book: FlowBook) -> Move:
        find = book.lookup(call)

        def escaped(name: str) -> str:
            value = find(name)
            return quote("" if value is None else str(value), safe="")

        args = {
            "method": "GET" if self.http.get else "POST",
            "url": fill(self.address, escaped),
            "data": {name: fill(text, find) for name, text in self.http.data.items()},
            "timeout_s": self.http.timeout,
            "allowed_hosts": list(book.company.web_services),
        }
        return Move(replace(call, waits_for="reply"), (Request("http", args),))

    def on(self, call: Call, event: Event, book: FlowBook) -> Move:
        match event:
            case Reply(ok=True, data=data):
                call = call.set(self.http.save, data) if self.http.save else call
                return Move(call, to=Onward(), via="answered")
            case Reply() | Failed():
                return Move(call, to=Into("failed") if self.http.failed else Onward(), via="failed")
            case _:
                return Move(call)

    def blocks(self) -> Iterator[tuple[str, tuple[StepBase, ...], tuple[str | int, ...]]]:
        if self.http.failed:
            yield "failed", self.http.failed, ("http", "failed")

    def exits(self) -> Iterator[Exit]:
        yield Exit("answered", Onward(), ("http",))
        yield Exit("failed", Into("failed") if self.http.failed else Onward(), ("http", "failed"), trouble=True)

    def uses(self) -> Iterator[tuple[str, str, tuple[str | int, ...]]]:
        host = self.address.split("://", 1)[-1].split("/", 1)[0]
        yield "web service", host, ("http", "get" if self.http.get else "post")
