"""What is slow to load is loaded once: the bundled model, the encoder with the heads, the corpus."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers.writers import new_writer

from engine.generation.drafts import DraftWriter
from engine.generation.model import LlamaModel
from engine.library.bundled import bundled_model_path
from engine.paths import assets_dir
from engine.preferences.taste_model import TasteModel, load_taste_model
from engine.rewards.corpus import Corpus, load_corpus
from engine.rewards.scorer import ReplyScorer
from engine.store.database import Database

SMALL_WINDOW = 256


@pytest.fixture(scope="session")
def model() -> Iterator[LlamaModel]:
    """The bundled model."""
    model = LlamaModel(bundled_model_path())
    yield model
    model.close()


@pytest.fixture(scope="session")
def small_model() -> Iterator[LlamaModel]:
    """The bundled model with a context so small that its limits are soon reached."""
    model = LlamaModel(bundled_model_path(), n_ctx=SMALL_WINDOW)
    yield model
    model.close()


@pytest.fixture
def writer(model: LlamaModel) -> DraftWriter:
    """A writer that remembers no conversation."""
    return new_writer(model)


@pytest.fixture
def small_writer(small_model: LlamaModel) -> DraftWriter:
    return new_writer(small_model)


@pytest.fixture(scope="session")
def scorer() -> ReplyScorer:
    """The real encoder with the shipped heads."""
    return ReplyScorer()


@pytest.fixture(scope="session")
def taste() -> TasteModel:
    """The shipped prior, axes' map and quiz bank."""
    return load_taste_model()


@pytest.fixture(scope="session")
def corpus() -> Corpus:
    return load_corpus(assets_dir() / "corpus")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "attune.db")
    yield database
    database.close()
