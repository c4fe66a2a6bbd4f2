"""Models of other programs: found where these keep them on each platform, and never touched."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.gguf_files import write_gguf

from engine.library.discovery import Location, find_model_files, locations

HOME = Path("/home/me")


def roots(program: str, environment: dict[str, str], platform: str) -> list[Path]:
    return [place.root for place in locations(environment, HOME, platform) if place.program == program]


@pytest.mark.parametrize(
    ("program", "environment", "platform", "root"),
    [
        ("hugging_face", {}, "linux", HOME / ".cache/huggingface/hub"),
        ("hugging_face", {"HF_HOME": "/big/hf"}, "linux", Path("/big/hf/hub")),
        ("hugging_face", {"HF_HOME": "/a", "HF_HUB_CACHE": "/b"}, "win32", Path("/b")),
        ("lm_studio", {}, "darwin", HOME / ".lmstudio/models"),
        ("jan", {}, "linux", HOME / ".local/share/Jan/data/llamacpp/models"),
        ("jan", {"APPDATA": "/r"}, "win32", Path("/r/Jan/data/llamacpp/models")),
        ("jan", {}, "darwin", HOME / "Library/Application Support/Jan/data/llamacpp/models"),
        ("gpt4all", {"LOCALAPPDATA": "/l"}, "win32", Path("/l/nomic.ai/GPT4All")),
        ("gpt4all", {}, "darwin", HOME / "Library/Application Support/nomic.ai/GPT4All"),
        ("ollama", {"OLLAMA_MODELS": "/o"}, "linux", Path("/o")),
        ("ollama", {}, "win32", HOME / ".ollama/models"),
        ("llama_cpp", {}, "linux", HOME / ".cache/llama.cpp"),
        ("llama_cpp", {}, "darwin", HOME / "Library/Caches/llama.cpp"),
        ("llama_cpp", {"LOCALAPPDATA": "/l"}, "win32", Path("/l/llama.cpp")),
        ("llama_cpp", {"LLAMA_CACHE": "/c"}, "linux", Path("/c")),
    ],
)
def test_every_program_is_looked_for_where_it_keeps_models(
    program: str, environment: dict[str, str], platform: str, root: Path
):
    assert root in roots(program, environment, platform)


def test_a_moved_lm_studio_is_found(tmp_path: Path):
    (tmp_path / ".lmstudio-home-pointer").write_text("/big/lmstudio\n")
    assert Location("lm_studio", Path("/big/lmstudio/models")) in locations({}, tmp_path, "linux")


def test_the_hugging_face_cache_gives_each_file_once(tmp_path: Path):
    repo = tmp_path / "models--org--repo"
    blob = write_gguf(repo / "blobs" / "abc")
    for revision in ("one", "two"):
        snapshot = repo / "snapshots" / revision
        snapshot.mkdir(parents=True)
        (snapshot / "m.gguf").symlink_to(blob)
        (snapshot / "gone.gguf").symlink_to(repo / "blobs" / "gone")
    (found,) = find_model_files([Location("hugging_face", tmp_path)])
    assert found.path.name == "m.gguf"


def test_ollama_models_are_found_by_their_manifests(tmp_path: Path):
    blob = write_gguf(tmp_path / "blobs" / "sha256-abc1")
    write_gguf(tmp_path / "blobs" / "sha256-def2")
    layers = (
        '[{"mediaType": "application/vnd.ollama.image.projector", "digest": "sha256:def2"},'
        ' {"mediaType": "application/vnd.ollama.image.model", "digest": "sha256:abc1"}]'
    )
    manifests = tmp_path / "manifests" / "registry.ollama.ai"
    for name, content in {
        "library/llama3/8b": f'{{"layers": {layers}}}',
        "me/mine/latest": '{"layers": [{"mediaType": "application/vnd.ollama.image.model", "digest": "../../etc"}]}',
        "library/bad/json": "{",
        "library/bad/list": "[1]",
        "library/bad/layers": '{"layers": [1, {"digest": 5}]}',
        "library/bad/binary": "\0\xff",
    }.items():
        (manifests / name).parent.mkdir(parents=True, exist_ok=True)
        (manifests / name).write_text(content)
    (found,) = find_model_files([Location("ollama", tmp_path)])
    assert (found.path, found.name) == (blob, "llama3:8b")


def test_jan_files_are_called_by_their_directory(tmp_path: Path):
    write_gguf(tmp_path / "unsloth" / "granite-3b" / "model.gguf")
    (found,) = find_model_files([Location("jan", tmp_path)])
    assert found.name == "granite-3b"


def test_later_parts_and_other_files_are_left_out(tmp_path: Path):
    for name in ("a-00001-of-00002.gguf", "a-00002-of-00002.gguf", "B.GGUF", "notes.txt"):
        write_gguf(tmp_path / "org" / name)
    found = find_model_files([Location("lm_studio", tmp_path)])
    assert [file.path.name for file in found] == ["B.GGUF", "a-00001-of-00002.gguf"]


def test_a_directory_that_links_to_itself_ends(tmp_path: Path):
    write_gguf(tmp_path / "a.gguf")
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "self.gguf").symlink_to(tmp_path / "self.gguf")
    assert len(find_model_files([Location("gpt4all", tmp_path), Location("jan", tmp_path)])) == 1


def test_places_that_are_not_there_hold_nothing(tmp_path: Path):
    assert find_model_files(locations({}, tmp_path, "linux")[:-1]) == []
