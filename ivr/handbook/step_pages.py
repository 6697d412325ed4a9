"""One section of the reference for each step: what it does, its keys, where it leads, and an example that runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ivr.flows import graph
from ivr.flows.book import FlowBook
from ivr.flows.steps import STEP_TYPES
from ivr.flows.steps.base import StepBase
from ivr.handbook.examples import FLOW, Examples
from ivr.handbook.help_texts import marked
from ivr.handbook.key_tables import key_table, written_as
from ivr.handbook.written import STEP, Schema


def step_page(word: str, schema: Schema, examples: Examples) -> str:
    """The section of the step ``word``."""
    step = STEP_TYPES[word]
    return "\n\n".join(
        [
            f"### {word}",
            marked(step.__doc__),
            *_keys(step, schema),
            fenced("yaml", step.example.strip()),
            fenced("text", "\n".join(examples.talk(step.example.strip(), step.talk))),
            _ways(step, examples.book(step.example.strip())),
        ]
    )


def fenced(language: str, text: str) -> str:
    """A block of Markdown."""
    return f"```{language}\n{text}\n```"


# --- keys -----------------------------------------------------------------------------------------------------------


def _keys(step: type[StepBase], schema: Schema) -> Iterator[str]:
    """Of a word with one value that value; else a table, and one for each mapping inside."""
    models: Mapping[str, Schema] = schema["definitions"]
    value = models["step"]["properties"][step.word]
    body = next((models[name] for name in _models_in(value) if "properties" in models[name]), None)
    beside = models["step"]["dependencies"][step.word].get("properties", {})
    if beside:
        required = models["step"]["dependencies"][step.word]["required"]
        yield key_table({"properties": {step.word: _own(step, value), **beside}, "required": required})
    elif body is None:
        yield f"Behind `{step.word}:` stands {written_as(value)}. {_own(step, value)['markdownDescription']}"
    else:
        if "anyOf" in value:  # there is a shorter way to write it
            yield str(_own(step, value)["markdownDescription"])
        yield key_table(body, patience=False)
        for name, inside in body["properties"].items():
            below = inside.get("additionalProperties")
            for model in _models_in(below if isinstance(below, dict) else {}):
                if "properties" in models[model]:
                    yield f"Below each name in `{name}`:"
                    yield key_table(models[model])


def _own(step: type[StepBase], value: Schema) -> Schema:
    """The value of the word with the help of its field, not of the whole step."""
    field = next(one for name, one in step.model_fields.items() if step.word in (name, one.alias))
    return {**value, "markdownDescription": marked(field.description), "examples": []}


def _models_in(schema: Schema) -> Iterator[str]:
    for one in (schema, *schema.get("anyOf", ())):
        if "$ref" in one and one["$ref"] != STEP["$ref"]:
            yield one["$ref"].rpartition("/")[2]


# --- ways out -------------------------------------------------------------------------------------------------------


def _ways(step: type[StepBase], book: FlowBook) -> str:
    """Where the step of the example leads: what the picture shows as its exits."""
    ids = [name for name, one in graph.steps(book) if isinstance(one, step) and name.startswith(f"{FLOW}.")]
    ways = [way for way in graph.ways(book) if way.source == ids[0]]
    shown = (f"{f'*{way.label}* ' if way.label else ''}{_where(way, ids[0])}" for way in ways)
    return f"Ways out of it: {'; '.join(shown)}."


def _where(way: graph.Way, own: str) -> str:
    if way.target == graph.END:
        return "ends the call"
    if way.target == graph.BACK:
        return "goes back to the flow that called"
    if way.target.startswith(f"{own}."):
        return f"does its own steps under `{way.target.removeprefix(own).split('.')[1]}`"
    flow, _, index = way.target.partition(".")
    if way.comes_back:
        return f"does the flow `{flow}`, then the next step"
    return f"leads to the flow `{flow}`" if index == "0" else "leads to the next step"
