"""The ladder of ways to load a model, and climbing down it with the real model."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import ModelFileError, ModelMemoryError
from engine.generation.model import LlamaModel
from engine.library.bundled import bundled_model_path
from engine.library.devices import Device, Machine
from engine.library.families import families, family_of, family_sampling
from engine.library.header import ModelHeader, read_header
from engine.library.load_plan import MIN_CELLS, LoadPlan, difference, ladder
from engine.model_loading import open_model
from engine.types import SamplingSettings

GB = 10**9
ROOMY = Machine(64 * GB, 64 * GB)


@pytest.fixture(scope="module")
def bundled() -> ModelHeader:
    return read_header(bundled_model_path())


def with_gpu(free: int) -> Machine:
    return Machine(64 * GB, 64 * GB, [Device("CUDA0", "A graphics card", "gpu", free, free)])


def test_without_a_graphics_device_only_the_context_shrinks(bundled: ModelHeader):
    assert ladder(bundled, ROOMY) == tuple(LoadPlan(0, cells) for cells in (8192, 4096, 2048, 1024))


def test_with_one_the_layers_leave_first_then_the_context_shrinks(bundled: ModelHeader):
    plans = ladder(bundled, with_gpu(24 * GB))
    assert [plan.n_gpu_layers for plan in plans] == [31, 15, 0, 0, 0, 0]
    assert [plan.n_cells for plan in plans] == [8192, 8192, 8192, 4096, 2048, 1024]


def test_what_the_person_wants_is_tried_first(bundled: ModelHeader):
    plans = ladder(bundled, with_gpu(24 * GB), n_gpu_layers=4, n_cells=2048)
    assert plans == (LoadPlan(4, 2048), LoadPlan(2, 2048), LoadPlan(0, 2048), LoadPlan(0, 1024))


def test_layers_for_a_device_that_is_not_there_are_not_tried(bundled: ModelHeader):
    assert ladder(bundled, ROOMY, n_gpu_layers=20)[0].n_gpu_layers == 0


def test_the_difference_is_said_in_a_sentence():
    first = LoadPlan(32, 8192)
    assert difference("M", first, first) == ""
    assert "only 16 of its layers" in difference("M", first, LoadPlan(16, 8192))
    both = difference("M", first, LoadPlan(0, 2048))
    assert both == (
        "M did not load as planned, so it runs on the processor instead of the graphics device and it reads "
        "conversations of 1,024 tokens instead of 4,096."
    )


class SmallMemory(LlamaModel):
    """Refuses a context as llama.cpp does where memory does not suffice."""

    most = 2048

    def _open_context(self, n_ctx: int, n_window: int, n_threads: int) -> None:
        if n_ctx > self.most:
            raise ModelMemoryError(self.path, "there is not enough memory.")
        super()._open_context(n_ctx, n_window, n_threads)


def test_a_context_that_memory_does_not_suffice_for_is_halved_until_it_does(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("engine.model_loading.LlamaModel", SmallMemory)
    opened = open_model(bundled_model_path())
    try:
        assert opened.model.n_cells == 2048
        assert opened.model.window == 1024
        assert opened.rung == 2
        assert "conversations of 1,024 tokens instead of 4,096" in opened.notice
    finally:
        opened.model.close()


def test_steps_that_are_known_to_fail_are_left_out(monkeypatch: pytest.MonkeyPatch):
    tried: list[int] = []

    class Watched(SmallMemory):
        def _open_context(self, n_ctx: int, n_window: int, n_threads: int) -> None:
            tried.append(n_ctx)
            super()._open_context(n_ctx, n_window, n_threads)

    monkeypatch.setattr("engine.model_loading.LlamaModel", Watched)
    open_model(bundled_model_path(), first_rung=2).model.close()
    assert tried == [2048]


def test_where_nothing_suffices_the_last_reason_is_said(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(SmallMemory, "most", MIN_CELLS - 1)
    monkeypatch.setattr("engine.model_loading.LlamaModel", SmallMemory)
    with pytest.raises(ModelMemoryError, match="not enough memory"):
        open_model(bundled_model_path())


def test_a_damaged_file_is_not_tried_with_less_and_less(tmp_path: Path):
    path = tmp_path / "damaged.gguf"
    path.write_bytes(bundled_model_path().read_bytes()[:1_000_000])
    with pytest.raises(ModelFileError, match="damaged"):
        open_model(path)


def test_a_model_is_drawn_from_as_its_family_is(monkeypatch: pytest.MonkeyPatch):
    opened = open_model(bundled_model_path(), n_ctx=1024)
    opened.model.close()
    assert opened.sampling == SamplingSettings()  # Attune's own were chosen with it
    monkeypatch.setattr(LlamaModel, "name", "Qwen3 4B")
    opened = open_model(bundled_model_path(), n_ctx=1024)
    opened.model.close()
    assert opened.sampling == family_sampling("qwen3", "Qwen3 4B") != SamplingSettings()


@pytest.mark.parametrize(
    ("architecture", "name", "family"),
    [
        ("qwen3", "Qwen3 8B", "Qwen3"),
        ("qwen2", "Qwen2.5 Coder 0.5B Instruct", "Qwen2.5"),
        ("llama", "Llama 3.2 3B Instruct", "Llama 3"),
        ("llama", "Meta-Llama-3.1-8B-Instruct", "Llama 3"),
        ("qwen2", "DeepSeek R1 Distill Qwen 7B", "DeepSeek-R1"),
        ("gemma3", "gemma-3-4b-it", "Gemma 3"),
        ("llama", "An Unheard-of Model", None),
    ],
)
def test_families_are_found_by_architecture_and_name(architecture: str, name: str, family: str | None):
    found = family_of(architecture, name)
    assert (found.family if found else None) == family


def test_every_family_says_where_its_numbers_come_from():
    assert families()
    assert all(family.source and (family.name or family.architecture) for family in families())
    assert all(0 < family.sampling.temperature <= 1.5 for family in families())
