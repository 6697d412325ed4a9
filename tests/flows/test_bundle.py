"""A flow file in several files: read as one, and every mistake and step is found in the file it stands in."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from ivr.flows import FlowBook, FlowFileError, read_flows
from ivr.flows.bundle import bundled
from ivr.flows.call import Call
from ivr.flows.documents import documents, offsets
from ivr.flows.events import Heard, Pressed, Silence, Started
from ivr.flows.interpreter import step
from ivr.flows.loader import read_draft
from ivr.flows.source import MAX_BYTES, MAX_NODES, read_source
from ivr.skillset import SkillMaker
from tests.conftest import CALLER, LINE, MONDAY_NOON, ROOT

SHOP = (ROOT / "flows.yaml").read_text(encoding="utf-8")
HEAD, _, FLOWS = SHOP.partition("\nflows:\n")
MAIN = """\
include: [sales.yaml, far/away.yaml]
lines: {"+15035550100": main}
flows:
  main:
    - go: sales
"""
SALES = """\
mailboxes:
  sales: {greeting: Speak.}
flows:
  sales:
    - say: Hello.
    - go: away
"""
AWAY = "flows:\n  away:\n    - voicemail: sales\n"
FILES = {"sales.yaml": SALES, "far/away.yaml": AWAY}


def bundle(main: str, files: Mapping[str, str]) -> str:
    return bundled(main, files.get, "shop/flows.yaml")


def mistakes(text: str, skills: SkillMaker) -> list[str]:
    try:
        read_flows(text, skills, file="shop/flows.yaml")
    except FlowFileError as error:
        return [f"{one.place} {one.what} {one.instead}" for one in error.problems]
    return []


def test_included_files_are_read_as_one(skills: SkillMaker) -> None:
    book = read_flows(bundle(MAIN, FILES), skills, file="shop/flows.yaml")
    assert book.flows == ["main", "sales", "away"]
    assert list(book.company.mailboxes) == ["sales"]
    assert [str(book.places[id]) for id in ("main.0", "sales", "sales.1", "away.0")] == [
        "shop/flows.yaml:5:7",
        "shop/sales.yaml:4:3",
        "shop/sales.yaml:6:7",
        "shop/far/away.yaml:3:7",
    ]


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("last", ["", "\n", "\n\n# the end"])
def test_a_bundle_holds_each_file_to_the_letter(ending: str, last: str) -> None:
    files = {name: f"{text.rstrip()}{last}".replace("\n", ending) for name, text in FILES.items()}
    main = f"{MAIN.rstrip()}{last}".replace("\n", ending)
    found = {one.name: one.text for one in documents(bundle(main, files), "flows.yaml")}
    assert {name: text.removesuffix("\n") for name, text in found.items()} == {
        name: text.removesuffix("\n") for name, text in {"": main, **files}.items()
    }


def test_a_text_that_includes_nothing_stays_as_it_is() -> None:
    assert bundle(SHOP, FILES) == SHOP


def test_a_bundle_is_a_flow_file_in_itself() -> None:
    text = bundle(MAIN, FILES)
    assert bundle(text, {}) == text


MISSING = "there is no file 'far/away.yaml' beside this one. Mend its name, make that file, or leave it out."
WRONG: dict[str, tuple[str, Mapping[str, str], list[str]]] = {
    "a file that is not there": (
        MAIN,
        {"sales.yaml": SALES.replace("go: away", "hangup: x")},
        [
            f"shop/flows.yaml:1:23 {MISSING}",
        ],
    ),
    "names that lead elsewhere": (
        "include: [../x.yaml, /etc/x.yaml, 'a\\x.yaml', .x.yaml, a/../x.yaml, x.txt, 'http://x.yaml', '']\n"
        + MAIN.partition("\n")[2].replace("go: sales", "hangup: x"),
        {},
        [
            f"shop/flows.yaml:1:{column} '{name}' cannot be included. "
            "Name a .yaml file in this folder or below it:  sales.yaml"
            for name, column in (
                ("../x.yaml", 11),
                ("/etc/x.yaml", 22),
                ("a\\x.yaml", 35),
                (".x.yaml", 47),
                ("a/../x.yaml", 56),
                ("x.txt", 69),
                ("http://x.yaml", 76),
                ("", 93),
            )
        ],
    ),
    "a file twice": (
        MAIN.replace("[", "[sales.yaml, "),
        FILES,
        ["shop/flows.yaml:1:23 'sales.yaml' is included twice. Keep one."],
    ),
    "itself": (
        MAIN.replace("[", "[flows.yaml, "),
        {**FILES, "flows.yaml": MAIN},
        ["shop/flows.yaml:1:11 a file cannot include itself. Leave it out."],
    ),
    "an included file that includes": (
        MAIN,
        {**FILES, "sales.yaml": f"include: far/away.yaml\n{SALES}"},
        [
            "shop/sales.yaml:1:1 an included file cannot include others. Include them from the main file.",
        ],
    ),
    "one name in two files": (
        MAIN,
        {**FILES, "far/away.yaml": f"{AWAY}  sales:\n    - hangup: x\nmailboxes:\n  sales: {{}}\n"},
        [
            "shop/far/away.yaml:4:3 'sales' stands in two files. Keep one; the first is at shop/sales.yaml:4:3.",
            "shop/far/away.yaml:7:3 'sales' stands in two files. Keep one; the first is at shop/sales.yaml:2:3.",
        ],
    ),
    "settings in two files": (
        f"company: A\ndefaults: {{wait: 5s}}\n{MAIN}",
        {"sales.yaml": f"{SALES}company: B\n", "far/away.yaml": f"{AWAY}defaults: {{barge_in: any}}\n"},
        [
            "shop/far/away.yaml:4:1 'defaults' stands in two files. Keep one; the first is at shop/flows.yaml:2:1.",
            "shop/sales.yaml:7:1 'company' stands in two files. Keep one; the first is at shop/flows.yaml:1:1.",
        ],
    ),
    "mistakes in every file": (
        MAIN.replace("go: sales", "go: sale"),
        {"sales.yaml": SALES.replace("away", "awya"), "far/away.yaml": AWAY.replace("voicemail", "voicemial")},
        [
            "shop/far/away.yaml:3:7 I do not know the step 'voicemial'. Did you mean 'voicemail'?",
            "shop/flows.yaml:5:11 there is no flow 'sale'. Did you mean 'sales'?",
            "shop/sales.yaml:6:11 there is no flow 'awya'. Did you mean 'away'?",
        ],
    ),
    "files that are not YAML": (
        MAIN,
        {"sales.yaml": "flows: [a\n", "far/away.yaml": "# nothing\n"},
        [
            "shop/far/away.yaml:1:1 there is nothing in this file. Begin with  flows:  and a first flow.",
            "shop/sales.yaml:1:8 a bracket is opened here and never closed. Close it with ']'.",
        ],
    ),
    "an anchor of another file": (
        MAIN.replace("go: sales", "say: &hello Hello."),
        {"sales.yaml": SALES.replace("Hello.", "*hello"), "far/away.yaml": AWAY},
        ["shop/sales.yaml:5:12 there is no '&hello' above this line. Write '&hello' where it is first used."],
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_mistake_is_told_in_the_file_it_stands_in(name: str, skills: SkillMaker) -> None:
    main, files, told = WRONG[name]
    assert mistakes(bundle(main, files), skills) == told


def test_files_with_marks_of_their_own_are_refused() -> None:
    spoof = f"{SALES}--- # file: far/away.yaml\nflows: {{away: [{{hangup: Ha.}}]}}\n"
    with pytest.raises(FlowFileError, match=r"shop/sales\.yaml:7:1: a second document begins here"):
        bundle(MAIN, {**FILES, "sales.yaml": spoof})


def test_only_names_that_stay_in_the_folder_are_ever_looked_for() -> None:
    asked: list[str] = []
    names = ["../a.yaml", "/a.yaml", "b.yaml", "b.yaml", "~/c.yaml", "c\n.yaml", *(f"d{i}.yaml" for i in range(100))]
    bundled(f"include: {names!r}\nflows: {{}}\n", asked.append, "flows.yaml")
    assert asked == ["b.yaml", *(f"d{i}.yaml" for i in range(44))]


@pytest.mark.parametrize(
    "text",
    [
        "--- # file: other.yaml\n" + SHOP,
        "# first\n\n--- # file: other.yaml\n" + SHOP,
    ],
)
def test_a_file_that_begins_with_a_mark_is_read_as_ever(text: str, skills: SkillMaker) -> None:
    assert read_flows(text, skills).flows == read_flows(SHOP, skills).flows


@pytest.mark.parametrize("name", ["x.yaml", "../x.yaml", "/etc/passwd", "sales.yaml"])
def test_a_mark_that_nobody_included_begins_a_second_document(name: str, skills: SkillMaker) -> None:
    text = f"{bundle(MAIN, FILES)}--- # file: {name}\nflows: {{more: [{{hangup: x}}]}}\n"
    found = mistakes(text, skills)
    assert found == ["shop/far/away.yaml:4:1 a second document begins here. Delete this line, or what follows it."]


def test_translations_are_put_together_text_by_text(skills: SkillMaker) -> None:
    files = {
        "sales.yaml": f"{SALES}translations: {{es: {{Hello.: Hola., Bye.: Adios.}}}}\n",
        "far/away.yaml": f"{AWAY}translations: {{es: {{Speak.: Hable.}}, fr: {{Hello.: Bonjour.}}}}\n",
    }
    book = read_flows(bundle(MAIN, files), skills)
    assert book.company.translations == {
        "es": {"Hello.": "Hola.", "Bye.": "Adios.", "Speak.": "Hable."},
        "fr": {"Hello.": "Bonjour."},
    }
    files["far/away.yaml"] = f"{AWAY}translations: {{es: {{Hello.: Buenas.}}}}\n"
    assert [one.partition(" ")[0] for one in mistakes(bundle(MAIN, files), skills)] == ["shop/far/away.yaml:4:21"]


def test_the_bounds_hold_for_all_files_together() -> None:
    half = f"a: [{'x, ' * (MAX_NODES // 2)}x]\n"
    with pytest.raises(FlowFileError, match=r"b\.yaml:1:\d+: the file is too large or too deep"):
        read_source(bundled("include: [b.yaml]\n" + half, lambda _: half.replace("a", "b"), "a.yaml"), "a.yaml")
    large = f"# {'x' * (MAX_BYTES // 2)}\n"
    with pytest.raises(FlowFileError, match="the files are together larger than"):
        read_source(bundled(f"include: [b.yaml]\n{large}", lambda _: large, "a.yaml"), "a.yaml")


HOSTILE = {
    "blank lines": "\n" * 200_000 + "x\n--- # file: a.yaml\n",
    "blanks": " " * 200_000 + "x\n--- # file: a.yaml\n",
    "almost a mark": "--- # file: " + "a." * 100_000 + "\n",
    "marks": "include: a.yaml\n" + "--- # file: a.yaml\n" * 10_000,
    "marks of many names": "a: b\n" + "".join(f"--- # file: a{i}.yaml\na: b\n" for i in range(5_000)),
}


@pytest.mark.timeout(60)
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_marks_are_a_mistake_and_no_hang(name: str, skills: SkillMaker) -> None:
    assert mistakes(HOSTILE[name], skills)


MARKS = st.sampled_from(["--- # file: a.yaml\n", "--- # file: b.yaml\r\n", "---\n", "--- # file: ../c.yaml\n", "...\n"])
LINES = MARKS | st.sampled_from(
    ["include: [a.yaml, b.yaml]\n", "flows: {a: [{hangup: x}]}\n", "# x\n", "a: |\n", " b\n"]
)


@given(lines=st.lists(LINES, max_size=8))
def test_any_text_with_marks_is_a_book_or_mistakes(lines: list[str], skills: SkillMaker) -> None:
    text = "".join(lines)
    files = {one.file: text.count("\n") + 1 for one in documents(text, "shop/flows.yaml")}
    for problem in mistakes(text, skills):
        file, line, _ = problem.split(" ")[0].split(":")
        assert 1 <= int(line) <= files[file]
    assert sum(len(one.text) for one in documents(text, "flows.yaml")) <= len(text)


# --- any way to split a file ----------------------------------------------------------------------------------------


def flows_of_the_shop() -> list[str]:
    """The text of each flow, as it stands in the file."""
    found: list[str] = []
    for line in FLOWS.splitlines(keepends=True):
        begins = line.startswith("  ") and line[2] not in " #-\n"
        if begins or not found:
            found.append("")
        found[-1] += line
    return found


def play(book: FlowBook) -> list[object]:
    """What a call comes to that does a bit of everything."""
    call, actions = step(Call("CA1"), Started(MONDAY_NOON, LINE, CALLER), book)
    done: list[object] = [actions]
    for event in (Pressed(MONDAY_NOON, "1"), Heard(MONDAY_NOON, "nine four one oh seven"), Silence(MONDAY_NOON),
                  Heard(MONDAY_NOON, "next"), Silence(MONDAY_NOON), Silence(MONDAY_NOON)):  # fmt: skip
        call, actions = step(call, event, book)
        done += [repr(call).replace(book.version, ""), actions]
    return done


def written(book: FlowBook) -> dict[str, object]:
    """All a book says, but for the list of its files."""
    return {**book.company.model_dump(mode="json"), "include": ()}


@settings(max_examples=15, phases=[Phase.generate])  # it takes long to shrink
@given(data=st.data())
def test_any_split_of_a_file_is_the_same_book(data: st.DataObject, skills: SkillMaker) -> None:
    whole = read_flows(SHOP, skills)
    texts = flows_of_the_shop()
    homes = [data.draw(st.sampled_from(["", "a.yaml", "b.yaml", "c/d.yaml"])) for _ in texts]
    names = list(dict.fromkeys(home for home in homes if home))
    inside = {home: "".join(text for text, at in zip(texts, homes, strict=True) if at == home) for home in ["", *names]}
    head = f"include: {names}\n{HEAD}" if names else HEAD
    files = {name: f"# {name}\n\nflows:\n{inside[name]}" for name in names}
    main = f"{head}\nflows:\n{inside['']}" if inside[""] else head
    draft = read_draft(bundled(main, files.get, "flows.yaml"), skills, file="flows.yaml")
    assert draft.problems == ()
    assert draft.book is not None
    assert written(draft.book) == written(whole)
    assert play(draft.book) == play(whole)
    everything = {"flows.yaml": main, **files}
    for id, place in draft.book.places.items():
        line = everything[place.file].splitlines()[place.line - 1]
        assert line[place.column - 1 :] == SHOP.splitlines()[whole.places[id].line - 1][place.column - 1 :]


def test_nothing_is_called_missing_that_a_missing_file_may_hold(skills: SkillMaker) -> None:
    names = [
        f"shop/flows.yaml:1:{at} there is no file '{name}'" for name, at in (("sales.yaml", 11), ("far/away.yaml", 23))
    ]
    assert [one.partition(" beside")[0] for one in mistakes(bundle(MAIN, {}), skills)] == names
    assert len(mistakes(bundle(MAIN.partition("flows:")[0], {}), skills)) == 2


def test_where_files_stand_in_a_bundle() -> None:
    text = bundle(MAIN, FILES)
    lines = text.splitlines()
    for name, before in offsets(text).items():
        assert lines[before - 1] == f"--- # file: {name}"
        assert lines[before] == FILES[name].splitlines()[0]
    assert offsets(SHOP) == {}
