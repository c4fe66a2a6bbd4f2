"""llama.cpp's own server with the bundled model, where there is one: `ATTUNE_LLAMA_SERVER`, or on the path."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

from engine.library.bundled import bundled_model_path

NO_LLAMA_SERVER = "no llama-server here: name one with ATTUNE_LLAMA_SERVER (docs/models.md says how to build it)"
_TIMEOUT_S = 60.0


def find_llama_server() -> str | None:
    return os.environ.get("ATTUNE_LLAMA_SERVER") or shutil.which("llama-server")


class LlamaServer:
    """A running llama-server on a free port."""

    def __init__(self, program: str, log: Path, *arguments: str) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self._log = log.open("wb")
        self.process = subprocess.Popen(
            [program, "-m", str(bundled_model_path()), "--port", str(self.port), "--host", "127.0.0.1", *arguments],
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )
        deadline = time.monotonic() + _TIMEOUT_S
        while not self._is_ready():
            assert self.process.poll() is None, log.read_text(errors="replace")[-2000:]
            assert time.monotonic() < deadline, log.read_text(errors="replace")[-2000:]
            time.sleep(0.1)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def stop(self) -> None:
        self.process.kill()
        self.process.wait(_TIMEOUT_S)
        self._log.close()

    def _is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health", timeout=5) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            return False
