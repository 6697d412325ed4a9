"""L113: opening hours that never begin, or that are over for good."""

from __future__ import annotations

from collections.abc import Iterator

from ivr.flows.lints.base import Finding, Lint
from ivr.flows.lints.facts import Facts


def find(facts: Facts) -> Iterator[Finding]:
    """At each opening hours that are closed now and know no next opening."""
    hours = facts.book.skills.hours
    for name in facts.book.company.hours:
        if not hours.is_open(name, facts.now_s) and not hours.next_open(name, facts.now_s):
            what = f"'{name}' never opens again."
            yield Finding(facts.key("hours", name), what, "Write for example  open: Mo-Fr 09:00-17:00")


LINT = Lint(
    code="L113",
    title="Hours that never open",
    severity="warning",
    why="""\
The hours can be read, but from today on there is no moment at which they are open: a year that is over, `off`, or a day
that does not exist. Every caller hears that you are closed.""",
    bad="""\
lines: {"+15035550100": main}
hours: {shop: {open: "2021 Jan-Dec 09:00-17:00"}}
flows:
  main:
    - if: hours.shop is closed
      then: [{say: We are closed.}]
    - hangup: Goodbye.
""",
    good="""\
lines: {"+15035550100": main}
hours: {shop: {open: "Mo-Fr 09:00-17:00"}}
flows:
  main:
    - if: hours.shop is closed
      then: [{say: We are closed.}]
    - hangup: Goodbye.
""",
    find=find,
)
