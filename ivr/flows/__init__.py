"""The pure core: the flow language, its checks and its interpreter. No clock, chance, network or files in here."""

from ivr.flows.book import FlowBook
from ivr.flows.interpreter import step
from ivr.flows.loader import read_flows
from ivr.flows.problems import FlowFileError, Problem

__all__ = ["FlowBook", "FlowFileError", "Problem", "read_flows", "step"]
