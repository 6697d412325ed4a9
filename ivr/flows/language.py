"""The whole flow file as a type: the company and its flows."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from ivr.flows.company import Company
from ivr.flows.steps import AnyStep


class FlowFile(Company):
    """A flow file."""

    flows: Annotated[dict[str, Annotated[tuple[AnyStep, ...], Field(min_length=1)]], Field(min_length=1)] = Field(
        description="The conversation: flows by name, each a list of steps that are done one after another."
    )
