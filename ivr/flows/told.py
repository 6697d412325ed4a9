"""Who is told of a message that was left in a mailbox, and how; and how long it is kept."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from ivr.flows.fields import Count, Model, shaped

EMAIL = shaped(r"[\w.+-]+@[\w-]+(\.[\w-]+)+", "an e-mail address", "Write one address, such as lead@northwind.example.")
NUMBER = shaped(r"\+[1-9]\d{6,14}", "a telephone number with its country code", 'Write for example  "+15035550123"')
ADDRESS = shaped(
    r"https?://[^\s{}/@]+(/[^\s{}]*)?",
    "the address of a web service",
    "Begin with https:// and list its host under web_services:  https://crm.northwind.example/messages",
)


class Told(Model):
    """The part of a mailbox that says what becomes of a message once it is left."""

    email: Annotated[str, EMAIL] = Field(
        default="",
        title="e-mail address",
        description="Who is written to when there is a new message, with what was said.",
        examples=["support@northwind.example"],
    )
    attach: bool = Field(
        default=True,
        description="Whether the e-mail carries the sound; with no, only a link to the page with the message.",
    )
    sms: Annotated[str, NUMBER] = Field(
        default="",
        title="number",
        description="Who gets a text when there is a new message, with the beginning of what was said.",
        examples=["+15035550123"],
    )
    webhook: Annotated[str, ADDRESS] = Field(
        default="",
        title="address",
        description="Where a new message is posted to as JSON, signed. Its host is listed under web_services.",
        examples=["https://crm.northwind.example/messages"],
    )

    keep_days: Count | None = Field(
        default=None,
        description="After so many days a message is deleted for good, unless on legal hold. Without, it is kept.",
        examples=[90],
    )

    @property
    def ways(self) -> tuple[str, ...]:
        """How somebody is told."""
        return tuple(way for way in ("email", "sms", "webhook") if getattr(self, way))
