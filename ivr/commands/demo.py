"""``ivr demo``: one spoken call through everything, shown live, and judged by what everybody heard."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from ivr.audio import AudioError
from ivr.calling import demo_story as story
from ivr.calling.bystander import Bystander
from ivr.calling.demo_stages import Stage, judged
from ivr.calling.evidence import Evidence
from ivr.calling.keeping import keep_sound, shown_path
from ivr.calling.outcome import voicemails_of
from ivr.calling.own_service import Place, own_service
from ivr.calling.show import show_entry, show_values
from ivr.calling.sound import TwoSides
from ivr.calling.transcript import CALLER, agent_legs
from ivr.calling.watch import Watch
from ivr.commands.parts import Parts
from ivr.ports import OutsideError


@click.command()
@click.option("--fast", is_flag=True, help="Not in real time: as fast as everybody answers.")
@click.option("--kill", is_flag=True, help="Kill the web process in the middle of the call.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_obj
def demo(parts: Parts, fast: bool, kill: bool, as_json: bool) -> None:
    """A spoken call through everything: find a store, leave a message, talk to an agent.

    Caller and agents are played by scripts with voices; everything between them is the real service, in processes of
    its own. Ends with what was produced, and with 1 when anything differs from what was said.
    """
    began_s = time.monotonic()
    console = Console(stderr=as_json, quiet=as_json)
    line = next(iter(parts.book.company.lines), "")
    nearest = parts.book.skills.locate(story.ZIP, 1, time.time()).stores
    try:
        with own_service(parts.settings, fast=fast) as place:
            _announce(console, fast)
            watch, bystander = _call(place, console, line, kill)
            console.print("\nListening to what everybody heard ...", style="dim")
            evidence, sounds = _gathered(parts, place, watch, bystander, dict(nearest[0]) if nearest else {})
            stages = judged(evidence)
    except (OutsideError, AudioError) as error:
        raise click.ClickException(str(error)) from error
    ok = all(stage.ok for stage in stages)
    took_s = time.monotonic() - began_s
    if as_json:
        document = _document(stages, evidence, sounds)
        click.echo(json.dumps({"ok": ok, "fast": fast, "took_s": round(took_s, 1), **document}, ensure_ascii=False))
    else:
        _show(console, stages, evidence, sounds, took_s)
    if not ok:
        for written in place.wrote:
            click.echo(f"  {written}", err=True)
        raise SystemExit(1)


def _announce(console: Console, fast: bool) -> None:
    console.print("[bold]A call to the example company.[/bold] Right: how sure, how soon, which step.")
    console.print("Fast: seconds are those of the call." if fast else "In real time: about two minutes.", style="dim")
    console.print()


def _call(place: Place, console: Console, line: str, kill: bool) -> tuple[Watch, Bystander]:
    bystander = Bystander(place.service, "client:sam", victim=place.service.pid if kill else None)
    story.connect_agents(place.exchange)
    watch = Watch(place.exchange, place.service, bystander)
    for entry in watch.place(line, story.CALLER, story.caller(after_kill=kill), story.PATIENCE_S):
        show_entry(console, entry)
    return watch, bystander


def _gathered(
    parts: Parts, place: Place, watch: Watch, bystander: Bystander, nearest: Mapping[str, Any]
) -> tuple[Evidence, dict[str, str]]:
    """Everything the stages are judged by, and where the sound has been kept."""
    people = {CALLER: watch.sid, **{name: sid for sid, name in agent_legs(watch.sid, watch.events).items()}}
    voicemails = voicemails_of(place.service, watch.sid)
    sounds = keep_sound(parts.settings, watch.sid, people, voicemails, place.exchange, place.service)
    sides = {name: TwoSides.read(Path(path)) for name, path in sounds.items() if name in people}
    evidence = Evidence(
        entries=watch.entries,
        events=watch.events,
        record=watch.record,
        voicemails=voicemails,
        people=people,
        sides=sides,
        bystander=bystander,
        nearest=nearest,
        ears=parts.ears,
    )
    return evidence, sounds


def _turns(evidence: Evidence) -> list[dict[str, Any]]:
    names = ("said", "text", "confidence", "latency_s", "step", "at_s")
    return [{name: getattr(entry, name) for name in names} for entry in evidence.entries if entry.kind == "heard"]


def _document(stages: Sequence[Stage], evidence: Evidence, sounds: Mapping[str, str]) -> dict[str, Any]:
    return {
        "stages": [asdict(stage) for stage in stages],
        "turns": _turns(evidence),
        "transcript": [asdict(entry) for entry in evidence.entries],
        "audio": dict(sounds),
    }


def _show(
    console: Console, stages: Sequence[Stage], evidence: Evidence, sounds: Mapping[str, str], took_s: float
) -> None:
    for stage in stages:
        mark = Text("ok  ", style="green") if stage.ok else Text("NOT ", style="bold red")
        console.print(Text.assemble(mark, stage.title))
        if not stage.ok:
            show_values(console, [("   expected", stage.expected), ("   got", stage.got)])
    console.print()
    latencies = [turn["latency_s"] for turn in _turns(evidence) if turn["latency_s"] is not None] or [0.0]
    shown = {stage.name: stage for stage in stages}
    rows = [
        ("store", shown["store"].got),
        ("message", f'"{shown["message"].got}"'),
        ("", f"{shown['message'].evidence.get('word_errors', '?')} of {len(story.MESSAGE.split())} words wrong"),
        ("Sam was told", str(shown["brief"].evidence.get("whispered", ""))),
        ("Sam saw", shown["screen"].got),
        ("caller heard", shown["talk"].got.partition(" / ")[0]),
        (
            "answers after",
            f"{statistics.median(latencies):.2f} s (slowest {max(latencies):.2f} s)" if latencies else "",
        ),
        *((f"sound of {name}", shown_path(path)) for name, path in sounds.items()),
        ("took", f"{took_s:.0f} s"),
    ]
    show_values(console, rows)
