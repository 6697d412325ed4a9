"""``ivr chat``: have the conversation in the terminal, without sound."""

from __future__ import annotations

import json
import sys
from uuid import uuid4

import click

from ivr.channels.text import TextCall
from ivr.commands.parts import Parts
from ivr.flows.actions import Record, Transfer

HELP = "Type what you would say, or keys such as 1 or 94107#. An empty line is silence. Ctrl-D hangs up."


@click.command()
@click.argument("line", required=False)
@click.option("--from", "caller", default="+14155550123", show_default=True, help="The number you call from.")
@click.option("--json", "as_json", is_flag=True, help="Print each line as JSON, and the call's values at the end.")
@click.pass_obj
def chat(parts: Parts, line: str | None, caller: str, as_json: bool) -> None:
    """Have the conversation of LINE (the first line of the flow file by default) in the terminal.

    Type what you would say. Only keys (0-9 * #) are keys. An empty line is silence.
    """
    book = parts.book
    line = line or next(iter(book.company.lines), "")
    if line not in book.company.lines:
        raise click.UsageError(f"There is no line {line!r}. Lines: {', '.join(book.company.lines) or 'none'}.")
    call = TextCall(parts.chat_runtime(), f"CA{uuid4().hex}")
    if sys.stdin.isatty() and not as_json:
        click.secho(HELP, dim=True)
    _show(call.dial(line, caller), as_json)
    while not call.ended:
        typed = _typed(call, as_json)
        if typed is None:
            call.hang_up()
            break
        _show(call.typed(typed), as_json)
    if as_json and call.session is not None:
        ended = call.session.call
        click.echo(json.dumps({"outcome": ended.outcome, "variables": ended.shown_variables}, ensure_ascii=False))


def _typed(call: TextCall, as_json: bool) -> str | None:
    """The next line typed; None at the end of input."""
    last = call.session.actions[-1] if call.session and call.session.actions else None
    hint = ""
    if isinstance(last, Record):
        hint = " (your message)"
    elif isinstance(last, Transfer):
        hint = " (as the agent: 1 accepts, anything else is no answer)"
    if sys.stdin.isatty() and not as_json:
        click.secho(f"you{hint}: ", fg="cyan", nl=False)
    typed = sys.stdin.readline()
    if not typed:
        return None
    typed = typed.rstrip("\n")
    if not sys.stdin.isatty():
        if as_json:
            click.echo(json.dumps({"you": typed}, ensure_ascii=False))
        else:
            click.echo(f"you: {typed}")
    return typed


def _show(lines: list[str], as_json: bool) -> None:
    for text in lines:
        click.echo(json.dumps({"ivr": text}, ensure_ascii=False) if as_json else f"ivr: {text}")
