"""The person's settings: one small JSON file, replaced atomically."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec

from engine.errors import StoreError
from engine.files import write_atomically
from engine.remote.address import ServerEntry
from engine.store.text import storable
from engine.types import Channels, Mode

ThemeChoice = Literal["system", "light", "dark"]
SendKey = Literal["enter", "ctrl_enter"]
FONT_PERCENTS = (100, 200)
"""The least and the most that text can be scaled to."""


class Settings(msgspec.Struct, kw_only=True):
    """Every setting with its default. Unknown keys in the file are ignored."""

    model_path: str | None = None
    """A GGUF file the person picked, or `ServerEntry.path`; None for the bundled model."""
    mode: Mode = "personal"
    n_drafts: int = 8
    """In personal mode, at most."""
    finish_every_draft: bool = False
    """None is given up on the way, however little it promises."""
    time_budget_s: int = 10
    """Seconds that a personal reply may take: fewer drafts are written where the machine is slower."""
    max_tokens: int = 512
    temperature: float | None = None
    """None: what suits the model's family."""
    steer_by_profile: bool = True
    """Some drafts are asked for what the person seems to like, where the model heeds it."""
    steer_by_examples: bool = True
    """Some drafts are shown the person's own choices in the quiz, where the model profits from them."""
    steer_exploring: bool = True
    """One of many drafts is asked for something that is not yet known of the person."""
    calibrate_new_models: bool = False
    """Try a model out by itself, once, as soon as it is loaded: that is minutes of the whole processor."""
    n_gpu_layers: int = -1
    """For models without a setting of their own; −1: as many as fit."""
    unload_after_min: int = 30
    """Minutes without a message after which the model gives its memory back; 0: never."""
    system_prompt: str = ""
    """Read before every chat that has no persona."""
    servers: tuple[ServerEntry, ...] = ()
    """Those that may write drafts instead of a model here. Their keys are in the system's keyring."""
    persona_id: int | None = None
    """Of new chats; one that is deleted counts as none."""
    personas_offered: bool = False
    """Whether the example personas were put into the list once, from which they can be deleted."""
    theme: ThemeChoice = "system"
    font_percent: int = 100
    """Of the system's font size."""
    language: str = "system"
    """"system", or the code of a language such as "en"."""
    send_with: SendKey = "enter"
    close_to_tray: bool = False
    """Closing the window leaves Attune in the tray, where there is one."""
    start_minimised: bool = False
    tour_offered: bool = False
    """Whether the tour of the window was shown once."""
    window_width: int = 1180
    window_height: int = 780

    @property
    def channels(self) -> Channels:
        """By what drafts may be steered."""
        return Channels(profile=self.steer_by_profile, exploring=self.steer_exploring, examples=self.steer_by_examples)


def load_settings(path: Path) -> Settings:
    """The settings, or the defaults where there is no file yet.

    A damaged file is set aside as `settings.json.damaged` and the defaults are used: settings are not worth
    refusing to start for.
    """
    try:
        return msgspec.json.decode(path.read_bytes(), type=Settings)
    except FileNotFoundError:
        return Settings()
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        path.replace(path.with_name(path.name + ".damaged"))
        return Settings()
    except OSError as exc:
        raise StoreError(f"Attune cannot read its settings {path} ({exc.strerror or exc}).") from exc


def save_settings(path: Path, settings: Settings) -> None:
    """Raises: StoreError, when the file cannot be written; the old one stays."""
    settings = msgspec.structs.replace(settings, system_prompt=storable(settings.system_prompt))
    try:
        write_atomically(path, msgspec.json.format(msgspec.json.encode(settings)), private=True)
    except OSError as exc:
        raise StoreError(f"Attune could not save its settings to {path} ({exc.strerror or exc}).") from exc
