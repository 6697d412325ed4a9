"""``ivr run``: the whole service on this machine, until Ctrl-C."""

from __future__ import annotations

import json
import signal
import sys
import threading
import time
from contextlib import suppress
from types import FrameType

import click
from rich.console import Console
from rich.text import Text

from ivr.commands.parts import Parts
from ivr.flows import FlowFileError
from ivr.settings import read_environment
from ivr.supervisor import Service

COLOURS = {"web": "green", "worker": "yellow", "exchange": "cyan", "redis": "magenta", "prompts": "blue"}
PAGES = {"Phone": "/phone", "Wallboard": "/", "Desk": "/desk", "Calls": "/calls", "Voicemail": "/voicemail"}
ASKED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Signals that ask us to end; SIGHUP is a closed terminal."""


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at; 0.0.0.0 is all.")
@click.option("--json", "as_json", is_flag=True, help="Print one line of JSON when ready; the rest goes to stderr.")
@click.pass_obj
def run(parts: Parts, host: str, as_json: bool) -> None:
    """Start web, worker, exchange and Redis; print the links. Ctrl-C ends them all."""
    for number in ASKED:
        signal.signal(number, _end)
    began_s = time.monotonic()
    console = Console(stderr=as_json, highlight=False)
    port_was_set = bool(read_environment(parts.settings.root)[0].get("PORT"))
    with suppress(KeyboardInterrupt):  # how _end asks
        _read_flows(parts, console)  # mistakes are told before anything is started
        service = Service(
            parts.settings,
            private=False,
            prompts=True,
            host=host,
            or_next_port=not port_was_set,
            tell=lambda name, line: _show(console, name, line),
        )
        console.print("Starting ...", style="dim")
        with service:
            service.wait_prompts()
            if as_json:
                _print_json(service)
            _print_links(console, parts, service, time.monotonic() - began_s)
            threading.Event().wait()


def _read_flows(parts: Parts, console: Console) -> None:
    """A flow file with mistakes is refused, unless it is only a draft beside a version that was published."""
    try:
        _ = parts.book
    except FlowFileError as error:
        if not parts.versions.live():
            raise
        count = len(error.problems)
        console.print(f"The draft has {count} mistake(s); the published version runs. See:  ./run ivr check")


def _end(number: int, frame: FrameType | None) -> None:
    """The first signal ends everything in order; further ones change nothing (it takes 10 s at most)."""
    for signal_number in ASKED:
        signal.signal(signal_number, signal.SIG_IGN)
    raise KeyboardInterrupt


def _show(console: Console, name: str, line: str) -> None:
    with suppress(OSError):  # nobody reads any more: that must not end the child whose line it is
        console.print(Text.assemble((f"{name:<8} | ", COLOURS.get(name, "")), line), soft_wrap=True)


def _print_json(service: Service) -> None:
    ready = {"event": "ready", "web": service.web_url, "exchange": service.exchange_url, "pids": service.pids}
    click.echo(json.dumps(ready))
    sys.stdout.flush()


def _print_links(console: Console, parts: Parts, service: Service, took_s: float) -> None:
    console.print(f"\n[bold]Ringdown answers the phone.[/bold] (ready after {took_s:.1f} s)", soft_wrap=True)
    for name, path in PAGES.items():
        console.print(f"  {name:<10} {service.web_url}{path}", soft_wrap=True)
    _print_first_account(console, parts, service)
    if service.exchange_url:
        console.print(f"  {'Exchange':<10} {service.exchange_url}", soft_wrap=True)
        console.print(
            f"\nCall it:  ./run ivr call --service {service.exchange_url} --say 'find a store'", soft_wrap=True
        )
    else:
        console.print(f"  {'Webhook':<10} {service.settings.public_url}/voice/incoming", soft_wrap=True)
    console.print("Ctrl-C ends it.\n", style="dim")


def _print_first_account(console: Console, parts: Parts, service: Service) -> None:
    """Until somebody has joined, everybody at this machine may see the pages: this link ends that."""
    if token := parts.accounts.first_link():
        address = service.web_url if service.exchange_url else service.settings.public_url
        told = "none: nobody needs to log in on this machine. The first one, an admin's:"
        console.print(f"  {'Accounts':<10} {told}", soft_wrap=True)
        console.print(f"             {address}/welcome/{token}", soft_wrap=True)
