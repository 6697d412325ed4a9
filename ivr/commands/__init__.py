"""The commands, one file each. A new command is a file here and a line in the table."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click

COMMANDS: Mapping[str, str] = {
    "run": "ivr.commands.run:run",
    "demo": "ivr.commands.demo:demo",
    "call": "ivr.commands.call:call",
    "chat": "ivr.commands.chat:chat",
    "check": "ivr.commands.check:check",
    "draw": "ivr.commands.draw:draw",
    "schema": "ivr.commands.schema:schema",
    "reference": "ivr.commands.reference:reference",
    "test": "ivr.commands.test:test",
    "replay": "ivr.commands.replay:replay",
    "flows": "ivr.commands.flows:flows",
    "understand": "ivr.commands.understand:understand",
    "confusions": "ivr.commands.confusions:confusions",
    "transcribe": "ivr.commands.transcribe:transcribe",
    "stores": "ivr.commands.stores:stores",
    "calls": "ivr.commands.calls:calls",
    "callbacks": "ivr.commands.callbacks:callbacks",
    "tickets": "ivr.commands.tickets:tickets",
    "twilio": "ivr.commands.twilio:twilio",
    "texts": "ivr.commands.texts:texts",
    "erase": "ivr.commands.erase:erase",
    "hold": "ivr.commands.hold:hold",
    "outbox": "ivr.commands.outbox:outbox",
    "users": "ivr.commands.users:users",
    "models": "ivr.commands.models:models",
    "prompts": "ivr.commands.prompts:prompts",
    "doctor": "ivr.commands.doctor:doctor",
    "bench": "ivr.commands.bench:bench",
    "exchange": "ivr.commands.exchange:exchange",
}
"""Where each command is. They are imported when used, because some bring heavy engines along."""


class Commands(click.Group):
    """The ``ivr`` command: its parts are found in the table."""

    def __init__(self, *args: Any, more: Mapping[str, str], **options: Any) -> None:
        """``more`` are commands that only the composition root may know, as in the table."""
        super().__init__(*args, **options)
        self._table = {**COMMANDS, **more}

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*self._table, *super().list_commands(ctx)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self._table:
            return super().get_command(ctx, cmd_name)
        module, _, name = self._table[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command
