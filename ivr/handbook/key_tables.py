"""Tables of keys for the reference, read from the same schema that editors get."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ivr.flows.fields import Patience
from ivr.handbook.written import STEP, TEXT, TEXT_OR_NOTHING, Schema

WORDS = {
    "text": "a text",
    "texts": "one text or a list",
    "names": "one word or a list",
    "slots": "one slot or a list",
    "values": "`name: value` lines",
    "flow": "a flow",
    "file": "the name of a file",
    "mailbox": "a mailbox",
    "mailbox or any": "a mailbox, or `any`",
    "hours": "the name of hours",
    "language": "the code of a language",
    "address": "an address",
    "number": "a telephone number",
    "e-mail address": "an e-mail address",
    "whom": "whom to ring",
    "key": "one of 0-9 * #",
    "time": "a time such as 6s",
    "ladder": "a [ladder](#ladders)",
    "condition": "a [condition](#conditions)",
    "kind": "a [kind](#kinds-of-answers)",
}
"""What is written for a value, by the title of its type."""

TEXTS = (TEXT["$ref"], TEXT_OR_NOTHING["$ref"])
PATIENCE = tuple(Patience.model_fields)
HEAD = "| key | what is written | if left out | what it means |\n|---|---|---|---|"


def key_table(model: Schema, *, patience: bool = True) -> str:
    """The keys of a mapping. Without ``patience`` those that every question has are only named."""
    keys: Mapping[str, Schema] = model["properties"]
    required = model.get("required", ())
    own = [name for name in keys if patience or name not in PATIENCE]
    # What must be written comes first.
    ranked = sorted(own, key=lambda name: name not in required)
    rows = [_row(name, keys[name], needed=name in required) for name in ranked]
    if len(own) < len(keys):
        rows.append(f"| {', '.join(f'`{name}`' for name in PATIENCE)} | | | as in [defaults](#questions-and-ladders) |")
    return "\n".join([HEAD, *rows])


def _row(name: str, schema: Schema, *, needed: bool) -> str:
    left_out = "(needed)" if needed else _default(schema.get("default"))
    help_text = " ".join([schema.get("markdownDescription", ""), *_example(schema)])
    return f"| `{name}` | {_cell(written_as(schema))} | {_cell(left_out)} | {_cell(help_text)} |"


def _default(default: Any) -> str:
    if isinstance(default, bool):
        return "`yes`" if default else "`no`"
    return f"`{default}`" if default not in (None, "") else ""


def _example(schema: Schema) -> Iterator[str]:
    for example in schema.get("examples", ()):
        shown = ", ".join(example) if isinstance(example, list) else example
        yield f"For example `{shown}`."


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def written_as(schema: Schema) -> str:
    """What is written for a value, in words."""
    if "title" in schema:
        return WORDS[schema["title"]]
    match schema:
        case {"enum": ["yes", "no", *_]}:
            return "`yes` or `no`"
        case {"enum": [*words]}:
            return ", ".join(f"`{word}`" for word in words)
        case {"type": "array"}:
            return _list_of(schema.get("items", {}))
        case {"type": "object", "additionalProperties": {"type": "array"}}:
            return "names, each with a list of [steps](#steps)"
        case {"type": "object", "properties": names}:
            return f"`name: value` lines; names are {', '.join(f'`{name}`' for name in names)}"
        case {"type": ["integer", "string"]}:
            return "a number"
        case {"$ref": str(ref)} if ref in TEXTS:
            return "a text"
        case _:
            return "`name: value` lines"


def _list_of(items: Schema) -> str:
    if items == STEP:
        return "[steps](#steps)"
    return f"a list: {written_as(items)}" if items else "a list"
