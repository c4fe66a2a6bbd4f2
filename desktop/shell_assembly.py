"""What surrounds the pages put together: settings, commands, palette, tray, tour, about. No rules of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Literal

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QApplication, QDialog

from desktop.about.connections import ConnectionsDialog
from desktop.about.dialog import AboutDialog
from desktop.about.facts import diagnostics
from desktop.chat.controller import ChatController
from desktop.chat.reply_commands import reply_commands
from desktop.chat.reply_writer import ReplyWriter
from desktop.chat_assembly import ChatAssembly
from desktop.commands import Command, Commands, LocalKey, shown_keys
from desktop.library.controller import LibraryController
from desktop.library.models import ModelController
from desktop.palette.dialog import Palette, PaletteEntry
from desktop.palette.shortcuts import ShortcutsDialog
from desktop.personas.controller import PersonaController
from desktop.settings.dialog import SettingsChoices, SettingsDialog
from desktop.settings.keeper import SettingsKeeper
from desktop.taste.session import TasteSession
from desktop.theme.growing_field import GrowingField
from desktop.theme.style import Theme
from desktop.tour.card import TourCard, TourStep
from desktop.translations import available_languages, language_name
from desktop.tray import Tray, why_no_tray
from desktop.window import MainWindow
from engine.library.listing import ListedModel
from engine.paths import Paths
from engine.store.settings import FONT_PERCENTS, Settings, ThemeChoice
from engine.types import Mode

_FONT_STEP = 10


@dataclass(frozen=True)
class ShellParts:
    """What the shell reaches for."""

    paths: Paths
    window: MainWindow
    settings: SettingsKeeper
    chats: ChatController
    chat_assembly: ChatAssembly
    writer: ReplyWriter
    models: ModelController
    library: LibraryController
    personas: PersonaController
    taste: TasteSession
    show_models: Callable[[], None]
    use_model: Callable[[ListedModel], None]
    enter_quiz: Callable[[], None]


class ShellAssembly(QObject):
    """The window's settings, commands and dialogs, connected.

    Signals:
        ended: Attune was quit while its window was hidden, so that no window's closing ends the program.
    """

    ended = Signal()

    def __init__(self, parts: ShellParts, no_tray: str | None = None, parent: QObject | None = None) -> None:
        """no_tray: why there is no tray, "" where there is one; asked of the desktop where None."""
        super().__init__(parent)
        self._parts = parts
        self._window = parts.window
        self._settings = parts.settings
        self._no_tray = why_no_tray() if no_tray is None else no_tray
        self.commands = Commands()
        self.tray = Tray(self._window, self)
        self.tour = TourCard(self._window.content)
        self._add_commands()
        self.commands.connect_shortcuts(self._window)
        self.tray.open_requested.connect(self.open_window)
        self.tray.new_chat_requested.connect(self._new_chat_from_tray)
        self.tray.quit_requested.connect(self.quit)
        self.tour.ended.connect(self._window.chat.composer.field.setFocus)
        self._settings.changed.connect(self._on_settings_changed)
        self._show_settings(self._settings.current)

    # the window itself

    @property
    def starts_as(self) -> Literal["window", "minimised", "in_tray"]:
        if not self._settings.current.start_minimised or not self._window.has_sidebar:
            return "window"  # also where the welcome or the quiz waits
        return "in_tray" if self._window.stays_when_closed else "minimised"

    def show_window(self) -> None:
        """At the start."""
        if self.starts_as == "window":
            self._window.show()
        elif self.starts_as == "minimised":
            self._window.showMinimized()

    @Slot()
    def open_window(self) -> None:
        if self._window.isMinimized():
            self._window.showNormal()
        self._window.show()
        self._window.raise_()
        self._window.activateWindow()

    @Slot()
    def _new_chat_from_tray(self) -> None:
        self.open_window()
        self._parts.chat_assembly.new_chat()

    @Slot()
    def quit(self) -> None:
        was_hidden = not self._window.isVisible()
        self._window.close_for_good()
        if was_hidden:
            self.ended.emit()

    @Slot(object, object)
    def _on_settings_changed(self, _before: Settings, now: Settings) -> None:
        self._show_settings(now)

    def _show_settings(self, settings: Settings) -> None:
        app = QApplication.instance()
        theme = app.findChild(Theme) if app is not None else None
        if isinstance(theme, Theme):
            theme.choose(settings.theme, settings.font_percent)
        GrowingField.send_with = settings.send_with
        in_tray = settings.close_to_tray and not self._no_tray
        self._window.stays_when_closed = in_tray
        self.tray.set_shown(in_tray)

    # commands

    def _add_commands(self) -> None:
        self._add_chat_commands()
        self._add_mode_commands()
        self.commands.add(*reply_commands(self._window.chat))
        self._add_page_commands()
        self._add_look_commands()
        self._add_attune_commands()
        self._add_local_keys()

    def _add_chat_commands(self) -> None:
        chats, window, group = self._parts.chat_assembly, self._window, self.tr("Chats")
        has_sidebar, has_chat = lambda: window.has_sidebar, chats.has_saved_chat
        self.commands.add(
            Command(self.tr("New chat"), group, chats.new_chat, ("Ctrl+N",), has_sidebar),
            Command(self.tr("New temporary chat"), group, chats.new_temporary_chat, ("Ctrl+Shift+N",), has_sidebar),
            Command(self.tr("Search all chats"), group, window.focus_search, ("Ctrl+F",), has_sidebar),
            Command(
                self.tr("Bring back what was just deleted"),
                group,
                chats.deletions.undo,
                ("Ctrl+Alt+Z",),
                lambda: bool(window.undo_bar.text),
            ),
            Command(
                self.tr("Stop writing"),
                group,
                self._parts.writer.stop,
                ("Ctrl+.",),
                lambda: self._parts.writer.active is not None,
            ),
            Command(self.tr("Rename this chat…"), group, chats.rename_open, (), has_chat),
            Command(self.tr("Duplicate this chat"), group, chats.duplicate_open, (), has_chat),
            Command(self.tr("Export this chat…"), group, chats.export_open, (), has_chat),
            Command(self.tr("Delete this chat"), group, chats.delete_open, (), has_chat),
            Command(self.tr("New folder…"), group, chats.create_folder, (), has_sidebar),
            Command(self.tr("Import chats…"), group, window.sidebar.import_requested.emit, (), has_sidebar),
            Command(self.tr("Export all chats…"), group, window.sidebar.export_requested.emit, (), has_sidebar),
        )

    def _add_mode_commands(self) -> None:
        group, settings = self.tr("Chats"), self._settings
        modes: tuple[tuple[Mode, str], ...] = (
            ("instant", self.tr("Instant mode")),
            ("personal", self.tr("Personal mode")),
        )
        self.commands.add(
            *(
                Command(text, group, partial(settings.update, mode=mode), (), partial(self._is_other_mode, mode))
                for mode, text in modes
            )
        )

    def _is_other_mode(self, mode: Mode) -> bool:
        return self._settings.current.mode != mode

    def _add_page_commands(self) -> None:
        window, group = self._window, self.tr("Go to")

        def has_sidebar() -> bool:
            return window.has_sidebar

        self.commands.add(
            Command(self.tr("The chat"), group, partial(window.show_page, "chat"), ("Ctrl+1",), has_sidebar),
            Command(self.tr("Your taste"), group, partial(window.show_page, "taste"), ("Ctrl+2",), has_sidebar),
            Command(self.tr("Models"), group, self._parts.show_models, ("Ctrl+3",), has_sidebar),
            Command(self.tr("The quiz"), group, self._parts.enter_quiz, (), has_sidebar),
            Command(self.tr("Personas…"), group, self._parts.chat_assembly.open_personas),
            Command(self.tr("Settings…"), group, self.open_settings, ("Ctrl+,",)),
        )

    def _add_look_commands(self) -> None:
        group = self.tr("Look")
        themes: tuple[tuple[ThemeChoice, str], ...] = (
            ("light", self.tr("Light colours")),
            ("dark", self.tr("Dark colours")),
            ("system", self.tr("Colours of the system")),
        )
        self.commands.add(
            Command(self.tr("Show or hide the sidebar"), group, self._window.toggle_sidebar, ("Ctrl+B",)),
            Command(self.tr("Larger text"), group, partial(self._scale_text, _FONT_STEP), ("Ctrl++", "Ctrl+=")),
            Command(self.tr("Smaller text"), group, partial(self._scale_text, -_FONT_STEP), ("Ctrl+-",)),
            Command(self.tr("Usual text size"), group, partial(self._scale_text, None), ("Ctrl+0",)),
            *(Command(text, group, partial(self._settings.update, theme=choice)) for choice, text in themes),
        )

    def _add_attune_commands(self) -> None:
        group = "Attune"
        self.commands.add(
            Command(self.tr("Command palette"), group, self.open_palette, ("Ctrl+K", "Ctrl+Shift+P")),
            Command(self.tr("Keyboard shortcuts"), group, self.open_shortcuts, ("Ctrl+/", "F1")),
            Command(self.tr("Tour of the window"), group, self.begin_tour, (), lambda: self._window.has_sidebar),
            Command(self.tr("Every connection Attune can make"), group, self.open_connections),
            Command(self.tr("About Attune"), group, self.open_about),
            Command(self.tr("Quit"), group, self.quit, ("Ctrl+Q",)),
        )

    def _add_local_keys(self) -> None:
        writing, chats = self.tr("While writing a message"), self.tr("In the list of chats")
        quiz = self.tr("In the quiz")
        self.commands.add_local(
            LocalKey(self.tr("Enter or Ctrl+Enter"), self.tr("Send, as the settings say"), writing),
            LocalKey(self.tr("Shift+Enter"), self.tr("A new line"), writing),
            LocalKey(self.tr("Esc"), self.tr("Stop the reply"), writing),
            LocalKey(shown_keys("F2"), self.tr("Rename the chat or folder"), chats),
            LocalKey(shown_keys("Del"), self.tr("Delete it; it can be brought back"), chats),
            LocalKey(shown_keys("Ctrl+P"), self.tr("Pin or unpin the chat"), chats),
            LocalKey(shown_keys("Ctrl+D"), self.tr("Duplicate the chat"), chats),
            LocalKey(shown_keys("Ctrl+E"), self.tr("Export the chat"), chats),
            LocalKey(self.tr("Left, Right"), self.tr("Collapse or expand the folder"), chats),
            LocalKey("1, 2", self.tr("Choose the left or the right reply"), quiz),
            LocalKey("0, =", self.tr("No preference"), quiz),
            LocalKey("X", self.tr("Both are bad"), quiz),
            LocalKey(self.tr("Backspace"), self.tr("One question back"), quiz),
            LocalKey(self.tr("S, Esc"), self.tr("Skip the rest"), quiz),
        )

    def _scale_text(self, step: int | None) -> None:
        """step: in per cent; None for the usual size."""
        low, high = FONT_PERCENTS
        percent = 100 if step is None else self._settings.current.font_percent + step
        self._settings.update(font_percent=max(low, min(percent, high)))

    # dialogs

    def _open(self, dialog: QDialog) -> None:
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @Slot()
    def open_settings(self) -> None:
        choices = SettingsChoices(
            personas=[(persona.id, persona.name) for persona in self._parts.personas.choice.personas],
            languages=[(code, language_name(code)) for code in available_languages()],
            no_tray=self._no_tray,
        )
        dialog = SettingsDialog(self._settings.current, self._window, choices)
        dialog.settings_chosen.connect(lambda values: self._settings.update(**values))
        dialog.personas_requested.connect(dialog.reject)
        dialog.personas_requested.connect(self._parts.chat_assembly.open_personas)
        self._open(dialog)

    @Slot()
    def open_palette(self) -> None:
        if QApplication.activeModalWidget() is not None:
            return
        palette, library = Palette(self._palette_entries(), self._window), self._parts.library
        if library.listing is None and self._window.has_sidebar:  # nobody has looked for models yet
            found = library.listing_changed.connect(lambda _listing: palette.show_entries(self._palette_entries()))
            palette.finished.connect(lambda _result: library.listing_changed.disconnect(found))
            library.refresh()
        self._open(palette)

    def _palette_entries(self) -> list[PaletteEntry]:
        """Commands first, then the other things that have names; only what makes sense on the page that is shown."""
        entries = [
            PaletteEntry(command.text, command.group, command.run, shown_keys(command.keys[0]) if command.keys else "")
            for command in self.commands.available()
            if command.run != self.open_palette
        ]
        if not self._window.has_sidebar:
            return entries
        parts = self._parts
        for chat in parts.chat_assembly.list.listed():
            run = partial(parts.chat_assembly.open_chat, chat.conversation.id)
            entries.append(PaletteEntry(chat.conversation.title, self.tr("Chat"), run))
        choice = parts.personas.choice
        for persona_id, name in [(None, self.tr("No persona")), *((each.id, each.name) for each in choice.personas)]:
            entries.append(PaletteEntry(name, self.tr("Persona"), partial(parts.personas.choose, persona_id)))
        for profile in parts.taste.profiles:
            entries.append(PaletteEntry(profile.name, self.tr("Profile"), partial(parts.taste.select, profile.id)))
        listing = parts.library.listing
        for model in listing.models if listing is not None else ():
            entries.append(PaletteEntry(model.name, self.tr("Model"), partial(parts.use_model, model)))
        return entries

    @Slot()
    def open_shortcuts(self) -> None:
        self._open(ShortcutsDialog(self.commands, self._window))

    @Slot()
    def open_connections(self) -> None:
        self._open(ConnectionsDialog(self._window))

    @Slot()
    def open_about(self) -> None:
        status, paths = self._parts.models.status, self._parts.paths
        said = diagnostics(self._settings.current, status.name, status.state, paths.data, paths.logs)
        dialog = AboutDialog(said, self._window)
        dialog.connections_requested.connect(self.open_connections)
        self._open(dialog)

    # the tour

    @Slot()
    def offer_tour(self) -> None:
        """Once, when the person comes to the chat for the first time."""
        if not self._settings.current.tour_offered:
            self._settings.update(tour_offered=True)
            self.begin_tour()

    @Slot()
    def begin_tour(self) -> None:
        window = self._window
        window.show_page("chat")
        window.show_sidebar()
        composer, sidebar = window.chat.composer, window.sidebar
        self.tour.begin(
            [
                TourStep(
                    composer,
                    self.tr("Write here"),
                    self.tr("Ask for something. What the model writes stays on this machine, as does what you write."),
                ),
                TourStep(
                    composer.personal_button,
                    self.tr("Several drafts, or one at once"),
                    self.tr(
                        "Personal writes several drafts and shows the one you would like best. "
                        "Instant shows one as it is written."
                    ),
                ),
                TourStep(
                    window.chat.taste_header.correction_button,
                    self.tr("Other than usual, in this chat"),
                    self.tr("Shorter, warmer, plainer: for one chat, without changing what Attune knows of you."),
                ),
                TourStep(
                    sidebar.taste_button,
                    self.tr("What Attune believes about your taste"),
                    self.tr("See how sure it is and what that rests on, correct it, or forget it all."),
                ),
                TourStep(
                    sidebar.model_button,
                    self.tr("The model that writes"),
                    self.tr(
                        "The bundled one is tiny. A larger one makes a different assistant of this. "
                        "All commands are a key away: {palette}; all keys: {overview}."
                    ).format(palette=shown_keys("Ctrl+K"), overview=shown_keys("Ctrl+/")),
                ),
            ]
        )
