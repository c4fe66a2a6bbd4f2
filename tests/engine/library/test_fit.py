"""Whether a model fits: arithmetic against the real allocations, and verdicts on machines of every size."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from helpers.gguf_files import write_gguf

from engine.generation.model import LlamaModel
from engine.library.bundled import bundled_model_path
from engine.library.devices import Device, Machine, _linux_memory, machine, probe, system_memory
from engine.library.fit import (
    ATTUNE_BYTES,
    DEFAULT_CELLS,
    DEFAULT_SEQUENCES,
    GPU_MARGIN_BYTES,
    estimate_memory,
    gigabytes,
    judge,
)
from engine.library.header import LayerShape, ModelHeader, read_header

GB = 10**9


@pytest.fixture(scope="module")
def bundled() -> ModelHeader:
    return read_header(bundled_model_path())


def sized(header: ModelHeader, weight_bytes: int) -> ModelHeader:
    """The same model with heavier weights, spread over its layers."""
    each = weight_bytes // 32
    layers = tuple(LayerShape(layer.kv_values, 0, each) for layer in header.layers)
    return dataclasses.replace(
        header, weight_bytes=weight_bytes, active_bytes=weight_bytes, layers=layers, embedding_bytes=each
    )


def gpu(free: int, kind: str = "gpu") -> Device:
    return Device("CUDA0", "A graphics card", kind, free, free)


def on(free_gb: float, total_gb: float | None = None, *gpus: Device) -> Machine:
    return Machine(int(free_gb * GB), int((total_gb or free_gb) * GB), list(gpus))


# the estimate


def test_the_defaults_are_those_of_the_model_that_attune_opens(model: LlamaModel):
    import llama_cpp

    assert model.n_cells == DEFAULT_CELLS
    assert llama_cpp.llama_n_seq_max(model.context) == DEFAULT_SEQUENCES


def test_the_cache_is_counted_to_the_byte(bundled: ModelHeader):
    # llama.cpp says 180.00 MiB for 8192 cells and 11.25 MiB for 512 of this model
    assert estimate_memory(bundled, 8192, 17).cache == 180 * 2**20
    assert estimate_memory(bundled, 512, 1).cache == 11.25 * 2**20


def test_a_recurrent_layer_costs_by_sequence_and_not_by_cell(tmp_path: Path):
    tensors = ("blk.0.ssm_in.weight", "blk.1.ssm_in.weight")
    path = write_gguf(tmp_path / "a.gguf", tensors, llama__ssm__inner_size=64, llama__ssm__state_size=16)
    header = read_header(path)
    assert estimate_memory(header, 512, 4).cache == estimate_memory(header, 8192, 4).cache
    assert estimate_memory(header, 512, 8).cache == 2 * estimate_memory(header, 512, 4).cache > 0


# verdicts


def test_the_bundled_model_fits_on_a_small_machine(bundled: ModelHeader):
    fit = judge(bundled, on(3, 4))
    assert (fit.verdict, fit.words, fit.n_cells, fit.n_gpu_layers) == ("fits", "Fits", DEFAULT_CELLS, 0)
    assert fit.sentence == "Needs 1.0 GB of memory; 3.0 GB of 4.0 GB are free."


@pytest.mark.parametrize(
    ("weights_gb", "machine", "verdict"),
    [
        (4, on(12, 16), "fits"),
        (8, on(24, 32), "slow"),
        (12, on(10, 16), "slow"),
        (20, on(10, 16), "wont_fit"),
        (12, on(0.5, 16), "wont_fit"),
        (40, on(24, 32), "wont_fit"),
        (8, on(12, 16, gpu(12 * GB)), "fits"),
        (20, on(24, 32, gpu(24 * GB)), "fits"),
        (20, on(24, 32, gpu(12 * GB)), "slow"),
        (40, on(24, 32, gpu(12 * GB)), "wont_fit"),
        (8, on(12, 16, gpu(12 * GB, "integrated")), "fits"),
        (8, on(6, 16, gpu(12 * GB, "integrated")), "slow"),
    ],
)
def test_verdicts_by_machine(bundled: ModelHeader, weights_gb: int, machine: Machine, verdict: str):
    assert judge(sized(bundled, weights_gb * GB), machine).verdict == verdict


def test_all_layers_go_to_a_device_that_holds_them(bundled: ModelHeader):
    fit = judge(bundled, on(8, 8, gpu(4 * GB)))
    assert fit.n_gpu_layers == bundled.n_layers + 1
    assert "free on A graphics card" in fit.sentence


def test_layers_that_do_not_fit_on_the_device_stay_outside(bundled: ModelHeader):
    model = sized(bundled, 8 * GB)
    fit = judge(model, on(24, 32, gpu(5 * GB)))
    assert 0 < fit.n_gpu_layers < bundled.n_layers
    assert f"{fit.n_gpu_layers} of 30 layers fit on the graphics device" in fit.sentence
    more = judge(model, on(24, 32, gpu(6 * GB)))
    assert fit.n_gpu_layers < more.n_gpu_layers
    assert fit.needed <= fit.available


def test_a_device_without_room_for_one_layer_is_left_alone(bundled: ModelHeader):
    fit = judge(bundled, on(8, 8, gpu(GPU_MARGIN_BYTES)))
    assert (fit.n_gpu_layers, fit.verdict) == (0, "fits")


def test_the_context_shrinks_before_a_model_is_refused(bundled: ModelHeader):
    large = estimate_memory(bundled, 8192).needed + ATTUNE_BYTES
    fit = judge(bundled, Machine(int(large / 0.95) - 10_000_000, large))
    assert fit.verdict == "fits"
    assert fit.n_cells < DEFAULT_CELLS
    assert f"cut to {fit.n_cells // 2:,} tokens" in fit.sentence


def test_a_context_is_never_larger_than_the_model_was_made_for(tmp_path: Path):
    header = read_header(write_gguf(tmp_path / "a.gguf", llama__context_length=512))
    assert judge(header, on(8)).n_cells == 1024


def test_sizes_read_as_people_say_them():
    assert [gigabytes(n) for n in (0, 94_000_000, 994_000_000, 996_000_000, 5 * GB)] == [
        "0 MB", "94 MB", "994 MB", "1.0 GB", "5.0 GB"
    ]  # fmt: skip


# the machine


def test_ggml_sees_this_processor():
    (cpu, *_others) = [device for device in probe() if device.kind == "cpu"]
    assert cpu.description
    assert cpu.total_bytes > GB


def test_memory_is_asked_of_the_system():
    free, total = system_memory()
    assert 0 < free <= total


def test_devices_are_asked_in_a_process_of_their_own():
    here = machine()
    assert here.note == ""
    assert here.total_bytes == system_memory()[1]
    assert all(device.kind in ("gpu", "integrated") for device in here.gpus)


def test_a_probe_that_dies_leaves_a_note(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("engine.library.devices.engine_command", lambda: ["/nowhere/python"])
    here = machine()
    assert here.gpus == []
    assert "could not be asked" in here.note


def test_a_container_has_only_what_it_is_given(tmp_path: Path):
    meminfo = tmp_path / "meminfo"
    meminfo.write_text("MemTotal:       16000000 kB\nMemFree: 1 kB\nMemAvailable:    9000000 kB\n")
    assert _linux_memory(meminfo, tmp_path) == (9_000_000 * 1024, 16_000_000 * 1024)
    (tmp_path / "memory.max").write_text("4000000000\n")
    (tmp_path / "memory.current").write_text("1000000000\n")
    assert _linux_memory(meminfo, tmp_path) == (3_000_000_000, 4_000_000_000)
    (tmp_path / "memory.max").write_text("max\n")
    assert _linux_memory(meminfo, tmp_path)[1] == 16_000_000 * 1024
