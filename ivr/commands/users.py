"""``ivr users``: who may see the pages and do what there, and who did what."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime

import click

from ivr.accounts import AccountError, Role, User
from ivr.commands.flows import who_option
from ivr.commands.parts import Parts
from ivr.commands.replaying import plain

_json = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
_roles = click.Choice([role.value for role in Role])
_role = click.option("--role", "roles", multiple=True, type=_roles, help="May be given several times.")
_mailbox = click.option(
    "--mailbox", "mailboxes", multiple=True, metavar="NAME", help="As an agent hears only this one. Several times."
)
_agent = click.option("--agent", default="", metavar="ID", help="The agent of the flow file whose desk it has.")


@click.group()
def users() -> None:
    """Accounts: who may see the pages, and do what there.

    Until somebody has chosen a password nobody needs to log in on this machine. An agent sees the desk, voicemail and
    their own calls; a supervisor all calls; an editor changes flows; an admin does everything.
    """


@users.command()
@click.argument("name")
@_role
@_agent
@_mailbox
@who_option
@_json
@click.pass_obj
def add(
    parts: Parts, name: str, roles: tuple[str, ...], agent: str, mailboxes: tuple[str, ...], who: str, as_json: bool
) -> None:
    """Add an account, and print the link by which its owner chooses a password. The first must be an admin."""
    with _told():
        given = {Role(role) for role in roles} or ({Role.AGENT} if parts.accounts.users() else {Role.ADMIN})
        _show_link(parts, name, parts.accounts.add(name, given, agent, who, mailboxes), as_json)


@users.command("list")
@_json
@click.pass_obj
def list_users(parts: Parts, as_json: bool) -> None:
    """List all accounts."""
    found = parts.accounts.users()
    if as_json:
        lists = ({"roles": sorted(user.roles), "mailboxes": sorted(user.mailboxes)} for user in found)
        click.echo(json.dumps([asdict(user) | more for user, more in zip(found, lists, strict=True)], indent=2))
        return
    for user in found:
        desk = f"  desk of {plain(user.agent)}" if user.agent != user.name else ""
        heard = f"  hears {plain(', '.join(sorted(user.mailboxes)))}" if user.mailboxes else ""
        click.echo(f"{user.name:<20}  {', '.join(sorted(user.roles))}{desk}{heard}{_state(user)}")
    if not any(user.joined for user in found):
        click.echo("Nobody has chosen a password yet: on this machine nobody needs to log in.")


@users.command()
@click.argument("name")
@who_option
@_json
@click.pass_obj
def reset(parts: Parts, name: str, who: str, as_json: bool) -> None:
    """Take NAME's password away, end their logins, and print a link to choose another."""
    with _told():
        _show_link(parts, name, parts.accounts.reset(name, who), as_json)


@users.command()
@click.argument("name")
@_role
@_agent
@_mailbox
@click.option("--all-mailboxes", is_flag=True, help="Hears all again.")
@who_option
@click.pass_obj
def change(
    parts: Parts,
    name: str,
    roles: tuple[str, ...],
    agent: str,
    mailboxes: tuple[str, ...],
    all_mailboxes: bool,
    who: str,
) -> None:
    """Give NAME other roles, mailboxes, or the desk of another agent. What is not said stays."""
    with _told():
        user = parts.accounts.user(name)
        if user is None:
            raise AccountError("There is no such account.")
        given = {Role(role) for role in roles} or user.roles
        parts.accounts.change(name, given, agent or user.agent, who, () if all_mailboxes else mailboxes or None)
    click.echo(f"{user.name}: {', '.join(sorted(given))}")


@users.command()
@click.argument("name")
@who_option
@click.pass_obj
def remove(parts: Parts, name: str, who: str) -> None:
    """Remove NAME's account. What it did stays in the trail."""
    with _told():
        parts.accounts.remove(name, who)
    click.echo("Removed.")


@users.command()
@click.option("--last", default=50, show_default=True, type=click.IntRange(1), help="Entries.")
@click.option("--who", default="", metavar="NAME", help="Only what NAME did.")
@_json
@click.pass_obj
def audit(parts: Parts, last: int, who: str, as_json: bool) -> None:
    """Print who did what: logins, failed ones, publications, changes of accounts; the newest last."""
    entries = parts.audit.entries(last, who)[::-1]
    if as_json:
        click.echo(json.dumps([asdict(entry) for entry in entries], ensure_ascii=False, indent=2))
        return
    for entry in entries:
        at = datetime.fromtimestamp(entry.at_s).astimezone().strftime("%Y-%m-%d %H:%M:%S")
        click.echo(plain(f"{at}  {entry.who:<16}  {entry.what:<18}  {entry.about}").rstrip())


def _show_link(parts: Parts, name: str, token: str, as_json: bool) -> None:
    link = f"{parts.settings.public_url}/welcome/{token}"
    if as_json:
        click.echo(json.dumps({"name": name, "link": link}))
        return
    click.echo(f"With this link {plain(name)} chooses a password. It works once, for a day:\n  {link}")


def _state(user: User) -> str:
    if user.has_password:
        return ""
    return "  (password was reset)" if user.joined else "  (has a link, no password yet)"


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except AccountError as error:
        raise click.ClickException(str(error)) from error
