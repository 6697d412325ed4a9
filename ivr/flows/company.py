"""The part of a flow file that is not conversation: lines, hours, slots, stores, mailboxes, queues, agents."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PrivateAttr, model_validator

from ivr.flows.actions import Choice
from ivr.flows.changing import changed
from ivr.flows.countries import Country
from ivr.flows.documents import TABLE
from ivr.flows.fields import (
    Count,
    Flow,
    Key,
    Model,
    Names,
    Or,
    Patience,
    Seconds,
    Texts,
    mistake,
    one_of,
    shaped,
)
from ivr.flows.mailboxes import Mailbox
from ivr.flows.queues import Agent, CallbackPage, Queue
from ivr.flows.skills import KindOptions
from ivr.flows.waiting import Waiting

STANDARD_NO_INPUT: tuple[str, ...] = ("Sorry, I didn't hear you.",)
STANDARD_NO_MATCH: tuple[str, ...] = ("Sorry, I didn't get that.",)
STANDARD_WAIT_S = 6.0
CONFIRM = ("always", "when_unsure", "never")
A_LIST = shaped(TABLE.pattern, "a table", "Name a .csv file in this folder or below it:  staff.csv")


class Opening(Model):
    """Opening hours: ``open`` in OpenStreetMap's syntax, ``holidays`` of a country or state, dated exceptions."""

    open: str = Field(
        description="When it is open, as OpenStreetMap writes opening hours; 24/7 is always.",
        examples=["Mo-Fr 09:00-17:00; Sa 10:00-14:00"],
    )
    holidays: str = Field(
        default="",
        description="Closed on the public holidays of this country or state.",
        examples=["US", "US-OR"],
    )
    exceptions: dict[str, str] = Field(
        default={},
        alias="except",
        description='Days that are different: the date, and its hours or off.  {"2026-12-24": "09:00-14:00"}',
    )


class Command(Model):
    """A command understood at every question; without ``go`` it must be one of the built-in ones."""

    press: Key | None = Field(default=None, description="The key that gives the command.")
    hear: Names = Field(default=(), description="What callers may say for it; its name is understood as well.")
    go: Flow | None = Field(
        default=None, description="The flow it leads to. Only repeat has none: it asks the open question again."
    )

    def choice(self, name: str) -> Choice:
        """The command as something to listen for; its name is heard as well."""
        return Choice(name, (name.replace("_", " "), *self.hear), self.press or "")


class Slot(Patience):
    """Something we may need to know, asked for once."""

    kind: str = Field(title="kind", description="What kind of answer it is: this decides what is understood.")
    ask: Texts = Field(
        description="The question. With several texts the first is asked first, the next when it has to be asked again."
    )
    length: Count | None = Field(
        default=None, description="How many digits (or letters of a spelling) the answer has.", examples=[6]
    )
    choices: Names = Field(default=(), description="The possible answers of kind choice.")
    table: Annotated[str, A_LIST] | None = Field(
        default=None,
        alias="of",
        title="file",
        description="A table whose rows are the possible answers of kind choice, up to thousands: a CSV file beside "
        "the flow file. Its column name (or its first) is the answer, and a column hear has other ways to say it, "
        "parted by semicolons.",
        examples=["staff.csv"],
    )
    confirm: Annotated[str, one_of(*CONFIRM)] = Field(
        default="when_unsure",
        description="Whether the answer is read back and made sure of. when_unsure does so when it was not heard well.",
    )
    bad: str = Field(
        default="",
        description="What is said to an answer that cannot be right; {value} is that answer.",
        examples=["An order number has six digits."],
    )
    secret: bool = Field(
        default=False, description="Whether nobody but the caller may know: masked in transcripts, pages and exports."
    )

    _ways: tuple[tuple[str, str], ...] = PrivateAttr(default=())

    @cached_property
    def options(self) -> KindOptions:
        """What the kind needs to know to read a value; every turn asks."""
        return KindOptions(self.length, self.choices, ways=self._ways)

    def options_at(self, about: KindOptions) -> KindOptions:
        """The same for an answer given at the time and place of ``about``."""
        return changed(self.options, at_s=about.at_s, timezone=about.timezone)

    def listing(self, names: tuple[str, ...], ways: tuple[tuple[str, str], ...]) -> Slot:
        """The same slot with the possible answers of its table."""
        listed = self.model_copy(update={"choices": names})
        listed._ways = ways
        listed.__dict__.pop("options", None)
        return listed


class Stores(Model):
    """Where the stores are and how one is spoken."""

    file: str = Field(
        default="",
        description="The list of stores beside the flow file: a CSV file, a GeoJSON file, or a folder of JSON files.",
        examples=["stores.csv"],
    )
    url: Annotated[str, shaped(r"https?://[^\s/@]+(/\S*)?", "a web address", "Write one that begins with https://")] = (
        Field(
            default="",
            description="Instead of a file: where the list is on the web, CSV or GeoJSON; its host is in web_services.",
            examples=["https://www.northwind.example/stores.csv"],
        )
    )
    every: Seconds = Field(default=3600.0, description="How often the web address is asked.", examples=["1h"])
    places: tuple[str, ...] = Field(
        default=(),
        description="Files beside the flow file with the postal codes and towns of other countries, as CSV.",
        examples=[["canada.csv"]],
    )
    private: bool = Field(default=False, description="The host of the web address may be in a private network.")
    speak: str = Field(
        default="{name}, {distance} away, at {address}. {open_until}",
        description="How a store is spoken. Any column of the list may stand in braces, and {distance}, {direction}, "
        "{open_until}. {away} is the distance with its direction, where that can be said.",
    )
    map: str = Field(
        default="https://www.openstreetmap.org/?mlat={lat}&mlon={lon}#map=17/{lat}/{lon}",
        description="The link to a map in text messages about a store; empty for none.",
    )

    @model_validator(mode="after")
    def _says_where(self) -> Stores:
        if bool(self.file) == bool(self.url):
            raise mistake("this does not say where the stores are.", "Write  file: stores.csv  or  url: https://...")
        return self


def _command(value: Any) -> Any:
    return {} if value in ("", None) else value


class Company(Model):
    """Everything in the flow file but the flows."""

    company: str = Field(default="our company", description="The name of the company; {company} in texts.")
    language: str = Field(default="en-US", description="The language that is spoken first.", examples=["en-US"])
    timezone: str = Field(
        default="UTC",
        description="Where the company is: hours, dates and times are meant there.",
        examples=["America/Los_Angeles"],
    )
    lines: dict[str, Flow] = Field(
        default={}, description='Which telephone number starts which flow. Put the number in quotes:  "+15035550100"'
    )
    hours: dict[str, Opening] = Field(
        default={}, description="Opening hours by name, for conditions (hours.NAME is open) and for queues."
    )
    defaults: Patience = Field(
        default=Patience(), description="How patient every question is, unless the question says otherwise."
    )
    anywhere: dict[str, Annotated[Command, BeforeValidator(_command), Or({"type": "null"})]] = Field(
        default={}, description="Commands that are understood at every question."
    )
    slots: dict[str, Slot] = Field(
        default={}, description="What we may need to know of a caller; the step collect asks for it, once a call."
    )
    stores: Stores | None = Field(default=None, description="Where the stores are, for the step find_store.")
    mailboxes: dict[str, Mailbox] = Field(default={}, description="Mailboxes, for the step voicemail.")
    queues: dict[str, Queue] = Field(default={}, description="Queues of callers, for the step transfer.")
    waiting: Waiting = Field(
        default=Waiting(), description="What callers in line are told of their place and the time it takes."
    )
    agents: dict[str, Agent] = Field(default={}, description="The people who take calls.")
    callback_page: CallbackPage | None = Field(
        default=None, description="The page /callback, where visitors ask to be called back; without, there is none."
    )
    web_services: tuple[str, ...] = Field(
        default=(),
        description="The hosts that the step http may ask. No other is ever asked.",
        examples=[["orders.northwind.example"]],
    )
    outside_countries: tuple[Country, ...] = Field(
        default=(),
        description="The countries whose telephone numbers agents may dial (consult, transfer), and where people are "
        "called back. Without, the countries of the company's own lines. Numbers that cost extra are never dialled.",
        examples=[["US", "CA"]],
    )
    text_countries: tuple[Country, ...] = Field(
        default=(),
        description="The countries whose telephone numbers are sent texts. Without, those of outside_countries. Those "
        "that cost extra are sent none.",
        examples=[["US", "CA"]],
    )
    keep_recordings_days: Count | None = Field(
        default=None,
        description="After so many days, what agents recorded of calls is deleted for good. Without, it is kept.",
        examples=[90],
    )
    include: Names = Field(
        default=(),
        description="More files to read as part of this one, in its folder or below it. Names of the same section are "
        "put together; each name stands in one file only. An included file includes no others.",
        examples=[["sales.yaml", "stores/find.yaml"]],
    )
    translations: dict[str, dict[str, str]] = Field(
        default={}, description="Texts in other languages: the language, then the text as written and its translation."
    )

    def patience(self, own: Patience) -> Patience:
        """``own`` with what it leaves open taken from the defaults, and from the standard after that."""
        known = self._patience.get(id(own))
        if known is None or known[0] is not own:  # kept beside its answer, ``own`` cannot give its id to another
            whole = Patience.model_construct(  # each part is read and right already
                wait=own.wait or self.defaults.wait or STANDARD_WAIT_S,
                no_input=own.no_input or self.defaults.no_input or STANDARD_NO_INPUT,
                no_match=own.no_match or self.defaults.no_match or STANDARD_NO_MATCH,
                barge_in=own.barge_in or self.defaults.barge_in or "matching",
            )
            known = self._patience[id(own)] = (own, whole)
        return known[1]

    @cached_property
    def _patience(self) -> dict[int, tuple[Patience, Patience]]:
        """That of every question so far: each turn of a call asks several times."""
        return {}

    @cached_property
    def commands(self) -> tuple[Choice, ...]:
        """The ``anywhere`` commands as things to listen for."""
        return tuple(command.choice(name) for name, command in self.anywhere.items())
