"""The outbox, and who carries its errands out."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ivr.flows import FlowFileError
from ivr.ports import REQUEST_KEY, OutsideError
from ivr.settings import SettingsError
from ivr.wiring.conversation import Conversation

if TYPE_CHECKING:
    from ivr.caps import Caps
    from ivr.flows.company import Company
    from ivr.flows.mailboxes import Mailbox
    from ivr.outbox import Delivery, Errand, Sender
    from ivr.records.texts import SqlTexts
    from ivr.texting import Texts
    from voicemail.notices import Notices

log = logging.getLogger(__name__)


class Errands(Conversation):
    """What is to be done outside, whoever wants it."""

    @cached_property
    def delivery(self) -> Delivery:
        from ivr.outbox import Delivery

        senders = {"email": self._email, "sms": self._sms, "webhook": self._webhook, "task": self._task}
        return Delivery(self.outbox, {**senders, **self.notices.senders, **self._of_recordings})

    @cached_property
    def notices(self) -> Notices:
        from ivr.wiring.posts import NoticePosts
        from voicemail.notices import Notices, Place

        def company() -> Company:
            try:
                return self.books.current().company
            except FlowFileError as error:  # there was never a good one: nobody can be called, but messages wait
                raise OutsideError("there is no good flow file", retry=True) from error

        def mailbox(name: str) -> Mailbox | None:
            return company().mailboxes.get(name)

        posts = NoticePosts(
            self.settings,
            self.records,
            self.texts.send,
            lambda: tuple(company().lines),
            lambda: company().web_services,
        )
        return Notices(
            self.voicemails,
            self.outbox,
            mailbox,
            lambda: Place(self.settings.public_url, company().timezone),
            posts,
        )

    @cached_property
    def sql_texts(self) -> SqlTexts:
        from ivr.records.texts import SqlTexts

        return SqlTexts(lambda: self.database)

    @cached_property
    def texts(self) -> Texts:
        from ivr.texting import Texts

        def admits(number: str, line: str) -> bool:
            return self.caps.admits_text(uuid.uuid4().hex, number, line)

        status_url = f"{self.settings.public_url}/sms/status"
        return Texts(
            self.sql_texts,
            self.carrier.send_text,
            status_url,
            admits,
            self.now,
            lambda: self.alerts("texts", {}),
            self._no_text_to,
        )

    def _no_text_to(self, number: str) -> str:
        """Why a number is sent no texts; empty when it may be.

        Raises:
            OutsideError: there was never a good flow file to say so.
        """
        from ivr.flows.outside import text_refused_by

        try:
            return text_refused_by(self.books.current().company, number)
        except FlowFileError as error:
            raise OutsideError("there is no good flow file", retry=True) from error

    @cached_property
    def caps(self) -> Caps:
        """How many calls and texts there may be; the exchange in a box costs nothing and has no limits unless asked."""
        from ivr.caps import ON_AN_ACCOUNT, Caps, Limits

        try:
            asked = Limits.read(self.settings.limits) if self.settings.limits else None
        except ValueError as error:
            raise SettingsError(f"IVR_LIMITS: {error}.") from error
        usual = Limits() if self.settings.uses_local_exchange else ON_AN_ACCOUNT
        return Caps(self.redis, usual if asked is None else asked, self.now)

    @property
    def _of_recordings(self) -> Mapping[str, Sender]:
        """Bring recordings to where they rest, and have the carrier delete its own."""
        from voicemail.carrier_copies import KIND

        return {
            KIND: lambda errand: self.carrier.delete_recording(str(errand.data["url"])),
            "settle": lambda errand: self.voicemails.settle(str(errand.data["id"])),
            "settle greeting": lambda errand: self.greetings.settle(str(errand.data["id"])),
            "settle call recording": lambda errand: self.call_recordings.settle(str(errand.data["id"])),
        }

    def _email(self, errand: Errand) -> None:
        from ivr.services.email import Letter, send

        said = errand.data
        send(self.settings.smtp_url, Letter(said["to"], said["subject"], said["text"], errand.key))

    def _sms(self, errand: Errand) -> None:
        said = errand.data
        self.texts.send(said["to"], said["from"], said["body"])

    def _webhook(self, errand: Errand) -> None:
        from ivr.services import webhook

        webhook.post(self.settings.context_webhook, self.settings.secret_key, errand.data, errand.key)

    def _task(self, errand: Errand) -> None:
        from ivr.channels.carriers.twilio_tasks import TwilioTasks

        tasks = TwilioTasks(self.carrier, self.settings.task_workspace, self.settings.task_workflow)
        log.info("task %s", tasks.create({name: str(value) for name, value in errand.data.items()}))

    def send_text(self, args: Mapping[str, Any]) -> Mapping[str, Any]:
        """The service of the step ``sms``: the caller is told when the carrier refuses the number."""
        return self._for_a_caller("sms", args, ("to", "from", "body"))

    def send_email(self, args: Mapping[str, Any]) -> Mapping[str, Any]:
        """The service of the step ``email``."""
        return self._for_a_caller("email", args, ("to", "subject", "text"))

    def _for_a_caller(self, kind: str, args: Mapping[str, Any], names: tuple[str, ...]) -> Mapping[str, Any]:
        from ivr.outbox import Errand

        key = str(args[REQUEST_KEY])
        said = {name: str(args[name]) for name in names}
        self.delivery.at_once(Errand(f"{kind}-{key}", kind, said, key.rpartition("-")[0]))
        return {}
