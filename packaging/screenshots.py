"""A tour of every screen, taken from the real application: real window, worker, bundled model and quiz.

    QT_QPA_PLATFORM=offscreen python packaging/screenshots.py docs/images [--dark] [--percent 200] [--readme]

Answers the quiz as somebody who likes short replies, asks one question, rates it, and goes through every page and
dialog. --readme takes only the pictures that the documents show; --sheet makes one picture of all, small.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from PySide6.QtCore import QEventLoop, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QFont, QFontDatabase, QImage, QPainter
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from desktop.about.dialog import AboutDialog
from desktop.app import make_application
from desktop.assembly import Attune, Stores
from desktop.palette.dialog import Palette
from desktop.settings.dialog import SettingsDialog
from desktop.theme.style import Theme
from engine.paths import Paths

SIZE = (1180, 760)
PROMPT = "Give me three tips for sleeping better."
WAIT_MS = 120_000
FONTS = ("Inter", "Noto Sans", "DejaVu Sans")
IN_DOCUMENTS = ("welcome", "quiz", "quiz-end", "drafts", "chat", "taste", "models")

SHEET_COLUMNS, SHEET_CELL, SHEET_GAP = 4, QSize(420, 272), 8

Shoot = Callable[[str, QWidget], None]


def main() -> int:
    arguments = _arguments()
    arguments.out.mkdir(parents=True, exist_ok=True)
    app = make_application()
    _use_a_readable_font(app)
    taken: list[QImage] = []

    def shoot(name: str, shown: QWidget) -> None:
        if not arguments.readme or name in IN_DOCUMENTS:
            _wait(150)
            path = arguments.out / f"{name}.png"
            picture = shown.grab().toImage()
            picture.save(str(path))
            taken.append(picture)
            print(path)

    with tempfile.TemporaryDirectory() as directory:
        attune = Attune(Stores.open(Paths.under(Path(directory))))
        attune.settings.update(theme="dark" if arguments.dark else "light", font_percent=arguments.percent)
        try:
            _first_start(attune, shoot)
            _chat(attune, shoot)
            _pages(attune, shoot)
            if not arguments.readme:
                _sidebar(attune, shoot)
                _dialogs(attune, shoot)
        finally:
            attune.close()
    if arguments.sheet:
        contact_sheet(taken).save(str(arguments.sheet))
    return 0


def contact_sheet(pictures: Sequence[QImage]) -> QImage:
    """All of them, small, in the order in which they were taken."""
    cell = SHEET_CELL + QSize(SHEET_GAP, SHEET_GAP)
    n_rows = -(-len(pictures) // SHEET_COLUMNS)
    sheet = QImage(SHEET_COLUMNS * cell.width(), n_rows * cell.height(), QImage.Format.Format_RGB32)
    sheet.fill(QColor("#8a8a86"))
    painter = QPainter(sheet)
    for number, picture in enumerate(pictures):
        fits = picture.size().boundedTo(picture.size().scaled(SHEET_CELL, Qt.AspectRatioMode.KeepAspectRatio))
        row, column = divmod(number, SHEET_COLUMNS)
        painter.drawImage(
            column * cell.width() + (cell.width() - fits.width()) // 2,
            row * cell.height() + (cell.height() - fits.height()) // 2,
            picture.scaled(fits, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation),
        )
    painter.end()
    return sheet


def _first_start(attune: Attune, shoot: Shoot) -> None:
    attune.start()
    window = attune.window
    window.resize(*SIZE)
    shoot("welcome", window)
    window.welcome.start_button.click()
    asked = 0
    while window.page == "quiz":
        if asked == 4:
            shoot("quiz", window)
        left, right = (len(card.accessibleName()) for card in (window.quiz.left, window.quiz.right))
        attune.quiz.choose_side(left < right)
        asked += 1
    shoot("quiz-end", window)
    window.quiz_end.chat_button.click()
    step = 1
    while attune.shell.tour.title:
        shoot(f"tour-{step}", window)
        attune.shell.tour.next_button.click()
        step += 1


def _chat(attune: Attune, shoot: Shoot) -> None:
    window = attune.window
    shoot("new-chat", window)
    _until(lambda: attune.models.status.state == "ready")
    attune.settings.update(max_tokens=220)
    attune.chats.send(PROMPT)
    _until(lambda: "about" in window.chat.progress_card.text)
    shoot("drafts", window)
    _until(lambda: not attune.chats.is_busy)
    bar = window.chat.messages[-1].bar
    bar.up_button.click()
    bar.why_button.click()
    shoot("chat", window)


def _pages(attune: Attune, shoot: Shoot) -> None:
    window = attune.window
    window.show_page("taste")
    shoot("taste", window)
    window.sidebar.model_button.click()
    _until(lambda: attune.library.listing is not None)
    shoot("models", window)


def _sidebar(attune: Attune, shoot: Shoot) -> None:
    """Folders, a persona, what was deleted, a search, and a temporary chat."""
    window, chats = attune.window, attune.chat_assembly
    first = attune.chats.open_id or ""
    chats.list.duplicate(first)
    chats.list.rename(attune.chats.open_id or "", "Tea in the evening")
    chats.folders.create("Health", first)
    chats.folders.create("Work")
    tutor = next(persona for persona in attune.personas.choice.personas if persona.name == "Patient tutor")
    attune.personas.choose(tutor.id)
    window.show_page("chat")
    shoot("folders", window)
    chats.folders.delete(window.sidebar.conversations.folders[1].folder.id)
    shoot("undo", window)
    chats.deletions.undo()
    window.sidebar.search_field.setText("sleep")
    shoot("search", window)
    window.sidebar.search_field.clear()
    attune.chats.new_temporary_chat()
    shoot("temporary", window)
    attune.chats.open(first)


def _dialogs(attune: Attune, shoot: Shoot) -> None:
    shell, window = attune.shell, attune.window
    openers = {
        "palette": shell.open_palette,
        "shortcuts": shell.open_shortcuts,
        "settings": shell.open_settings,
        "about": shell.open_about,
        "connections": shell.open_connections,
        "personas": attune.chat_assembly.open_personas,
        "new-folder": attune.chat_assembly.create_folder,
    }
    for name, opener in openers.items():
        opener()
        dialog = next(each for each in window.findChildren(QDialog) if each.isVisible())
        if isinstance(dialog, Palette):
            dialog.field.setText("ta")
        shoot(name, dialog)
        if isinstance(dialog, SettingsDialog):
            dialog.section_list.setCurrentRow(3)
            shoot("settings-look", dialog)
        if isinstance(dialog, AboutDialog):
            for part in ("licences", "diagnostics"):
                dialog.part_buttons[part].click()
                shoot(f"about-{part}", dialog)
        dialog.reject()
        _wait(20)


def _use_a_readable_font(app: QApplication) -> None:
    """Offscreen, Qt's own choice may be a font without a face for every weight."""
    families = set(QFontDatabase.families())
    app.setFont(QFont(next(family for family in (*FONTS, app.font().family()) if family in families), 10))
    for theme in app.findChildren(Theme):
        theme.apply(app.styleHints().colorScheme())


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
    parser.add_argument("--percent", type=int, default=100, help="the size of text, 100 to 200")
    parser.add_argument("--sheet", type=Path, metavar="F", help="a picture of all of them; a .jpg is small")
    parser.add_argument("--readme", action="store_true", help="only the pictures that the documents show")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
