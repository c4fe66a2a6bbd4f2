"""A draft listener that remembers, and can ask for a stop."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class RecordingListener:
    """stop_after_steps: `should_stop` says yes once that many steps were seen; stop_at_first: once a draft is done."""

    stop_after_steps: int | None = None
    stop_at_first: bool = False
    prompts: list[tuple[int, int]] = field(default_factory=list)
    texts: dict[int, str] = field(default_factory=dict)
    reasoning: dict[int, str] = field(default_factory=dict)
    steps: list[list[int]] = field(default_factory=list)
    any_finished: bool = False
    dropped: list[list[int]] = field(default_factory=list)
    """Those of each checkpoint."""

    def on_prompt(self, n_done: int, n_total: int) -> None:
        self.prompts.append((n_done, n_total))

    def on_text(self, index: int, text: str, reasoning: bool) -> None:
        of = self.reasoning if reasoning else self.texts
        of[index] = of.get(index, "") + text

    def on_dropped(self, indices: list[int]) -> None:
        self.dropped.append(indices)

    def on_step(self, n_tokens: list[int], finished: list[bool], tokens_per_s: float) -> None:
        self.steps.append(n_tokens)
        self.any_finished = any(finished)

    def should_stop(self) -> bool:
        if self.stop_at_first and self.any_finished:
            return True
        return self.stop_after_steps is not None and len(self.steps) >= self.stop_after_steps
