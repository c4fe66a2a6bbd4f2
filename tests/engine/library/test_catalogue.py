"""The shipped catalogue: complete, honest about what is not known, and ordered for the machine at hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import LibraryError
from engine.library.catalogue import SIZE_CLASSES, load_catalogue, recommend, size_class
from engine.library.devices import Device, Machine
from engine.library.hub import _parse

GB = 10**9


def machine(memory_gb: float, gpu_gb: float = 0) -> Machine:
    gpus = [Device("GPU", "A card", "gpu", int(gpu_gb * GB), int(gpu_gb * GB))] if gpu_gb else []
    return Machine(int(memory_gb * GB), int(memory_gb * GB), gpus)


def test_every_model_says_where_it_is_and_under_which_licence():
    catalogue = load_catalogue()
    assert len({model.id for model in catalogue.models}) == len(catalogue.models) >= 8
    for model in catalogue.models:
        assert _parse(model.target)[0] == model.repo
        assert model.licence in ("Apache-2.0", "MIT")
        assert model.sha256 is None or len(model.sha256) == 64
        assert model.reasoning != "always"
        assert model.why.endswith(".")


def test_every_size_of_machine_has_a_first_choice():
    models = load_catalogue().models
    assert {model.size_class for model in models if model.first_choice} == set(SIZE_CLASSES)


@pytest.mark.parametrize(
    ("here", "size"),
    [
        (machine(4), "small"),
        (machine(8.2), "small"),
        (machine(16.5), "medium"),
        (machine(8, 8.4), "medium"),
        (machine(33), "large"),
        (machine(16, 12.6), "large"),
        (machine(33, 24.8), "very_large"),
        (machine(64), "very_large"),
    ],
)
def test_machines_are_classed_by_what_carries_more(here: Machine, size: str):
    assert size_class(here) == size


def test_the_machines_own_class_comes_first_and_nothing_larger_comes_at_all():
    found = recommend(load_catalogue(), machine(16.5))
    assert found[0].model.id == "granite-4.1-8b"
    assert [each.suited for each in found] == sorted((each.suited for each in found), reverse=True)
    assert {each.model.size_class for each in found} == {"medium", "small"}
    assert recommend(load_catalogue(), machine(4))[0].model.id == "granite-4.1-3b"


@pytest.mark.parametrize("content", ["", "{", "[]", '{"sizes_from": "x", "models": [{"id": "a"}]}'])
def test_a_broken_catalogue_is_said(tmp_path: Path, content: str):
    (tmp_path / "catalogue.json").write_text(content)
    with pytest.raises(LibraryError, match="Reinstall Attune"):
        load_catalogue(tmp_path / "catalogue.json")
