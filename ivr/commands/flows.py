"""``ivr flows``: the versions of the flow file: what is live, what changed, publish and take back."""

from __future__ import annotations

import getpass
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import NoReturn

import click

from ivr.commands.findings import shown
from ivr.commands.parts import Parts
from ivr.commands.replaying import plain, replayed, show_report
from ivr.flow_files import raw_lines, shown_name
from ivr.flows import FlowBook, FlowFileError, read_flows
from ivr.flows.documents import lines_by_file, name_beside
from ivr.publishing import Findings, changes, unified
from ivr.records import Publication
from ivr.records.flow_versions import REFUSED
from ivr.replay import Report
from ivr.web.flows_check import problem_json

DRAFT, LIVE = "draft", "live"


@click.group()
def flows() -> None:
    """The versions of the flow file.

    Until something is published, every saved edit without mistakes is live with the next call. From the first
    'publish' on, the published version is live and the file is a draft.
    """


_json = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")


def _user() -> str:
    """Who is at the keyboard; machines sometimes do not say."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"


who_option = click.option("--by", "who", default=_user, metavar="NAME", help="Who does it (you by default).")
_why = click.option("--why", default="", metavar="TEXT", help="Kept in the history.")


@flows.command("list")
@_json
@click.pass_obj
def list_versions(parts: Parts, as_json: bool) -> None:
    """List all versions, and who made which live when."""
    live, history = parts.versions.live(), parts.versions.history()
    kept = parts.versions.kept()
    draft, mistakes = _draft_version(parts)
    if as_json:
        data = {
            "live": live or draft,
            "published": bool(live),
            "draft": {"version": draft, "mistakes": mistakes},
            "versions": [asdict(one) for one in kept],
            "history": [asdict(one) for one in history],
        }
        click.echo(json.dumps(data, ensure_ascii=False, indent=2))
        return
    for one in kept:
        marks = [mark for mark, version in ((LIVE, live), ("the file", draft)) if version == one.version]
        click.echo(f"{one.version:<12}  kept {_time(one.kept_s)}  {', '.join(marks)}".rstrip())
    for publication in history:
        click.echo(_told(publication))
    click.echo(_state(live, draft, mistakes))


def _state(live: str, draft: str, mistakes: int) -> str:
    """What is live, in a sentence."""
    if mistakes:
        broken = f"The file has {mistakes} mistake{'' if mistakes == 1 else 's'} (ivr check)"
        return f"{broken}; version {live} is live." if live else f"{broken}; its last good version is live."
    if not live:
        return "Nothing is published: the file is live as it is saved."
    if live == draft:
        return f"Version {live} is live, and the file is the same."
    return f"Version {live} is live; the file is a draft (ivr flows diff)."


@flows.command()
@click.argument("version", default=LIVE)
@click.pass_obj
def show(parts: Parts, version: str) -> None:
    """Print the text of VERSION (the live one by default; 'draft' is the file)."""
    click.echo(_text(parts, version)[1], nl=False)


@flows.command()
@click.argument("old", required=False, metavar="[A]")
@click.argument("new", required=False, metavar="[B]")
@_json
@click.pass_obj
def diff(parts: Parts, old: str | None, new: str | None, as_json: bool) -> None:
    """Show what version B changes of version A: by default, what the draft changes of the live version.

    Exits with 1 when they differ.
    """
    was, now = _text(parts, old or LIVE), _text(parts, new or DRAFT)
    lines = [*unified(was[1], now[1], was[0], now[0])]
    said = [*changes(_book(parts, *was), _book(parts, *now))]
    if as_json:
        click.echo(json.dumps({"from": was[0], "to": now[0], "diff": lines, "changes": said}, ensure_ascii=False))
        sys.exit(1 if lines else 0)
    for line in lines:
        colour = {"+": "green", "-": "red", "@": "cyan"}.get(line[:1])
        click.secho(plain(line), fg=colour)
    if lines:
        click.echo()
    for line in said or (["The conversation is the same."] if lines else ["They are the same."]):
        click.echo(plain(line))
    sys.exit(1 if lines else 0)


@flows.command()
@click.option("--last", default=200, show_default=True, type=click.IntRange(0), help="Past calls to run on the draft.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask when calls would go another way.")
@_why
@who_option
@_json
@click.pass_obj
def publish(parts: Parts, last: int, yes: bool, why: str, who: str, as_json: bool) -> None:
    """Make the draft live: when it has no mistakes, its conversation tests pass, and you know what it changes.

    The gate is 'ivr check', 'ivr test' and 'ivr replay' in one. What fails is kept and told, and never live. Warnings
    are told but stop nobody. Exits with 1 when the draft was not published.
    """
    parts.versions.prepare()
    findings = parts.publisher.examine(lambda text: _replay(parts, text, last))
    if findings.version and findings.version == findings.live:
        _end(findings, None, as_json, f"Version {findings.live} is live already.", 0)
    if not as_json:
        _show_findings(parts, findings)
    if findings.fails:
        refused = parts.publisher.refuse(findings, who, why)
        _end(findings, refused, as_json, f"Not published: {_stays(findings)} The draft is kept as it is.", 1)
    if findings.differs and not yes and (as_json or not click.confirm("Publish it?")):
        # Nobody can be asked where a program reads.
        refused = parts.publisher.refuse(findings, who, why or "calls would go another way")
        _end(findings, refused, as_json, f"Not published: {_stays(findings)}", 1)
    publication = parts.publisher.publish(findings, who, why)
    first = "" if findings.live else "\nFrom now on the file is a draft until you publish it (ivr flows unpublish)."
    _end(findings, publication, as_json, f"Version {publication.version} is live.{first}", 0)


@flows.command()
@click.argument("version", required=False)
@_why
@who_option
@_json
@click.pass_obj
def rollback(parts: Parts, version: str | None, why: str, who: str, as_json: bool) -> None:
    """Make VERSION live again: by default, the one before the live one. The file is left as it is."""
    chosen = _full(parts, version) if version else parts.publisher.undo
    if chosen is None:
        raise click.ClickException("There is nothing to go back to. See:  ivr flows list")
    publication = parts.publisher.roll_back(chosen, who, why)
    _say(publication, as_json, f"Version {chosen} is live. The file is left as it is.")


@flows.command()
@_why
@who_option
@_json
@click.pass_obj
def unpublish(parts: Parts, why: str, who: str, as_json: bool) -> None:
    """Have saved edits of the file live with the next call again."""
    if not parts.versions.live():
        raise click.ClickException("Nothing is published: the file is live as it is saved.")
    _ = parts.book  # not while it has mistakes: calls would have nothing to run on
    publication = parts.publisher.unpublish(who, why)
    _say(publication, as_json, "The file is live as it is saved.")


# --- versions by name -----------------------------------------------------------------------------------------------


def _text(parts: Parts, name: str) -> tuple[str, str]:
    """A name to show and the text of a version: ``draft``, ``live``, or the beginning of its number."""
    live = parts.versions.live()
    if name == DRAFT or (name == LIVE and not live):
        return name, parts.publisher.drafts.draft()[0]
    version = live if name == LIVE else _full(parts, name)
    text = parts.versions.text(version)
    if text is None:
        raise click.ClickException(f"The text of version {version} is not kept.")
    return version, text


def _full(parts: Parts, beginning: str) -> str:
    """The one version that begins so."""
    if beginning == LIVE and (live := parts.versions.live()):
        return live
    found = [one.version for one in parts.versions.kept() if one.version.startswith(beginning)]
    if len(found) == 1:
        return found[0]
    many = f"There are {len(found)} versions that begin with" if found else "There is no version"
    raise click.UsageError(f"{many} {plain(beginning)!r}. See:  ivr flows list")


def _book(parts: Parts, name: str, text: str) -> FlowBook:
    return read_flows(text, parts.skills, file=name)


def _draft_version(parts: Parts) -> tuple[str, int]:
    """The version the file would be, and how many mistakes it has."""
    try:
        return parts.publisher.drafts.draft()[1].version, 0
    except FlowFileError as error:
        return "", len(error.problems)


# --- showing --------------------------------------------------------------------------------------------------------


def _replay(parts: Parts, text: str, last: int) -> Report:
    records = parts.records.finished(limit=last)
    return replayed(parts, records, min(last, parts.records.count()), text, parts.settings.flows)


def _show_findings(parts: Parts, findings: Findings) -> None:
    lines = _lines(parts, findings)
    for problem in findings.problems:
        for line in shown(problem, lines.get(problem.place.file, ())):
            click.echo(line)
    if findings.live and findings.can_run:
        for line in _changes_of_live(parts, findings):
            click.echo(plain(line))
    for failure in findings.rehearsal.failures if findings.rehearsal else ():
        click.echo(plain(failure))
    if findings.replay:
        show_report(findings.replay, parts, findings.text, parts.settings.flows, findings.summary)
    else:
        click.secho(findings.summary, bold=True)


def _lines(parts: Parts, findings: Findings) -> Mapping[str, Sequence[str]]:
    """Those of every file of the draft that something is said about."""
    main = parts.settings.flows
    if findings.can_run:
        return lines_by_file(findings.text, shown_name(main))
    files = {problem.place.file for problem in findings.problems}
    return {file: raw_lines(main, name_beside(shown_name(main), file)) for file in files}


def _changes_of_live(parts: Parts, findings: Findings) -> Iterator[str]:
    text = parts.versions.text(findings.live)
    if text is not None:
        try:
            yield from changes(_book(parts, findings.live, text), _book(parts, DRAFT, findings.text))
        except FlowFileError:
            yield f"version {findings.live} cannot be read any more: there is nothing to compare with"


def _stays(findings: Findings) -> str:
    return f"version {findings.live} stays live." if findings.live else "nothing is published, as before."


def _end(findings: Findings, done: Publication | None, as_json: bool, sentence: str, code: int) -> NoReturn:
    """Tell how it went, and end the command."""
    if as_json:
        problems = [problem_json(problem) for problem in findings.problems]
        data = {
            "publication": asdict(done) if done else None,
            "version": findings.version,
            "live_before": findings.live,
            "summary": findings.summary,
            "problems": problems,
            "failures": list(findings.rehearsal.failures) if findings.rehearsal else [],
            "replay": findings.replay.as_json() if findings.replay else None,
        }
        click.echo(json.dumps(data, ensure_ascii=False, indent=2))
    else:
        click.echo(sentence)
    sys.exit(code)


def _say(publication: Publication, as_json: bool, sentence: str) -> None:
    click.echo(json.dumps(asdict(publication), ensure_ascii=False) if as_json else sentence)


def _told(one: Publication) -> str:
    version = f" {one.version}" if one.version else ""
    why = f": {one.why}" if one.why else ""
    report = f" ({one.report})" if one.how == REFUSED and one.report else ""
    return plain(f"{_time(one.at_s)}  {one.how}{version} by {one.who}{why}{report}")


def _time(at_s: float) -> str:
    return datetime.fromtimestamp(at_s).astimezone().isoformat(" ", "minutes")
