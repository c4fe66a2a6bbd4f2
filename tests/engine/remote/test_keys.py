"""Where servers' keys are kept, and where never."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from helpers.keyrings import LockedKeyring, MemoryKeyring, PlainFileKeyring
from keyring.backends.fail import Keyring as NoKeyring

from engine.errors import KeyringError
from engine.remote.keys import ServerKeys

ADDRESS = "https://api.example.com/v1"


@pytest.fixture(autouse=True)
def _own_keyring() -> Iterator[None]:
    before = keyring.get_keyring()
    yield
    keyring.set_keyring(before)


def test_a_key_is_kept_in_the_systems_keyring_and_found_at_the_next_launch():
    keyring.set_keyring(MemoryKeyring())
    assert ServerKeys().put(ADDRESS, "secret")
    assert ServerKeys().get(ADDRESS) == "secret"
    assert keyring.get_password("Attune", ADDRESS) == "secret"
    ServerKeys().forget(ADDRESS)
    assert ServerKeys().get(ADDRESS) == ""
    ServerKeys().forget(ADDRESS)  # what is not there need not be deleted


def test_another_key_takes_the_place_of_the_former_one():
    keyring.set_keyring(MemoryKeyring())
    keys = ServerKeys()
    keys.put(ADDRESS, "secret")
    assert keys.put(ADDRESS, "another")
    assert ServerKeys().get(ADDRESS) == "another"


@pytest.mark.parametrize("backend", [NoKeyring, PlainFileKeyring])
def test_without_a_keyring_that_encrypts_a_key_is_kept_in_memory_only(
    backend: type, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    keyring.set_keyring(backend())
    keys = ServerKeys()
    assert not keys.put(ADDRESS, "secret")
    assert keys.get(ADDRESS) == "secret"
    assert ServerKeys().get(ADDRESS) == ""
    assert not [*tmp_path.rglob("*.txt")]
    keys.forget(ADDRESS)
    assert keys.get(ADDRESS) == ""


def test_a_locked_keyring_is_said_when_a_key_is_read_and_passed_over_when_one_is_kept():
    keyring.set_keyring(LockedKeyring())
    keys = ServerKeys()
    assert not keys.put(ADDRESS, "secret")
    assert keys.get(ADDRESS) == "secret"
    with pytest.raises(KeyringError, match=r"did not give the key for .* \(locked\)"):
        ServerKeys().get(ADDRESS)
