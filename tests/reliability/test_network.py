"""No connection without a click: the window and its worker, from the start to a reply, where every socket is denied."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DENY = '''
"""Loaded by Python before anything else: writes down and refuses whatever would reach the network."""
import os, socket, sys

def _watch(event, arguments):
    if event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.bind", "socket.sendto", "socket.connect"):
        family = getattr(arguments[0], "family", None) if arguments else None
        if family != getattr(socket, "AF_UNIX", None):
            with open(os.environ["ATTEMPTS"], "a") as file:
                file.write(f"{os.getpid()} {event} {arguments[1:]!r}\\n")
            raise OSError("the network is denied")

sys.addaudithook(_watch)
with open(os.environ["ATTEMPTS"] + ".loaded", "a") as file:
    file.write(" ".join(sys.orig_argv) + "\\n")
'''


def _without_network() -> list[str]:
    """A network of its own that has nothing in it, where this system lets one have it."""
    if shutil.which("unshare") is None:
        return []
    for options in (["-n"], ["-rn"]):
        if subprocess.run(["unshare", *options, "true"], capture_output=True).returncode == 0:
            return ["unshare", *options]
    return []


def test_from_the_start_to_a_reply_nothing_asks_for_the_network(tmp_path: Path):
    (tmp_path / "deny").mkdir()
    (tmp_path / "deny" / "sitecustomize.py").write_text(DENY)
    attempts = tmp_path / "attempts"
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join([str(tmp_path / "deny"), str(ROOT)]),
        "QT_QPA_PLATFORM": "offscreen",
        "ATTEMPTS": str(attempts),
    }
    result = subprocess.run(
        [*_without_network(), sys.executable, "-m", "desktop", "--self-test"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert result.returncode == 0, result.stderr
    loaded = (tmp_path / "attempts.loaded").read_text()
    assert "desktop" in loaded
    assert "engine.worker" in loaded  # the hook was in both processes
    assert not attempts.exists(), attempts.read_text()


def test_the_hook_would_have_noticed(tmp_path: Path):
    (tmp_path / "sitecustomize.py").write_text(DENY)
    attempts = tmp_path / "attempts"
    script = "import urllib.request; urllib.request.urlopen('http://localhost:9/')"
    result = subprocess.run(
        [sys.executable, "-c", script],
        env=os.environ | {"PYTHONPATH": str(tmp_path), "ATTEMPTS": str(attempts)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert result.returncode != 0
    assert "socket.getaddrinfo" in attempts.read_text()
