"""Flow files that the recipes show can be taken as they are."""

from __future__ import annotations

from ivr.flows import read_flows
from ivr.skillset import SkillMaker
from tests.conftest import ROOT
from tests.handbook.blocks import blocks

PAGE = (ROOT / "docs" / "how-to.md").read_text("utf-8")


def test_a_whole_flow_file_of_a_recipe_has_no_mistake(skills: SkillMaker) -> None:
    whole = [block for block in blocks(PAGE) if block.name.endswith(".yaml")]
    assert [block.name for block in whole] == ["owners.yaml"]
    for block in whole:
        assert read_flows(block.text, skills, file=block.name).flows, f"line {block.line}"
