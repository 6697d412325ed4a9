"""Which model writes down a message: by the mailbox's language, and never none."""

from __future__ import annotations

from pathlib import Path

import pytest

from app import Parts
from ivr.settings import ROOT, Settings
from tests.conftest import SHARED

FLOWS = """
lines: {"+15035550100": main}
mailboxes: {shop: {}, tienda: {language: es-ES}}
flows: {main: [{voicemail: shop}, {voicemail: tienda}]}
"""


def parts(folder: Path, models: str) -> Parts:
    (folder / "flows.yaml").write_text(FLOWS, encoding="utf-8")
    environment = {**SHARED, "IVR_FLOWS": str(folder / "flows.yaml"), "IVR_DATA": str(folder)}
    environment |= {"VOSK_MODEL_VOICEMAIL": models}
    return Parts(Settings.from_env(environment, ROOT))


def test_a_mailbox_is_written_down_by_the_model_of_its_language(tmp_path: Path) -> None:
    shipped = ROOT / "models" / "telephony-en-8k"
    (tmp_path / "spanish").symlink_to(shipped)
    own = parts(tmp_path, f"es-ES={tmp_path / 'spanish'},{shipped}")
    assert getattr(own.ears_for("tienda"), "model_dir", None) == tmp_path / "spanish"
    assert getattr(own.ears_for("shop"), "model_dir", None) == shipped
    assert own.ears_for("shop") is own.ears_for("gone"), "a model is loaded once"


def test_a_model_that_is_not_there_keeps_no_message_from_being_written_down(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    own = parts(tmp_path, "a-model-that-is-not-there")
    assert own.ears_for("shop") is own.ears
    assert "a-model-that-is-not-there" in caplog.text


def test_without_one_of_their_own_messages_are_written_down_as_calls_are_heard(tmp_path: Path) -> None:
    own = parts(tmp_path, "")
    assert own.ears_for("shop") is own.ears
