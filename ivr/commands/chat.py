"""``ivr chat``: have the conversation in the terminal, without sound."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from uuid import uuid4

import click

from ivr.channels.text import TextCall
from ivr.commands.parts import Parts
from ivr.flow_files import read_flow_file, shown_name
from ivr.flows import FlowBook, FlowFileError, read_flows
from ivr.flows.actions import Record, Transfer
from ivr.skillset import skills_beside

HELP = "Type what you would say, or keys such as 1 or 94107#. An empty line is silence. Ctrl-D hangs up."


@click.command()
@click.argument("line", required=False)
@click.option("--from", "caller", default="+14155550123", show_default=True, help="The number you call from.")
@click.option("--draft", is_flag=True, help="Talk to your file as it is saved, though another version is live.")
@click.option("--flows", "file", type=click.Path(dir_okay=False, path_type=Path), help="Talk to another flow file.")
@click.option("--json", "as_json", is_flag=True, help="Print each line as JSON, and the call's values at the end.")
@click.pass_obj
def chat(parts: Parts, line: str | None, caller: str, draft: bool, file: Path | None, as_json: bool) -> None:
    """Have the conversation of LINE (the first line of the flow file by default) in the terminal.

    You hear what callers hear now: the published version or, before the first 'ivr flows publish', your file as it is
    saved. With --draft it is your file, published or not. Nothing is sent and nobody is rung, but web services of the
    flow are asked.

    Type what you would say. Only keys (0-9 * #) are keys. An empty line is silence.
    """
    if draft and file:
        raise click.UsageError("Say --draft for your own file, or --flows for another, not both.")
    book = _of_file(parts, file) if file else parts.book if draft else _live(parts)
    line = line or next(iter(book.company.lines), "")
    if line not in book.company.lines:
        raise click.UsageError(f"There is no line {line!r}. Lines: {', '.join(book.company.lines) or 'none'}.")
    call = TextCall(parts.chat_runtime(book), f"CA{uuid4().hex}")
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


def _live(parts: Parts) -> FlowBook:
    """What callers hear; whoever has edited their file since is told that this is not it."""
    live = parts.live_book
    try:
        differs, why = parts.book.version != live.version, "a draft. Talk to it:  ivr chat --draft"
    except FlowFileError as error:
        count = len(error.problems)
        differs, why = True, f"a draft with {count} mistake{'' if count == 1 else 's'}. See:  ivr check"
    if differs:
        click.echo(f"You hear version {live.version}, which is live; your file is {why}", err=True)
    return live


def _of_file(parts: Parts, file: Path) -> FlowBook:
    name = shown_name(file)
    try:
        text = read_flow_file(file, name)
    except OSError as error:
        raise click.UsageError(f"{name} cannot be read: {error.strerror}.") from error
    return read_flows(text, skills_beside(parts.skills, file), file=name)


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
