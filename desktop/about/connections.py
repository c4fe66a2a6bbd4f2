"""Every connection that Attune can make. docs/privacy.md has the same table; a test compares them."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from desktop.theme.text_dialog import TextDialog, table_html


@dataclass(frozen=True)
class Connection:
    """when: what the person does for it to be made; to: with whom; sends, receives: what crosses it."""

    when: str
    to: str
    sends: str
    receives: str


def connections() -> tuple[Connection, ...]:
    """All there are, in the window's language."""
    translate = QCoreApplication.translate
    return (
        Connection(
            translate("connections", "you press Fetch on the models page, or type attune-engine models fetch"),
            translate("connections", "Hugging Face, or the address that you entered or that HF_ENDPOINT names"),
            translate(
                "connections",
                "the model's name, which part of its file is wanted, and Attune's version; nothing that you wrote",
            ),
            translate("connections", "the list of its files, and the file"),
        ),
        Connection(
            translate(
                "connections", "you press Connect beside a server's address, or type attune-engine server-models"
            ),
            translate("connections", "that address"),
            translate("connections", "the key that you entered, and Attune's version"),
            translate("connections", "the names of its models"),
        ),
        Connection(
            translate(
                "connections",
                "a server is the model that you chose, in the window or with attune-engine reply --server",
            ),
            translate(
                "connections",
                "that server: when Attune starts or the server is chosen, and for each message",
            ),
            translate(
                "connections",
                "the key; of each chat the system prompt and the messages that fit, the new one included; "
                "sampling settings; nothing of your taste",
            ),
            translate("connections", "its models' names, and the drafts"),
        ),
        Connection(
            translate("connections", "a key is kept or needed"),
            translate("connections", "your system's keyring, over its own means (on Linux D-Bus)"),
            translate("connections", "the server's address and key"),
            translate("connections", "the key"),
        ),
        Connection(
            translate("connections", "you start attune-engine serve"),
            translate("connections", "nowhere: other programs connect to it, on this machine's loopback address"),
            translate("connections", "its replies, to those programs"),
            translate("connections", "their messages"),
        ),
    )


class ConnectionsDialog(TextDialog):
    """The list, for people."""

    def __init__(self, parent: QWidget) -> None:
        title = self.tr("Every connection Attune can make")
        lead = self.tr(
            "There is no account, no telemetry, no update check and no crash report. Nothing is connected to before "
            "you ask for it, and there is no other connection than these."
        )
        super().__init__(title, parent, lead=lead)
        heads = (self.tr("When"), self.tr("To whom"), self.tr("What is sent"), self.tr("What is received"))
        self.show_html("".join(_block(heads, connection) for connection in connections()))


def _block(heads: tuple[str, ...], connection: Connection) -> str:
    """One connection: a line for each of its parts, which reads well at any width."""
    parts = (connection.when, connection.to, connection.sends, connection.receives)
    rows = [(head, text[:1].upper() + text[1:]) for head, text in zip(heads, parts, strict=True)]
    return table_html(rows, 150) + "<hr>"
