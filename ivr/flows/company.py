"""The part of a flow file that is not conversation: lines, hours, slots, stores, mailboxes, queues, agents."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Annotated, Any, TypeAlias

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
from ivr.flows.skills import KindOptions
from ivr.flows.told import EMAIL
from ivr.flows.waiting import Waiting

STANDARD_NO_INPUT: tuple[str, ...] = ("Sorry, I didn't hear you.",)
STANDARD_NO_MATCH: tuple[str, ...] = ("Sorry, I didn't get that.",)
STANDARD_WAIT_S = 6.0
CONFIRM = ("always", "when_unsure", "never")
A_LIST = shaped(TABLE.pattern, "a table", "Name a .csv file in this folder or below it:  staff.csv")
ADDRESS = shaped(
    r"client:[\w.-]+|sips?:[\w.+-]+@[\w-]+(\.[\w-]+)*(:\d{1,5})?(;transport=(udp|tcp|tls))?|\+[1-9]\d{6,14}",
    "a way to reach an agent",
    "Write client:NAME, sip:USER@HOST or a number such as +15035550100.",
)


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


Level: TypeAlias = Annotated[int, Field(ge=1, le=10)]
NAMES_TOO = Or({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]})


def _levels(value: Any) -> Any:
    """Skills without levels are of the least."""
    names = [value] if isinstance(value, str) else value
    return dict.fromkeys(names, 1) if isinstance(names, list | tuple) and _are_texts(names) else value


def _are_texts(values: Sequence[Any]) -> bool:
    return all(isinstance(value, str) for value in values)


class Overflow(Model):
    """Who else may take the callers of a queue, who stand there as well and keep their place: from when on, and who."""

    to: str = Field(default="", description="Another queue, whose agents take these callers as well.")
    level: Level | None = Field(default=None, description="Agents of the queue's skills who are less good at it.")
    site: str = Field(default="", description="Agents who sit there, instead of those of the queue's own site.")
    after: Seconds | None = Field(default=None, description="From this waiting time on.", examples=["60s"])
    over: Count | None = Field(default=None, description="While more callers than this wait.", examples=[5])

    @model_validator(mode="after")
    def _says_when_and_who(self) -> Overflow:
        if self.after is None and self.over is None:
            raise mistake("this never happens.", "Write from when on:  {to: support, after: 60s}  or  {over: 5}")
        if bool(self.to) == bool(self.level or self.site):
            raise mistake("this does not say who.", "Write  to: QUEUE,  or  level: 1  or  site: PLACE.")
        return self


class Escalation(Model):
    """When supervisors are told of a caller of a queue: the wallboard shows it, and ``email`` is written to."""

    waiting: Seconds | None = Field(default=None, description="The caller has waited so long.", examples=["5m"])
    talking: Seconds | None = Field(default=None, description="The talk with an agent lasts so long.", examples=["20m"])
    email: Annotated[str, EMAIL] = Field(
        default="",
        title="e-mail address",
        description="Who is written to as well.",
        examples=["lead@northwind.example"],
    )

    @model_validator(mode="after")
    def _says_when(self) -> Escalation:
        if self.waiting is None and self.talking is None:
            raise mistake("this does not say when.", "Write  {waiting: 5m},  {talking: 20m}  or both.")
        return self


class Queue(Model):
    """Callers who wait for somebody with ``skills``, within ``hours`` if given."""

    skills: Names = Field(default=(), description="What an agent must be able to do to be rung; one of them is enough.")
    site: str = Field(default="", description="Where an agent must sit to be rung.", examples=["Portland"])
    hours: str = Field(default="", title="hours", description="The opening hours within which callers are put through.")
    level: Level = Field(default=1, description="How well an agent must be able to do it, from 1 to 10.")
    choose: Annotated[str, one_of("longest_idle", "best_skilled")] = Field(
        default="longest_idle", description="Who of the free agents is rung first."
    )
    priority: int = Field(
        default=0, ge=0, le=10, description="Callers of a queue with a higher one come first when agents serve both."
    )
    ring: Seconds = Field(default=20.0, description="How long each agent is rung.")
    missed_rings: Count = Field(
        default=1, description="After so many missed rings in a row an agent is left in peace for five minutes."
    )
    wrap_up: Seconds = Field(
        default=0.0, description="How long agents have after a call to write things down.", examples=["30s"]
    )
    max_waiting: Count | None = Field(
        default=None, description="When so many wait already, the next caller goes on at once, by the exit full."
    )
    max_wait: Seconds = Field(
        default=1800.0, description="Who has waited so long goes on by the exit waited.", examples=["10m"]
    )
    offer_callback_after: Seconds | None = Field(
        default=None,
        description="After this time callers are offered to be called back; they keep their place in line.",
        examples=["60s"],
    )
    callback_first: Annotated[str, one_of("agent", "caller")] = Field(
        default="agent",
        description="Who is rung first when it is their turn. With caller, people are sure to be there before an "
        "agent's time is taken; they may have to wait for one once more.",
    )
    callback_attempts: Count = Field(default=3, description="How often somebody is called back who does not answer.")
    callback_again: Seconds = Field(default=300.0, description="How long after that they are tried again.")
    callback_hours: str = Field(
        default="",
        title="hours",
        description="The opening hours within which people are called back; without, those of the queue.",
    )
    overflow: tuple[Overflow, ...] = Field(
        default=(), description="Who else may take callers when there are many, or they wait long, and from when on."
    )
    escalate: Escalation | None = Field(
        default=None,
        description="When supervisors are told that a caller waits, or a talk lasts, too long. Who else may take "
        "the caller then is said by overflow.",
    )
    announce: str = Field(
        default="",
        description="Said to callers in line each time after they were told their place and how long it will take.",
        examples=["You can also order at northwind.example."],
    )


class Agent(Model):
    """Somebody who takes calls: ``at`` is ``client:NAME``, ``sip:...`` or a telephone number."""

    name: str = Field(description="The name callers may hear.", examples=["Maria"])
    at: Annotated[str, ADDRESS] = Field(
        title="address",
        description="Where they are reached: client:NAME is the browser at /desk, else sip:USER@HOST or a number. "
        "A SIP telephone is sent who calls and why as headers of the call (X-Caller, X-Intent, X-Brief and so on).",
        examples=["client:maria"],
    )
    skills: Annotated[dict[str, Level], BeforeValidator(_levels), NAMES_TOO] = Field(
        default={}, description="What they can do; queues ask for it. With levels from 1 to 10:  {sales: 3, support: 1}"
    )
    site: str = Field(default="", description="Where they sit; queues may ask for it.", examples=["Portland"])


class CallbackPage(Model):
    """Lets visitors of the company's site ask at ``/callback`` to be called back, once their number is verified."""

    topics: Annotated[dict[str, str], Field(min_length=1)] = Field(
        description="What visitors can choose, and the queue whose agents call them back about it.  "
        "{Buying something: sales}"
    )
    countries: Annotated[Names, Field(min_length=1)] = Field(
        description="The countries whose numbers are texted and called, by their two letters; no other number is. "
        "Numbers without a country's code are taken for the first one's.",
        examples=[["US", "CA"]],
    )
    line: str = Field(
        default="",
        description="The telephone number that calls and sends the codes; without, the first of the lines.",
    )


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
