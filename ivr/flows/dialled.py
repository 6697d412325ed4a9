"""Nobody is dialled whom a caller names: a number that was keyed or said would be called at the company's cost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ivr.flows.company import Company
from ivr.flows.problems import Problem
from ivr.flows.source import Path, Source
from ivr.flows.steps.base import StepBase
from ivr.flows.steps.transfer import TransferStep
from ivr.flows.texts import names_in

Blocks = Mapping[str, tuple[StepBase, ...]]


def dialled_by_callers(
    company: Company, blocks: Blocks, paths: Mapping[str, Path], source: Source
) -> Iterator[Problem]:
    """Transfers to what a caller said, keyed, or called from; what can be chosen, the company has written itself."""
    said = {name for name, slot in company.slots.items() if slot.kind != "choice"} | {"caller"}
    for block, steps in blocks.items():
        for index, step in enumerate(steps):
            if not isinstance(step, TransferStep):
                continue
            for name, _ in names_in(step.transfer.to):
                if name.partition(".")[0] in said:
                    place = source.place((*paths[f"{block}.{index}"], "transfer", "to"))
                    what = f"'{{{name}}}' comes from the caller, who must not choose what number is dialled."
                    instead = "Transfer to what a step lookup, find_store or http found by it."
                    yield Problem(place, "F211", what, instead)
