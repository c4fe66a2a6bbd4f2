"""Addresses as people type them."""

from __future__ import annotations

import pytest

from engine.errors import RemoteError
from engine.remote.address import (
    ServerEntry,
    entry_of,
    is_protected,
    is_remote,
    is_this_machine,
    parse_address,
)


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("localhost:8080", "http://localhost:8080/v1"),
        (" http://localhost:8080/ ", "http://localhost:8080/v1"),
        ("http://[::1]:11434/v1/", "http://[::1]:11434/v1"),
        ("192.168.1.7:8000", "http://192.168.1.7:8000/v1"),
        ("workstation:8000", "http://workstation:8000/v1"),
        ("api.example.com", "https://api.example.com/v1"),
        ("https://api.example.com/openai/v1/chat/completions", "https://api.example.com/openai/v1"),
        ("HTTPS://API.Example.com/Path", "https://api.example.com/Path"),
    ],
)
def test_what_is_left_out_of_an_address_is_added(typed: str, address: str):
    assert parse_address(typed) == address
    assert parse_address(address) == address


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "ftp://host/v1",
        "http://",
        "http://a b/",
        "https://me:secret@host/v1",
        "http://host/v1?key=1",
        "host:notaport",
    ],
)
def test_what_is_no_address_is_refused_in_a_sentence(typed: str):
    with pytest.raises(RemoteError, match=r"\.$") as refused:
        parse_address(typed)
    assert "secret" not in str(refused.value)


def test_only_this_machine_counts_as_this_machine():
    assert is_this_machine("http://127.0.0.1:8080/v1")
    assert is_this_machine("http://[::1]/v1")
    assert is_this_machine("http://localhost/v1")
    assert not is_this_machine("http://192.168.1.7/v1")
    assert not is_this_machine("https://localhost.example.com/v1")


def test_what_others_on_the_way_can_read_is_not_protected():
    assert is_protected("https://api.example.com/v1")
    assert is_protected("http://localhost/v1")
    assert not is_protected("http://192.168.1.7/v1")


def test_a_servers_model_is_told_from_a_file_and_found_again():
    entry = ServerEntry(address="http://localhost:8080/v1", model="/models/a#b.gguf")
    assert is_remote(entry.path)
    assert entry_of(entry.path) == entry
    assert not is_remote("/models/a.gguf")
    assert not is_remote("C:\\models\\a.gguf")
