"""Where the open chat lives: in the file with all the others, or, while it is a temporary one, in memory alone."""

from __future__ import annotations

from engine.store.branches import BranchStore
from engine.store.chats import ChatStore
from engine.store.database import IN_MEMORY, Database
from engine.store.deletions import DeletionStore


class ChatStores:
    """saved: the chats in the file. chats, branches, deletions: of the store that the open chat lives in."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.saved = ChatStore(database)
        self._memory: Database | None = None
        self._turn_to(database)

    @property
    def is_temporary(self) -> bool:
        return self._memory is not None

    def begin_temporary(self) -> None:
        """The next chat lives in memory; a former temporary one is gone."""
        self.end_temporary()
        self._memory = Database(IN_MEMORY)
        self._turn_to(self._memory)

    def end_temporary(self) -> None:
        """Back to the file; what was in memory is gone."""
        memory, self._memory = self._memory, None
        if memory is not None:
            self._turn_to(self.database)
            memory.close()

    def _turn_to(self, database: Database) -> None:
        self.chats = self.saved if database is self.database else ChatStore(database)
        self.branches = BranchStore(database)
        self.deletions = DeletionStore(database)
