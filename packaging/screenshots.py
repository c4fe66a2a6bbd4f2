"""The README's pictures, taken from the real application: real window, worker, bundled model and quiz.

    QT_QPA_PLATFORM=offscreen python packaging/screenshots.py docs/images [--dark]

Answers the quiz as somebody who likes short replies, asks one question, rates it, and looks at the taste page.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtGui import QFont, QFontDatabase

from desktop.app import make_application
from desktop.assembly import Attune, Stores
from desktop.theme.style import Theme
from engine.paths import Paths

SIZE = (1180, 760)
PROMPT = "Give me three tips for sleeping better."
WAIT_MS = 120_000
FONTS = ("Inter", "Noto Sans", "DejaVu Sans")


def main() -> int:
    arguments = _arguments()
    arguments.out.mkdir(parents=True, exist_ok=True)
    app = make_application()
    families = set(QFontDatabase.families())
    app.setFont(QFont(next(family for family in (*FONTS, app.font().family()) if family in families), 10))
    scheme = Qt.ColorScheme.Dark if arguments.dark else Qt.ColorScheme.Light
    for theme in app.findChildren(Theme):
        theme.apply(scheme)
    with tempfile.TemporaryDirectory() as directory:
        attune = Attune(Stores.open(Paths.under(Path(directory))))
        try:
            _tour(attune, lambda name: _grab(attune, arguments.out / f"{name}.png"))
        finally:
            attune.close()
    return 0


def _tour(attune: Attune, shoot: Callable[[str], None]) -> None:
    attune.start()
    window = attune.window
    window.resize(*SIZE)
    shoot("welcome")
    window.welcome.start_button.click()
    asked = 0
    while window.page == "quiz":
        if asked == 4:
            shoot("quiz")
        left, right = (len(card.accessibleName()) for card in (window.quiz.left, window.quiz.right))
        attune.quiz.choose_side(left < right)
        asked += 1
    shoot("quiz-end")
    window.quiz_end.chat_button.click()
    _until(lambda: attune.models.status.state == "ready")
    attune.settings.update(max_tokens=220)
    attune.chats.send(PROMPT)
    _until(lambda: "about" in window.chat.progress_card.text)
    shoot("drafts")
    _until(lambda: not attune.chats.is_busy)
    bar = window.chat.messages[-1].bar
    bar.up_button.click()
    bar.why_button.click()
    shoot("chat")
    window.show_page("taste")
    shoot("taste")
    window.sidebar.model_button.click()
    _until(lambda: attune.library.listing is not None)
    shoot("models")


def _grab(attune: Attune, path: Path) -> None:
    _wait(150)
    attune.window.grab().save(str(path))
    print(path)


def _wait(milliseconds: int) -> None:
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def _until(condition: Callable[[], bool]) -> None:
    for _ in range(WAIT_MS // 50):
        if condition():
            return
        _wait(50)
    raise SystemExit("The engine did not get there in time.")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--dark", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
