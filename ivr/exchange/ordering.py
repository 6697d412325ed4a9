"""Ordering a call: what somebody outside writes to have a line rung, and phones that may be rung from it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ivr.exchange.application import Application
from ivr.exchange.leg import Leg
from ivr.exchange.plant import Plant
from ivr.exchange.script import DEFAULT_LINGER_S, Script, ScriptError, read_script
from ivr.exchange.scripted import ScriptedParty, ScriptedPhone, prepare
from ivr.exchange.switch import Switch

MAX_SCRIPTS = 50
LINE, CALLER = "+15035550100", "+14155550123"
"""Who is called by whom when a file does not say: numbers that are nobody's."""

_ADDRESS = re.compile(r"\+?[0-9*#]{1,20}|client:[\w.@+-]{1,120}|sip:[\w.@+:-]{1,200}", re.ASCII)
_WORDS = ("line", "from", "script", "linger_s", "phones")


class FullError(Exception):
    """The phonebook has no room."""


@dataclass(frozen=True, slots=True)
class Order:
    """A call to ``line``; ``phones`` are connected before."""

    line: str
    caller: str
    script: Script
    phones: Mapping[str, tuple[Script, ...]] = field(default_factory=dict)


def is_address(text: object) -> bool:
    """Whether ``text`` is a number, ``client:NAME`` or ``sip:USER@HOST``."""
    return isinstance(text, str) and bool(_ADDRESS.fullmatch(text))


def read_address(body: Mapping[str, Any], name: str, default: str = "") -> str:
    """The address in the field ``name``."""
    value = body.get(name, default)
    if not is_address(value):
        raise ScriptError(f"{name!r} needs a number (+15035550100), client:NAME or sip:USER@HOST")
    return str(value)


def read_scripts(scripts: object, linger_s: object) -> tuple[Script, ...]:
    """What a phone does, call by call."""
    if not isinstance(scripts, list) or not 0 < len(scripts) <= MAX_SCRIPTS:
        raise ScriptError(f"a phone has a list of 1 to {MAX_SCRIPTS} scripts")
    return tuple(read_script(script, linger_s) for script in scripts)


def read_order(body: object, *, line: str = "", caller: str = "") -> Order:
    """An order from JSON; ``line`` and ``caller`` are used where it names none.

    Raises:
        ScriptError: naming what is wrong.
    """
    if not isinstance(body, Mapping):
        raise ScriptError("an order is an object with 'script'")
    for name in body:
        if name not in _WORDS:
            raise ScriptError(f"{name!r} is unknown; write {', '.join(_WORDS)}")
    linger_s, phones = body.get("linger_s", DEFAULT_LINGER_S), body.get("phones", {})
    if not isinstance(phones, Mapping) or not all(map(is_address, phones)):
        raise ScriptError("'phones' is an object: number, client:NAME or sip:USER@HOST to a list of scripts")
    return Order(
        read_address(body, "line", line),
        read_address(body, "from", caller),
        read_script(body.get("script", []), linger_s),
        {address: read_scripts(scripts, linger_s) for address, scripts in phones.items()},
    )


async def connect(plant: Plant, address: str, scripts: tuple[Script, ...]) -> None:
    """A scripted phone at ``address``.

    Raises:
        FullError: there are too many phones.
        ScriptError: a sound that cannot be had.
    """
    ready = [(script, await prepare(plant, script)) for script in scripts]
    if not plant.phonebook.put(address, ScriptedPhone(plant, ready)):
        raise FullError("the phonebook is full")


async def place(plant: Plant, switch: Switch, application: Application, order: Order) -> Leg:
    """Connect the phones and ring the line."""
    for address, scripts in order.phones.items():
        await connect(plant, address, scripts)
    party = ScriptedParty(plant, order.script, await prepare(plant, order.script), calls=True)
    return switch.ring_in(order.line, order.caller, party, application)
