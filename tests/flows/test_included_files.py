"""Commands on a flow file that includes others: what is shown, and where it leads."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from click import Command
from click.testing import CliRunner, Result

from ivr.commands.check import check
from ivr.commands.draw import draw
from ivr.drawing import draw_svg
from ivr.flow_files import FlowFiles, read_flow_file
from ivr.flows import read_flows
from ivr.flows.documents import offsets
from ivr.publishing import changes, unified
from ivr.settings import Settings
from ivr.skillset import SkillMaker, skills_beside

MAIN = """\
include: [sales.yaml]
lines: {"+15035550100": main}
flows:
  main:
    - say: Hello.
    - go: sales
"""
SALES = """\
stores: {file: shops.csv}
flows:
  sales:
    - hangup: Good bye.
"""
SHOPS = (
    "id,name,address,city,state,zip,lat,lon,phone\n1,One,1 Main Street,Portland,OR,97201,45.5,-122.68,+15035550111\n"
)

Run = Callable[..., Result]


@dataclass(frozen=True, slots=True)
class TwoParts:
    """What these commands use."""

    settings: Settings
    skills: SkillMaker


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "shop"
    folder.mkdir()
    for name, text in (("flows.yaml", MAIN), ("sales.yaml", SALES), ("shops.csv", SHOPS)):
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def run(skills: SkillMaker, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """In the folder above the shop's, with a flow file of its own in the settings."""
    monkeypatch.chdir(folder.parent)
    parts = TwoParts(skills.settings, skills)

    def invoke(command: Command, *arguments: str) -> Result:
        return CliRunner().invoke(command, list(arguments), obj=parts)

    return invoke


def found(run: Run) -> list[tuple[str, str, int]]:
    """What the check says of the shop: code, file and line."""
    problems = json.loads(run(check, "shop/flows.yaml", "--json").output)["problems"]
    return [(one["code"], one["file"], one["line"]) for one in problems]


def test_stores_are_looked_for_beside_the_file_that_is_checked(run: Run, folder: Path) -> None:
    assert "F301" not in [code for code, _, _ in found(run)]
    (folder / "shops.csv").unlink()
    assert ("F301", "shop/sales.yaml", 1) in found(run)


def test_a_mistake_is_shown_with_its_line_of_its_file(run: Run, folder: Path) -> None:
    (folder / "sales.yaml").write_text(SALES.replace("hangup", "hangpu"), encoding="utf-8")
    result = run(check, "shop/flows.yaml")
    assert result.exit_code == 1
    assert "shop/sales.yaml:4:7: I do not know the step 'hangpu'." in result.output
    assert "  |     - hangpu: Good bye.\n  |       ^" in result.output


def test_a_file_that_is_not_text_is_shown_as_far_as_it_can_be(run: Run, folder: Path) -> None:
    (folder / "sales.yaml").write_bytes(b"flows:\n  caf\xe9:\n")
    assert "shop/sales.yaml:2:6: the file is not in UTF-8" in run(check, "shop/flows.yaml").output
    assert "  |   caf" in run(check, "shop/flows.yaml").output


def test_a_comment_in_an_included_file_allows_what_stands_below_it(run: Run, folder: Path) -> None:
    unused = f"{SALES}  nowhere:\n    - hangup: Nobody hears this.\n"
    (folder / "sales.yaml").write_text(unused, encoding="utf-8")
    told = found(run)
    assert ("L101", "shop/sales.yaml", 5) in told
    allowed = unused.replace("  nowhere", "  # ringdown: allow L101\n  nowhere")
    (folder / "sales.yaml").write_text(allowed, encoding="utf-8")
    assert found(run) == [one for one in told if one != ("L101", "shop/sales.yaml", 5)]


def test_the_picture_leads_into_the_file_of_each_step(run: Run) -> None:
    svg = run(draw, "shop/flows.yaml").stdout
    assert 'href="shop/flows.yaml#L5"' in svg
    assert 'href="shop/sales.yaml#L4"' in svg
    assert "sales.yaml line 4" in svg
    assert 'href "shop/sales.yaml#L4"' in run(draw, "shop/flows.yaml", "--format", "mermaid").stdout
    assert "  sales.yaml:4" in run(draw, "shop/flows.yaml", "--format", "text").stdout


def test_the_picture_of_a_bundle_leads_to_its_lines(folder: Path, skills: SkillMaker) -> None:
    text = read_flow_file(folder / "flows.yaml")
    book = read_flows(text, skills_beside(skills, folder / "flows.yaml"))
    at = text.splitlines().index("    - hangup: Good bye.") + 1
    assert f'href="#L{at}"' in draw_svg(book, link_base="", offsets=offsets(text))


def test_a_change_of_an_included_file_is_told_by_its_line(folder: Path, skills: SkillMaker) -> None:
    own = skills_beside(skills, folder / "flows.yaml")
    was = read_flow_file(folder / "flows.yaml")
    (folder / "sales.yaml").write_text(SALES.replace("Good bye", "Bye"), encoding="utf-8")
    now = read_flow_file(folder / "flows.yaml")
    assert [line for line in unified(was, now, "a", "b") if line[:1] in "+-"][2:] == [
        "-    - hangup: Good bye.",
        "+    - hangup: Bye.",
    ]
    told = "\n".join(changes(read_flows(was, own), read_flows(now, own)))
    assert "[sales.yaml line 4]" in told


def test_a_folder_of_links_that_are_swapped_at_once_is_read_and_its_swap_noticed(folder: Path) -> None:
    mounted, names = folder.parent / "mounted", ("flows.yaml", "sales.yaml")
    for version in ("..first", "..second"):
        (mounted / version).mkdir(parents=True)
        for name in names:
            text = (folder / name).read_text("utf-8").replace("Good bye", f"Good bye from {version}")
            (mounted / version / name).write_text(text, encoding="utf-8")
    (mounted / "..data").symlink_to("..first")
    for name in names:
        (mounted / name).symlink_to(f"..data/{name}")
    files = FlowFiles(mounted / "flows.yaml")
    assert "Good bye from ..first." in files.read()
    (mounted / "..data_tmp").symlink_to("..second")
    (mounted / "..data_tmp").rename(mounted / "..data")
    assert files.changed
    assert "Good bye from ..second." in files.read()
