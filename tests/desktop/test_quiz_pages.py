"""First launch: welcome, the quiz by keys, what it learned, and coming back to it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.assembly import Attune
from desktop.quiz.order import choice_of_side, is_swapped, sides
from engine.preferences.events import QuizAnswer
from engine.preferences.quiz import QUIZ_LENGTH

Key = Qt.Key


def begin(attune: Attune, qtbot: QtBot) -> None:
    qtbot.mouseClick(attune.window.welcome.start_button, Qt.MouseButton.LeftButton)


def press(attune: Attune, qtbot: QtBot, *keys: Qt.Key) -> None:
    for key in keys:
        qtbot.keyClick(attune.window.quiz, key)


def choices(attune: Attune) -> list[str]:
    return [e.event.choice for e in attune.taste.learner.events if isinstance(e.event, QuizAnswer)]


def test_the_first_launch_begins_with_the_welcome_page(attune: Attune):
    assert attune.window.page == "welcome"
    assert attune.window.sidebar.isHidden()


def test_the_quiz_begins_with_enter(attune: Attune, qtbot: QtBot):
    qtbot.keyClick(attune.window.welcome.start_button, Key.Key_Return)
    assert attune.window.page == "quiz"


def test_skipping_leads_to_the_chat_and_the_next_launch_too(attune: Attune, open_attune, qtbot: QtBot):
    qtbot.mouseClick(attune.window.welcome.skip_button, Qt.MouseButton.LeftButton)
    assert attune.window.page == "chat"
    attune.close()
    assert open_attune().window.page == "chat"


def test_keys_1_and_2_choose_the_reply_on_that_side(attune: Attune, qtbot: QtBot):
    begin(attune, qtbot)
    first = attune.taste.learner.next_pair()
    press(attune, qtbot, Key.Key_1)
    second = attune.taste.learner.next_pair()
    press(attune, qtbot, Key.Key_2)
    assert first is not None
    assert second is not None
    assert choices(attune) == [choice_of_side(first.id, left=True), choice_of_side(second.id, left=False)]


def test_which_reply_stands_on_the_left_depends_on_the_pair_alone(attune: Attune):
    pairs = attune.taste.model.quiz.pairs
    swapped = [is_swapped(pair.id) for pair in pairs]
    assert 0.2 < sum(swapped) / len(swapped) < 0.8
    for pair in pairs:
        left, right = sides(pair)
        assert (pair.a, pair.b) == ((left, right) if choice_of_side(pair.id, left=True) == "a" else (right, left))


def test_no_preference_and_both_are_bad_have_keys(attune: Attune, qtbot: QtBot):
    begin(attune, qtbot)
    press(attune, qtbot, Key.Key_0, Key.Key_Equal, Key.Key_X)
    assert choices(attune) == ["tie", "tie", "both_bad"]


def test_back_takes_the_last_answer_back_and_asks_its_question_again(attune: Attune, qtbot: QtBot):
    begin(attune, qtbot)
    prompt = attune.window.quiz.prompt
    before = attune.taste.learner.posterior.mean.copy()
    press(attune, qtbot, Key.Key_1)
    assert attune.window.quiz.prompt != prompt
    press(attune, qtbot, Key.Key_Backspace)
    assert attune.window.quiz.prompt == prompt
    assert attune.window.quiz.progress_text.startswith("Question 1 ")
    assert (attune.taste.learner.posterior.mean == before).all()


def test_the_quiz_ends_by_itself_and_says_what_it_learned(attune: Attune, qtbot: QtBot):
    begin(attune, qtbot)
    for _ in range(QUIZ_LENGTH):
        if attune.window.page == "quiz":
            press(attune, qtbot, Key.Key_1)
    assert attune.window.page == "quiz_end"
    assert attune.taste.quiz_state == "done"
    assert f"{len(choices(attune))} answers" in attune.window.quiz_end.text
    qtbot.mouseClick(attune.window.quiz_end.chat_button, Qt.MouseButton.LeftButton)
    assert attune.window.page == "chat"


def test_escape_skips_the_rest_and_keeps_the_answers(attune: Attune, qtbot: QtBot):
    begin(attune, qtbot)
    press(attune, qtbot, Key.Key_1, Key.Key_Escape)
    assert attune.window.page == "quiz_end"
    assert len(choices(attune)) == 1


def test_a_quiz_that_was_left_goes_on_at_the_next_launch(
    attune: Attune, open_attune: Callable[[], Attune], qtbot: QtBot
):
    begin(attune, qtbot)
    press(attune, qtbot, Key.Key_1, Key.Key_2)
    prompt = attune.window.quiz.prompt
    attune.close()
    again = open_attune()
    assert again.window.page == "quiz"
    assert again.window.quiz.prompt == prompt
    assert again.window.quiz.progress_text.startswith("Question 3 ")


def test_a_click_on_a_reply_chooses_it(attune: Attune, qtbot: QtBot):
    begin(attune, qtbot)
    pair = attune.taste.learner.next_pair()
    qtbot.mouseClick(attune.window.quiz.right, Qt.MouseButton.LeftButton)
    assert pair is not None
    assert choices(attune) == [choice_of_side(pair.id, left=False)]


def test_the_quiz_can_be_taken_anew_from_the_sidebar(attune: Attune, qtbot: QtBot):
    begin(attune, qtbot)
    press(attune, qtbot, Key.Key_1, Key.Key_S)
    attune.window.show_page("chat")
    assert attune.window.sidebar.quiz_button.text() == "Retake the quiz"
    attune.quiz.begin_anew()
    assert attune.window.page == "quiz"
    assert choices(attune) == []
