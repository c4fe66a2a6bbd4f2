"""Model files that cannot be used, made from the bundled one."""

from __future__ import annotations

import shutil
from pathlib import Path

from engine.library.bundled import bundled_model_path

_TEMPLATE_KEY = b"tokenizer.chat_template"


def truncated_model(path: Path, n_bytes: int) -> Path:
    """The first bytes of the bundled model."""
    with bundled_model_path().open("rb") as source:
        path.write_bytes(source.read(n_bytes))
    return path


def model_without_template(path: Path) -> Path:
    """The bundled model with the template's key renamed to something of the same length."""
    shutil.copyfile(bundled_model_path(), path)
    with path.open("r+b") as file:
        position = file.read(8_000_000).index(_TEMPLATE_KEY)
        file.seek(position)
        file.write(b"tokenizer.xhat_template")
    return path


def model_with_template(path: Path, start: bytes) -> Path:
    """The bundled model with the first bytes of its chat template replaced by as many others."""
    shutil.copyfile(bundled_model_path(), path)
    with path.open("r+b") as file:
        head = file.read(8_000_000)
        file.seek(head.index(b"{% for message", head.index(_TEMPLATE_KEY)))
        file.write(start)
    return path
