"""About Attune: what it is, its versions and licences, and diagnostics to copy."""

from __future__ import annotations

from html import escape
from typing import Literal

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QButtonGroup, QWidget

from desktop.about.facts import attune_version, packages, versions
from desktop.theme.controls import Button, Label
from desktop.theme.text_dialog import TextDialog, table_html

Part = Literal["versions", "licences", "diagnostics"]


class AboutDialog(TextDialog):
    """Signals:
    connections_requested: to the list of connections.
    """

    connections_requested = Signal()

    def __init__(self, diagnostics: str, parent: QWidget) -> None:
        """diagnostics: as in desktop.about.facts."""
        super().__init__(
            self.tr("Attune {version}").format(version=attune_version()),
            parent,
            lead=self.tr("A chat assistant on your own machine that answers the way you like."),
        )
        self.setWindowTitle(self.tr("About Attune"))
        self._diagnostics = diagnostics
        self.part_buttons: dict[Part, Button] = {
            "versions": Button(self.tr("Versions"), "choice"),
            "licences": Button(self.tr("Licences"), "choice"),
            "diagnostics": Button(self.tr("Diagnostics"), "choice"),
        }
        group = QButtonGroup(self)
        for part, button in self.part_buttons.items():
            button.setCheckable(True)
            group.addButton(button)
            button.clicked.connect(lambda _checked, chosen=part: self.show_part(chosen))
        self.copy_button = Button(self.tr("Copy diagnostics"), icon_name="copy")
        self.connections_button = Button(self.tr("Connections…"))
        self.copied = Label("", "small")
        self.add_row(*self.part_buttons.values())
        for button in (self.connections_button, self.copy_button):
            self.add_button(button)
        self._buttons.insertWidget(2, self.copied)
        self.copy_button.clicked.connect(self._copy)
        self.connections_button.clicked.connect(self.connections_requested)
        self.show_part("versions")

    def show_part(self, part: Part) -> None:
        self.part_buttons[part].setChecked(True)
        html = {"versions": self._versions, "licences": self._licences, "diagnostics": self._diagnostics_html}[part]()
        self.show_html(html)

    def _versions(self) -> str:
        own = self.tr("Attune is free software under the Apache License 2.0.")
        return f"{table_html(versions(), 230)}<p>{escape(own)}</p>"

    def _licences(self) -> str:
        own = self.tr(
            "Attune is under the Apache License 2.0. It uses these packages, unchanged, under their own licences:"
        )
        qt = self.tr(
            "Qt and Qt for Python are used under the GNU Lesser General Public License, version 3, as shared libraries "
            "that you may replace by other versions with the same interface."
        )
        rows = [(f"{package.name} {package.version}", package.licence) for package in packages()]
        return f"<p>{escape(own)}</p>{table_html(rows, 230)}<p>{escape(qt)}</p>"

    def _diagnostics_html(self) -> str:
        said = self.tr("This is what “Copy diagnostics” copies. No message, prompt or name of yours is in it.")
        return f"<p>{escape(said)}</p><p>{'<br>'.join(map(escape, self._diagnostics.splitlines()))}</p>"

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._diagnostics)
        self.copied.setText(self.tr("Copied."))
        self.show_part("diagnostics")
