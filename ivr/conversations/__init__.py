"""Conversation tests: whole calls as people write them down, held to word by word, without sound or servers."""

from ivr.conversations.coverage import Coverage, coverage
from ivr.conversations.play import Result, play
from ivr.conversations.reading import read_conversations
from ivr.conversations.script import Conversation

__all__ = ["Conversation", "Coverage", "Result", "coverage", "play", "read_conversations"]
