"""The shipped taste files, and damaged ones."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from engine.errors import EngineError
from engine.preferences.taste_model import TasteModel, heads_dir, load_taste_model
from engine.types import AXES


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for name in ("taste.safetensors", "quiz_bank.json"):
        shutil.copy(heads_dir() / name, tmp_path / name)
    return tmp_path


def test_the_shipped_prior_is_a_proper_gaussian(taste: TasteModel):
    assert 6 <= taste.n_base <= 12
    assert np.allclose(taste.prior_covariance, taste.prior_covariance.T)
    assert np.linalg.eigvalsh(taste.prior_covariance).min() > 1e-3
    assert taste.axis_map.shape == (len(AXES), taste.n_base)


@pytest.mark.parametrize("name", ["taste.safetensors", "quiz_bank.json"])
@pytest.mark.parametrize("damage", ["missing", "empty", "cut", "junk"])
def test_damaged_taste_files_are_said_in_a_sentence(copy: Path, name: str, damage: str):
    path = copy / name
    content = path.read_bytes()
    path.write_bytes({"empty": b"", "cut": content[: len(content) // 2], "junk": b"\xff" * 500}.get(damage, b""))
    if damage == "missing":
        path.unlink()
    with pytest.raises(EngineError, match=r"missing or damaged .* Reinstall Attune\."):
        load_taste_model(copy)


def test_files_of_two_versions_do_not_belong_together(copy: Path, taste: TasteModel):
    bank = (copy / "quiz_bank.json").read_text()
    (copy / "quiz_bank.json").write_text(bank.replace(taste.heads_version, "h1-000000000000"))
    with pytest.raises(EngineError, match="do not belong together"):
        load_taste_model(copy)
