"""Runs all processes of the service on one machine: for ``ivr run``, the demo, tests and benchmarks."""

from ivr.supervisor.service import Service

__all__ = ["Service"]
