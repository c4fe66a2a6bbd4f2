"""Small controls that every view uses, with their accessible names and tinted icons built in."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPixmap, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QMessageBox,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop.theme import metrics
from desktop.theme.colors import Colors, colors_of
from desktop.theme.icons import icon, pixmap

_LOOK_CHANGES = (QEvent.Type.PaletteChange, QEvent.Type.FontChange)
"""Another scheme, or another size of text: icons are drawn anew."""


class Label(QLabel):
    """Plain text in one of the theme's roles; wraps when asked."""

    def __init__(self, text: str = "", role: str = "", *, wrap: bool = False, selectable: bool = False) -> None:
        super().__init__(text)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        if role:
            self.setProperty("role", role)
        if wrap:
            self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        if selectable:
            self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)


class LineLabel(Label):
    """One line where there is room for it, several where there is not; for rows that wrap."""

    def __init__(self, text: str = "", role: str = "") -> None:
        super().__init__(text, role, wrap=True)

    def sizeHint(self) -> QSize:
        self.ensurePolished()
        lines = self.fontMetrics()
        return QSize(lines.horizontalAdvance(self.text()) + 4, lines.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(40, self.sizeHint().height())


class ElidedLabel(Label):
    """One line, shortened at its end where it does not fit."""

    def __init__(self, text: str = "", role: str = "") -> None:
        super().__init__("", role)
        self.setMinimumWidth(40)
        self.show_text(text)

    def show_text(self, text: str) -> None:
        self._full = text
        self.setToolTip(text)
        self.setAccessibleName(text)
        self._elide()

    def _elide(self) -> None:
        self.setText(self.fontMetrics().elidedText(self._full, Qt.TextElideMode.ElideRight, self.width()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._elide()

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance(self._full) + 2, super().sizeHint().height())


class Button(QPushButton):
    """A push button: kind primary, ghost, small, choice, link, nav, segment, danger or plain; reached by Tab."""

    def __init__(self, text: str, kind: str = "", *, icon_name: str = "", name: str = "") -> None:
        super().__init__(text)
        self._icon_name = icon_name
        self._kind = kind
        if kind:
            self.setProperty("kind", kind)
        self.setAccessibleName(name or text)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._tint()

    def set_icon_name(self, icon_name: str) -> None:
        self._icon_name = icon_name
        self._tint()

    def _tint(self) -> None:
        self.setIconSize(QSize(metrics.scaled(metrics.ICON), metrics.scaled(metrics.ICON)))
        if self._icon_name:
            colors = colors_of(self)
            shade = colors.on_accent if self._kind == "primary" else colors.muted
            self.setIcon(icon(self._icon_name, shade, colors.border_strong, metrics.scaled(metrics.ICON)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not _pressed_by_enter(self, event):
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in _LOOK_CHANGES:
            self._tint()


class IconButton(QToolButton):
    """A button with only an icon; `name` is what a screen reader says and the tooltip shows."""

    def __init__(self, icon_name: str, name: str, *, kind: str = "", checkable: bool = False) -> None:
        super().__init__()
        self._icon_name = icon_name
        self._kind = kind
        if kind:
            self.setProperty("kind", kind)
        self.setCheckable(checkable)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.set_name(name)
        self.toggled.connect(self._tint)
        self._tint()

    def set_name(self, name: str) -> None:
        self.setAccessibleName(name)
        self.setToolTip(name)

    def set_icon_name(self, icon_name: str) -> None:
        self._icon_name = icon_name
        self._tint()

    def _tint(self) -> None:
        self.setIconSize(QSize(metrics.scaled(metrics.ICON), metrics.scaled(metrics.ICON)))
        colors = colors_of(self)
        shade = colors.muted
        if self._kind == "send":
            shade = colors.on_accent
        elif self.isChecked():
            shade = colors.accent
        self.setIcon(icon(self._icon_name, shade, colors.border_strong, metrics.scaled(metrics.ICON)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not _pressed_by_enter(self, event):
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in _LOOK_CHANGES:
            self._tint()


def _pressed_by_enter(button: QAbstractButton, event: QKeyEvent) -> bool:
    """Enter presses a focused button; outside dialogs Qt leaves that to Space alone."""
    is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat()
    if is_enter:
        button.click()
    return is_enter


class IconLabel(QLabel):
    """A tinted icon that is only decoration."""

    def __init__(self, icon_name: str, size: int = metrics.ICON, shade: Callable[[Colors], str] | None = None) -> None:
        super().__init__()
        self._icon_name = icon_name
        self._size = size
        self._shade = shade or (lambda colors: colors.muted)
        self._tint()

    def _tint(self) -> None:
        size = metrics.scaled(self._size)
        self.setFixedSize(size, size)
        image: QPixmap = pixmap(self._icon_name, self._shade(colors_of(self)), size, max(1.0, self.devicePixelRatioF()))
        self.setPixmap(image)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in _LOOK_CHANGES:
            self._tint()


class PlainList(QListWidget):
    """A list of lines to choose from, as wide as the longest, within limits."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName("plainList")
        self.setAccessibleName(name)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def fit(self, least: int, most: int) -> None:
        """Take the width that the lines need; the limits grow with the text."""
        widest = max(
            (self.fontMetrics().horizontalAdvance(self.item(i).text()) for i in range(self.count())), default=0
        )
        self.setFixedWidth(max(metrics.scaled(least), min(widest + 44, metrics.scaled(most))))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.scheduleDelayedItemsLayout()  # the style's padding is known only now


class NoticeBar(QFrame):
    """A sentence that matters, until it is dismissed."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("noticeBar")
        self._label = Label(wrap=True, selectable=True)
        self._close = IconButton("close", self.tr("Dismiss"))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(metrics.M, metrics.S, metrics.S, metrics.S)
        layout.addWidget(self._label, 1)
        layout.addWidget(self._close, 0, Qt.AlignmentFlag.AlignTop)
        self._close.clicked.connect(self.hide)
        self.hide()

    @property
    def text(self) -> str:
        return self._label.text()

    def show_sentence(self, sentence: str) -> None:
        self._label.setText(sentence)
        self.setAccessibleName(sentence)
        self.setVisible(bool(sentence))


class _CenteredColumn(QWidget):
    """A widget in the middle, as wide as a column of text of this size may be."""

    def __init__(self, content: QWidget, max_width: int) -> None:
        super().__init__()
        self._content, self._max_width = content, max_width
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addStretch(1)
        layout.addWidget(content, 1000)
        layout.addStretch(1)
        content.setMaximumWidth(metrics.scaled(max_width))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._content.setMaximumWidth(metrics.scaled(self._max_width))


class PromptBubble(QFrame):
    """What was asked, in the look of the person's own messages."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("userBubble")
        self._label = Label("", wrap=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 9, 14, 9)
        layout.addWidget(self._label)

    @property
    def text(self) -> str:
        return self._label.text()

    def show_text(self, text: str) -> None:
        self._label.setText(text)


def centered_column(content: QWidget, max_width: int = metrics.CONTENT_WIDTH) -> QWidget:
    """`content` in the middle, growing with the window up to `max_width`."""
    return _CenteredColumn(content, max_width)


def separator() -> QFrame:
    line = QFrame()
    line.setObjectName("separator")
    line.setFixedHeight(1)
    return line


def row(*widgets: QWidget | None, spacing: int = metrics.S) -> QHBoxLayout:
    """Widgets side by side; None is a stretch."""
    layout = QHBoxLayout()
    layout.setSpacing(spacing)
    for widget in widgets:
        if widget is None:
            layout.addStretch(1)
        else:
            layout.addWidget(widget)
    return layout


def column(*widgets: QWidget, spacing: int = metrics.S) -> QVBoxLayout:
    layout = QVBoxLayout()
    layout.setSpacing(spacing)
    for widget in widgets:
        layout.addWidget(widget)
    return layout


def ask(parent: QWidget, text: str, detail: str, action: str, on_yes: Callable[[], None]) -> QMessageBox:
    """Ask before something that cannot be taken back. Returns at once; `on_yes` is called when confirmed."""
    box = QMessageBox(QMessageBox.Icon.NoIcon, parent.window().windowTitle(), text, parent=parent)
    box.setInformativeText(detail)
    yes = box.addButton(action, QMessageBox.ButtonRole.AcceptRole)
    yes.setAccessibleName(action)
    cancel = box.addButton(QCoreApplication.translate("controls", "Cancel"), QMessageBox.ButtonRole.RejectRole)
    cancel.setAccessibleName(cancel.text())
    box.setDefaultButton(cancel)
    box.setEscapeButton(cancel)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.buttonClicked.connect(lambda button: on_yes() if button is yes else None)
    box.open()
    return box


def open_file_dialog(dialog: QFileDialog, on_file: Callable[[str], None]) -> None:
    """Returns at once; `on_file` is called with the path that was chosen."""
    dialog.fileSelected.connect(on_file)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
