"""What a comment command is: a word, a line of help, and what it does."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from workers.context import Context
from workers.github.models import Collaborator, PullRequest, Reaction
from workers.jobs import RunCommand


@dataclass(frozen=True, slots=True)
class Request:
    """A command, who asks, and for which pull request; *reason* is what stands behind `because`."""

    command: RunCommand
    by: Collaborator
    pull: PullRequest
    arguments: tuple[str, ...]
    context: Context
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What we say and show; without *text* only the reaction is seen."""

    text: str
    reaction: Reaction = Reaction.DONE


class Declined(Exception):
    """What was asked for is not done, and why: Markdown for who asked."""


Act = Callable[[Request], Answer]


@dataclass(frozen=True, slots=True)
class CommentCommand:
    """A word that people may write behind `/ecto-fix`; its module's docstring is its help."""

    module: str
    usage: str
    writes: bool  # to the branch, which takes the right to push
    act: Act

    @property
    def name(self) -> str:
        """The word: that of the file."""
        return self.module.rpartition(".")[2].replace("_", "-")

    @property
    def help(self) -> str:
        """What it does, in a sentence."""
        return " ".join((import_module(self.module).__doc__ or "").partition("\n\n")[0].split())


def comment_command(module: str, usage: str, *, writes: bool) -> Callable[[Act], CommentCommand]:
    """Make the decorated function the command of its *module*."""
    return lambda act: CommentCommand(module, usage, writes, act)
