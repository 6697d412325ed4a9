"""``ivr call``: place a call with real sound through the exchange, and print what came of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

import click
from rich.console import Console

from ivr.calling.acts import Act, InOrder, act_options
from ivr.calling.keeping import keep_sound, shown_path
from ivr.calling.outcome import Outcome, outcome_of
from ivr.calling.own_service import Place, own_service, running_service
from ivr.calling.show import show_entry, show_values
from ivr.calling.transcript import CALLER, agent_legs
from ivr.calling.watch import Watch
from ivr.commands.parts import Parts
from ivr.exchange.script import DEFAULT_VOICE
from ivr.ports import OutsideError
from ivr.settings import Settings

PATIENCE_S = 120.0
"""How long the caller waits for a chance to do the next thing: an agent may have to be rung in between."""


@click.command(cls=InOrder)
@click.argument("line", required=False)
@click.option("--from", "caller", default="+14155550123", show_default=True, help="The number you call from.")
@act_options
@click.option("--voice", default=DEFAULT_VOICE, show_default=True, help="Who speaks: a voice of espeak-ng.")
@click.option("--fast/--real-time", default=True, show_default=True, help="As fast as everybody answers, or as heard.")
@click.option(
    "--service", default="", metavar="URL", help="Call a running service: the exchange that './run' has printed."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_obj
def call(
    parts: Parts,
    line: str | None,
    caller: str,
    acts: list[Act],
    voice: str,
    fast: bool,
    service: str,
    as_json: bool,
) -> None:
    """Call LINE (the first line of the flow file by default), do what the options say in their order, and hang up.

    Each thing is said, played or pressed when the service has finished speaking; the caller hangs up after the last
    answer. Without --service a private service is started for this call.
    """
    settings = parts.settings
    # A service that runs has kept the last good version; one of our own begins with the file as it is.
    book = parts.live_book if service else parts.book
    line = line or next(iter(book.company.lines), "")
    if not line:
        raise click.UsageError("The flow file has no line; name the number to call.")
    script = [{**act, "voice": voice} if "say" in act else act for act in acts]
    with _place(settings, service, fast) as place:
        watch = Watch(place.exchange, place.service)
        console = Console(stderr=as_json, quiet=as_json)
        for entry in watch.place(line, caller, [*script, {"hang_up": True}], PATIENCE_S):
            show_entry(console, entry)
        outcome = outcome_of(watch)
        people = {CALLER: watch.sid, **{name: sid for sid, name in agent_legs(watch.sid, watch.events).items()}}
        kept = keep_sound(settings, watch.sid, people, outcome.voicemails, place.exchange, place.service)
        if as_json:
            click.echo(json.dumps(_document(watch, outcome, kept), ensure_ascii=False))
        else:
            _show(console, outcome, kept)
    if outcome.failure:
        click.echo(f"The call failed: {outcome.failure}", err=True)
        for written in place.wrote:
            click.echo(f"  {written}", err=True)
        raise SystemExit(1)


@contextmanager
def _place(settings: Settings, exchange_url: str, fast: bool) -> Iterator[Place]:
    try:
        if exchange_url:
            yield running_service(settings, exchange_url)
        else:
            with own_service(settings, fast=fast) as place:
                yield place
    except OutsideError as error:
        raise click.ClickException(str(error)) from error


def _document(watch: Watch, outcome: Outcome, kept: Mapping[str, str]) -> dict[str, Any]:
    return {
        "ok": not outcome.failure,
        "failure": outcome.failure,
        "sid": watch.sid,
        "status": watch.status,
        "outcome": outcome.outcome,
        "path": outcome.path,
        "values": outcome.values,
        "store": outcome.store,
        "voicemails": outcome.voicemails,
        "transcript": [asdict(entry) for entry in watch.entries],
        "wav": kept.get(CALLER, ""),
        "audio": dict(kept),
    }


def _show(console: Console, outcome: Outcome, kept: Mapping[str, str]) -> None:
    console.print()
    rows = [("outcome", outcome.outcome), ("way", " > ".join(outcome.path))]
    if outcome.store:
        told = ", ".join(str(outcome.store.get(name, "")) for name in ("name", "distance", "address"))
        rows.append(("store", f"{told}. {outcome.store.get('open_until', '')}"))
    rows += [(name, str(value)) for name, value in outcome.values.items() if not isinstance(value, Mapping | list)]
    for message in outcome.voicemails:
        rows.append(("message", f"{message['id']} ({message['duration_s']:.1f} s, {message['state']})"))
        rows.append(("", f'"{message["text"]}"' if message["text"] else ""))
    rows += [(f"sound of {name}", shown_path(path)) for name, path in kept.items()]
    show_values(console, rows)
