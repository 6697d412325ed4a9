"""The promise of replay: an event list and a flow book always give the same call."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.flows import FlowBook, read_flows
from ivr.records import SqlCallRecords
from ivr.replay import Replayer
from ivr.skillset import SkillMaker
from tests.conftest import ROOT, opened_with_tables
from tests.flows.test_laws import EVERYTHING
from tests.replay.callers import a_call
from tests.replay.conftest import stored


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqlCallRecords]:
    database = opened_with_tables(tmp_path_factory.mktemp("laws") / "ringdown.db")
    yield SqlCallRecords(database)
    database.close()


@pytest.fixture(scope="module")
def everything(skills: SkillMaker) -> FlowBook:
    return read_flows(EVERYTHING, skills)


@pytest.fixture(scope="module")
def replayer(everything: FlowBook, skills: SkillMaker) -> Replayer:
    """Runs calls on the book of every step."""
    return Replayer(everything, skills)


@given(data=st.data())
def test_every_call_comes_out_as_recorded_on_its_own_version(
    data: st.DataObject, shop: FlowBook, skills: SkillMaker, kept: SqlCallRecords
) -> None:
    call, events = a_call("CA1", shop, lambda options: data.draw(st.sampled_from(options)))
    verdict = Replayer(shop, skills).judge(stored(kept, call, events), None)
    assert (verdict.how, verdict.defect) == ("same", None)


@given(data=st.data())
def test_a_call_with_secrets_comes_out_as_recorded_or_says_that_it_cannot(
    data: st.DataObject, everything: FlowBook, skills: SkillMaker, kept: SqlCallRecords
) -> None:
    book = everything
    call, events = a_call("CA1", book, lambda options: data.draw(st.sampled_from(options)))
    verdict = Replayer(book, skills).judge(stored(kept, call, events), None)
    assert verdict.how in {"same", "secret"}, verdict.why
    assert verdict.defect is None
    if not call.secrets and call.outcome != "listened to messages":  # a PIN is kept nowhere
        assert verdict.how == "same"


@given(data=st.data())
def test_a_call_run_on_another_company_never_raises_and_always_has_a_verdict(
    data: st.DataObject, shop: FlowBook, replayer: Replayer, kept: SqlCallRecords
) -> None:
    text = (ROOT / "flows.yaml").read_text(encoding="utf-8")
    call, events = a_call("CA1", shop, lambda options: data.draw(st.sampled_from(options)))
    verdict = replayer.judge(stored(kept, call, events), text)
    assert verdict.how in {"ends differently", "asked something else", "other words"}
    assert not verdict.differs or verdict.place
