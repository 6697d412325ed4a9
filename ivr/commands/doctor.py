"""``ivr doctor``: what is missing on this machine, and the command that mends it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict

import click
from rich.console import Console
from rich.markup import escape

from ivr.commands.checkup import CHECKS, Finding, Patient
from ivr.commands.parts import Parts
from ivr.settings import SECRETS, Settings, read_environment, without_password


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def doctor(parts: Parts, as_json: bool) -> None:
    """Check this machine and the settings. Exits with 1 when something has to be mended."""
    _, origins = read_environment(parts.settings.root)
    patient = Patient(parts, origins)
    console = Console(highlight=False, quiet=as_json)
    findings: dict[str, Finding] = {}
    for name, check in CHECKS.items():
        findings[name] = check(patient)
        _show(console, name, findings[name])
    settings = list(_settings(parts.settings, origins))
    bad = [name for name, finding in findings.items() if not finding.ok]
    if as_json:
        checks = [{"name": name, **asdict(finding)} for name, finding in findings.items()]
        click.echo(json.dumps({"ok": not bad, "checks": checks, "settings": settings}, indent=2))
    else:
        _show_settings(console, settings)
        console.print(f"[red]To mend: {', '.join(bad)}.[/red]" if bad else "[green]All is well.[/green]")
    sys.exit(1 if bad else 0)


def _show(console: Console, name: str, finding: Finding) -> None:
    mark = "[green]ok  [/green]" if finding.ok else "[red]FAIL[/red]"
    console.print(f"{mark} {name:<13} {escape(finding.found)}", soft_wrap=True)
    if not finding.ok:
        console.print(f"{'':<18} [bold]mend: {escape(finding.mend)}[/bold]", soft_wrap=True)


def _settings(settings: Settings, origins: Mapping[str, str]) -> Iterator[dict[str, str]]:
    for name, value in settings.as_environment().items():
        shown = f"set ({len(value)} characters)" if name in SECRETS and value else without_password(value)
        yield {"name": name, "value": shown, "origin": origins.get(name, "default")}


def _show_settings(console: Console, settings: list[dict[str, str]]) -> None:
    console.print("\nSettings")
    for row in settings:
        line = f"  {row['name']:<18} {row['origin']:<12} {row['value'] or '-'}"
        console.print(escape(line), soft_wrap=True, style="dim" if row["origin"] == "default" else "")
    console.print()
