"""``ivr exchange``: the telephone exchange in a box, as a process of its own."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from pathlib import Path
from typing import Any

import click

from ivr.commands.parts import Parts
from ivr.exchange.application import Application
from ivr.exchange.box import Box, run_box
from ivr.exchange.extent_page import extent_page
from ivr.exchange.one_call import one_call
from ivr.exchange.ordering import CALLER, LINE, FullError, Order, read_order
from ivr.exchange.script import ScriptError
from ivr.exchange.trouble import Trouble, TroubleError, read_trouble
from ivr.speech import Pyttsx3Voice

_SHARE: dict[str, Any] = {"default": 0.0, "metavar": "SHARE", "type": click.FloatRange(0, 1)}
_SECONDS: dict[str, Any] = {"default": 0.0, "metavar": "SECONDS", "type": click.FloatRange(0)}
_URL: dict[str, Any] = {"default": "", "metavar": "URL"}
_EPILOG = """
\b
One call to an application of yours, and what became of it (1 when the carrier would have refused anything):
  export TWILIO_AUTH_TOKEN=anything-the-application-has-too
  ivr exchange --app-url http://127.0.0.1:8000 --voice-url /voice --call caller.json --fast
\b
caller.json, what the caller does when it is their turn:
  {"line": "+15035550100", "from": "+14155550123",
   "script": [{"press": "1"}, {"say": "nine four one"}, {"hang_up": true}]}
\b
A telephone company that stays, for REST (IVR_CARRIER_URL, or a proxy before api.twilio.com) and for curl:
  ivr exchange --app-url http://127.0.0.1:8000 --voice-url /voice --port 5200
  curl -H "Authorization: Bearer $TWILIO_AUTH_TOKEN" http://127.0.0.1:5200/exchange/calls -d @caller.json
\b
More, with scripts for agents' phones and answering machines: docs/exchange.md
"""


@click.command(epilog=_EPILOG)
@click.option("--app-url", **_URL, help="Where the application listens (default: PUBLIC_URL).")
@click.option(
    "--voice-url", **_URL, help="What is asked for a call, within --app-url. Default: as this service has it."
)
@click.option("--fallback-url", **_URL, help="... when that fails. Default, beside --voice-url: none.")
@click.option("--status-url", **_URL, help="... when a call is over. Default, beside --voice-url: none.")
@click.option("--sms-url", **_URL, help="... when a line gets a text. Default, beside --voice-url: none.")
@click.option("--call", "ordered", type=click.File(encoding="utf-8"), help="Place the call of this file, tell it, end.")
@click.option("--port", default=0, type=click.IntRange(0, 65535), help="Port to listen on; 0 is any free one.")
@click.option(
    "--data", type=click.Path(path_type=Path), help="Folder for calls and recordings (default: IVR_DATA/exchange)."
)
@click.option("--number", "numbers", multiple=True, help="A number of the account, as REST lists it; may come again.")
@click.option("--late", **_SHARE, help="Share of status callbacks (0 to 1) that come late, overtaken by others.")
@click.option("--doubled", **_SHARE, help="Share of status callbacks that come twice.")
@click.option("--slow", "slow_s", **_SECONDS, help="Seconds by which every answer of the application comes later.")
@click.option("--loss", **_SHARE, help="Share of sound (0 to 0.5) that gets lost on the line.")
@click.option("--jitter", "jitter_s", **_SECONDS, help="Seconds by which messages of media streams may be late.")
@click.option("--seed", default=0, help="Of all this trouble: with the same seed it comes the same way.")
@click.option("--extent", is_flag=True, help="Print what of the carrier's language it does and does not, and end.")
@click.option("--fast", is_flag=True, help="Not in real time: as fast as everybody answers.")
@click.pass_obj
def exchange(
    parts: Parts,
    /,
    app_url: str,
    voice_url: str,
    fallback_url: str,
    status_url: str,
    sms_url: str,
    ordered: Any,
    port: int,
    data: Path | None,
    numbers: tuple[str, ...],
    extent: bool,
    fast: bool,
    **trouble: float,
) -> None:
    """Play the telephone company, without an account: ring an application, execute what it answers.

    The application may be any that speaks the carrier's webhooks, call documents, media streams and REST. What the
    carrier would refuse is refused with its error number.
    """
    if extent:
        click.echo(extent_page(), nl=False)
        return
    settings = parts.settings
    if not settings.auth_token:
        raise click.UsageError("TWILIO_AUTH_TOKEN is not set: the exchange signs with it and asks for it.")
    order = _order(ordered)
    voice = Pyttsx3Voice()
    try:
        box = Box(
            account_sid=settings.account_sid,
            auth_token=settings.auth_token,
            application=_application(app_url or settings.public_url, voice_url, fallback_url, status_url, sms_url),
            data=data or settings.data / "exchange",
            voice=voice,
            fast=fast,
            port=port,
            numbers=numbers,
            trouble=_trouble(trouble),
        )
        went_well = asyncio.run(one_call(box, order, click.echo) if order else _until_stopped(box))
    except (ScriptError, FullError) as error:
        raise click.UsageError(f"--call: {error}") from error
    except OSError as error:
        raise click.ClickException(f"cannot listen on port {port}: {error}") from error
    finally:
        voice.close()
    if not went_well:
        raise SystemExit(1)


def _application(url: str, voice: str, fallback: str, status: str, sms: str) -> Application:
    if voice:
        return Application.elsewhere(url, voice, fallback, status, sms)
    if fallback or status or sms:
        raise click.UsageError("Name --voice-url too: without it the addresses are this service's.")
    return Application.at(url)


def _trouble(wanted: dict[str, float]) -> Trouble:
    try:
        return read_trouble(wanted, Trouble())
    except TroubleError as error:
        raise click.UsageError(str(error)) from error


def _order(file: Any) -> Order | None:
    if file is None:
        return None
    try:
        return read_order(json.load(file), line=LINE, caller=CALLER)
    except (ValueError, ScriptError) as error:
        raise click.UsageError(f"--call: {error}") from error


async def _until_stopped(box: Box) -> bool:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await run_box(box, _say_where, stop)
    return True


def _say_where(url: str) -> None:
    click.echo(json.dumps({"event": "listening", "url": url}))
    sys.stdout.flush()
