"""Personas: shipped as examples, edited in their dialog, chosen for a chat, and read by the model."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from desktop.assembly import Attune
from desktop.personas.dialog import PersonasDialog
from engine.store.chats import ChatStore


def names(attune: Attune) -> list[str]:
    return [persona.name for persona in attune.personas.choice.personas]


def open_dialog(attune: Attune) -> PersonasDialog:
    button = attune.window.chat.persona_button
    next(action for action in button.list.actions() if action.text() == "Personas…").trigger()
    dialog = attune.window.findChild(PersonasDialog)
    assert dialog is not None
    return dialog


def choose(attune: Attune, name: str) -> None:
    next(action for action in attune.window.chat.persona_button.list.actions() if action.text() == name).trigger()


def test_examples_are_there_once_and_stay_deleted(attune: Attune, open_attune: Callable[[], Attune]):
    assert names(attune) == ["Careful editor", "Patient tutor", "Plain words", "Programming partner"]
    for persona in attune.personas.choice.personas:
        attune.personas.remove(persona.id)
    attune.close()
    assert names(open_attune()) == []


def test_a_persona_is_added_changed_and_deleted_in_its_dialog(attune: Attune, qtbot: QtBot):
    dialog = open_dialog(attune)
    dialog.add_button.click()
    assert not dialog.save_button.isEnabled()
    dialog.name_field.setText("Pirate")
    dialog.prompt_field.setPlainText("Talk like a pirate.")
    dialog.save_button.click()
    assert "Pirate" in names(attune)
    assert dialog.list.currentItem().text() == "Pirate"
    dialog.name_field.setText("Captain")
    dialog.save_button.click()
    assert "Captain" in names(attune)
    assert "Pirate" not in names(attune)
    dialog.default_box.click()
    assert attune.settings.current.persona_id == dialog.current_id
    dialog.delete_button.click()
    box = dialog.findChild(QMessageBox)
    assert box is not None
    next(button for button in box.buttons() if button.text() == "Delete").click()
    assert "Captain" not in names(attune)
    assert attune.settings.current.persona_id is None


def test_a_chat_has_the_persona_that_was_chosen_before_its_first_message(attune: Attune):
    attune.settings.update(system_prompt="Be brief.")
    attune.chats.new_chat()
    choose(attune, "Patient tutor")
    assert attune.window.chat.persona_button.accessibleName() == "Persona: Patient tutor"
    attune.chats.send("What is rain?")
    chats = ChatStore(attune.stores.database)
    (chat,) = chats.conversations()
    assert attune.personas.system_prompt_of(chats, chat.id).startswith("You are a patient tutor.")
    attune.writer.stop()
    attune.chats.new_chat()
    assert attune.window.chat.persona_button.accessibleName() == "Persona: none"
    attune.chats.open(chat.id)
    assert attune.window.chat.persona_button.accessibleName() == "Persona: Patient tutor"
    choose(attune, "No persona")
    assert attune.personas.system_prompt_of(chats, chat.id) == "Be brief."
    tutor = next(persona for persona in attune.personas.choice.personas if persona.name == "Patient tutor")
    attune.personas.choose(tutor.id)
    attune.personas.remove(tutor.id)
    assert attune.personas.system_prompt_of(chats, chat.id) == "Be brief."
    assert attune.window.chat.persona_button.accessibleName() == "Persona: none"


def test_new_chats_begin_with_the_default_persona_and_temporary_ones_keep_theirs(attune: Attune):
    tutor = next(persona for persona in attune.personas.choice.personas if persona.name == "Patient tutor")
    attune.personas.set_default(tutor.id)
    attune.chats.new_temporary_chat()
    assert attune.personas.chosen_id == tutor.id
    choose(attune, "Plain words")
    attune.chats.send("What is rain?")
    prompt = attune.personas.system_prompt_of(attune.chats._chats, attune.chats.open_id)
    assert prompt.startswith("Explain things")
    attune.writer.stop()
