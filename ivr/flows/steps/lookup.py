"""``lookup``: find a row in a table that lies beside the flow file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field

from ivr.flows.book import Exit, FlowBook, Into, Move, Onward
from ivr.flows.call import Call
from ivr.flows.documents import TABLE
from ivr.flows.fields import Model, shaped
from ivr.flows.steps.base import StepBase
from ivr.flows.tables import column_name
from ivr.flows.texts import fill, names_in

if TYPE_CHECKING:
    from ivr.flows.steps.base import AnyStep


A_TABLE = shaped(TABLE.pattern, "a table", "Name a .csv file in this folder or below it:  staff.csv")


class LookupBody(Model):
    """The table, what a row of it must have, and the name under which the row is kept."""

    table: Annotated[str, A_TABLE] = Field(
        alias="in",
        title="file",
        description="The table: a CSV file beside the flow file whose first line names the columns. It is read with "
        "the flow file and belongs to its version.",
        examples=["staff.csv"],
    )
    where: Annotated[dict[str, str], Field(min_length=1)] = Field(
        description='Which row: columns, and what stands in them, as in {name: "{name}"}. With several all must '
        "fit; the first row that does is taken. Capital letters, spaces and the way a number is grouped do not count.",
    )
    save: str = Field(
        default="", description="The name the row is kept under: with save: person, {person.phone} is its column phone."
    )
    missing: tuple[AnyStep, ...] = Field(default=(), description="What to do when there is no such row.")


class LookupStep(StepBase):
    """Looks something up in a table that is shipped with the flow file: an extension, a price, who a caller is."""

    word: ClassVar[str] = "lookup"
    example: ClassVar[str] = """
- collect: name
- lookup:
    in: staff.csv
    where: {name: "{name}"}
    save: person
    missing: [{say: "There is no {name} here."}, {go: sales}]
- say: "{person.name} sits in room {person.room|digits}."
"""
    talk: ClassVar[tuple[str, ...]] = ("dana lee",)
    lookup: LookupBody = Field(description="The table, and which row of it.")

    def enter(self, call: Call, book: FlowBook) -> Move:
        find = book.lookup(call)
        row = book.tables[self.lookup.table].find({name: fill(text, find) for name, text in self.lookup.where.items()})
        if row is None:
            return Move(call, to=Into("missing") if self.lookup.missing else Onward(), via="missing")
        if self.lookup.save:
            hidden = self._secret_columns(call)
            call = call.set(self.lookup.save, {name: value for name, value in row.items() if name not in hidden})
        return Move(call, to=Onward(), via="found")

    def _secret_columns(self, call: Call) -> set[str]:
        """Columns that were compared with a secret: their values are that secret, which nobody may read later."""
        return {
            column_name(column)
            for column, text in self.lookup.where.items()
            if any(name.partition(".")[0] in call.secrets for name, _ in names_in(text))
        }

    def blocks(self) -> Iterator[tuple[str, tuple[StepBase, ...], tuple[str | int, ...]]]:
        if self.lookup.missing:
            yield "missing", self.lookup.missing, ("lookup", "missing")

    def exits(self) -> Iterator[Exit]:
        yield Exit("found", Onward(), ("lookup",))
        yield Exit("missing", Into("missing") if self.lookup.missing else Onward(), ("lookup", "missing"), trouble=True)
