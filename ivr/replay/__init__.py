"""Past calls run again: on the flow file they ran on, which must give the same call, and on another one."""

from ivr.replay.many import replay_calls
from ivr.replay.replayer import Replayer
from ivr.replay.report import Report, report
from ivr.replay.verdict import Exchange, Verdict

__all__ = ["Exchange", "Replayer", "Report", "Verdict", "replay_calls", "report"]
