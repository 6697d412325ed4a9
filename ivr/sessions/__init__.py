"""Where live calls are kept between turns: in Redis, or in memory for the terminal and tests."""

from ivr.sessions.memory import MemorySessions
from ivr.sessions.redis_store import RedisSessions

__all__ = ["MemorySessions", "RedisSessions"]
