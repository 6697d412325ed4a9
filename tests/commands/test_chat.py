"""``ivr chat``: the conversation as lines, for people and for machines."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from ivr.commands.chat import chat
from ivr.flows import FlowBook
from ivr.runtime import Runtime
from ivr.settings import Settings
from ivr.skillset import SkillMaker
from tests.conftest import ROOT, Caller

MENU = "ivr: How can I help? You can find a store, track an order, leave a message, or talk to sales."


@dataclass
class ChatParts:
    """What the command needs."""

    book: FlowBook
    ended: Caller

    @property
    def live_book(self) -> FlowBook:
        return self.ended.book

    @property
    def skills(self) -> SkillMaker:
        return SkillMaker(Settings.from_env({}, ROOT))

    def chat_runtime(self, book: FlowBook) -> Runtime:
        self.ended = replace(self.ended, book=book)
        return self.ended.runtime


@pytest.fixture
def parts(shop: FlowBook) -> ChatParts:
    return ChatParts(shop, Caller(shop))


HELLO = 'lines: {"+15035550100": hello}\nflows: {hello: [{say: Good %s.}]}\n'


def chatted(parts: ChatParts, typed: Sequence[str], *arguments: str) -> Result:
    text = "".join(f"{line}\n" for line in typed)
    return CliRunner().invoke(chat, ["--from", "+14155550123", *arguments], input=text, obj=parts)


def test_a_conversation_reads_like_a_call(parts: ChatParts) -> None:
    result = chatted(parts, ["find a store", "94107#", "done", "goodbye"])
    assert result.exit_code == 0
    lines = result.output.splitlines()
    assert lines[:5] == [
        "ivr: Thanks for calling Northwind Outfitters.",
        MENU,
        "you: find a store",
        "ivr: What is your ZIP code or city?",
        "you: 94107#",
    ]
    assert lines[5].startswith("ivr: Northwind Outfitters Downtown San Francisco, ")
    assert lines[-2:] == ["ivr: Thank you for calling Northwind Outfitters. Goodbye.", "ivr: (end of call)"]


def test_an_empty_line_is_silence(parts: ChatParts) -> None:
    assert "ivr: Sorry, I didn't hear you." in chatted(parts, [""]).output


def test_what_is_typed_after_the_tone_is_the_message(parts: ChatParts) -> None:
    lines = chatted(parts, ["3", "", "please call me back about my order", "no"]).output.splitlines()
    assert "ivr: I did not hear a message. Please speak after the tone." in lines
    assert "ivr: Thank you. Your message has been saved." in lines


@pytest.mark.parametrize(
    ("typed", "heard"),
    [("1", "ivr: Thank you for calling. Goodbye."), ("2", "ivr: Sorry, nobody can take your call right now.")],
)
def test_one_is_the_agent_who_accepts(parts: ChatParts, typed: str, heard: str) -> None:
    assert heard in chatted(parts, ["talk to sales", typed]).output.splitlines()


def test_the_end_of_input_hangs_up(parts: ChatParts) -> None:
    result = chatted(parts, ["track an order"])
    assert result.exit_code == 0
    assert parts.ended.records.saved
    [(call, _)] = parts.ended.records.saved.values()
    assert (call.ended, call.outcome) == (True, "caller hung up")


def test_machines_get_one_object_a_line(parts: ChatParts) -> None:
    result = chatted(parts, ["track an order", "123456", "john smith", "1"], "--json")
    objects: list[Mapping[str, Any]] = [json.loads(line) for line in result.output.splitlines()]
    assert objects[2:4] == [{"you": "track an order"}, {"ivr": "What is your order number?"}]
    assert objects[-1]["outcome"] == "finished"
    assert objects[-1]["variables"]["order"] == "123456"


def test_a_line_that_is_none_is_answered_with_those_there_are(parts: ChatParts) -> None:
    result = chatted(parts, [], "+19995550100")
    assert result.exit_code == 2
    assert "There is no line '+19995550100'. Lines: +15035550100." in result.output


def test_one_hears_what_is_live_and_is_told_of_the_draft(shop: FlowBook, make_book: Callable[[str], FlowBook]) -> None:
    draft = make_book(HELLO % "morning")
    live = chatted(ChatParts(draft, Caller(shop)), [])
    assert f"You hear version {shop.version}, which is live; your file is a draft." in live.stderr
    assert MENU in live.stdout
    own = chatted(ChatParts(draft, Caller(shop)), [], "--draft")
    assert own.stdout.splitlines()[0] == "ivr: Good morning."
    assert own.stderr == ""


def test_one_may_talk_to_any_flow_file(parts: ChatParts, tmp_path: Path) -> None:
    file = tmp_path / "evening.yaml"
    file.write_text(HELLO % "evening", encoding="utf-8")
    assert "ivr: Good evening." in chatted(parts, [], "--flows", str(file)).stdout
    assert chatted(parts, [], "--flows", str(tmp_path / "none.yaml")).exit_code == 2
    assert chatted(parts, [], "--flows", str(file), "--draft").exit_code == 2
