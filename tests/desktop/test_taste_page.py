"""The taste page: what is believed, in words and bars, and taking things back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from helpers.stored_chats import store_drafts
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from desktop.assembly import Attune
from desktop.chat.message_view import ReplyMessage
from desktop.line_edit_dialog import LineEditDialog
from desktop.taste.history_section import HistorySection
from engine.preferences.events import AxisStatement
from engine.preferences.explanation import AxisLiking
from engine.store.chats import ChatStore
from engine.types import AXES

LEFT = Qt.MouseButton.LeftButton
Key = Qt.Key


def liking(attune: Attune, axis: str) -> AxisLiking:
    return next(liking for liking in attune.taste.learner.likings() if liking.axis == axis)


def from_menu(attune: Attune, text: str) -> None:
    next(action for action in attune.window.taste.more_button.menu().actions() if action.text() == text).trigger()


def name_it(attune: Attune, name: str) -> None:
    dialog = attune.window.findChild(LineEditDialog)
    assert dialog is not None
    dialog.field.setText(name)
    dialog.save_button.click()
    dialog.deleteLater()


def confirm(attune: Attune, qtbot: QtBot, text: str) -> str:
    """Press a button of the question that is open. Returns what was asked."""
    box = attune.window.findChild(QMessageBox)
    assert box is not None
    asked = f"{box.text()} {box.informativeText()}"
    next(button for button in box.buttons() if button.text() == text).click()
    qtbot.waitUntil(lambda: attune.window.findChild(QMessageBox) is None)
    return asked


def choose_file(attune: Attune, qtbot: QtBot, path: Path) -> None:
    dialog = attune.window.findChild(QFileDialog)
    assert dialog is not None
    dialog.fileSelected.emit(str(path))
    dialog.reject()
    qtbot.waitUntil(lambda: attune.window.findChild(QFileDialog) is None)


def test_every_axis_has_a_bar_that_says_itself_in_words(attune: Attune):
    for axis in AXES:
        assert attune.window.taste.bars[axis].accessibleName().startswith(f"{axis.capitalize()}: ")


def test_undo_in_the_list_brings_back_exactly_what_was(attune: Attune, qtbot: QtBot):
    before = attune.taste.learner.posterior.mean.copy()
    attune.quiz.begin()
    attune.quiz.choose_side(True)
    attune.window.show_page("taste")
    assert (attune.taste.learner.posterior.mean != before).any()
    (undo,) = attune.window.taste.undo_buttons
    qtbot.mouseClick(undo, Qt.MouseButton.LeftButton)
    assert (attune.taste.learner.posterior.mean == before).all()
    assert attune.window.taste.undo_buttons == []


def test_reset_asks_first_and_then_forgets_everything(attune: Attune, qtbot: QtBot):
    attune.quiz.begin()
    attune.quiz.choose_side(True)
    attune.window.show_page("taste")
    for confirmed in (False, True):
        qtbot.mouseClick(attune.window.taste.reset_button, Qt.MouseButton.LeftButton)
        confirm(attune, qtbot, "Reset" if confirmed else "Cancel")
        assert len(attune.taste.learner.events) == (0 if confirmed else 1)
    assert attune.taste.quiz_state == "new"


# corrections


def test_an_axis_is_corrected_by_keys_with_a_receipt_and_undo(attune: Attune, qtbot: QtBot):
    attune.taste.set_quiz_state("done")
    attune.window.show_page("taste")
    page, before = attune.window.taste, attune.taste.learner.weights
    qtbot.keyClick(page.correct_buttons["humour"], Key.Key_Space)
    slider = page.sliders["humour"]
    assert not slider.isHidden()
    slider.slider.setValue(slider.slider.minimum())
    for _ in range(3):
        qtbot.keyClick(slider.slider, Key.Key_Right)
    said = slider.value
    assert "more earnest, much" in slider.slider.accessibleName()
    qtbot.keyClick(slider.slider, Key.Key_Return)
    assert slider.isHidden()
    assert liking(attune, "humour").mean == pytest.approx(said, abs=0.1)
    assert page.receipt_text == "Noted: more earnest from now on."
    (entry,) = attune.taste.learner.events
    assert isinstance(entry.event, AxisStatement)
    qtbot.mouseClick(page.receipt_undo_button, LEFT)
    assert attune.taste.learner.weights == before
    assert page.receipt_text == "Taken back."
    assert page.receipt_undo_button.isHidden()


def test_a_slider_that_is_left_says_nothing(attune: Attune, qtbot: QtBot):
    attune.window.show_page("taste")
    page = attune.window.taste
    qtbot.mouseClick(page.correct_buttons["length"], LEFT)
    qtbot.mouseClick(page.correct_buttons["warmth"], LEFT)
    assert page.sliders["length"].isHidden()
    assert not page.correct_buttons["length"].isChecked()
    page.sliders["warmth"].slider.setValue(9)
    qtbot.keyClick(page.sliders["warmth"].slider, Key.Key_Escape)
    assert page.sliders["warmth"].isHidden()
    assert attune.taste.learner.events == []


# pausing


def test_while_learning_is_paused_a_rating_is_not_kept_and_that_is_said(
    attune: Attune, open_attune: Callable[[], Attune], qtbot: QtBot
):
    attune.taste.set_quiz_state("done")
    attune.chats.open(store_drafts(attune, "What is basil?", ["A herb.", "A herb that many kitchens grow."]))
    attune.window.show_page("taste")
    before = attune.taste.learner.weights
    qtbot.keyClick(attune.window.taste.learns_box, Key.Key_Space)
    attune.close()
    again = open_attune()
    assert not again.window.taste.learns_box.isChecked()
    again.window.show_page("chat")
    reply = again.window.chat.messages[-1]
    assert isinstance(reply, ReplyMessage)
    qtbot.mouseClick(reply.bar.up_button, LEFT)
    assert reply.receipt_text == "Learning is paused for this taste, so your rating is not kept."
    assert not reply.bar.up_button.isChecked()
    qtbot.mouseClick(reply.bar.previous_button, LEFT)
    qtbot.mouseClick(reply.bar.prefer_button, LEFT)
    assert reply.receipt_text.startswith("This one is the reply now. Learning is paused")
    assert reply.body.markdown == "A herb."
    assert (again.taste.log(), again.taste.learner.weights) == ([], before)
    again.tastes.set_learns(True)
    qtbot.mouseClick(reply.bar.up_button, LEFT)
    assert len(again.taste.learner.events) == 1


# profiles


def test_profiles_are_added_renamed_and_switched(attune: Attune, qtbot: QtBot):
    attune.quiz.begin()
    attune.quiz.choose_side(True)
    attune.window.show_page("taste")
    page = attune.window.taste
    from_menu(attune, "New profile…")
    name_it(attune, "Sunday")
    assert page.profile_button.text() == "Sunday"
    assert page.undo_buttons == []  # it begins with what most people like
    from_menu(attune, "Rename this profile…")
    name_it(attune, "Weekend")
    assert page.profile_button.text() == "Weekend"
    next(action for action in page.profile_button.list.actions() if action.text() == "Me").trigger()
    assert len(page.undo_buttons) == 1


def test_a_name_that_is_taken_is_refused_in_a_sentence(attune: Attune):
    attune.tastes.create("me")
    assert attune.window.notice_bar.text == "There is a profile named “me” already. Please choose another name."
    assert [profile.name for profile in attune.taste.profiles] == ["Me"]


def test_quiz_answers_go_to_the_selected_profile(attune: Attune):
    first = attune.taste.profile_id
    attune.tastes.create("Sunday")
    attune.quiz.begin()
    assert attune.window.quiz.progress_text == "Question 1 of up to 10 · for “Sunday”"
    attune.quiz.choose_side(True)
    assert attune.taste.learner.n_quiz_answers == 1
    assert attune.taste.learner_of(first).events == []


def test_deleting_a_profile_says_what_is_lost_and_leaves_its_chats(attune: Attune, qtbot: QtBot):
    first = attune.taste.profile_id
    attune.tastes.create("Sunday")
    chat = store_drafts(attune, "What is basil?", ["A herb."])
    attune.chats.open(chat)
    attune.quiz.begin()
    attune.quiz.choose_side(True)
    attune.window.show_page("taste")
    from_menu(attune, "Delete this profile…")
    asked = confirm(attune, qtbot, "Delete")
    assert "“Sunday”" in asked
    assert "deleted for good" in asked
    assert "“Me” chooses in them" in asked
    assert [profile.id for profile in attune.taste.profiles] == [first]
    assert attune.taste.learner.events == []
    assert ChatStore(attune.stores.database).conversation(chat).profile_id == first
    assert attune.window.taste.profile_button.isHidden()


def test_the_selected_profile_is_selected_after_a_restart(attune: Attune, open_attune: Callable[[], Attune]):
    attune.taste.set_quiz_state("done")
    attune.tastes.create("Sunday")
    attune.close()
    again = open_attune()
    assert again.window.page == "chat"  # a profile that was added asks nothing by itself
    assert again.taste.profile.name == "Sunday"


# files


def test_a_profile_goes_through_a_file_and_counts_the_same(attune: Attune, qtbot: QtBot, tmp_path: Path):
    attune.quiz.begin()
    for left in (True, False, True):
        attune.quiz.choose_side(left)
    attune.taste.undo(attune.taste.learner.events[0].number)
    attune.window.show_page("taste")
    file, weights = tmp_path / "Me.attune.json", attune.taste.learner.weights
    from_menu(attune, "Export to a file…")
    choose_file(attune, qtbot, file)
    assert attune.window.taste.receipt_text == f"Exported to {file}."
    from_menu(attune, "Import from a file…")
    choose_file(attune, qtbot, file)
    assert attune.taste.profile.name == "Me (2)"
    assert attune.window.taste.receipt_text == "Imported as the profile “Me (2)”."
    assert attune.taste.learner.weights == weights
    assert attune.taste.profile.weights == weights
    assert attune.taste.profile.quiz_state == "done"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b'{"chats": []}', "is not an Attune profile"),
        (b"\xff\xfe", "is not an Attune profile"),
        (b'{"format": "attune-profile", "version": 99}', "written by a newer Attune"),
        (None, "no such file"),
    ],
)
def test_a_file_that_cannot_be_imported_is_refused_in_a_sentence(
    attune: Attune, tmp_path: Path, content: bytes | None, problem: str
):
    file = tmp_path / "wrong.json"
    if content is not None:
        file.write_bytes(content)
    attune.tastes.import_from(str(file))
    assert problem in attune.window.notice_bar.text
    assert len(attune.taste.profiles) == 1


def test_an_export_that_cannot_be_written_is_said(attune: Attune, tmp_path: Path):
    attune.tastes.export_to(str(tmp_path / "nowhere" / "me.json"))
    assert attune.window.notice_bar.text.startswith("Cannot write the profile")


def history_of(attune: Attune, qtbot: QtBot, n_points: int) -> HistorySection:
    """The page's history once it has so many points."""
    section = attune.window.taste.history
    attune.window.show_page("taste")
    qtbot.waitUntil(lambda: section._state is not None and len(section._state.labels) == n_points, timeout=10_000)
    return section


def test_the_history_has_a_point_for_every_event_and_arrow_keys_tell_what_it_was(attune: Attune, qtbot: QtBot):
    attune.quiz.begin()
    for _ in range(3):
        attune.quiz.choose_side(True)
    attune.tastes.correct("length", 0.8)
    section = history_of(attune, qtbot, 5)
    assert section.axis == "length", "the taste that moved most is shown first"
    assert "You set Length" in section.text
    assert "(+0.7" in section.text or "(+0.8" in section.text
    qtbot.keyClick(section.chart, Key.Key_Left)
    assert "Quiz: " in section.text
    qtbot.keyClick(section.chart, Key.Key_Home)
    assert section.text.startswith("Before any answer")
    assert "point 1 of 5" in section.chart.accessibleName()
    section.axis_box.setCurrentIndex(section.axis_box.findData("humour"))
    assert section.chart.accessibleName().startswith("humour over time")


def test_undo_shortens_the_history_and_reset_empties_it(attune: Attune, qtbot: QtBot):
    attune.quiz.begin()
    attune.quiz.choose_side(True)
    attune.quiz.choose_side(True)
    history_of(attune, qtbot, 3)
    attune.tastes.undo(attune.taste.learner.events[-1].number)
    section = history_of(attune, qtbot, 2)
    attune.taste.reset()
    history_of(attune, qtbot, 1)
    assert not section.chart.isVisible()


def test_every_event_can_be_listed_and_undone_however_many_there_are(attune: Attune):
    for number in range(40):
        attune.tastes.correct(AXES[number % len(AXES)], 0.1)
    page = attune.window.taste
    attune.window.show_page("taste")
    assert len(page.undo_buttons) == 30
    assert page.more_events_button.text() == "Show earlier ones (10)"
    page.more_events_button.click()
    assert len(page.undo_buttons) == 40
    assert page.more_events_button.isHidden()
    first = attune.taste.learner.events[0].number
    page.undo_buttons[-1].click()
    assert first not in [entry.number for entry in attune.taste.learner.events]


def test_before_any_answer_nothing_is_said_to_be_the_persons_own(attune: Attune):
    page = attune.window.taste
    assert page.summary == "No leaning of your own yet"
    assert "Assumed of you as of most people: " in page._rests_on.text()


def test_comparisons_are_exported_from_the_menu(attune: Attune, qtbot: QtBot, tmp_path: Path):
    attune.quiz.begin()
    attune.quiz.choose_side(True)
    attune.window.show_page("taste")
    from_menu(attune, "Export comparisons as text…")
    choose_file(attune, qtbot, tmp_path / "me.jsonl")
    assert attune.window.taste.receipt_text.endswith("me.jsonl: 1.")
    assert len((tmp_path / "me.jsonl").read_text(encoding="utf-8").splitlines()) == 1


def test_a_section_can_be_added_and_stands_between_the_chart_and_the_history(attune: Attune):
    page = attune.window.taste
    section = QLabel("something more")
    page.add_section("More", section)
    attune.window.show_page("taste")
    QApplication.processEvents()

    def top(widget: QWidget) -> int:
        return widget.mapTo(page, QPoint(0, 0)).y()

    assert top(page.bars[AXES[-1]]) < top(section) < top(page.history)
