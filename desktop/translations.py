"""The window's languages: assets/translations/attune_<language>.qm, and Qt's own translations for its dialogs.

Attune is written in English, which therefore needs no file. `packaging/translations.py` makes the files.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from engine.paths import assets_dir

SOURCE_LANGUAGE = "en"
SYSTEM = "system"


def translations_dir() -> Path:
    return assets_dir() / "translations"


def available_languages(directory: Path | None = None) -> list[str]:
    """Codes such as "de": English and every language that there is a file of, in order of their codes."""
    files = (directory or translations_dir()).glob("attune_*.qm")
    return sorted({SOURCE_LANGUAGE, *(path.stem.removeprefix("attune_") for path in files)})


def language_name(code: str) -> str:
    """What a language calls itself, such as "Deutsch"."""
    if code == SOURCE_LANGUAGE:
        return "English"
    name = QLocale(code).nativeLanguageName()
    return name[:1].upper() + name[1:] if name else code


def chosen_language(setting: str, available: Sequence[str], system: Sequence[str] | None = None) -> str:
    """Which language the window speaks.

    setting: "system", or a code; system: the languages that the person prefers, best first, such as "de-AT" (from the
    system where None). A language that there is no file of gives English.
    """
    wanted = [setting] if setting != SYSTEM else list(system if system is not None else QLocale.system().uiLanguages())
    for name in wanted:
        parts = name.replace("_", "-").split("-")
        for code in ("_".join(parts), parts[0]):
            if code in available:
                return code
    return SOURCE_LANGUAGE


def install_translators(app: QCoreApplication, setting: str, directory: Path | None = None) -> str:
    """Have the window speak the chosen language; before any of its texts are made. Returns the language's code."""
    directory = directory or translations_dir()
    language = chosen_language(setting, available_languages(directory))
    for former in app.findChildren(QTranslator):
        app.removeTranslator(former)
        former.deleteLater()
    if language != SOURCE_LANGUAGE:
        qts = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        # the one installed last is asked first
        for name, where in ((f"qtbase_{language}", qts), (f"attune_{language}", str(directory))):
            translator = QTranslator(app)
            if translator.load(name, where):
                app.installTranslator(translator)
    return language
