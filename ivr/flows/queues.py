"""Queues and the people who take their callers: who is rung, for how long, and what if nobody is there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, TypeAlias

from pydantic import BeforeValidator, Field, model_validator

from ivr.flows.fields import (
    Count,
    Model,
    Names,
    Or,
    Seconds,
    mistake,
    one_of,
    shaped,
)
from ivr.flows.told import EMAIL

ADDRESS = shaped(
    r"client:[\w.-]+|sips?:[\w.+-]+@[\w-]+(\.[\w-]+)*(:\d{1,5})?(;transport=(udp|tcp|tls))?|\+[1-9]\d{6,14}",
    "a way to reach an agent",
    "Write client:NAME, sip:USER@HOST or a number such as +15035550100.",
)


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
