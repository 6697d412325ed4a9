"""``# ringdown: allow L104``: what people write next to a line to silence a lint there."""

from __future__ import annotations

import re
from collections.abc import Sequence

COMMENT = re.compile(r"(?:^|\s)#\s*ringdown:\s*allow\s+(L\d{3}(?:[\s,]+L\d{3})*)")


def allowed(lines: Sequence[str], code: str, line: int) -> bool:
    """Whether ``code`` is allowed in ``line`` (from 1): there, or in the comments right above it."""
    at = line - 1
    if not 0 <= at < len(lines):
        return False
    if _allows(lines[at], code):
        return True
    while at > 0 and lines[at - 1].lstrip().startswith("#"):
        at -= 1
        if _allows(lines[at], code):
            return True
    return False


def _allows(line: str, code: str) -> bool:
    found = COMMENT.search(line)
    return bool(found) and code in re.split(r"[\s,]+", found[1] if found else "")
