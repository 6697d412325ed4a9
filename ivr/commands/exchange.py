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
from ivr.exchange.box import Box, run_box
from ivr.exchange.extent_page import extent_page
from ivr.exchange.trouble import Trouble, TroubleError, read_trouble
from ivr.speech import Pyttsx3Voice

_SHARE: dict[str, Any] = {"default": 0.0, "metavar": "SHARE", "type": click.FloatRange(0, 1)}
_SECONDS: dict[str, Any] = {"default": 0.0, "metavar": "SECONDS", "type": click.FloatRange(0)}


@click.command()
@click.option("--app-url", default="", help="Where the service listens (default: PUBLIC_URL).")
@click.option("--port", default=0, type=click.IntRange(0, 65535), help="Port to listen on; 0 is any free one.")
@click.option(
    "--data", type=click.Path(path_type=Path), help="Folder for calls and recordings (default: IVR_DATA/exchange)."
)
@click.option("--number", "numbers", multiple=True, help="A number of the account, as REST lists it; may come again.")
@click.option("--late", **_SHARE, help="Share of status callbacks (0 to 1) that come late, overtaken by others.")
@click.option("--doubled", **_SHARE, help="Share of status callbacks that come twice.")
@click.option("--slow", "slow_s", **_SECONDS, help="Seconds by which every answer of the service comes later.")
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
    port: int,
    data: Path | None,
    numbers: tuple[str, ...],
    fast: bool,
    extent: bool,
    **trouble: float,
) -> None:
    """Play the telephone company: ring the service, execute what it answers, without an account."""
    if extent:
        click.echo(extent_page(), nl=False)
        return
    settings = parts.settings
    if not settings.auth_token:
        raise click.UsageError("TWILIO_AUTH_TOKEN is not set: the exchange signs with it and asks for it.")
    voice = Pyttsx3Voice()
    try:
        box = Box(
            account_sid=settings.account_sid,
            auth_token=settings.auth_token,
            app_url=app_url or settings.public_url,
            data=data or settings.data / "exchange",
            voice=voice,
            fast=fast,
            port=port,
            numbers=numbers,
            trouble=read_trouble(trouble, Trouble()),
        )
        asyncio.run(_until_stopped(box))
    except TroubleError as error:
        raise click.UsageError(str(error)) from error
    except OSError as error:
        raise click.ClickException(f"cannot listen on port {port}: {error}") from error
    finally:
        voice.close()


async def _until_stopped(box: Box) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await run_box(box, _say_where, stop)


def _say_where(url: str) -> None:
    click.echo(json.dumps({"event": "listening", "url": url}))
    sys.stdout.flush()
