"""What a build is packed into, without building anything."""

from __future__ import annotations

import os
import tarfile
from pathlib import Path
from types import ModuleType

import pytest
from helpers.scripts import packaging_script


@pytest.fixture(scope="module")
def build() -> ModuleType:
    return packaging_script("build")


def folder(path: Path, moment: float) -> Path:
    (path / "lib").mkdir(parents=True)
    for name in ("b", "a", "lib/c"):
        (path / name).write_text(name)
        os.utime(path / name, (moment, moment))
    (path / "attune").write_text("program")
    (path / "attune").chmod(0o755)
    (path / "lib" / "link").symlink_to("c")
    return path


def test_the_same_files_give_the_same_tarball_whenever_it_is_made(
    build: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    one = build.tarball(folder(tmp_path / "one", 1e9), tmp_path / "one.tar.gz")
    other = build.tarball(folder(tmp_path / "other", 1.1e9), tmp_path / "other.tar.gz")
    assert one.read_bytes() == other.read_bytes()
    with tarfile.open(one) as archive:
        members = {member.name.partition("/")[2]: member for member in archive}
    assert {"a", "b", "lib/c", "lib/link", "attune"} <= set(members)
    assert members["attune"].mode & 0o111
    assert {member.mtime for member in members.values()} == {1700000000}
    (tmp_path / "other" / "a").write_text("changed")
    assert build.tarball(tmp_path / "other", tmp_path / "other.tar.gz").read_bytes() != one.read_bytes()


def test_without_a_moment_of_its_own_a_build_takes_the_last_commits(build: ModuleType, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    assert build.build_moment() == build.build_moment() > 1_600_000_000


def test_sums_are_of_the_content_and_sizes_of_all_files(build: ModuleType, tmp_path: Path):
    made = folder(tmp_path / "one", 1e9)
    assert build.sha256(made / "a") != build.sha256(made / "b")
    assert build.size(made / "a") == 1
    build.checksums([made / "a", made / "b"], tmp_path / "SHA256SUMS")
    lines = (tmp_path / "SHA256SUMS").read_text().splitlines()
    assert lines == [f"{build.sha256(made / name)}  {name}" for name in ("a", "b")]
