"""From messages that name their parents to a tree that can be shown: nothing twice, nothing in a circle."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from engine.chat_files.chat import FileMessage
from engine.errors import ChatFileError


def arranged(messages: Sequence[FileMessage], current: str | None) -> tuple[list[FileMessage], str | None]:
    """The messages, each after its parent, and the first one of the branch that is shown.

    A message whose parent is not there begins a branch of its own. current: where the shown branch ends, or passes
    through; where a message does not say which child was shown, the last one is.
    Raises: ChatFileError, when two messages share an id, or some follow each other in a circle.
    """
    by_id = {message.id: message for message in messages}
    if len(by_id) != len(messages):
        raise ChatFileError("two of its messages have the same id")
    children: dict[str | None, list[str]] = {}
    for message in messages:
        parent = message.parent if message.parent in by_id else None
        children.setdefault(parent, []).append(message.id)
    order: list[str] = []
    waiting = list(reversed(children.get(None, [])))
    while waiting:
        order.append(waiting.pop())
        waiting.extend(reversed(children.get(order[-1], [])))
    if len(order) != len(messages):
        raise ChatFileError("some of its messages follow each other in a circle")
    shown: dict[str | None, str] = {parent: ids[-1] for parent, ids in children.items()}
    for message in messages:
        if message.shown_child in children.get(message.id, []):
            shown[message.id] = str(message.shown_child)
    while current is not None and current in by_id:
        parent = by_id[current].parent
        parent = parent if parent in by_id else None
        shown[parent] = current
        current = parent
    return [
        msgspec.structs.replace(
            by_id[each],
            parent=by_id[each].parent if by_id[each].parent in by_id else None,
            shown_child=shown.get(each),
        )
        for each in order
    ], shown.get(None)
