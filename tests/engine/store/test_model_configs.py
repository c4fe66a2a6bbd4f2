"""What is kept of each model file, in the real database."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.store.database import Database
from engine.store.model_configs import ModelConfigStore, ModelSettings, sampling_with
from engine.types import SamplingSettings

PATH = "/models/ä model.gguf"


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database(tmp_path / "attune.db")


def test_settings_outlive_the_program(database: Database):
    settings = ModelSettings(n_gpu_layers=3, n_window=2048, temperature=0.2, system_prompt="Be brief.")
    ModelConfigStore(database).keep_settings(PATH, settings)
    database.close()
    reopened = Database(database.path)
    assert ModelConfigStore(reopened).settings(PATH) == settings
    assert ModelConfigStore(reopened).settings("/another.gguf") == ModelSettings()
    reopened.close()


def test_a_load_is_remembered_on_this_machine_only(database: Database, monkeypatch: pytest.MonkeyPatch):
    store = ModelConfigStore(database)
    store.keep_load(PATH, n_gpu_layers=0, n_ctx=1024, rung=2, notice="It did not fit.")
    assert store.first_rung(PATH) == 2
    monkeypatch.setattr("platform.node", lambda: "another machine")
    assert ModelConfigStore(database).first_rung(PATH) == 0
    database.close()


def test_new_settings_begin_at_the_top_of_the_ladder_again(database: Database):
    store = ModelConfigStore(database)
    store.keep_load(PATH, n_gpu_layers=0, n_ctx=1024, rung=2, notice=None)
    store.keep_settings(PATH, ModelSettings(n_window=1024))
    assert store.first_rung(PATH) == 0
    store.keep_load(PATH, n_gpu_layers=0, n_ctx=1024, rung=1, notice=None)
    assert store.settings(PATH) == ModelSettings(n_window=1024)
    database.close()


def test_a_damaged_row_counts_as_none(database: Database):
    store = ModelConfigStore(database)
    store.keep_settings(PATH, ModelSettings(temperature=0.1))
    with database.transaction() as connection:
        connection.execute('UPDATE model_config SET settings = \'{"temperature": "hot"\'')
    assert store.settings(PATH) == ModelSettings()
    database.close()


def test_a_models_own_setting_comes_before_the_one_for_all_and_that_before_the_familys():
    family = SamplingSettings(temperature=0.3, top_p=0.7)
    assert sampling_with(family, ModelSettings(), None, 99) == SamplingSettings(
        temperature=0.3, top_p=0.7, max_tokens=99
    )
    assert sampling_with(family, ModelSettings(), 0.9, 99).temperature == 0.9
    own = ModelSettings(temperature=0.0, min_p=0.2)
    drawn = sampling_with(family, own, 0.9, 99)
    assert (drawn.temperature, drawn.min_p, drawn.top_p) == (0.0, 0.2, 0.7)
