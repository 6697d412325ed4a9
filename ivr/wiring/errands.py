"""The outbox, and who carries its errands out."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ivr.ports import REQUEST_KEY
from ivr.wiring.conversation import Conversation

if TYPE_CHECKING:
    from ivr.outbox import Delivery, Errand, Outbox

log = logging.getLogger(__name__)


class Errands(Conversation):
    """What is to be done outside, whoever wants it."""

    @cached_property
    def outbox(self) -> Outbox:
        from ivr.outbox import Outbox

        return Outbox(lambda: self.database, self.now)

    @cached_property
    def delivery(self) -> Delivery:
        from ivr.outbox import Delivery

        senders = {"email": self._email, "sms": self._sms, "webhook": self._webhook, "task": self._task}
        return Delivery(self.outbox, senders)

    def _email(self, errand: Errand) -> None:
        from ivr.services.email import Letter, send

        said = errand.data
        send(self.settings.smtp_url, Letter(said["to"], said["subject"], said["text"], errand.key))

    def _sms(self, errand: Errand) -> None:
        said = errand.data
        self.carrier.send_text(said["to"], said["from"], said["body"])

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
