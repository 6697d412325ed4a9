"""What a stranger, a broken carrier or an attacker might put into a field. Seeded: the same seed, the same values."""

from __future__ import annotations

import random
import string

HOSTILE = (
    "",
    " ",
    "0",
    "-1",
    "1e999",
    "NaN",
    "None",
    "true",
    "[]",
    "\u0663\u0664",  # digits, and not ours
    "\u00b2",
    "\x00",
    "a\x00b\x0b\x1b[31m",
    "\r\nSet-Cookie: a=b\r\n\r\n",
    "..%2f..%2fetc%2fpasswd",
    "../../../../etc/passwd",
    "'; DROP TABLE calls; --",
    "<script>alert(1)</script>",
    "]]></Say><Hangup/>",
    "&lt;&amp;&#0;",
    "{caller} {{7*7}} ${jndi:ldap://x} %s %n",
    "=cmd|' /C calc'!A0",
    "@SUM(1+1)",
    "__class__.__init__.__globals__",
    "\u202egnp.exe",
    "\U0001f3d5\ufe0f",
    "\ufffe\uffff",
    "e\u0301" * 40,
    "9" * 4400,
    "A" * 20_000,
)
KEYS = "0123456789*#"


class Values:
    """Values by chance, one after the other."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311 - chance that can be repeated is what is wanted

    def one(self, *likely: str) -> str:
        """Mostly something ``likely``, else something hostile or any letters."""
        kind = self.chance.random()
        if likely and kind < 0.7:
            return self.chance.choice(likely)
        return self.hostile() if kind < 0.9 else self.letters()

    def hostile(self) -> str:
        return self.chance.choice(HOSTILE)

    def letters(self) -> str:
        length = self.chance.choice((1, 3, 12, 200))
        pool = string.printable + "\u00e4\u20ac\u4e2d\U0001f600\x7f"
        return "".join(self.chance.choice(pool) for _ in range(length))

    def keys(self) -> str:
        return "".join(self.chance.choice(KEYS) for _ in range(self.chance.choice((1, 1, 1, 5, 6, 30))))

    def sid(self, prefix: str) -> str:
        return f"{prefix}{self.chance.getrandbits(128):032x}"

    def often(self, share: float) -> bool:
        """True so often."""
        return self.chance.random() < share
