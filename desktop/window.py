"""The main window: a sidebar, and one page at a time beside it."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QEvent, QSize, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from desktop.chat.page import ChatPage
from desktop.library.page import ModelsPage
from desktop.quiz.end_page import QuizEndPage
from desktop.quiz.quiz_page import QuizPage
from desktop.quiz.welcome_page import WelcomePage
from desktop.sidebar import Sidebar
from desktop.taste.page import TastePage
from desktop.taste.self_test_page import SelfTestPage
from desktop.theme import metrics
from desktop.theme.controls import NoticeBar
from desktop.theme.job_bar import JobBar
from desktop.theme.undo_bar import UndoBar
from engine.library.addresses import host_of, hub_address

PageName = Literal["welcome", "quiz", "quiz_end", "chat", "taste", "self_test", "models"]
_WITH_SIDEBAR = ("chat", "taste", "models")


class _PageStack(QStackedWidget):
    """As narrow as the page that is shown allows, whatever the others need."""

    def __init__(self) -> None:
        super().__init__()
        self.currentChanged.connect(self.updateGeometry)

    def minimumSizeHint(self) -> QSize:
        page = self.currentWidget()
        return page.minimumSizeHint() if page is not None else super().minimumSizeHint()


class MainWindow(QMainWindow):
    """Signals:
    closing: the window is about to close for good.
    """

    closing = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle("Attune")
        self.setMinimumSize(720, 520)
        self._sidebar_wanted = True
        self.stays_when_closed = False
        """Whether closing only hides the window, since Attune can be reached in the tray."""
        self._ends = False
        self.sidebar = Sidebar()
        self.notice_bar = NoticeBar()
        self.undo_bar = UndoBar()
        self.job_bar = JobBar()
        self.chat = ChatPage()
        self.taste = TastePage()
        self.self_test = SelfTestPage()
        self.models = ModelsPage(host_of(hub_address()))
        self.welcome = WelcomePage()
        self.quiz = QuizPage()
        self.quiz_end = QuizEndPage()
        self._pages: dict[PageName, QWidget] = {
            "welcome": self.welcome,
            "quiz": self.quiz,
            "quiz_end": self.quiz_end,
            "chat": self.chat,
            "taste": self.taste,
            "self_test": self.self_test,
            "models": self.models,
        }
        self._stack = _PageStack()
        for page in self._pages.values():
            self._stack.addWidget(page)
        self._page: PageName = "chat"
        self._notice_holder = QWidget()
        holder = QVBoxLayout(self._notice_holder)
        holder.setContentsMargins(metrics.M, metrics.M, metrics.M, 0)
        holder.addWidget(self.notice_bar)
        self._notice_holder.hide()
        self.notice_bar.installEventFilter(self)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self._notice_holder)
        right.addWidget(self._stack, 1)
        right.addWidget(self.undo_bar)
        right.addWidget(self.job_bar)
        self.content = QWidget()
        """All that the window shows."""
        self.content.setObjectName("page")
        layout = QHBoxLayout(self.content)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.sidebar)
        layout.addLayout(right, 1)
        self.setCentralWidget(self.content)
        self.show_page("chat")

    @property
    def page(self) -> PageName:
        return self._page

    @property
    def has_sidebar(self) -> bool:
        """Whether the page is one that the person leaves and comes back to, unlike the quiz."""
        return self._page in _WITH_SIDEBAR

    def show_page(self, name: PageName) -> None:
        self._page = name
        self._stack.setCurrentWidget(self._pages[name])
        self.sidebar.setVisible(self._sidebar_wanted and name in _WITH_SIDEBAR)
        self.sidebar.taste_button.setChecked(name == "taste")
        self.sidebar.model_button.setChecked(name == "models")
        if name == "chat":
            self.chat.composer.field.setFocus()
        elif name in ("quiz", "taste", "models"):
            self._pages[name].setFocus()

    def toggle_sidebar(self) -> None:
        if self.has_sidebar:
            self._sidebar_wanted = not self._sidebar_wanted
            self.sidebar.setVisible(self._sidebar_wanted)

    def show_sidebar(self) -> None:
        if self.has_sidebar:
            self._sidebar_wanted = True
            self.sidebar.show()

    def focus_search(self) -> None:
        """The search field, shown first where the sidebar is hidden."""
        if self.has_sidebar:
            self.show_sidebar()
            self.sidebar.search_field.setFocus()

    def show_problem(self, sentence: str) -> None:
        self.notice_bar.show_sentence(sentence)
        self._notice_holder.setVisible(bool(sentence))

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if watched is self.notice_bar and event.type() == QEvent.Type.Hide and self.notice_bar.isHidden():
            self._notice_holder.hide()
        return False

    def close_for_good(self) -> None:
        """Close, also where closing otherwise only hides the window."""
        self._ends = True
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.stays_when_closed and not self._ends:
            event.ignore()
            self.hide()
            return
        self.closing.emit()
        super().closeEvent(event)
