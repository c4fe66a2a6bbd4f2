"""Where Attune keeps things."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.privileges import as_nobody

from engine.errors import StoreError
from engine.library.bundled import bundled_model_path
from engine.paths import Paths, assets_dir


def test_a_data_directory_moves_everything(tmp_path: Path):
    paths = Paths.under(tmp_path)
    for path in (paths.database, paths.models, paths.settings, paths.logs):
        assert path.is_relative_to(tmp_path)
    assert not any(tmp_path.glob("config"))
    paths.ensure()
    assert paths.config.is_dir()
    assert paths.logs.is_dir()
    paths.ensure()  # twice does no harm
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_tests_never_see_the_persons_own_directories(tmp_path: Path):
    assert Paths.default().data.is_relative_to(tmp_path)
    assert Paths.default().config.is_relative_to(tmp_path)


def test_a_directory_that_cannot_be_made_is_said(tmp_path: Path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match=r"cannot write to .* Choose another place with --data-dir"):
        Paths.under(tmp_path / "file" / "data").ensure()


def test_a_directory_that_cannot_be_written_is_said(tmp_path: Path):
    paths = Paths.under(tmp_path / "data")
    paths.ensure()
    paths.data.chmod(0o500)
    with as_nobody(), pytest.raises(StoreError, match="Permission denied"):
        paths.ensure()


def test_the_assets_and_the_bundled_model_are_there():
    assert (assets_dir() / "heads" / "MODEL_CARD.md").is_file()
    assert bundled_model_path().read_bytes()[:4] == b"GGUF"
