"""How often somebody may try a password: few times an account, and not many times from one address."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from redis import Redis
from redis.exceptions import RedisError

from ivr.ports import OutsideError

WINDOW_S = 900
"""After this long all tries are forgotten."""

FOR_ACCOUNT = 10
FROM_ADDRESS = 50
"""More than for an account: a whole company may come from one address. Both are guesses."""


@dataclass(frozen=True, slots=True)
class Attempts:
    """Counts in Redis, so all processes count together and none lets a try more through."""

    redis: Redis
    for_account: int = FOR_ACCOUNT
    from_address: int = FROM_ADDRESS
    window_s: int = WINDOW_S

    def wait_s(self, account: str, address: str) -> int:
        """Count a try, before it is made; 0 when it may be made, else how long to wait.

        Raises:
            OutsideError: when Redis does not answer: then nobody is let in.
        """
        limits = {_key("account", account): self.for_account, _key("address", address): self.from_address}
        try:
            with self.redis.pipeline(transaction=True) as pipeline:
                for key in limits:
                    pipeline.set(key, 0, ex=self.window_s, nx=True)
                    pipeline.incr(key)
                    pipeline.ttl(key)
                answers = pipeline.execute()
        except RedisError as error:
            raise OutsideError("Redis does not answer: nobody can log in just now.", retry=True) from error
        counts = zip(limits.values(), answers[1::3], answers[2::3], strict=True)
        return max((max(1, int(left_s)) for limit, count, left_s in counts if count > limit), default=0)

    def forget(self, account: str) -> None:
        """It was the right password. The address is not forgotten: its owner may have an account, and try others."""
        try:
            self.redis.delete(_key("account", account))
        except RedisError as error:
            raise OutsideError("Redis does not answer: nobody can log in just now.", retry=True) from error


def _key(kind: str, name: str) -> str:
    # What people type as a name can be anything, also their password.
    return f"ringdown:logins:{kind}:{hashlib.sha256(name.encode('utf-8', 'replace')).hexdigest()[:32]}"
