"""Somebody texts a line: the service is asked, signed, and what it answers is sent back."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest

from ivr.exchange.application import Application
from ivr.exchange.refusals import Refusal
from ivr.exchange.texting_in import read_replies
from tests.exchange.world import CALLER, LINE, TOKEN, world


def test_a_text_is_brought_to_the_service_and_its_answer_to_the_person() -> None:
    async def story() -> None:
        pages = {"/sms/incoming": "<Response><Message>We are open.</Message></Response>"}
        async with world(pages) as here, aiohttp.ClientSession() as session:
            said = {"line": LINE, "from": CALLER, "body": "Are you open?"}
            url = f"{here.box.url}/exchange/texts"
            async with session.post(url, json=said, headers={"Authorization": f"Bearer {TOKEN}"}) as reply:
                assert reply.status == 201
            await here.until(lambda: any(one.body == "We are open." for one in here.box.plant.messages.values()))
            [asked] = [one for one in here.service.asked if one.path == "/sms/incoming"]
            assert asked.genuine
            assert (asked.params["Body"], asked.params["From"], asked.params["To"]) == ("Are you open?", CALLER, LINE)
            async with session.post(url, json=said) as reply:
                assert reply.status == 401
            async with session.post(
                url, json=said | {"body": ""}, headers={"Authorization": f"Bearer {TOKEN}"}
            ) as reply:
                assert reply.status == 400

    asyncio.run(story())


def test_a_number_that_was_pointed_elsewhere_asks_there() -> None:
    async def story() -> None:
        async with world({"/texts": "<Response/>"}) as here:
            from ivr.exchange.numbers import Number

            addresses = {"sms_url": f"{here.service.url}/texts", "sms_method": "POST"}
            here.box.plant.numbers["PN1"] = Number("PN1", LINE, 1.0, addresses)
            here.box.switch.text_in(LINE, CALLER, "hello", Application.at(here.service.url))
            await here.until(lambda: "/texts" in here.service.paths())

    asyncio.run(story())


@pytest.mark.parametrize(
    "wrong", ["<Message><Media>x</Media></Message>", "<Message to='+1'>x</Message>", "<Say>x</Say>", "<Message>"]
)
def test_what_is_not_done_here_is_refused(wrong: str) -> None:
    with pytest.raises(Refusal):
        read_replies(f"<Response>{wrong}</Response>".encode(), "text/xml")


def test_words_stand_inside_or_in_a_body() -> None:
    body = b"<Response><Message>a</Message><Message><Body>b</Body></Message><Message/></Response>"
    assert read_replies(body, "text/xml") == ("a", "b")
