"""Translations: made by Qt's own tools from the real texts, chosen by setting or system, and loaded."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree

import pytest
from helpers.scripts import packaging_script
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication

from desktop.sidebar import Sidebar
from desktop.translations import available_languages, chosen_language, install_translators, language_name


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    """packaging/translations.py, which is no package."""
    return packaging_script("translations")


@pytest.fixture
def app_in_english(app: QApplication) -> Iterator[QApplication]:
    yield app
    install_translators(app, "en")


def test_a_text_that_was_translated_is_shown_and_qts_own_with_it(
    app_in_english: QApplication, tool: ModuleType, tmp_path: Path, qtbot
):
    assert tool.update_sources(["de"], tmp_path) == 0
    source = tmp_path / "attune_de.ts"
    tree = ElementTree.parse(source)
    texts = {
        (context.findtext("name"), message.findtext("source")): message
        for context in tree.iter("context")
        for message in context.iter("message")
    }
    assert {("Sidebar", "Retake the quiz"), ("personas", "Patient tutor")} <= set(texts)
    # through a helper, and out of a table
    assert {("Correction", "more structured"), ("Likings", "livelier"), ("Why", "livelier")} <= set(texts)
    assert "location" not in source.read_text(encoding="utf-8")
    translation = texts["Sidebar", "New chat"].find("translation")
    assert translation is not None
    translation.text = "Neuer Chat"
    del translation.attrib["type"]
    tree.write(source, encoding="utf-8", xml_declaration=True)
    assert tool.compile_all(tmp_path, tmp_path / "out") == 0
    assert available_languages(tmp_path / "out") == ["de", "en"]
    assert install_translators(app_in_english, "de", tmp_path / "out") == "de"
    sidebar = Sidebar()
    qtbot.addWidget(sidebar)
    assert sidebar.new_chat_button.text() == "Neuer Chat"
    assert sidebar.taste_button.text() == "Taste"  # not translated: English
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "Abbrechen"
    assert install_translators(app_in_english, "en", tmp_path / "out") == "en"
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "Cancel"


@pytest.mark.parametrize(
    ("setting", "system", "expected"),
    [
        ("system", ["de-AT", "en-GB"], "de"),
        ("system", ["fr-FR", "de"], "de"),
        ("system", ["fr"], "en"),
        ("system", ["pt-BR"], "pt_BR"),
        ("en", ["de-AT"], "en"),
        ("de", ["fr"], "de"),
        ("nn", ["de"], "en"),
    ],
)
def test_the_language_is_the_persons_choice_or_the_first_of_the_system_that_there_is(
    setting: str, system: list[str], expected: str
):
    assert chosen_language(setting, ["de", "en", "pt_BR"], system) == expected


def test_a_language_is_called_what_it_calls_itself():
    assert [language_name(code) for code in ("en", "de", "fr")] == ["English", "Deutsch", "Français"]
