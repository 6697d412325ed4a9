"""The reference of the lints, written from the table."""

from __future__ import annotations

from collections.abc import Mapping

from ivr.flows.lints.base import Lint

SEVERITIES = {
    "error": "a mistake: `ivr check` exits with 1",
    "warning": "a warning: `ivr check` exits with 0, with `--strict` with 1",
    "info": "a note: shown with `--pedantic` only",
}
HEAD = """\
# What `ivr check` warns of

A flow file that can be read can still be one that callers suffer from. These are the lints: what each finds, why it
matters, and an example. Warnings never keep a file from being used.

`ivr check --explain CODE` prints one of these pages. A comment silences a lint, in the line or above it:

```yaml
sales:
  # ringdown: allow L114
  - transfer: "+15035550101"
```

| code | severity | |
|---|---|---|
"""


def page(lint: Lint) -> str:
    """The page of one lint."""
    return f"""\
## {lint.code}: {lint.title}

*{SEVERITIES[lint.severity][:1].upper()}{SEVERITIES[lint.severity][1:]}.*

{lint.why}

Not so:

```yaml
{lint.bad.rstrip()}
```

But so:

```yaml
{lint.good.rstrip()}
```
"""


def reference(lints: Mapping[str, Lint]) -> str:
    """All pages, with a table of contents."""
    table = "".join(f"| [{one.code}](#{_anchor(one)}) | {one.severity} | {one.title} |\n" for one in lints.values())
    return HEAD + table + "\n" + "\n".join(page(one) for one in lints.values())


def _anchor(lint: Lint) -> str:
    return f"{lint.code}: {lint.title}".lower().replace(":", "").replace(" ", "-")
