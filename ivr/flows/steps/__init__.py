"""All step types. A new step is one file here and one line in the table."""

from __future__ import annotations

from typing import Annotated, Any, Union

from pydantic import Discriminator, Tag

from ivr.flows.steps.base import StepBase
from ivr.flows.steps.call import CallStep
from ivr.flows.steps.callback import CallbackStep
from ivr.flows.steps.collect import CollectStep
from ivr.flows.steps.confirm import ConfirmBody, ConfirmStep
from ivr.flows.steps.email import EmailStep
from ivr.flows.steps.find_store import FindStoreStep
from ivr.flows.steps.go import GoStep
from ivr.flows.steps.hangup import HangupStep
from ivr.flows.steps.http import HttpBody, HttpStep
from ivr.flows.steps.if_ import IfStep
from ivr.flows.steps.language import LanguageStep
from ivr.flows.steps.lookup import LookupBody, LookupStep
from ivr.flows.steps.menu import MenuBody, MenuStep, Option
from ivr.flows.steps.messages import MessagesStep
from ivr.flows.steps.pause import PauseStep
from ivr.flows.steps.play import PlayStep
from ivr.flows.steps.return_ import ReturnStep
from ivr.flows.steps.say import SayStep
from ivr.flows.steps.set import SetStep
from ivr.flows.steps.sms import SmsStep
from ivr.flows.steps.ticket import TicketStep
from ivr.flows.steps.transfer import TransferStep
from ivr.flows.steps.voicemail import VoicemailStep

STEP_TYPES: dict[str, type[StepBase]] = {
    "say": SayStep,
    "play": PlayStep,
    "menu": MenuStep,
    "collect": CollectStep,
    "confirm": ConfirmStep,
    "if": IfStep,
    "set": SetStep,
    "go": GoStep,
    "call": CallStep,
    "return": ReturnStep,
    "find_store": FindStoreStep,
    "http": HttpStep,
    "lookup": LookupStep,
    "sms": SmsStep,
    "email": EmailStep,
    "language": LanguageStep,
    "pause": PauseStep,
    "voicemail": VoicemailStep,
    "messages": MessagesStep,
    "transfer": TransferStep,
    "callback": CallbackStep,
    "ticket": TicketStep,
    "hangup": HangupStep,
}


def _word_of(value: Any) -> str | None:
    """The step's word: the one key that names a step type."""
    if isinstance(value, StepBase):
        return value.word
    if not isinstance(value, dict):
        return None
    return next((word for word in value if word in STEP_TYPES), None)


_TAGGED = tuple(Annotated[cls, Tag(word)] for word, cls in STEP_TYPES.items())
AnyStep = Annotated[Union[_TAGGED], Discriminator(_word_of)]  # type: ignore[valid-type]  # noqa: UP007
"""Any step as written: a mapping with one word that names its type."""

_HOLDING_STEPS = (
    Option, MenuBody, MenuStep, IfStep, ConfirmBody, ConfirmStep, HttpBody, HttpStep, LookupBody, LookupStep,
)  # fmt: skip
for _model in _HOLDING_STEPS:
    _model.model_rebuild(_types_namespace={"AnyStep": AnyStep})
