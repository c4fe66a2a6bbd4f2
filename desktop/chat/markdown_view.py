"""A Markdown text as widgets: runs of prose, and code blocks. Grows cheaply while a reply streams."""

from __future__ import annotations

from PySide6.QtCore import QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from desktop.chat.code_block import CodeBlock
from desktop.chat.flow_text import FlowText, WideTable
from desktop.chat.markdown import Block, StreamingBlocks, is_safe_link, merge_text, parse_blocks

_BLOCK_GAP = 10
"""Between widgets, as between paragraphs: a document leaves out its last paragraph's margin."""

_WIDGETS: dict[str, type[QWidget]] = {"text": FlowText, "code": CodeBlock, "table": WideTable}


class MarkdownView(QWidget):
    """Shows Markdown. `set_markdown` shows a whole text; `append` adds to one, redoing only its last block."""

    def __init__(self, *, selectable: bool = True) -> None:
        super().__init__()
        self._selectable = selectable
        self._stream: StreamingBlocks | None = None
        self._source = ""
        self._widgets: list[FlowText | CodeBlock] = []
        self._n_open = 0
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(_BLOCK_GAP)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

    @property
    def markdown(self) -> str:
        return self._source

    def set_markdown(self, source: str) -> None:
        if source == self._source and self._stream is None:
            return
        self._source = source
        self._stream = None
        self._n_open = 0
        self._show(merge_text(parse_blocks(source)), keep=0)

    def append(self, text: str) -> None:
        if self._stream is None:
            self._stream = StreamingBlocks()
            text = self._source + text
            self._source = ""
            self._clear()
        self._source += text
        final, still_open = self._stream.append(text)
        keep = len(self._widgets) - self._n_open
        self._show([*final, *still_open], keep)
        self._n_open = len(still_open)

    def _show(self, blocks: list[Block], keep: int) -> None:
        """Shows `blocks` after the first `keep` widgets; widgets are reused where their kind fits."""
        for offset, block in enumerate(blocks):
            position = keep + offset
            current = self._widgets[position] if position < len(self._widgets) else None
            if current is None or type(current) is not _WIDGETS[block.kind]:
                current = self._replace(position, block)
            if isinstance(current, CodeBlock):
                current.set_code(block.code, block.language)
            else:
                current.set_html(block.html)
        while len(self._widgets) > keep + len(blocks):
            self._remove(len(self._widgets) - 1)

    def _replace(self, position: int, block: Block) -> FlowText | CodeBlock:
        if position < len(self._widgets):
            self._remove(position)
        widget: FlowText | CodeBlock
        if block.kind == "code":
            widget = CodeBlock(block.code, block.language)
        else:
            wide = block.kind == "table"
            widget = (WideTable if wide else FlowText)(selectable=self._selectable)
            widget.setAccessibleName(self.tr("Table") if wide else self.tr("Text"))
            widget.link_activated.connect(self._open_link)
        self._widgets.insert(position, widget)
        self._layout.insertWidget(position, widget)
        return widget

    def _remove(self, position: int) -> None:
        widget = self._widgets.pop(position)
        self._layout.removeWidget(widget)
        widget.hide()
        widget.deleteLater()

    def _clear(self) -> None:
        while self._widgets:
            self._remove(len(self._widgets) - 1)

    @Slot(str)
    def _open_link(self, url: str) -> None:
        if is_safe_link(url):
            QDesktopServices.openUrl(QUrl(url))
