"""What the postal codes look like that a company's callers may say or key."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PostalCodes:
    """How many ``characters`` a postal code has at most, and whether there are letters among them."""

    characters: int
    has_letters: bool = False


ZIPS = PostalCodes(5)
"""Those of the USA."""
