"""The progress of a sweep: a bar with the best score so far."""

from __future__ import annotations

from ..display.progress import Bar


class Progress(Bar):
    """A bar that knows which combination is the best so far."""

    def __init__(self, name: str, wanted: bool = True) -> None:
        super().__init__(name, wanted)
        self.primary: str | None = None
        self.best: tuple[float, int] | None = None

    def rate(self, candidate: int, summary: dict[str, float]) -> None:
        """Show the best score so far after a combination has finished with these means."""
        score = summary[self.primary or next(iter(summary))]
        if score == score and (self.best is None or score > self.best[0]):
            self.best = score, candidate
            self.say(f"best {score:.4g} in {candidate + 1:04d}")
