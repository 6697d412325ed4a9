"""The part of a flow file that is not conversation: lines, hours, slots, stores, mailboxes, queues, agents."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from ivr.flows.actions import Choice
from ivr.flows.fields import Count, Flow, Key, Model, Names, Patience, Seconds, Texts, one_of, shaped
from ivr.flows.skills import KindOptions

STANDARD_NO_INPUT: tuple[str, ...] = ("Sorry, I didn't hear you.",)
STANDARD_NO_MATCH: tuple[str, ...] = ("Sorry, I didn't get that.",)
STANDARD_WAIT_S = 6.0
CONFIRM = ("always", "when_unsure", "never")
ADDRESS = shaped(
    r"client:[\w.-]+|sips?:[\w.@:-]+|\+[1-9]\d{6,14}",
    "a way to reach an agent",
    "Write client:NAME, sip:USER@HOST or a number such as +15035550100.",
)


class Opening(Model):
    """Opening hours: ``open`` in OpenStreetMap's syntax, ``holidays`` of a country or state, dated exceptions."""

    open: str
    holidays: str = ""
    exceptions: dict[str, str] = Field(default={}, alias="except")


class Command(Model):
    """A command understood at every question; without ``go`` it must be one of the built-in ones."""

    press: Key | None = None
    hear: Names = ()
    go: Flow | None = None

    def choice(self, name: str) -> Choice:
        """The command as something to listen for; its name is heard as well."""
        return Choice(name, (name.replace("_", " "), *self.hear), self.press or "")


class Slot(Patience):
    """Something we may need to know, asked for once."""

    kind: str
    ask: Texts
    length: Count | None = None
    choices: Names = ()
    confirm: Annotated[str, one_of(*CONFIRM), Field(json_schema_extra={"enum": [*CONFIRM]})] = "when_unsure"
    bad: str = ""
    secret: bool = False

    @property
    def options(self) -> KindOptions:
        """What the kind needs to know to read a value."""
        return KindOptions(self.length, self.choices)

    def options_at(self, about: KindOptions) -> KindOptions:
        """The same for an answer given at the time and place of ``about``."""
        return KindOptions(self.length, self.choices, about.at_s, about.timezone)


class Stores(Model):
    """Where the stores are and how one is spoken."""

    file: str
    speak: str = "{name}, {distance} away, at {address}. {open_until}"


class Mailbox(Model):
    """Takes messages."""

    greeting: str = "Please leave a message after the tone."
    max: Seconds = 180.0
    email: str = ""


class Queue(Model):
    """Callers who wait for somebody with ``skills``, within ``hours`` if given."""

    skills: Names = ()
    hours: str = ""
    ring: Seconds = 20.0
    announce: str = ""
    offer_callback_after: Seconds | None = None
    overflow: tuple[Any, ...] = ()


class Agent(Model):
    """Somebody who takes calls: ``at`` is ``client:NAME``, ``sip:...`` or a telephone number."""

    name: str
    at: Annotated[str, ADDRESS]
    skills: Names = ()


def _command(value: Any) -> Any:
    return {} if value in ("", None) else value


class Company(Model):
    """Everything in the flow file but the flows."""

    company: str = "our company"
    language: str = "en-US"
    timezone: str = "UTC"
    lines: dict[str, Flow] = Field(default={})
    hours: dict[str, Opening] = Field(default={})
    defaults: Patience = Patience()
    anywhere: dict[str, Annotated[Command, BeforeValidator(_command)]] = Field(default={})
    slots: dict[str, Slot] = Field(default={})
    stores: Stores | None = None
    mailboxes: dict[str, Mailbox] = Field(default={})
    queues: dict[str, Queue] = Field(default={})
    agents: dict[str, Agent] = Field(default={})
    web_services: tuple[str, ...] = ()
    translations: dict[str, dict[str, str]] = Field(default={})

    def patience(self, own: Patience) -> Patience:
        """``own`` with what it leaves open taken from the defaults, and from the standard after that."""
        return Patience.model_construct(  # each part is read and right already; every question of a call does this
            wait=own.wait or self.defaults.wait or STANDARD_WAIT_S,
            no_input=own.no_input or self.defaults.no_input or STANDARD_NO_INPUT,
            no_match=own.no_match or self.defaults.no_match or STANDARD_NO_MATCH,
            barge_in=own.barge_in or self.defaults.barge_in or "matching",
        )

    @cached_property
    def commands(self) -> tuple[Choice, ...]:
        """The ``anywhere`` commands as things to listen for."""
        return tuple(command.choice(name) for name, command in self.anywhere.items())
