"""Which messages have been asked for, as SQL; and the one place that knows how each database searches text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from sqlalchemy import ColumnElement, and_, false, or_, text, true
from sqlalchemy.sql.expression import TextClause

from ivr.inbox import Mailboxes, Wanted
from voicemail.mailbox import State, Status
from voicemail.tables import VoicemailRow

MOST_WORDS = 12
MOST_FOUND = 5000
"""Of messages with words that nearly all have, the newest are enough."""
FEWEST_DIGITS = 3

_WORD = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"[+0-9() .-]+")

_SQLITE = """voicemails.id IN (SELECT voicemail_id FROM voicemail_search_numbers WHERE number IN
  (SELECT rowid FROM voicemail_search WHERE voicemail_search MATCH :words ORDER BY rowid DESC LIMIT :most))"""

_POSTGRESQL = r"""to_tsvector('simple', regexp_replace(normalize(voicemails.text, NFD), U&'[\0300-\036F]', '', 'g'))
  @@ to_tsquery('simple', :words)"""
"""The first half as in the index, letter by letter; SQLite takes accents away by itself."""


def conditions(wanted: Wanted, mailboxes: Mailboxes, dialect: str) -> Iterator[ColumnElement[bool] | TextClause]:
    """What must hold for a message to be shown."""
    yield VoicemailRow.state != State.EMPTY
    if mailboxes is not None:
        yield VoicemailRow.mailbox.in_(sorted(mailboxes))
    yield from _in_view(wanted.view)
    for column, value in (
        (VoicemailRow.mailbox, wanted.mailbox),
        (VoicemailRow.assignee, wanted.assignee),
        (VoicemailRow.caller, wanted.caller),
    ):
        if value:
            yield column == value
    if wanted.since_s is not None:
        yield VoicemailRow.at_s >= wanted.since_s
    if wanted.until_s is not None:
        yield VoicemailRow.at_s < wanted.until_s
    if wanted.ids is not None:
        yield VoicemailRow.id.in_(wanted.ids)
    if wanted.words.strip():
        yield found(wanted.words, dialect)


def _in_view(view: str) -> Iterator[ColumnElement[bool]]:
    if view in {"open", "urgent"}:
        yield VoicemailRow.status.in_([Status.NEW, Status.READ])
    if view == "urgent":
        yield VoicemailRow.urgent == true()
    if view in {Status.NEW, Status.READ, Status.DONE}:
        yield VoicemailRow.status == view


def found(words: str, dialect: str) -> ColumnElement[bool] | TextClause:
    """Messages with all of ``words`` in their transcript, or with these digits in the caller's number."""
    digits = "".join(filter(str.isdecimal, words)) if _NUMBER.fullmatch(words.strip()) else ""
    terms = _WORD.findall(words.casefold())[:MOST_WORDS]
    said = _said(terms, dialect) if terms else false()
    if len(digits) < FEWEST_DIGITS:
        return said
    return or_(and_(said), VoicemailRow.caller.contains(digits, autoescape=True))


def _said(terms: list[str], dialect: str) -> ColumnElement[bool] | TextClause:
    """Terms are letters and digits only, so none of them is an operator of a search language."""
    if dialect == "sqlite":
        quoted = " AND ".join(f'"{term}"' for term in terms)
        return text(_SQLITE).bindparams(words=f"{quoted}*", most=MOST_FOUND)
    query = " & ".join(f"'{_without_accents(term)}'" for term in terms)
    return text(_POSTGRESQL).bindparams(words=f"{query}:*")


def _without_accents(term: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFD", term) if not unicodedata.combining(letter))
