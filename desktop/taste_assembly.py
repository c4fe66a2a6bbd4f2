"""All that concerns the person's taste put together: the quiz, what it learned, the taste page. No rules of its own."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QFileDialog

from desktop.chat.controller import ChatController
from desktop.engine_client import EngineClient
from desktop.library.models import ModelController
from desktop.line_edit_dialog import ask_for_line
from desktop.quiz.controller import QuizController, QuizOutcome, QuizQuestion
from desktop.settings.keeper import SettingsKeeper
from desktop.taste.controller import FILE_SUFFIX, TasteController
from desktop.taste.describe import taste_state
from desktop.taste.history_controller import HistoryController
from desktop.taste.self_test_controller import SelfTestController
from desktop.taste.sentences import sentence_lines
from desktop.taste.sentences_section import SentencesSection
from desktop.taste.session import TasteSession
from desktop.taste.trial_writer import TrialWriter
from desktop.taste.verdict_words import test_line
from desktop.theme.controls import ask, open_file_dialog
from desktop.window import MainWindow
from engine.preferences.examples import load_examples
from engine.store.chats import ChatStore
from engine.store.database import Database
from engine.store.self_tests import SelfTestStore

_PROFILE_FILES = "Attune profiles (*.json)"


class TasteAssembly(QObject):
    """Quiz and taste page, connected to the window."""

    def __init__(
        self,
        taste: TasteSession,
        chats: ChatController,
        client: EngineClient,
        models: ModelController,
        settings: SettingsKeeper,
        database: Database,
        window: MainWindow,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._taste = taste
        self._chats = chats
        self._window = window
        self.tastes = TasteController(taste, ChatStore(database), self)
        self.quiz = QuizController(taste, load_examples(taste.model), self)
        self.trials = TrialWriter(client, models, settings, taste, self)
        rounds = TrialWriter(client, models, settings, taste, self)
        self.self_test = SelfTestController(SelfTestStore(database), taste, rounds, self)
        self.history = HistoryController(taste, self)
        self._models = models
        self._connect_quiz()
        self._connect_quiz_end()
        self._connect_taste_page()
        self._connect_sentences()
        self._connect_self_test()

    def start(self) -> None:
        """Show the page on which a person begins: the quiz, until it was taken or skipped."""
        self._on_taste_changed()
        self._show_self_tests()
        state = self._taste.quiz_state
        if state == "new":
            self._window.show_page("welcome")
        elif state == "started":
            self.quiz.begin()
        else:
            self._window.show_page("chat")

    def shutdown(self) -> None:
        self.trials.stop()
        self.history.shutdown()

    # connections

    def _connect_quiz(self) -> None:
        window, quiz = self._window, self.quiz
        window.sidebar.quiz_requested.connect(self.enter_quiz)
        window.welcome.quiz_requested.connect(quiz.begin)
        window.welcome.skip_requested.connect(quiz.skip)
        window.quiz.side_chosen.connect(quiz.choose_side)
        window.quiz.tie_chosen.connect(lambda: quiz.answer("tie"))
        window.quiz.both_bad_chosen.connect(lambda: quiz.answer("both_bad"))
        window.quiz.back_requested.connect(quiz.back)
        window.quiz.skip_requested.connect(quiz.skip)
        quiz.question_changed.connect(self._on_question)
        quiz.finished.connect(self._on_quiz_finished)
        quiz.skipped.connect(lambda: window.show_page("chat"))
        quiz.put_off.connect(lambda: window.show_page("chat"))
        window.quiz.later_requested.connect(quiz.put_off_rest)
        self._taste.changed.connect(self._on_taste_changed)

    def _connect_quiz_end(self) -> None:
        page, trials = self._window.quiz_end, self.trials
        page.chat_requested.connect(lambda: self._window.show_page("chat"))
        page.taste_requested.connect(lambda: self._window.show_page("taste"))
        page.back_requested.connect(self.quiz.back)
        page.trial_requested.connect(trials.write)
        page.trial_stop_requested.connect(self._stop_trial)
        for left in (page.chat_requested, page.taste_requested, page.back_requested):
            left.connect(trials.stop)
        trials.progressed.connect(lambda sentence: page.show_trial_status(sentence, running=True))
        trials.written.connect(page.show_trial)
        trials.failed.connect(lambda sentence: page.show_trial_status(sentence, running=False))
        self._models.status_changed.connect(lambda status: page.show_trial_possible(status.state == "ready"))
        page.show_trial_possible(self._models.status.state == "ready")

    def _connect_taste_page(self) -> None:
        page, tastes = self._window.taste, self.tastes
        page.undo_requested.connect(tastes.undo)
        page.liking_stated.connect(tastes.correct)
        page.learns_chosen.connect(tastes.set_learns)
        page.profile_chosen.connect(self._taste.select)
        page.create_requested.connect(self._create_profile)
        page.rename_requested.connect(self._rename_profile)
        page.delete_requested.connect(self._delete_profile)
        page.export_requested.connect(self._export_profile)
        page.comparisons_requested.connect(self._export_comparisons)
        page.import_requested.connect(self._import_profile)
        page.reset_requested.connect(self._reset_taste)
        page.quiz_requested.connect(self.enter_quiz)
        page.sidebar_requested.connect(self._window.toggle_sidebar)
        page.looked_at.connect(self.history.refresh_soon)
        self.history.history_changed.connect(page.history.show_history)
        tastes.receipt_changed.connect(page.show_receipt)
        tastes.problem.connect(self._window.show_problem)

    def _connect_sentences(self) -> None:
        self.sentences = SentencesSection()
        self._window.taste.add_section(self.tr("What I think you like"), self.sentences)
        self.sentences.judged.connect(self.tastes.judge)
        self.sentences.added.connect(self.tastes.add_sentence)

    def _connect_self_test(self) -> None:
        window, page, test = self._window, self._window.self_test, self.self_test
        window.taste.self_test_requested.connect(self._open_self_test)
        test.tests_changed.connect(lambda _tests: self._show_self_tests())
        test.introduced.connect(page.show_intro)
        test.writing.connect(page.show_writing)
        test.round_ready.connect(page.show_round)
        test.problem.connect(page.show_problem)
        test.ended.connect(page.show_verdict)
        test.put_off.connect(lambda: window.show_page("taste"))
        page.begin_requested.connect(test.begin)
        page.side_chosen.connect(test.choose)
        page.later_requested.connect(test.go_on_later)
        page.give_up_requested.connect(self._give_up_self_test)
        page.again_requested.connect(test.try_again)
        page.back_requested.connect(lambda: window.show_page("taste"))
        page.learn_requested.connect(self._learn_from_self_test)
        self._models.status_changed.connect(lambda status: page.show_possible(status.state == "ready"))

    # what the pages ask for

    @Slot()
    def _open_self_test(self) -> None:
        self._window.self_test.show_possible(self._models.status.state == "ready")
        self._window.show_page("self_test")
        self.self_test.open()

    @Slot()
    def _give_up_self_test(self) -> None:
        ask(
            self._window,
            self.tr("Give the self-test up?"),
            self.tr("It ends without a result. “Go on later” keeps what you have chosen so far."),
            self.tr("Give up"),
            self.self_test.give_up,
        )

    @Slot(int)
    def _learn_from_self_test(self, test_id: int) -> None:
        self.self_test.learn(test_id)
        self._window.self_test.show_learned()

    def _show_self_tests(self) -> None:
        lines = [test_line(test) for test in self.self_test.tests]
        self._window.taste.show_self_tests(lines, running=self.self_test.is_running)

    @Slot()
    def _stop_trial(self) -> None:
        self.trials.stop()
        self._window.quiz_end.show_trial_status("", running=False)

    @Slot()
    def _create_profile(self) -> None:
        ask_for_line(self.tr("Name of the new profile"), "", self._window, self.tastes.create)

    @Slot()
    def _rename_profile(self) -> None:
        ask_for_line(self.tr("Rename profile"), self._taste.profile.name, self._window, self.tastes.rename)

    @Slot()
    def _delete_profile(self) -> None:
        heir = self._taste.heir
        if heir is not None:
            ask(
                self._window,
                self.tr("Delete the profile “{name}”?").format(name=self._taste.profile.name),
                self.tr(
                    "Its quiz answers, ratings and corrections are deleted for good. "
                    "Its chats stay, and “{heir}” chooses in them from then on."
                ).format(heir=heir.name),
                self.tr("Delete"),
                self._taste.delete_profile,
            )

    @Slot()
    def _export_profile(self) -> None:
        dialog = QFileDialog(self._window, self.tr("Export the profile"), "", _PROFILE_FILES)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("json")
        dialog.selectFile(self._taste.profile.name.replace("/", "-") + FILE_SUFFIX)
        open_file_dialog(dialog, self.tastes.export_to)

    @Slot()
    def _export_comparisons(self) -> None:
        dialog = QFileDialog(self._window, self.tr("Export comparisons"), "", self.tr("JSON lines (*.jsonl)"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("jsonl")
        dialog.selectFile(self._taste.profile.name.replace("/", "-") + ".comparisons.jsonl")
        open_file_dialog(dialog, self.tastes.export_comparisons_to)

    @Slot()
    def _import_profile(self) -> None:
        dialog = QFileDialog(self._window, self.tr("Import a profile"), "", _PROFILE_FILES)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        open_file_dialog(dialog, self.tastes.import_from)

    @Slot()
    def _reset_taste(self) -> None:
        ask(
            self._window,
            self.tr("Reset the taste of “{name}”?").format(name=self._taste.profile.name)
            if len(self._taste.profiles) > 1
            else self.tr("Reset your taste?"),
            self.tr("All quiz answers, ratings, corrections and self-tests are deleted for good. Your chats stay."),
            self.tr("Reset"),
            self._on_reset_confirmed,
        )

    def _on_reset_confirmed(self) -> None:
        self._taste.reset()
        self._chats.refresh(anew=True)

    @Slot()
    def enter_quiz(self) -> None:
        if self._taste.quiz_state == "started" or not self._taste.learner.n_quiz_answers:
            self.quiz.begin()
            return
        ask(
            self._window,
            self.tr("Take the quiz again?"),
            self.tr("Your earlier quiz answers are taken back first. Ratings in your chats stay."),
            self.tr("Start again"),
            self.quiz.begin_anew,
        )

    # what the controllers report

    @Slot(object)
    def _on_question(self, question: QuizQuestion) -> None:
        self._window.quiz.show_question(question)
        self._window.show_page("quiz")

    @Slot(object)
    def _on_quiz_finished(self, outcome: QuizOutcome) -> None:
        self._window.quiz_end.show_outcome(outcome)
        self._window.show_page("quiz_end")

    @Slot()
    def _on_taste_changed(self) -> None:
        self._window.taste.show_taste(taste_state(self._taste))
        self.sentences.show_sentences(sentence_lines(self._taste))
        if self._window.taste.isVisible():
            self.history.refresh_soon()
        entry = self.tr("Take the quiz")
        if self._taste.learner.n_quiz_answers:
            started = self._taste.quiz_state == "started"
            entry = self.tr("Continue the quiz") if started else self.tr("Retake the quiz")
        self._window.sidebar.show_quiz_entry(entry)
        self._window.taste.show_quiz_entry(entry)
