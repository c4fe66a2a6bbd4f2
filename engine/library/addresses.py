"""Where models are fetched from, as words: no network code, so that the window may say it."""

from __future__ import annotations

import os
from urllib.parse import urlsplit

DEFAULT_HUB = "https://huggingface.co"


def hub_address() -> str:
    """Hugging Face's hub, or what `HF_ENDPOINT` names, as it does for the hub's own tools."""
    return (os.environ.get("HF_ENDPOINT") or DEFAULT_HUB).rstrip("/")


def host_of(url: str) -> str:
    return urlsplit(url).hostname or url
