"""Runs every conversation a flow book allows, with a caller who does everything once. For checks, never for calls."""

from ivr.flows.exploring.story import story
from ivr.flows.exploring.walk import Explored, Spot, explore

__all__ = ["Explored", "Spot", "explore", "story"]
