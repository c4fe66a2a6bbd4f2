"""First launch: welcome, the quiz by keys, what it learned, and coming back to it."""

from __future__ import annotations

from collections.abc import Callable

from helpers.waiting import REPLY_MS
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.assembly import Attune
from desktop.quiz.order import choice_of_side, is_swapped, sides
from engine.preferences.events import QuizAnswer
from engine.preferences.quiz import MIN_ANSWERS, QUIZ_LENGTH

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


def finish(attune: Attune, *, short: bool | None = None) -> None:
    """Answer to the end: as somebody who likes short replies (or long ones), or never with a preference."""
    while attune.window.page == "quiz":
        left, right = (len(card.accessibleName()) for card in (attune.window.quiz.left, attune.window.quiz.right))
        if short is None:
            attune.quiz.answer("tie")
        else:
            attune.quiz.choose_side((left < right) == short)


def test_going_on_later_leads_to_the_chat_and_the_sidebar_leads_back_to_the_same_question(attune: Attune, qtbot: QtBot):
    begin(attune, qtbot)
    press(attune, qtbot, Key.Key_1)
    prompt = attune.window.quiz.prompt
    press(attune, qtbot, Key.Key_L)
    assert attune.window.page == "chat"
    assert attune.taste.quiz_state == "started"
    assert attune.window.sidebar.quiz_button.text() == "Continue the quiz"
    attune.window.sidebar.quiz_button.click()
    assert attune.window.page == "quiz"
    assert attune.window.quiz.prompt == prompt


def test_ctrl_z_takes_an_answer_back_like_backspace(attune: Attune, qtbot: QtBot):
    begin(attune, qtbot)
    press(attune, qtbot, Key.Key_1)
    qtbot.keyClick(attune.window.quiz, Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert choices(attune) == []


def test_certainty_grows_with_answers_and_shrinks_with_back(attune: Attune, qtbot: QtBot):
    begin(attune, qtbot)
    bar = attune.window.quiz._certainty
    seen = [bar.value()]
    for _ in range(4):
        press(attune, qtbot, Key.Key_1)
        seen.append(bar.value())
    assert seen == sorted(seen)
    assert seen[-1] > seen[0]
    press(attune, qtbot, Key.Key_Backspace)
    assert bar.value() == seen[-2]


def test_the_whole_quiz_can_be_taken_by_keys_alone(attune: Attune, qtbot: QtBot):
    qtbot.keyClick(attune.window.welcome.start_button, Key.Key_Return)
    for _ in range(QUIZ_LENGTH):
        if attune.window.page == "quiz":
            assert attune.window.quiz.hasFocus()
            press(attune, qtbot, Key.Key_2)
    assert attune.window.page == "quiz_end"
    qtbot.waitUntil(attune.window.quiz_end.chat_button.hasFocus)
    qtbot.keyClick(attune.window.quiz_end.chat_button, Key.Key_Return)
    assert attune.window.page == "chat"


def test_the_end_shows_a_reply_before_and_after_to_a_question_that_was_not_asked(attune: Attune, qtbot: QtBot):
    begin(attune, qtbot)
    finish(attune, short=False)
    page = attune.window.quiz_end
    (before_title, before), (after_title, after) = page.example_pair.texts
    assert (before_title, after_title) == ("What most people like", "For you")
    assert before != after
    asked = {e.event.pair for e in attune.taste.learner.events if isinstance(e.event, QuizAnswer)}
    assert page.example_pair.prompt not in {p.prompt for p in attune.taste.model.quiz.pairs if p.id in asked}
    assert "differently for you in " in page.example_note


def test_the_end_is_honest_where_nothing_was_learned(attune: Attune, qtbot: QtBot):
    begin(attune, qtbot)
    finish(attune)
    page = attune.window.quiz_end
    assert "No strong leaning of your own so far" in page.text
    assert "You seem to like" not in page.text
    assert [title for title, _reply in page.example_pair.texts] == ["You and most people"]
    assert "makes no difference" in page.example_note


def test_the_last_answer_can_be_taken_back_from_the_end(attune: Attune, qtbot: QtBot):
    begin(attune, qtbot)
    finish(attune, short=True)
    n_answers = len(choices(attune))
    qtbot.mouseClick(attune.window.quiz_end.back_button, Qt.MouseButton.LeftButton)
    assert attune.window.page == "quiz"
    assert attune.taste.quiz_state == "started"
    assert len(choices(attune)) == n_answers - 1


def test_without_a_model_no_own_prompt_is_offered(attune: Attune, qtbot: QtBot):
    begin(attune, qtbot)
    finish(attune, short=True)
    assert not attune.window.quiz_end.trial_field.isVisible()


def test_an_own_prompt_is_answered_with_both_picks(chat: Attune, qtbot: QtBot):
    chat.quiz.begin()
    finish(chat, short=True)
    page = chat.window.quiz_end
    assert page.trial_field.isVisible()
    page.trial_field.setText("How do I boil an egg?")
    qtbot.keyClick(page.trial_field, Key.Key_Return)
    assert page.stop_button.isVisible()
    qtbot.waitUntil(lambda: not page.trial_pair.isHidden(), timeout=REPLY_MS)
    assert page.trial_pair.prompt == "How do I boil an egg?"
    titles = [title for title, reply in page.trial_pair.texts if reply.strip()]
    assert titles in (["What most people like", "For you"], ["You and most people"])
    assert page.stop_button.isHidden()


def test_a_trial_that_is_stopped_shows_nothing(chat: Attune, qtbot: QtBot):
    page = chat.window.quiz_end
    chat.window.show_page("quiz_end")
    page.show_trial_possible(True)
    page.trial_pair.hide()
    page.trial_field.setText("Describe the sea at length.")
    page.trial_button.click()
    request = chat.taste_assembly.trials._request
    assert request is not None
    with qtbot.waitSignal(chat.client.finished, timeout=REPLY_MS, check_params_cb=lambda number: number == request):
        page.stop_button.click()
    assert page.trial_pair.isHidden()
    assert page.trial_text == ""


def test_who_answers_like_most_people_is_asked_less_and_told_why(attune: Attune, qtbot: QtBot):
    begin(attune, qtbot)
    model = attune.taste.model
    differences, quality = model.quiz_differences
    lead = dict(zip((pair.id for pair in model.quiz.pairs), differences @ model.prior_mean + quality, strict=True))
    while attune.window.page == "quiz":
        pair = attune.taste.learner.next_pair()
        assert pair is not None
        attune.quiz.answer("a" if lead[pair.id] > 0 else "b")
    assert MIN_ANSWERS <= len(choices(attune)) < QUIZ_LENGTH
    assert "ended early" in attune.window.quiz_end.text
    assert "much like most people's" in attune.window.quiz_end.text
