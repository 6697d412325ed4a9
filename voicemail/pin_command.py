"""``ivr voicemail pin``: lets the owner of a mailbox in by telephone."""

from __future__ import annotations

from typing import Protocol

import click

from ivr.ports import OutsideError
from voicemail.boxes import Boxes


class Parts(Protocol):
    """What this command needs from the composition root."""

    @property
    def boxes(self) -> Boxes: ...


@click.command("pin")
@click.argument("mailbox")
@click.option("--none", "nobody", is_flag=True, help="Let nobody in any more.")
@click.pass_obj
def set_pin(parts: Parts, mailbox: str, nobody: bool) -> None:
    """Set the PIN of MAILBOX for the step 'messages'. It is asked for, or read from the standard input."""
    pin = "" if nobody else click.prompt("PIN (4 to 10 digits)", hide_input=True, confirmation_prompt=True)
    try:
        parts.boxes.set_pin(mailbox, pin)
    except OutsideError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"Mailbox {mailbox} opens for nobody." if nobody else f"Mailbox {mailbox} opens with its new PIN.")
