"""`attune --self-test`: the shipped application tries itself, on a screen or without one."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path
from typing import get_args

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from desktop.app import has_screen, make_application
from desktop.assembly import Attune, Stores
from desktop.library.models import ModelStatus
from desktop.settings.dialog import SettingsDialog
from desktop.window import PageName
from engine.errors import EngineError
from engine.paths import Paths
from engine.protocol import ReplyReady
from engine.types import ChatMessage, SamplingSettings

LOAD_TIMEOUT_MS = 180_000
REPLY_TIMEOUT_MS = 120_000


class _SelfTestError(EngineError):
    """A step failed; the sentence says which."""


def run_self_test(data_dir: Path | None) -> int:
    """Returns the exit code. Prints a line a step; on failure one sentence, on stderr."""
    if not has_screen():
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    try:
        if data_dir is not None:
            Paths.under(data_dir).ensure()
        # inside the data directory, never in it: the test begins a quiz and changes settings
        with tempfile.TemporaryDirectory(prefix="self-test-", dir=data_dir, ignore_cleanup_errors=True) as temporary:
            _run(Paths.under(Path(temporary)))
    except EngineError as exc:
        print(f"Self-test failed: {exc}", file=sys.stderr)
        return 1
    print("self-test: passed")
    return 0


def _run(paths: Paths) -> None:
    app = make_application()
    attune = Attune(Stores.open(paths))
    _said(f"stores: opened in {paths.data}")
    try:
        _build_views(app, attune)
        _load_model(attune)
        _make_reply(attune)
    finally:
        attune.window.hide()
        attune.close()


def _build_views(app: QApplication, attune: Attune) -> None:
    started = time.monotonic()
    attune.chats.start()
    attune.window.show()
    for name in get_args(PageName):
        if name == "quiz":
            attune.quiz.begin()
        attune.window.show_page(name)
        app.processEvents()
        if attune.window.grab().isNull():
            raise _SelfTestError(f"The page {name} could not be drawn.")
    dialog = SettingsDialog(attune.settings.current, attune.window)
    dialog.grab()
    dialog.deleteLater()
    _said(f"views: drawn in {time.monotonic() - started:.1f} s ({app.platformName()})")


def _load_model(attune: Attune) -> None:
    loop = QEventLoop()
    problems: list[str] = []

    def on_status(status: ModelStatus) -> None:
        if status.state != "loading":
            loop.quit()

    attune.models.problem.connect(problems.append)
    attune.models.status_changed.connect(on_status)
    started = time.monotonic()
    attune.models.use_bundled()
    if attune.models.status.state == "loading":
        _run_loop(loop, LOAD_TIMEOUT_MS)
    status = attune.models.status
    if status.state != "ready":
        raise _SelfTestError(status.sentence or " ".join(problems) or "The model did not load in time.")
    _said(f"model: {status.name} loaded in {time.monotonic() - started:.1f} s")


def _make_reply(attune: Attune) -> None:
    loop = QEventLoop()
    replies: list[ReplyReady] = []
    problems: list[str] = []
    attune.client.reply_ready.connect(lambda _id, reply: replies.append(reply))
    attune.client.failed.connect(lambda _id, sentence, _kind: problems.append(sentence))
    request_id = attune.client.generate(
        [ChatMessage(role="user", content="Say hello in one short sentence.")],
        2,
        SamplingSettings(max_tokens=32, seed=1),
        attune.taste.learner.weights,
    )
    attune.client.finished.connect(lambda finished: loop.quit() if finished == request_id else None)
    _run_loop(loop, REPLY_TIMEOUT_MS)
    if not replies:
        raise _SelfTestError(problems[0] if problems else "No reply came in time.")
    reply = replies[0]
    _said(f"reply: {len(reply.drafts)} drafts, number {reply.chosen + 1} chosen, in {reply.timings.total_s:.1f} s")


def _run_loop(loop: QEventLoop, timeout_ms: int) -> None:
    QTimer.singleShot(timeout_ms, loop.quit)
    loop.exec()


def _said(line: str) -> None:
    print(line, flush=True)
