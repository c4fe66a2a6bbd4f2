"""`attune`: the command line, and the sentences for what can fail before there is a window.

Importing this loads neither torch nor llama.cpp: the model lives in the engine worker's process.
"""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMessageBox

from desktop.assembly import Attune, Stores
from desktop.single_window import raise_other_window
from desktop.theme.icons import app_icon
from desktop.theme.style import Theme
from desktop.translations import install_translators
from desktop.worker_log import PrivateLogHandler
from engine.errors import AlreadyOpenError, EngineError
from engine.paths import Paths
from engine.store.settings import load_settings

_log = logging.getLogger("attune.window")


def main(argv: Sequence[str] | None = None) -> int:
    """Open the window and run until it closes. Returns the exit code."""
    arguments = _parser().parse_args(argv)
    if arguments.engine_worker:
        from engine.worker import main as worker_main

        return worker_main()
    if arguments.engine_command is not None:
        from engine.cli import main as command_main

        return command_main(arguments.engine_command)
    if arguments.self_test:
        from desktop.self_test import run_self_test

        return run_self_test(arguments.data_dir)
    if not has_screen():
        print("Attune needs a screen: neither DISPLAY nor WAYLAND_DISPLAY is set.", file=sys.stderr)
        return 1
    paths = Paths.under(arguments.data_dir) if arguments.data_dir else Paths.default()
    return run(paths)


def run(paths: Paths) -> int:
    """The application on these directories, until its window closes."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Qt's loop would not notice Ctrl+C
    app = make_application()
    while True:
        try:
            stores = Stores.open(paths)
            install_translators(app, load_settings(paths.settings).language)
            attune = Attune(stores)
        except AlreadyOpenError as exc:
            if raise_other_window(paths.data):
                print(f"Attune is already open on {paths.data}: its window was raised.", file=sys.stderr)
                return 0
            _say_why_not(str(exc))
            return 1
        except EngineError as exc:
            _say_why_not(str(exc))
            return 1
        code = _run_window(app, attune, paths)
        after = attune.safekeeping.after_close
        attune.window.deleteLater()
        attune.deleteLater()
        if after is None:
            return code
        try:
            after()  # on files that nothing has open, and then the window again
        except EngineError as exc:
            _say_why_not(str(exc))


def _run_window(app: QApplication, attune: Attune, paths: Paths) -> int:
    """Until the window closes; nothing of it is open afterwards."""
    log_handler = _log_to(paths.logs)
    sys.excepthook = exception_hook(attune, paths.logs)
    try:
        attune.shell.ended.connect(app.quit)
        attune.start()
        return app.exec()
    except EngineError as exc:
        _say_why_not(str(exc))
        return 1
    finally:
        sys.excepthook = sys.__excepthook__
        attune.close()
        _log.removeHandler(log_handler)
        log_handler.close()


def make_application() -> QApplication:
    """The one QApplication, themed."""
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    app.setApplicationName("Attune")
    app.setApplicationDisplayName("Attune")
    app.setDesktopFileName("attune")
    app.setWindowIcon(app_icon())
    if app.findChild(Theme) is None:
        Theme(app)
    return app


def has_screen() -> bool:
    """Whether a window can be opened at all; Qt would abort the process instead of saying so."""
    if not sys.platform.startswith("linux"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def _say_why_not(sentence: str) -> None:
    print(sentence, file=sys.stderr)
    if QGuiApplication.platformName() not in ("offscreen", "minimal"):
        QMessageBox.critical(None, "Attune", sentence)


_ExceptionHook = Callable[[type[BaseException], BaseException, TracebackType | None], object]


def exception_hook(attune: Attune, logs: Path) -> _ExceptionHook:
    """The one place that catches broadly: a slot that failed shows a sentence, and the window goes on."""

    def on_exception(kind: type[BaseException], exception: BaseException, traceback: TracebackType | None) -> None:
        if isinstance(exception, EngineError):
            attune.window.show_problem(str(exception))
            return
        _log.error("unexpected", exc_info=(kind, exception, traceback))
        sys.__excepthook__(kind, exception, traceback)
        attune.window.show_problem(
            QCoreApplication.translate(
                "app", "Something went wrong inside Attune ({error}). Details are in {path}."
            ).format(error=kind.__name__, path=logs / "window.log")
        )

    return on_exception


def _log_to(logs: Path) -> PrivateLogHandler:
    handler = PrivateLogHandler(logs / "window.log", maxBytes=500_000, backupCount=1, encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    _log.addHandler(handler)
    return handler


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="attune", description="A desktop chat assistant that answers the way you like, on your own machine."
    )
    parser.add_argument(
        "--data-dir", type=Path, metavar="DIR", help="keep everything in DIR, apart from your own profile"
    )
    parser.add_argument(
        "--self-test",
        action="store_true",
        help="build every view, load the bundled model, make one reply, and exit",
    )
    parser.add_argument("--engine-worker", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--engine-command", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    return parser


if __name__ == "__main__":
    sys.exit(main())
