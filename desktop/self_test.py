"""`attune --self-test`: the shipped application tries itself, on a screen or without one."""

from __future__ import annotations

import contextlib
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
from desktop.translations import available_languages
from desktop.window import PageName
from engine.attachments import read_attachment
from engine.directions.calibration import find_calibration
from engine.errors import EngineError, KeyringError
from engine.library.bundled import bundled_model_path
from engine.paths import Paths
from engine.preferences.taste_model import load_taste_model
from engine.protocol import ReplyReady
from engine.remote.keys import ServerKeys
from engine.types import ChatMessage, SamplingSettings

LOAD_TIMEOUT_MS = 180_000
REPLY_TIMEOUT_MS = 120_000


_PDF_TEXT = "Attune reads this page."


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
        _try_parts(paths)
        _build_views(app, attune)
        _load_model(attune)
        _make_reply(attune)
    finally:
        attune.window.hide()
        attune.close()


def _try_parts(paths: Paths) -> None:
    """What a build may have lost although every view is there: data files, and libraries imported when needed."""
    pdf = paths.data / "page.pdf"
    pdf.write_bytes(_page(_PDF_TEXT))
    if _PDF_TEXT not in read_attachment(pdf).text:
        raise _SelfTestError("A PDF file could not be read.")
    languages = available_languages()
    if len(languages) < 2:
        raise _SelfTestError("The translations are missing.")
    with contextlib.suppress(KeyringError):  # locked, say: it is there to be asked
        ServerKeys().get("https://self-test.invalid")
    if find_calibration(bundled_model_path(), load_taste_model().heads_version) is None:
        raise _SelfTestError("What the bundled model makes of requests is missing, or belongs to other heads.")
    _said(f"parts: PDF files, keyring, calibration, languages {', '.join(languages)}")


def _page(text: str) -> bytes:
    """A PDF file of one page."""
    stream = f"BT /F 12 Tf 10 100 Td ({text}) Tj ET"
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
        f"<</Length {len(stream)}>>\nstream\n{stream}\nendstream",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    content, places = "%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(f"{len(content):010d} 00000 n \n")
        content += f"{number} 0 obj\n{body}\nendobj\n"
    table = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{''.join(places)}"
    trailer = f"trailer\n<</Root 1 0 R/Size {len(objects) + 1}>>\nstartxref\n{len(content)}\n%%EOF\n"
    return (content + table + trailer).encode("ascii")


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
