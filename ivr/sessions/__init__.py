"""Where live calls are kept between turns: in Redis and the database, or in memory for the terminal and tests."""

from ivr.sessions.lasting import LastingSessions
from ivr.sessions.memory import MemorySessions
from ivr.sessions.redis_store import RedisSessions

__all__ = ["LastingSessions", "MemorySessions", "RedisSessions"]
