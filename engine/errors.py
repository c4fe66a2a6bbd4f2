"""What can go wrong in a person's world: each error's text is a sentence for a person.

A broken contract inside the program is a `ValueError` instead, and is meant to fail loudly.
"""

from __future__ import annotations

from pathlib import Path


class EngineError(Exception):
    """The environment failed (a file, memory, a setting). `str(error)` may be shown as it is."""


class DraftCountError(EngineError):
    """More or fewer drafts were asked for than can be written at once."""

    def __init__(self, most: int) -> None:
        super().__init__(f"The number of drafts must be between 1 and {most}.")


class ModelFileError(EngineError):
    """A model file cannot be used: not there, not GGUF, damaged, or not made for chat."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"Cannot use the model file {path.name}: {reason}")
        self.path = path


class ModelMemoryError(ModelFileError):
    """A model file that could not be loaded this way, and perhaps can with less: fewer layers, a smaller context."""


class AttachmentError(EngineError):
    """A file cannot be attached to a message: it cannot be read, or there is no text in it."""


class LibraryError(EngineError):
    """The list of models cannot be kept, or a model cannot be added to it or taken from it."""


class FetchError(EngineError):
    """A model cannot be fetched, or what came is not what was asked for."""


class FetchStoppedError(EngineError):
    """Fetching was paused by the person; what has come so far is kept."""


class LoadCancelledError(EngineError):
    """Loading was stopped by the person."""


class PromptError(EngineError):
    """A message that cannot be answered: empty, or longer than the model can read.

    n_tokens: of what is too long, None where that is not what is wrong.
    """

    def __init__(self, message: str, n_tokens: int | None = None) -> None:
        super().__init__(message)
        self.n_tokens = n_tokens


class SamplingError(EngineError):
    """Sampling settings that cannot be followed: a grammar or JSON schema that is none."""


class EncoderError(EngineError):
    """The reply encoder's files are missing or damaged."""


class ProfileError(EngineError):
    """A profile file cannot be read or written."""


class StoreError(EngineError):
    """The database or its directory cannot be opened, read or written."""


class AlreadyOpenError(StoreError):
    """Another window owns the data directory."""


class InputFileError(EngineError):
    """A file handed to a command cannot be read as what it should be."""


class ChatFileError(EngineError):
    """A file of chats cannot be read or written."""


class RemoteError(EngineError):
    """A server cannot be reached, refuses, or sends what is no reply.

    status: of HTTP, 0 where none came.
    """

    def __init__(self, message: str, status: int = 0) -> None:
        super().__init__(message)
        self.status = status


class KeyringError(EngineError):
    """The system's keyring is locked, or refuses."""
