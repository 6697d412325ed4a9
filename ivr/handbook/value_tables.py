"""Tables of the reference that are computed: what callers may say, how values are spoken, when a condition holds."""

from __future__ import annotations

from collections.abc import Mapping

from ivr.flows.company import STANDARD_NO_INPUT, STANDARD_NO_MATCH, STANDARD_WAIT_S
from ivr.flows.conditions import holds, read_condition
from ivr.flows.filters import FILTERS
from ivr.flows.skills import Kind, KindOptions
from ivr.flows.texts import fill
from ivr.handbook.examples import AT_S
from ivr.handbook.help_texts import about_kind
from ivr.handbook.written import seconds

SPOKEN: Mapping[str, tuple[str, ...]] = {
    "zip": ("nine four one oh seven", "it's nine seven two oh five"),
    "digits": ("double one two three four five", "twelve thirty four fifty six"),
    "yes_no": ("yeah sure", "no thanks"),
    "number": ("twenty five", "two and a half"),
    "phone": ("five oh three five five five oh one oh oh",),
    "name": ("this is dana lee",),
    "text": ("my tent has a hole",),
    "money": ("twelve ninety nine", "a hundred dollars"),
    "choice": ("large please",),
    "date": ("next tuesday", "june third", "in two weeks"),
    "time": ("half past four", "quarter to nine in the morning"),
    "email": ("dana at example dot com",),
    "street": ("twelve fifty main street apartment four b",),
    "spelling": ("m i double l e r", "b as in boy two"),
    "city": ("portland oregon",),
    "place": ("i am near portland oregon", "nine four one oh seven"),
}
"""What callers may say, by kind: phrases that are understood when the reference is written."""

KEYED: Mapping[str, str] = {
    "zip": "94107",
    "digits": "123456",
    "yes_no": "1",
    "number": "25",
    "phone": "5035550100",
    "money": "12*99",
    "choice": "3",
    "date": "0603",
    "time": "1630",
    "place": "94107",
}
"""What callers may key, by kind; the other kinds cannot be keyed."""

SIZES = ("small", "medium", "large")

SHOWN_AS: Mapping[str, str] = {
    "digits": "123456",
    "spell": "B4X",
    "phone": "+15035550100",
    "money": "12.50",
    "date": "2026-11-23",
    "time": "14:30",
    "lower": "Portland",
}
"""A value for each filter."""

KNOWN: Mapping[str, str] = {"order": "123456", "zip": "02134", "tries": "3", "intent": "track an order"}
CONDITIONS = (
    "hours.shop is open",
    "hours.shop is closed",
    "order is known",
    "name is unknown",
    "intent == \"track an order\"",
    "intent in [sales, \"track an order\"]",
    "tries >= 2",
    "zip == 02134",
    "order is known and not tries > 5",
    "name is known or tries < 2",
)  # fmt: skip

GIVEN_HELP: Mapping[str, str] = {
    "company": "the name of the company",
    "caller": "the number of the caller",
    "line": "the number that was called",
    "intent": "the option that was chosen last in a menu",
    "intent_confidence": "how surely, from 0 to 1",
    "agent": "who took the call last",
    "transfer_result": "why nobody took it: no answer, declined, busy, failed or closed",
    "result": "what a called flow returned",
    "voicemail": "the message that was left last",
    "ticket": "the number of the ticket that was opened last",
}
"""What every text may use, besides slots and what steps keep."""


def standard_patience() -> str:
    """How patient a question is of which nothing is said."""
    said = " or ".join(f'"{text}"' for text in (*STANDARD_NO_INPUT, *STANDARD_NO_MATCH))
    return f"Where nothing is written, a question waits {seconds(STANDARD_WAIT_S)}, says {said} and is asked once more."


def kinds_table(kinds: Mapping[str, Kind]) -> str:
    """Every kind: what it is, what may be said for it, and what that becomes."""
    rows = ["| kind | what it is | a caller says or keys | kept as | read back as |", "|---|---|---|---|---|"]
    options = KindOptions(choices=SIZES, at_s=AT_S, timezone="America/Los_Angeles")
    for name, kind in kinds.items():
        answers = [(f'"{phrase}"', kind.hear(phrase, options)) for phrase in SPOKEN.get(name, ())]
        answers += [(f"keys {keys}", kind.key(keys, options)) for keys in (KEYED.get(name),) if keys]
        for index, (answer, value) in enumerate(answers):
            about = f"`{name}` | {about_kind(kind)}" if index == 0 else " | "
            spoken = f"`{value}` | {kind.speak(value)}" if value else "not understood | "
            rows.append(f"| {about} | {answer} | {spoken} |")
    return "\n".join(rows)


def filters_table() -> str:
    """Every filter with a value."""
    rows = ["| filter | value | written | spoken |", "|---|---|---|---|"]
    for name in FILTERS:
        value = SHOWN_AS.get(name, "")
        spoken = fill(f"{{value|{name}}}", {"value": value}.get)
        rows.append(f"| `{name}` | {value} | `{{value\\|{name}}}` | {spoken} |")
    return "\n".join(rows)


def conditions_table() -> str:
    """Conditions, and whether they hold for a caller of whom something is known."""
    rows = ["| condition | holds |", "|---|---|"]
    for text in CONDITIONS:
        does = holds(read_condition(text), KNOWN.get, lambda name: True)
        rows.append(f"| `{text}` | {'yes' if does else 'no'} |")
    return "\n".join(rows)


def known_values() -> str:
    """What the conditions of the table are held against, in words."""
    return ", ".join(f"`{name}` is {value}" for name, value in KNOWN.items())


def variables_table() -> str:
    """What every text may use."""
    rows = ["| variable | what it is |", "|---|---|"]
    return "\n".join([*rows, *(f"| `{{{name}}}` | {what} |" for name, what in GIVEN_HELP.items())])
