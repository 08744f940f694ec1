"""What a comment command is: a word, a line of help, and what it does."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from workers.context import Context
from workers.github.models import Collaborator, PullRequest, Reaction
from workers.jobs import RunCommand


@dataclass(frozen=True, slots=True)
class Request:
    """A command, who asks, and for which pull request."""

    command: RunCommand
    by: Collaborator
    pull: PullRequest
    arguments: tuple[str, ...]
    context: Context


@dataclass(frozen=True, slots=True)
class Answer:
    """What we say and show; without *text* only the reaction is seen."""

    text: str
    reaction: Reaction = Reaction.DONE


Act = Callable[[Request], Answer]


class CommentCommand:
    """A word that people may write behind `/ecto-fix`; its module's docstring is its help."""

    def __init__(self, module: str, usage: str, *, writes: bool) -> None:
        self.module = module
        self.name = module.rpartition(".")[2].replace("_", "-")
        self.usage = usage
        self.writes = writes
        self.act: Act = _do_nothing

    @property
    def help(self) -> str:
        """What it does, in a sentence."""
        return " ".join((import_module(self.module).__doc__ or "").partition("\n\n")[0].split())

    def runs(self, act: Act) -> Act:
        """Register what the command does."""
        self.act = act
        return act


def _do_nothing(request: Request) -> Answer:
    raise NotImplementedError(f"nothing is registered for {request.command.body!r}")
