"""Files that are replaced as a whole, and files and directories that their owner alone can read.

Where a system has no such modes, they are left alone. Standard library only.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

PRIVATE_FILE = 0o600
PRIVATE_DIRECTORY = 0o700


def make_private_directory(path: Path, *, tighten: bool = True) -> None:
    """Create a directory, and those above it, that only its owner can enter.

    tighten: take a directory that is there already from everybody else, too.
    Raises: OSError, when it cannot be created.
    """
    if path.is_dir():
        if tighten:
            _chmod(path, PRIVATE_DIRECTORY)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.mkdir(mode=PRIVATE_DIRECTORY, exist_ok=True)


def make_private_file(path: Path) -> None:
    """Create an empty file that only its owner can read, or take the one that is there from everybody else.

    Raises: OSError, when it cannot be created.
    """
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, PRIVATE_FILE))
    _chmod(path, PRIVATE_FILE)


def private_opener(path: str, flags: int) -> int:
    """For `open(..., opener=private_opener)`."""
    return os.open(path, flags, PRIVATE_FILE)


def write_atomically(path: Path, content: bytes, *, private: bool = False) -> None:
    """Replace a file as a whole: after a crash it is the old one or the new one.

    private: only its owner can read it, whatever the person's usual mode is.
    Raises: OSError, when it cannot be written; the old file is then unchanged.
    """
    temporary = path.with_name(path.name + ".tmp")
    temporary.unlink(missing_ok=True)  # a crash's, perhaps of another mode
    with open(temporary, "wb", opener=private_opener if private else None) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def _chmod(path: Path, mode: int) -> None:
    # somebody else's file, or a file system without modes: the file is used as it is
    with contextlib.suppress(OSError):
        if path.stat().st_mode & 0o777 & ~mode:
            path.chmod(mode)
