"""Attune's own file of chats: everything, with drafts and their numbers."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from engine.attachments import Attachment
from engine.chat_files.chat import FileChat, FileDraft, FileMessage
from engine.chat_files.cleaning import clean_text, clean_time, clean_title
from engine.chat_files.tree import arranged
from engine.errors import ChatFileError
from engine.types import N_DRAFTS_MAX

FORMAT = "attune-chats"
VERSION = 1
_LARGEST_NUMBER = 1e6
"""Rewards and axes are in standard deviations: a number beyond this was never one."""
_LARGEST_COUNT = 2**53


class Heads(NamedTuple):
    """The reward heads of this program: their version, and how many base rewards they give."""

    version: str
    n_base: int


class ChatsFile(msgspec.Struct, kw_only=True):
    """chats: as raw JSON when read, so that one that is damaged does not take the others with it."""

    format: str
    version: int = VERSION
    chats: list[msgspec.Raw] = []


def to_own(chats: list[FileChat]) -> bytes:
    raw = [msgspec.Raw(msgspec.json.encode(chat)) for chat in chats]
    return msgspec.json.format(msgspec.json.encode(ChatsFile(format=FORMAT, chats=raw)), indent=1)


def chat_from(data: bytes | msgspec.Raw, heads: Heads) -> FileChat:
    """One chat. Raises: ChatFileError, when it cannot be true; msgspec.DecodeError, when it is something else."""
    chat = msgspec.json.decode(data, type=FileChat)
    created = clean_time(chat.created_at)
    messages, root = arranged([_cleaned(message, created, heads) for message in chat.messages], None)
    ids = {message.id for message in messages if message.parent is None}
    return msgspec.structs.replace(
        chat,
        title=clean_title(chat.title, "Attune"),
        created_at=created,
        updated_at=clean_time(chat.updated_at, created),
        folder=clean_title(chat.folder, "") or None,
        shown_root=chat.shown_root if chat.shown_root in ids else root,
        messages=messages,
    )


def _cleaned(message: FileMessage, created: float, heads: Heads) -> FileMessage:
    drafts = message.drafts
    if len({draft.index for draft in drafts}) != len(drafts) or len(drafts) > N_DRAFTS_MAX:
        raise ChatFileError("the drafts of one of its replies are not what they should be")
    of_these_heads = message.heads_version == heads.version
    numbers = [abs(number) for draft in drafts for number in _numbers(draft)]
    counts = [*(draft.n_tokens for draft in drafts), *(draft.index for draft in drafts), message.seed or 0]
    wrong = any(of_these_heads and len(draft.base_rewards or []) not in (0, heads.n_base) for draft in drafts)
    if wrong or any(number > _LARGEST_NUMBER for number in numbers):
        raise ChatFileError("the numbers of one of its drafts make no sense")
    if any(not 0 <= count < _LARGEST_COUNT for count in counts):
        raise ChatFileError("the numbers of one of its drafts make no sense")
    return msgspec.structs.replace(
        message,
        content=clean_text(message.content),
        created_at=clean_time(message.created_at, created),
        drafts=[
            msgspec.structs.replace(draft, text=clean_text(draft.text), reasoning=clean_text(draft.reasoning))
            for draft in drafts
        ],
        attachments=[Attachment(clean_title(each.name, "file"), clean_text(each.text)) for each in message.attachments],
    )


def _numbers(draft: FileDraft) -> list[float]:
    single = [number for number in (draft.quality, draft.uncertainty, draft.score) if number is not None]
    return [*(draft.base_rewards or []), *(draft.axes or {}).values(), *single]
