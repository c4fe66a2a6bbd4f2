"""A model file's Jinja template, run as what it is: a stranger's program.

Jinja's sandbox keeps it from files, imports and Python's insides. What it does not keep a template from is running
for ever and filling memory; the limits here do. The context it gets is what the transformers library gives templates.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from types import FrameType, TracebackType
from typing import Any

import jinja2
import jinja2.nodes
import jinja2.parser
from jinja2.ext import Extension
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Namespace

RENDER_S = 2.0
"""A long conversation takes some milliseconds."""
MAX_TEXT = 20_000_000
"""Characters of the prompt, and of any value on the way to it: more than the protocol lets anybody send."""


class TemplateLimitError(jinja2.TemplateError):
    """A template ran for too long, or made too much."""


class SandboxedTemplate:
    """One compiled template.

    Args:
        source: Jinja; bos, eos: the texts of those tokens.

    Raises: jinja2.TemplateError, when it is none, or exceeds the limits while it is compiled.
    """

    def __init__(self, source: str, bos: str, eos: str) -> None:
        self._tokens = {"bos_token": bos, "eos_token": eos}
        try:
            with _Limits():
                self._template = _Environment().from_string(source)
        except (MemoryError, RecursionError, OverflowError, ValueError, TypeError) as exc:
            raise jinja2.TemplateError(str(exc) or type(exc).__name__) from exc

    def render(self, turns: Sequence[Mapping[str, str]]) -> str:
        """The conversation as text, up to where the assistant speaks.

        Raises: jinja2.TemplateError, when the template refuses it, fails, or exceeds the limits.
        """
        size, parts = 0, []
        try:
            with _Limits():
                for part in self._template.generate(
                    messages=turns,
                    add_generation_prompt=True,
                    raise_exception=_refuse,
                    strftime_now=lambda pattern: datetime.now().strftime(pattern),
                    **self._tokens,
                ):
                    size += len(part)
                    if size > MAX_TEXT:
                        raise TemplateLimitError("it writes without end")
                    parts.append(part)
        except jinja2.TemplateError:
            raise
        except MemoryError as exc:
            raise TemplateLimitError("it needs more memory than there is") from exc
        except Exception as exc:  # whatever a stranger's program raises: it has failed
            raise jinja2.TemplateError(str(exc) or type(exc).__name__) from exc
        return "".join(parts)


class _Environment(ImmutableSandboxedEnvironment):
    """Products, powers and formats are looked at before they are done, also those that Jinja would do beforehand."""

    intercepted_binops = frozenset(["*", "**", "%"])

    def __init__(self) -> None:
        super().__init__(
            loader=jinja2.BaseLoader(),
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=[_IgnoreGenerationTags, "jinja2.ext.loopcontrols"],
        )
        self.filters["tojson"] = _to_json

    def call_binop(self, context: jinja2.runtime.Context, operator: str, left: Any, right: Any) -> Any:
        if operator == "**" and not (abs(left) < 1_000_000 and abs(right) < 64):
            raise TemplateLimitError("it counts to numbers without end")
        if operator == "*":
            for text, factor in ((left, right), (right, left)):
                if isinstance(text, str | list | tuple) and isinstance(factor, int) and len(text) * factor > MAX_TEXT:
                    raise TemplateLimitError("it writes without end")
        if operator == "%" and isinstance(left, str):
            raise TemplateLimitError("it formats in a way that no chat template needs")
        return super().call_binop(context, operator, left, right)


class _IgnoreGenerationTags(Extension):
    """`{% generation %}` marks what training counts; here it means nothing."""

    tags = {"generation"}  # noqa: RUF012 - Jinja's own interface

    def parse(self, parser: jinja2.parser.Parser) -> list[jinja2.nodes.Node]:
        next(parser.stream)
        return parser.parse_statements(("name:endgeneration",), drop_needle=True)


class _Limits:
    """While it is entered, this thread's templates run at most `RENDER_S`, and keep no text of over `MAX_TEXT`.

    A template is compiled to Python, so that Python's own tracing sees each of its lines.
    """

    def __enter__(self) -> None:
        self._until = time.monotonic() + RENDER_S
        self._former = sys.gettrace()
        sys.settrace(self._on_call)

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        sys.settrace(self._former)

    def _on_call(self, frame: FrameType, _event: str, _argument: Any) -> Any:
        if frame.f_code.co_filename == "<template>":
            return self._on_line
        # Jinja's own functions are short; they are looked at when they are called, never inside
        self._check_time()
        return None

    def _on_line(self, frame: FrameType, _event: str, _argument: Any) -> Any:
        self._check_time()
        for value in frame.f_locals.values():
            kept = value._Namespace__attrs.values() if isinstance(value, Namespace) else (value,)
            if any(isinstance(text, str) and len(text) > MAX_TEXT for text in kept):
                raise TemplateLimitError("it writes without end")
        return self._on_line

    def _check_time(self) -> None:
        if time.monotonic() > self._until:
            raise TemplateLimitError(f"it takes longer than {RENDER_S:.0f} seconds")


def _refuse(message: str) -> None:
    raise jinja2.TemplateError(message)


def _to_json(value: Any, ensure_ascii: bool = False, indent: int | None = None, **options: Any) -> str:
    """Without Jinja's escapes for HTML, as transformers does it."""
    known = {key: options[key] for key in ("separators", "sort_keys") if key in options}
    return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent, **known)
