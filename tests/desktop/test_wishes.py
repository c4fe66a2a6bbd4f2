"""Trying out how a model follows wishes: begun by a click, put aside for messages, kept, and used."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers.waiting import REPLY_MS
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.assembly import Attune
from desktop.library.wishes_card import heeded
from engine.directions.calibration import AxisEffect, Calibration, fingerprint
from engine.store.calibrations import CalibrationBook
from engine.store.chats import ChatStore
from engine.types import AXES

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def small_trial(chat: Attune, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Attune]:
    """The running Attune, of whose model nothing is known yet; a trial takes seconds."""
    monkeypatch.setattr("engine.directions.calibration.calibrations_dir", lambda: tmp_path)  # nothing is shipped
    directory = chat.stores.paths.data / "calibrations"
    for file in directory.glob("*.json"):
        file.unlink()
    chat.calibrations.n_prompts, chat.calibrations.max_tokens = 2, 6
    chat.calibrations.refresh()
    yield chat
    chat.calibrations.stop()


def test_nothing_is_tried_out_by_itself(small_trial: Attune):
    assert small_trial.calibrations.status.state == "unknown"
    assert small_trial.window.models.wishes.button.text() == "Try it out"


def test_where_the_settings_say_so_a_new_model_is_tried_out_once_by_itself(small_trial: Attune, qtbot: QtBot):
    attune = small_trial
    attune.settings.update(calibrate_new_models=True)
    assert attune.calibrations.status.state == "running"
    attune.calibrations.stop()
    qtbot.waitUntil(lambda: attune.calibrations.status.state == "unknown", timeout=REPLY_MS)
    attune.calibrations.refresh()
    assert attune.calibrations.status.state == "unknown"
    attune.settings.update(calibrate_new_models=False)


def test_a_message_goes_first_and_the_trial_goes_on_to_its_end(small_trial: Attune, qtbot: QtBot):
    attune, card = small_trial, small_trial.window.models.wishes
    fractions: list[float] = []
    attune.calibrations.status_changed.connect(lambda status: fractions.append(status.fraction))
    attune.window.show_page("models")
    qtbot.mouseClick(card.button, LEFT)
    assert card.button.text() == "Stop"
    qtbot.waitUntil(lambda: any(0 < fraction < 1 for fraction in fractions), timeout=REPLY_MS)
    attune.window.show_page("chat")
    attune.chats.send("What is basil?")
    qtbot.waitUntil(lambda: not attune.chats.is_busy, timeout=REPLY_MS)
    assert attune.window.chat.messages[-1].body.markdown
    assert attune.calibrations.status.state == "running"
    qtbot.waitUntil(lambda: attune.calibrations.status.state == "known", timeout=REPLY_MS)
    measured = attune.calibrations.status.calibration
    assert measured is not None
    assert (measured.n_prompts, len(measured.effects)) == (2, 2 * len(AXES))
    assert sorted(f for f in fractions if f) == [f for f in fractions if f]  # what was done is not done again
    (file,) = (attune.stores.paths.data / "calibrations").glob("*.json")
    assert file.stem == measured.fingerprint
    assert card.text.startswith("It is too small for wishes")
    assert heeded(measured) == []
    assert card.button.text() == "Try it out again"


def test_stopping_a_trial_keeps_nothing_of_it(small_trial: Attune, qtbot: QtBot):
    attune, card = small_trial, small_trial.window.models.wishes
    attune.window.show_page("models")
    qtbot.mouseClick(card.button, LEFT)
    qtbot.mouseClick(card.button, LEFT)
    qtbot.waitUntil(lambda: attune.calibrations.status.state == "unknown", timeout=REPLY_MS)
    assert not list((attune.stores.paths.data / "calibrations").glob("*.json"))
    assert attune.window.notice_bar.text == "" or attune.window.notice_bar.isHidden()


def test_a_model_that_rests_is_loaded_before_it_is_tried_out(small_trial: Attune, qtbot: QtBot):
    attune = small_trial
    attune.client.rest()
    assert attune.models.status.state == "resting"
    qtbot.mouseClick(attune.window.models.wishes.button, LEFT)
    qtbot.waitUntil(lambda: attune.calibrations.status.state == "running", timeout=REPLY_MS)
    assert attune.models.status.state == "ready"


def test_what_was_found_out_steers_drafts_from_the_next_load_on_unless_it_is_switched_off(
    small_trial: Attune, qtbot: QtBot
):
    attune = small_trial
    heeding = [
        AxisEffect(axis=axis, more=more, shift=1.0, shift_se=0.1, quality=0.0, quality_se=0.1)
        for axis in AXES
        for more in (False, True)
    ]
    known = Calibration(
        model="m",
        fingerprint=fingerprint(Path(attune.models.status.path)),
        heads_version=attune.taste.model.heads_version,
        place="system",
        places=[],
        effects=heeding,
        n_prompts=8,
        max_tokens=96,
    )
    CalibrationBook(attune.stores.paths.data, attune.taste.model.heads_version).put(known)
    attune.models.reload()
    qtbot.waitUntil(lambda: attune.calibrations.status.state == "known", timeout=REPLY_MS)
    attune.settings.update(max_tokens=8)
    attune.tastes.add_sentence("length", False)

    def directions_of_a_reply() -> set[str]:
        attune.chats.new_chat()
        attune.chats.send("I feel a bit lost since I moved.")
        qtbot.waitUntil(lambda: not attune.chats.is_busy, timeout=REPLY_MS)
        return {draft.direction for draft in ChatStore(attune.stores.database).thread(attune.chats.open_id)[-1].drafts}

    assert directions_of_a_reply() == {"plain", "yours"}
    attune.settings.update(steer_by_profile=False)
    assert directions_of_a_reply() == {"plain"}
    attune.settings.update(steer_by_profile=True, max_tokens=40)


def test_what_a_model_heeds_is_said_in_words_the_strongest_first():
    def effect(axis: str, more: bool, shift: float) -> AxisEffect:
        return AxisEffect(axis=axis, more=more, shift=shift, shift_se=0.1, quality=0.0, quality_se=0.0)

    calibration = Calibration(
        model="m",
        fingerprint="f",
        heads_version="h",
        place="system",
        places=[],
        effects=[effect("warmth", True, 0.5), effect("length", False, 2.0), effect("humour", True, 0.05)],
        n_prompts=8,
        max_tokens=96,
    )
    assert heeded(calibration) == ["shorter", "warmer"]
