"""What is kept: live state in Redis, records in the database, messages and recordings, accounts; and the carrier."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ivr.ports import OutsideError
from ivr.settings import Settings, SettingsError

if TYPE_CHECKING:
    from pathlib import Path

    from redis import Redis
    from sqlalchemy.orm import Session

    from ivr.accounts import Accounts, AuditTrail, Visits
    from ivr.accounts.passwords import Passwords
    from ivr.channels.carriers.twilio_numbers import TwilioNumbers
    from ivr.channels.carriers.twilio_rest import TwilioRest
    from ivr.flows.events import Word
    from ivr.outbox import Errand, Outbox
    from ivr.records import CallRecordings, Database, SqlCallRecords
    from ivr.records.copies import SqlCopies
    from ivr.records.tickets import SqlTickets
    from ivr.records.traffic import SqlTraffic
    from ivr.sessions import LastingSessions
    from ivr.storage import Bucket, Keys, Vault
    from ivr.web.alerts import Alerts
    from voicemail.boxes import Boxes
    from voicemail.carrier_copies import CarrierCopies
    from voicemail.fetching import Fetching
    from voicemail.gist import Gist
    from voicemail.greetings import Greetings
    from voicemail.inbox import SqlInbox
    from voicemail.sounds import Sounds
    from voicemail.store import Voicemails

NO_REDIS = "REDIS_URL is not set; './run' starts a Redis of its own"


class State:
    """What is kept, whatever the conversation is."""

    def __init__(self, settings: Settings, now: Callable[[], float] = time.time) -> None:
        self.settings = settings
        self.now = now

    @cached_property
    def redis(self) -> Redis:
        from ivr.sessions.connection import connected

        if not self.settings.redis_url:
            raise OutsideError(NO_REDIS, retry=False)
        return connected(self.settings.redis_url)

    @cached_property
    def sessions(self) -> LastingSessions:
        from ivr.records.live_calls import SqlLiveCalls
        from ivr.records.seal import Seal
        from ivr.sessions import LastingSessions, RedisSessions

        seal = Seal(self.settings.secret_key or self.settings.auth_token)
        return LastingSessions(RedisSessions(self.redis, seal), SqlLiveCalls(lambda: self.database, seal, self.now))

    @cached_property
    def copies(self) -> SqlCopies:
        from ivr.records.copies import SqlCopies

        return SqlCopies(lambda: self.database, self.now)

    @cached_property
    def database(self) -> Database:
        from ivr.records import migrate

        migrate(self._unprepared_database.engine)
        return self._unprepared_database

    @cached_property
    def _unprepared_database(self) -> Database:
        """Not connected yet: who checks a flow file needs none."""
        from ivr.records import Database

        return Database(self.settings.database_url)

    @cached_property
    def records(self) -> SqlCallRecords:
        from ivr.records import SqlCallRecords

        return SqlCallRecords(self.database)

    @cached_property
    def tickets(self) -> SqlTickets:
        from ivr.records.tickets import SqlTickets

        return SqlTickets(lambda: self.database, self.now)

    @cached_property
    def traffic_kept(self) -> SqlTraffic:
        from ivr.records.traffic import SqlTraffic

        return SqlTraffic(lambda: self.database)

    @cached_property
    def alerts(self) -> Alerts:
        from ivr.web.alerts import Alerts

        return Alerts(self.redis)

    @cached_property
    def voicemails(self) -> Voicemails:
        from voicemail.store import Voicemails

        # Redis is asked for only when a message changes: reading messages needs none.
        return Voicemails(
            self.database,
            self.settings.data / "recordings",
            self._enqueue,
            self._alert,
            outbox=self.outbox,
            vault=self.vault,
            shortest_s=self._shortest_s,
            gist_of=self._gist_of,
            gone=self.carrier_copies.gone,
        )

    def _shortest_s(self, mailbox: str) -> float:
        """How long a message must be to be one; the flow file may say otherwise."""
        from voicemail.mailbox import SHORTEST_S

        del mailbox
        return SHORTEST_S

    @cached_property
    def greetings(self) -> Greetings:
        """Takes all that callers record: greetings of owners by themselves, messages with the others."""
        from voicemail.greetings import Greetings

        def settle(greeting_id: str) -> None:
            if self.vault.settles:
                self.outbox.put(_settling("greeting", greeting_id))

        folder = self.settings.data / "greetings"
        return Greetings(folder, self.voicemails, self._vault_of(folder), settle)

    @cached_property
    def sounds(self) -> Sounds:
        from voicemail.sounds import Sounds

        def message(voicemail_id: str) -> Path | None:
            found = self.voicemails.message(voicemail_id)
            return self.voicemails.sound(found) if found else None

        return Sounds(self.settings.secret_key or self.settings.auth_token, self.greetings.sound, message)

    @cached_property
    def boxes(self) -> Boxes:
        from voicemail.boxes import Boxes

        return Boxes(self.database, lambda: self._passwords, self.now)

    @cached_property
    def vault(self) -> Vault:
        """Where messages rest."""
        return self._vault_of(self.settings.data / "recordings")

    def _vault_of(self, folder: Path) -> Vault:
        from ivr.storage import Vault

        keys, bucket = self._sealing
        return Vault(folder, self.settings.data / "laid-out", keys, bucket, self.now)

    @cached_property
    def _sealing(self) -> tuple[Keys | None, Bucket | None]:
        """For all recordings. Raises SettingsError when the keys or the bucket cannot be used."""
        from ivr.storage import Bucket, Keys

        settings = self.settings
        try:
            keys = Keys(settings.recording_keys.split()) if settings.recording_keys.strip() else None
        except ValueError as error:
            raise SettingsError(f"IVR_RECORDING_KEYS: {error}.") from error
        try:
            bucket = Bucket(settings.recordings_bucket) if settings.recordings_bucket else None
        except ValueError as error:
            raise SettingsError(f"IVR_RECORDINGS_BUCKET: {error}.") from error
        return keys, bucket

    @cached_property
    def outbox(self) -> Outbox:
        from ivr.outbox import Outbox

        return Outbox(lambda: self.database, self.now)

    @cached_property
    def inbox(self) -> SqlInbox:
        from voicemail.inbox import SqlInbox

        return SqlInbox(self.database, self.voicemails, self._alert, self.now)

    def _gist_of(self, mailbox: str, words: Sequence[Word]) -> Gist:
        """What a message is about; without a flow file nobody knows."""
        from voicemail.gist import no_gist

        return no_gist(mailbox, words)

    def _enqueue(self, voicemail_id: str) -> None:
        from voicemail.queue import JobQueue

        JobQueue(self.redis, "app.transcribe")(voicemail_id)

    @cached_property
    def fetching(self) -> Fetching:
        from ivr.records.to_fetch import ToFetch
        from voicemail.fetching import MESSAGES, Fetching
        from voicemail.queue import JobQueue

        enqueue = JobQueue(self.redis, "app.fetch_recording")
        to_fetch = ToFetch(lambda: self.database, MESSAGES)
        return Fetching(to_fetch, self.carrier, self.greetings, enqueue, self.now, self.carrier_copies.fetched)

    @cached_property
    def carrier_copies(self) -> CarrierCopies:
        from voicemail.carrier_copies import CarrierCopies

        return CarrierCopies(lambda: self.database, self.outbox, self.settings.delete_at_carrier)

    @cached_property
    def call_recordings(self) -> CallRecordings:
        from ivr.records import CallRecordings

        def settle(session: Session, recording_id: str) -> None:
            if self.vault.settles:
                self.outbox.put(_settling("call recording", recording_id), session)

        folder = self.settings.data / "call-recordings"
        return CallRecordings(self.database, folder, self._vault_of(folder), settle, self.carrier_copies.gone)

    @cached_property
    def fetching_calls(self) -> Fetching:
        from ivr.records.to_fetch import ToFetch
        from voicemail.fetching import CALLS, Fetching
        from voicemail.queue import JobQueue

        enqueue = JobQueue(self.redis, "app.fetch_call_recording")
        to_fetch = ToFetch(lambda: self.database, CALLS)
        return Fetching(to_fetch, self.carrier, self.call_recordings, enqueue, self.now, self.carrier_copies.fetched)

    def _alert(self, topic: str, data: Mapping[str, Any]) -> None:
        self.alerts(topic, data)

    @property
    def recordings(self) -> Voicemails:
        return self.voicemails

    @cached_property
    def audit(self) -> AuditTrail:
        from ivr.accounts import AuditTrail

        return AuditTrail(lambda: self.database, self.now)

    @cached_property
    def accounts(self) -> Accounts:
        from ivr.accounts import Accounts

        return Accounts(lambda: self.database, self.now, self.audit, self._passwords)

    @cached_property
    def visits(self) -> Visits:
        from ivr.accounts import Attempts, Visits

        return Visits(lambda: self.database, self.now, self.audit, lambda: Attempts(self.redis), self._passwords)

    @cached_property
    def _passwords(self) -> Passwords:
        from ivr.accounts.passwords import Passwords

        return Passwords()

    @cached_property
    def numbers(self) -> TwilioNumbers:
        from ivr.channels.carriers.twilio_numbers import TwilioNumbers

        return TwilioNumbers(self.carrier)

    @cached_property
    def carrier(self) -> TwilioRest:
        from ivr.channels.carriers.twilio_rest import TwilioRest

        return TwilioRest(self.settings.account_sid, self.settings.auth_token, base_url=self.settings.carrier_url)


def _settling(what: str, recording_id: str) -> Errand:
    """The errand to bring a recording to where it rests; a new one each time, as a repeat is on the disk again."""
    from ivr.outbox import Errand

    return Errand(f"settle-{recording_id}-{uuid.uuid4().hex[:8]}", f"settle {what}", {"id": recording_id})
