"""Profile files that come from elsewhere."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from helpers.taste import logged, quiz, retraction, scored, thumb, tiny_taste

from engine.errors import ProfileError
from engine.preferences.learner import posterior_from_log, weight_vector
from engine.preferences.profile_file import ProfileFile, export_profile, import_log


def test_a_file_that_is_not_there_is_an_empty_profile(tmp_path: Path):
    assert ProfileFile(tmp_path / "me.json").log() == []
    assert not (tmp_path / "me.json").exists()


def test_what_is_appended_is_on_the_disk_at_once(tmp_path: Path):
    first = ProfileFile(tmp_path / "me.json")
    entries = [first.append(quiz(scored(1.0), scored(0.0), choice)) for choice in ("a", "b")]
    first.retract(entries[0].number, "h")
    again = ProfileFile(tmp_path / "me.json")
    assert [entry.number for entry in again.log()] == [1, 2, 3]
    assert again.log()[:2] == entries


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not json",
        b"[]",
        b"{",
        b"\xff\xfe",
        b"{}",
        b'{"name": "a package", "version": 1}',
        b'{"format": "something-else"}',
        b'{"events": 3}',
        b'{"events": [{"number": 1, "created_at": 0, "event": {"kind": "unknown"}}]}',
        b'{"events": [{"number": 1, "created_at": 0, "event": {"kind": "axis", "heads_version": "h",'
        b' "axis": "length", "value": 1, "sd": 0}}]}',
        b'{"x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    ],
    ids=[
        "empty",
        "text",
        "list",
        "cut off",
        "not utf-8",
        "nobody's",
        "another program's",
        "other format",
        "wrong type",
        "unknown event",
        "statement without width",
        "deep",
    ],
)
def test_what_is_no_profile_is_refused_and_left_as_it_is(content: bytes, tmp_path: Path):
    path = tmp_path / "me.json"
    path.write_bytes(content)
    with pytest.raises(ProfileError, match=r"is not an Attune profile.*It was not changed\."):
        ProfileFile(path)
    assert path.read_bytes() == content


def test_a_profile_of_a_newer_version_is_refused(tmp_path: Path):
    (tmp_path / "me.json").write_text(json.dumps({"format": "attune-profile", "version": 99}))
    with pytest.raises(ProfileError, match="newer Attune"):
        ProfileFile(tmp_path / "me.json")


def test_a_directory_is_no_profile(tmp_path: Path):
    with pytest.raises(ProfileError, match="Cannot read the profile"):
        ProfileFile(tmp_path)


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path):
    profile = ProfileFile(tmp_path / "no such directory" / "me.json")
    with pytest.raises(ProfileError, match="Cannot write the profile"):
        profile.append(quiz(scored(1.0), scored(0.0), "a"))


def test_an_exported_log_is_imported_as_it_was(tmp_path: Path):
    taste = tiny_taste()
    log = logged(quiz(scored(1.0, 0.0), scored(0.0, 1.0), "a"), retraction(1), thumb(True, scored(1, 1), scored(0, 0)))
    export_profile(tmp_path / "me.json", log, weight_vector(posterior_from_log(log, taste), taste))
    assert import_log(tmp_path / "me.json", taste) == log


def test_an_export_replaces_whatever_file_was_there(tmp_path: Path):
    taste = tiny_taste()
    (tmp_path / "me.json").write_text("something else")
    export_profile(tmp_path / "me.json", [], weight_vector(posterior_from_log([], taste), taste))
    assert import_log(tmp_path / "me.json", taste) == []


def test_numbers_that_make_no_sense_are_not_imported(tmp_path: Path):
    taste = tiny_taste()
    log = logged(quiz(scored(1e308, 0.0), scored(-1e308, 0.0), "a"))
    export_profile(tmp_path / "me.json", log, weight_vector(posterior_from_log([], taste), taste))
    with pytest.raises(ProfileError, match=r"make no sense\. Nothing was imported"):
        import_log(tmp_path / "me.json", taste)


def test_a_file_that_is_not_there_is_no_empty_profile_to_import(tmp_path: Path):
    with pytest.raises(ProfileError, match="no such file"):
        import_log(tmp_path / "me.json", tiny_taste())
