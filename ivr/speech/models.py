"""Which speech models there are, and where they lie: those that ship with the program and those fetched later."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ivr.ports import OutsideError

OFFICIAL_URL = "https://alphacephei.com/vosk/models"
"""Where the makers of Vosk offer their models, with a list of sizes and checksums (``model-list.json``)."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


@dataclass(frozen=True, slots=True)
class KnownModel:
    """A model worth using on the telephone; ``size`` is that of its download."""

    name: str
    language: str
    size: str
    about: str


KNOWN: tuple[KnownModel, ...] = (
    KnownModel("telephony-en-8k", "en-US", "7 MB", "ships with the program; menus, digits, yes and no"),
    KnownModel("vosk-model-small-en-us-0.15", "en-US", "40 MB", "free speech on a small machine"),
    KnownModel("vosk-model-en-us-0.22-lgraph", "en-US", "128 MB", "better free speech, still takes grammars"),
    KnownModel("vosk-model-en-us-0.22", "en-US", "1.8 GB", "best voicemail transcripts; no grammars"),
    KnownModel("vosk-model-small-en-in-0.4", "en-IN", "36 MB", "Indian English"),
    KnownModel("vosk-model-small-es-0.42", "es", "39 MB", "Spanish"),
    KnownModel("vosk-model-small-fr-0.22", "fr", "41 MB", "French"),
    KnownModel("vosk-model-small-de-0.15", "de", "45 MB", "German"),
    KnownModel("vosk-model-small-it-0.22", "it", "48 MB", "Italian"),
    KnownModel("vosk-model-small-pt-0.3", "pt", "31 MB", "Portuguese"),
    KnownModel("vosk-model-small-nl-0.22", "nl", "39 MB", "Dutch"),
)


def model_folders(root: Path, data: Path) -> tuple[Path, Path]:
    """Where models are looked for: with the program, then where ``ivr models pull`` puts them."""
    return root / "models", data / "models"


def find_model(model: str, root: Path, data: Path) -> Path:
    """The folder of ``model``, which is a name or a directory.

    Raises:
        OutsideError: naming the places looked at and the command that fetches the model.
    """
    directory = Path(model).expanduser()
    places = [directory] if directory.is_absolute() else [root / directory]
    if is_model_name(model):
        places += [folder / model for folder in model_folders(root, data)]
    for place in places:
        if holds_model(place):
            return place
    looked = ", ".join(str(place) for place in places)
    raise OutsideError(f"there is no speech model {model!r} (looked at {looked}): try 'ivr models pull'", retry=False)


def installed_models(root: Path, data: Path) -> Iterator[tuple[str, Path]]:
    """Names and folders of the models on this machine."""
    for folder in model_folders(root, data):
        if folder.is_dir():
            yield from ((path.name, path) for path in sorted(folder.iterdir()) if holds_model(path))


def holds_model(path: Path) -> bool:
    """Whether ``path`` looks like a Vosk model, of the present layout or the flat one of old."""
    return (path / "am" / "final.mdl").is_file() or (path / "final.mdl").is_file()


def is_model_name(name: str) -> bool:
    """Whether ``name`` can be a model's name and nothing else, such as a way out of a folder.

    >>> is_model_name("vosk-model-small-en-us-0.15"), is_model_name("../../etc")
    (True, False)
    """
    return bool(_NAME.fullmatch(name)) and ".." not in name
