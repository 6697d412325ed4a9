"""An e-mail arrives as it was meant, and who cannot send it knows whether to try again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ivr.ports import OutsideError
from ivr.services.email import Attachment, Letter, send
from tests.services.smtp_server import MailServer, mail_server

LETTER = Letter("jo@northwind.example", "Hello\r\nBcc: all@northwind.example", "Grüße\n.\nend", "email-CA1-3")


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


def test_a_letter_arrives_with_its_files_and_the_same_id_each_time(mail: MailServer) -> None:
    sound = Attachment("message.wav", "audio/wav", bytes(range(256)))
    for _ in range(2):
        send(mail.url, Letter(LETTER.to, LETTER.subject, LETTER.text, LETTER.key, (sound,)))
    first, second = mail.letters
    assert first["Message-ID"] == second["Message-ID"] == "<email-CA1-3@127.0.0.1>"
    assert (first["To"], first["Bcc"]) == ("jo@northwind.example", None)
    assert first["Subject"] == "Hello Bcc: all@northwind.example"
    body = first.get_body()
    assert body is not None
    assert body.get_content().splitlines() == ["Grüße", ".", "end"]
    [file] = first.iter_attachments()
    assert (file.get_filename(), file.get_content_type(), file.get_content()) == (sound.name, sound.kind, sound.content)


@pytest.mark.parametrize(("answer", "again"), [("451 later", True), ("550 no such user", False)])
def test_a_refusal_says_whether_trying_again_helps(mail: MailServer, answer: str, again: bool) -> None:
    mail.answer = answer
    with pytest.raises(OutsideError, match=answer[:3]) as told:
        send(mail.url, LETTER)
    assert told.value.retry is again
    assert "northwind" not in str(told.value)


def test_a_server_that_is_away_is_tried_again_and_one_that_is_not_set_is_not() -> None:
    with mail_server() as gone:
        url = gone.url
    with pytest.raises(OutsideError) as away:
        send(url, LETTER)
    with pytest.raises(OutsideError, match="SMTP_URL") as unset:
        send("", LETTER)
    assert (away.value.retry, unset.value.retry) == (True, False)
