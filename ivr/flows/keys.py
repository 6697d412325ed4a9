"""Which keys may stand at a place of the flow file, read from the types themselves."""

from __future__ import annotations

from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel

from ivr.flows.steps import STEP_TYPES


def keys_at(model: type[BaseModel], path: tuple[str | int, ...]) -> list[str]:
    """The keys of the model that validation of ``path`` ended in.

    A path holds keys, list positions and the words of step types, in the order in which validation met them.
    """
    current: Any = model
    for element in path:
        current = _inside(current, element)
        if current is None:
            return []
    return _keys(current)


def _inside(current: Any, element: str | int) -> Any:
    if isinstance(current, type) and issubclass(current, BaseModel):
        for name, field in current.model_fields.items():
            if element in (name, field.alias):
                return _plain(field.annotation)
        return current if element in STEP_TYPES else None
    if isinstance(element, str) and element in STEP_TYPES and current == "steps":
        return STEP_TYPES[element]
    return _element_type(current)


def _element_type(current: Any) -> Any:
    """What a list or mapping holds; steps are marked by the word ``steps``."""
    if current == "steps":
        return current
    arguments = get_args(current)
    if not arguments:
        return None
    inner = _plain(arguments[1] if get_origin(current) is dict else arguments[0])
    return inner if _keys(inner) or get_args(inner) else "steps"


def _plain(annotation: Any) -> Any:
    """Without ``Annotated`` and without ``None``."""
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    kinds = [kind for kind in get_args(annotation) if isinstance(kind, type) and issubclass(kind, BaseModel)]
    if type(None) in get_args(annotation) and kinds:
        return kinds[0]
    steps = [kind for kind in get_args(annotation) if get_origin(kind) is Annotated]
    return "steps" if len(steps) > 3 else annotation


def _keys(current: Any) -> list[str]:
    if not (isinstance(current, type) and issubclass(current, BaseModel)):
        return []
    return [field.alias or name for name, field in current.model_fields.items()]
