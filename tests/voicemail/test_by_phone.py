"""Owners ring up: PINs that cannot be guessed, messages in their order, deletion with a way back, greetings."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from ivr import audio
from ivr.accounts.passwords import Passwords
from ivr.flows.mailboxes import Mailbox
from ivr.ports import OutsideError, message_id
from ivr.records import Database
from ivr.storage import Vault
from tests.voicemail.conftest import SPEECH
from tests.voicemail.leaving import Clock, leave_message, look
from voicemail.boxes import LOCKED_S, TRIES, Boxes
from voicemail.by_phone import BROUGHT_BACK_S, ByPhone
from voicemail.greetings import Greetings
from voicemail.inbox import SqlInbox
from voicemail.mailbox import State, Status
from voicemail.marks import Marks
from voicemail.owner_tables import BoxRow
from voicemail.sounds import VALID_S, Sounds
from voicemail.store import Voicemails

PIN = "2580"
CHEAP = Passwords("scrypt:1024:8:1")


@dataclass
class World:
    """A mailbox with an owner, whose clock is set by hand."""

    phone: ByPhone
    store: Voicemails
    greetings: Greetings
    clock: Clock
    audited: list[tuple[str, str]] = field(default_factory=list)

    def opens(self, pin: str = PIN, **where: str) -> dict[str, object]:
        return dict(self.phone.mailbox({"do": "open", "pin": pin, **(where or {"mailbox": "support"})}))

    def messages(self) -> list[str]:
        found = self.opens()["messages"]
        assert isinstance(found, list)
        return [one["id"] for one in found]

    def does(self, do: str, voicemail_id: str = "", **more: str) -> dict[str, object]:
        return dict(self.phone.mailbox({"do": do, "mailbox": "support", "id": voicemail_id, **more}))


@pytest.fixture
def world(database: Database, store: Voicemails, tmp_path: Path) -> World:
    clock = Clock()
    folder = tmp_path / "greetings"
    greetings = Greetings(folder, store, Vault(folder, folder))

    def path(voicemail_id: str) -> Path | None:
        found = store.message(voicemail_id)
        return store.path(found) if found and store.path(found).is_file() else None

    audited: list[tuple[str, str]] = []
    boxes = Boxes(database, lambda: CHEAP, clock)
    boxes.set_pin("support", PIN)
    phone = ByPhone(
        boxes,
        Marks(database),
        Sounds("secret", greetings.sound, path),
        SqlInbox(database, store, lambda _topic, _data: None, clock),
        lambda: {"support": Mailbox(number="100")},
        lambda: ZoneInfo("America/Los_Angeles"),
        lambda number: "too dear" if number.startswith("+1900") else "",
        lambda _who, what, about="": audited.append((what, about)),
        clock,
    )
    return World(phone, store, greetings, clock, audited)


def left(store: Voicemails, at_s: float, caller: str = "+15035550199", *, urgent: bool = False) -> str:
    recording = store.start(f"CA{at_s}", "support", caller, at_s)
    recording.write(SPEECH)
    recording.finish("hangup")
    return recording.id


# --- coming in ------------------------------------------------------------------------------------------------------


def test_the_pin_opens_the_mailbox_by_name_and_by_number_and_nothing_else_does(world: World) -> None:
    assert world.opens()["open"] == "yes"
    assert world.opens(number="100")["mailbox"] == "support"
    for wrong in (
        world.opens("2581"),
        world.opens(""),
        world.opens(PIN, number="101"),
        world.opens(PIN, mailbox="sales"),
        world.opens("", mailbox="sales"),
        world.opens(PIN, mailbox=""),
    ):
        assert wrong == {"open": "no", "minutes": 0}


def test_too_many_wrong_pins_lock_the_mailbox_for_a_while_even_for_the_right_one(world: World) -> None:
    minutes = [world.opens(f"900{number}")["minutes"] for number in range(TRIES)]
    assert minutes == [0] * (TRIES - 1) + [15]
    assert world.opens() == {"open": "no", "minutes": 15}
    world.clock.now_s += LOCKED_S - 1
    assert world.opens()["open"] == "no"
    world.clock.now_s += 2
    assert world.opens()["open"] == "yes"
    assert ("tried too many PINs", "mailbox support") in world.audited


def test_the_right_pin_forgets_the_wrong_ones(world: World) -> None:
    for _ in range(3):
        for number in range(TRIES - 1):
            world.opens(f"900{number}")
        assert world.opens()["open"] == "yes"


def test_a_last_try_that_died_before_it_locked_still_locks(world: World, database: Database) -> None:
    class Dying:
        """Compares nothing: the process is gone."""

        def kept(self, password: str) -> str:
            raise NotImplementedError

        def match(self, kept: str, password: str) -> bool:
            raise OutsideError("killed", retry=True)

    dying = Boxes(database, Dying, world.clock)
    for _ in range(TRIES):
        with pytest.raises(OutsideError):
            dying.try_pin("support", "9999")
    assert world.opens()["minutes"] == 15
    world.clock.now_s += LOCKED_S + 1
    assert world.opens()["open"] == "yes"


def test_the_pin_is_kept_only_as_a_hash_and_none_lets_nobody_in(world: World, database: Database) -> None:
    with database.reading() as session:
        row = session.get_one(BoxRow, "support")
    assert row.pin.startswith("scrypt:")
    assert PIN not in row.pin.partition("$")[0]
    world.phone.boxes.set_pin("support", "")
    assert world.opens("")["open"] == "no"
    with pytest.raises(OutsideError, match="too easy to guess"):
        world.phone.boxes.set_pin("support", "1234")


# --- messages -------------------------------------------------------------------------------------------------------


def test_new_messages_come_first_urgent_ones_before_others_then_the_newest(world: World) -> None:
    old, newer, urgent, heard = (left(world.store, at_s) for at_s in (1000.0, 2000.0, 500.0, 3000.0))
    world.phone.message({"do": "mark it urgent", "id": urgent})
    world.does("read", heard)
    assert look(world.store, heard).status is Status.READ
    assert world.messages() == [urgent, newer, old, heard]
    found = world.opens()["messages"]
    assert isinstance(found, list)
    first = found[0]
    assert (first["urgent"], first["new"], first["caller"]) == (True, True, "+15035550199")
    assert first["at"] == "1969-12-31T16:08:20-08:00"


def test_a_deleted_message_can_be_brought_back_for_an_hour_and_is_gone_then(world: World) -> None:
    voicemail_id = left(world.store, 1000.0)
    world.does("delete", voicemail_id)
    assert world.messages() == []
    world.clock.now_s += BROUGHT_BACK_S - 1
    assert world.phone.purge() == 0
    world.does("restore", voicemail_id)
    assert world.messages() == [voicemail_id]
    world.does("delete", voicemail_id)
    world.clock.now_s += BROUGHT_BACK_S + 1
    assert (world.phone.purge(), world.phone.purge()) == (1, 0)
    assert world.store.message(voicemail_id) is None


def test_only_messages_of_the_opened_mailbox_can_be_touched(world: World) -> None:
    other = leave_message(world.store)
    for do in ("delete", "read"):
        try:
            world.phone.mailbox({"do": do, "mailbox": "sales", "id": other})
        except OutsideError:
            continue
    assert world.messages() == [other]
    assert world.phone.mailbox({"do": "call back", "mailbox": "sales", "id": other}) == {"to": ""}


@pytest.mark.parametrize(("caller", "to"), [("+15035550199", "+15035550199"), ("+19005550100", ""), ("unknown", "")])
def test_only_numbers_that_may_be_dialled_are_called_back(world: World, caller: str, to: str) -> None:
    assert world.does("call back", left(world.store, 1000.0, caller)) == {"to": to}


# --- sound ----------------------------------------------------------------------------------------------------------


def test_a_message_is_played_by_a_name_that_nobody_can_make_up(world: World) -> None:
    voicemail_id = left(world.store, 1000.0)
    name = str(world.phone.message({"do": "hear it", "id": voicemail_id})["play"])
    assert world.phone.sounds(name) == audio.mulaw_encode(SPEECH)
    for made_up in (f"message-{voicemail_id}.wav", name.replace("message-", "message-x")):
        with pytest.raises(OutsideError):
            world.phone.sounds(made_up)
    assert world.phone.sounds("welcome.wav") is None
    others = Sounds("another secret", lambda _id: None, lambda _id: Path("/etc/hostname"))
    with pytest.raises(OutsideError):
        others(name)


def test_without_a_secret_no_message_is_played(world: World) -> None:
    open_to_all = Sounds("", lambda _id: None, lambda _id: Path("/etc/hostname"))
    with pytest.raises(OutsideError, match="SECRET_KEY"):
        open_to_all.of_message("VM1")
    assert VALID_S <= 3600


def test_a_recorded_greeting_is_heard_until_the_written_one_is_wanted_again(world: World) -> None:
    writer = world.greetings.start("CA9", "greeting:support", "+1", 1.0)
    writer.write(SPEECH)
    assert writer.finish("key") == 2.0
    assert world.store.messages() == [], "a greeting is no message"
    world.does("greeting", which="closed", recording=writer.id)
    play = str(world.phone.greeting({"mailbox": "support", "which": "closed"})["play"])
    assert world.phone.sounds(play) == audio.mulaw_encode(SPEECH)
    assert world.phone.greeting({"mailbox": "support", "which": "greeting"}) == {"play": ""}
    world.does("greeting", which="written", recording="")
    assert world.phone.greeting({"mailbox": "support", "which": "closed"}) == {"play": ""}


def test_a_greeting_that_the_carrier_recorded_is_heard_once_it_is_here(world: World) -> None:
    world.does("greeting", which="greeting", recording=message_id("CA9", "RE1"))
    assert world.phone.greeting({"mailbox": "support", "which": "greeting"}) == {"play": ""}
    world.greetings.keep("CA9", "greeting:support", "+1", 1.0, audio.wav_bytes(SPEECH), "RE1")
    assert world.phone.greeting({"mailbox": "support", "which": "greeting"})["play"]
    assert world.store.messages() == []


# --- callers and their own message ----------------------------------------------------------------------------------


@pytest.mark.parametrize("first", ["the mark", "the message"])
def test_marks_and_messages_find_each_other_whoever_comes_first(world: World, first: str) -> None:
    urgent, again = message_id("CA9", "RE1"), message_id("CA9", "RE2")

    def mark() -> None:
        world.phone.message({"do": "mark it urgent", "id": urgent})
        world.phone.message({"do": "record again", "id": again})

    def arrive() -> None:
        for source in ("RE1", "RE2"):
            world.greetings.keep("CA9", "support", "+15035550199", 1.0, audio.wav_bytes(SPEECH), source)

    for step in (mark, arrive) if first == "the mark" else (arrive, mark):
        step()
    arrive()
    assert look(world.store, urgent).urgent
    assert look(world.store, again).state is State.EMPTY
    assert [message.id for message in world.store.messages()] == [urgent]


def test_what_nobody_knows_is_refused(world: World) -> None:
    for service in (world.phone.message, world.phone.mailbox):
        with pytest.raises(OutsideError, match="nothing of that name"):
            service({"do": "dance"})
