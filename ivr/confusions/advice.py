"""What to do about a confusion, in plain English: which phrase is heard as what, and which of its words to change."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from ivr.confusions.matrix import NOTHING, Confusion, Matrix, Row

SHORT = 2
"""Phrases of fewer words are hard to tell from noise, and easily found in other talk."""
TROUBLED = 0.5
"""A line with so much of what went wrong is to blame by itself."""
MOST_FOREIGN = 0.05
"""An option that takes more than this of what is meant for nobody is worth a word (a guess)."""

Alike = Callable[[str, str], float]


def advice(matrix: Matrix, alike: Alike, knows: Callable[[str], bool]) -> Iterator[str]:
    """A sentence or two for everything that callers will suffer from, the worst first."""
    for confusion in matrix.confusions:
        yield f"{what(confusion)} {instead(confusion, matrix, alike)}"
    for row in matrix.missed:
        yield f"{_missed(row)} {_say_more(row, knows)}"
    yield from _foreign(matrix)


def what(confusion: Confusion) -> str:
    """The confusion itself: how often, and in what words."""
    row, other = confusion.row, confusion.other
    heard = row.heard_as(other)
    return (
        f"'{row.said.text}' ({row.said.choice}) is taken for '{other}' in {confusion.share:.0%} of {row.count} trials, "
        f'mostly heard as "{heard}"{_where(row, other)}.'
    )


def instead(confusion: Confusion, matrix: Matrix, alike: Alike) -> str:
    """Which words to change."""
    said = confusion.row.said.text.split()
    theirs = [word for row in matrix.own if row.said.choice == confusion.other for word in row.said.text.split()]
    heard = confusion.row.heard_as(confusion.other).split()
    lost = [word for word in said if word not in heard] or said
    pairs = [(alike(one, two), one, two) for one in lost for two in dict.fromkeys(theirs) if one != two]
    _, own, other = max(pairs, default=(0.0, said[0], confusion.other))
    if len(said) == 1:
        return f"Replace '{own}' by two or three words that share no sound with '{other}'."
    return f"Change '{own}', which is lost or heard as '{other}', or leave the phrase out."


def _missed(row: Row) -> str:
    heard = row.heard_as(NOTHING)
    shown = f'mostly heard as "{heard}"' if heard else "mostly as nothing at all"
    return (
        f"'{row.said.text}' ({row.said.choice}) is not understood in {row.share(NOTHING):.0%} of {row.count} trials, "
        f"{shown}{_where(row, NOTHING)}."
    )


def _say_more(row: Row, knows: Callable[[str], bool]) -> str:
    words = row.said.text.lower().split()
    unknown = [word for word in words if not knows(word)]
    if unknown:
        return f"The speech model does not know {_listed(unknown)}: use other words."
    if len(words) < SHORT:
        return "Short words drown in noise: add a longer phrase beside it."
    return "Add another phrase for it."


def _foreign(matrix: Matrix) -> Iterator[str]:
    """What callers say to others and is taken for an option."""
    count = sum(row.count for row in matrix.foreign)
    for choice in matrix.menu.choices:
        rows = [row for row in matrix.foreign if row.understood[choice]]
        taken = sum(row.understood[choice] for row in rows)
        if count and taken / count > MOST_FOREIGN:
            worst = max(rows, key=lambda row: row.understood[choice])
            yield (
                f"'{choice}' is understood in {taken / count:.0%} of {count} trials of what was meant for nobody, such "
                f'as "{worst.said.text}", heard as "{worst.heard_as(choice)}". Longer phrases are found less easily '
                "in other talk."
            )


def _where(row: Row, choice: str | None) -> str:
    """The line to blame, if there is one."""
    lines = row.lines.get(choice)
    if not lines:
        return ""
    line, count = lines.most_common(1)[0]
    alone = count / lines.total() > TROUBLED and lines.total() > 1
    return f", most of it on the line '{line}'" if alone else ""


def _listed(words: Sequence[str]) -> str:
    return " and ".join(f"'{word}'" for word in dict.fromkeys(words))
