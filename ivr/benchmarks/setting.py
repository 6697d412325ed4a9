"""What every benchmark is given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from ivr.flow_files import read_flow_file
from ivr.flows import FlowBook, read_flows
from ivr.flows.loader import MakeSkills
from ivr.settings import Settings

QUESTIONS = Path(__file__).with_name("questions.yaml")
"""A flow file whose lines ask nothing but one kind of question each."""
LINES = {"zip": "+15550000001", "menu": "+15550000002", "order": "+15550000003", "yes_no": "+15550000004"}


@dataclass(frozen=True, slots=True)
class Setting:
    """``seconds`` is about how long to measure; ``model`` the folder of the recogniser's model.

    ``speech`` is a folder with recordings of real speakers (``index.jsonl``), None without. ``tell`` is told what is
    being done, for people who wait.
    """

    settings: Settings
    skills: MakeSkills
    model: Path
    seconds: float
    speech: Path | None = None
    tell: Callable[[str], None] = lambda _text: None
    data: Path | None = None
    """The folder of labelled sentences, for understanding."""
    calls: int = 0
    seed: int | None = None
    """How many calls, and by which chance, for chaos; 0 and None leave it to the benchmark."""
    progress: Callable[[float, str], None] = lambda _share, _text: None
    """Told how much of it is done, and a word on how it stands."""

    @property
    def asking(self) -> Settings:
        """The settings for a service that asks the questions of the benchmark."""
        return replace(self.settings, flows=QUESTIONS)

    def questions(self) -> FlowBook:
        """The book of that service."""
        return read_flows(QUESTIONS.read_text(encoding="utf-8"), self.skills, file=str(QUESTIONS))

    def book(self) -> FlowBook:
        """The book of the service of the settings."""
        file = self.settings.flows
        return read_flows(read_flow_file(file), self.skills, file=str(file))
