"""The fixtures of the stand-in."""

from tests.workers.github.hub import hub, standin

__all__ = ["hub", "standin"]
