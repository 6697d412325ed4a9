"""Command-line options that are carried out in the order in which they were typed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click

from ivr import audio
from ivr.exchange.script import MAX_WAIT_S

Act = dict[str, Any]


class InOrder(click.Command):
    """A command whose ``say play press pause`` options become one list, ``acts``, in the order of the command line."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        _, _, order = self.make_parser(ctx).parse_args(args=list(args))
        rest = super().parse_args(ctx, args)
        values = {name: iter(ctx.params.pop(name)) for name in ACTS}
        ctx.params["acts"] = [ACTS[name](next(values[name])) for option in order if (name := option.name or "") in ACTS]
        return rest


def _say(text: str) -> Act:
    if not text.strip():
        raise click.BadParameter("there is nothing to say.", param_hint="--say")
    return {"say": text}


def _play(path: Path) -> Act:
    try:
        audio.read_audio(path)
    except audio.AudioError as error:
        raise click.BadParameter(str(error), param_hint="--play") from error
    return {"play": str(path.resolve())}  # the exchange may run in another folder


def _press(keys: str) -> Act:
    return {"press": keys}


def _pause(pause_s: float) -> Act:
    return {"pause": pause_s}


ACTS: dict[str, Callable[[Any], Act]] = {"say": _say, "play": _play, "press": _press, "pause": _pause}


class _Keys(click.ParamType[str]):
    """Keys of a telephone."""

    name = "keys"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if not value or any(key not in "0123456789*#w" for key in value):
            self.fail(f"{value!r}: keys are 0-9 * # (and w: wait half a second).", param, ctx)
        return str(value)


def act_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options ``--say --play --press --pause``."""
    wav = click.Path(path_type=Path)
    options: Iterable[Callable[[Callable[..., Any]], Callable[..., Any]]] = (
        click.option("--say", multiple=True, metavar="TEXT", help="Say TEXT, in a voice, when it is your turn."),
        click.option("--play", multiple=True, metavar="WAV", type=wav, help="Play a sound file into the telephone."),
        click.option("--press", multiple=True, metavar="KEYS", type=_Keys(), help="Press keys, such as 1 or 94107#."),
        click.option(
            "--pause",
            multiple=True,
            metavar="S",
            type=click.FloatRange(0, MAX_WAIT_S),
            help="Wait S seconds; what follows is done at once then, over a prompt too.",
        ),
    )
    for option in reversed(list(options)):
        command = option(command)
    return command
