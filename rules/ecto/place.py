"""Where the call stands that made a command."""

from dataclasses import dataclass
from typing import Final

from rules.elixir.syntax import Atom, Call, List, Pair, Syntax, Tuple
from rules.source import Span

# How many arguments come before the options, a piped one included; a list in their place is no list of options.
POSITIONAL: Final = {"index": 2, "unique_index": 2, "constraint": 2, "add": 2, "add_if_not_exists": 2, "modify": 2}


@dataclass(frozen=True, slots=True)
class Place:
    """The call in the migration's own text, so that a rewrite can edit a part of it."""

    call: Call
    piped: Syntax | None = None  # the first argument, where it comes from `|>`
    shared: bool = False  # in a loop or a helper: an edit here changes other commands, too

    @property
    def span(self) -> Span:
        """The whole call with its `do` block, from the beginning of its pipe."""
        start = self.call.start if self.piped is None else min(self.piped.start, self.call.start)
        return Span(start, self.call.end)

    @property
    def name(self) -> Span:
        """The function's name."""
        return self.call.name or self.call.span

    @property
    def arguments(self) -> tuple[Span, ...]:
        """The positional arguments in Ecto's order, a piped one first; no options, no block."""
        written = self.call.args if self.piped is None else (self.piped, *self.call.args)
        count = self._positional
        return tuple(node.span for position, node in enumerate(written) if position < count or not is_keywords(node))

    @property
    def options_at(self) -> int | None:
        """Where `, key: value` adds an option: behind the last argument but before `do`; None without arguments."""
        before = 0 if self.piped is None else 1
        ends = [
            _end_inside(node, in_brackets=before + position >= self._positional)
            for position, node in enumerate(self.call.args)
            if not _is_block(node)
        ]
        return ends[-1] if ends else None

    @property
    def _positional(self) -> int:
        form = self.call.form
        name = form if isinstance(form, str) else form.args[-1] if isinstance(form, Call) else None
        return POSITIONAL.get(name.name if isinstance(name, Atom) else str(name), 1)


def is_keywords(node: Syntax) -> bool:
    """Tell whether *node* is a list that holds nothing but `key: value`, a `do` block included."""
    return (
        isinstance(node, List)
        and bool(node.items)
        and all(isinstance(item, Pair) and not isinstance(item, Tuple) for item in node.items)
    )


def block_of(node: Syntax) -> Syntax | None:
    """Return the body of `do` where *node* is the last argument of a call with a block."""
    if isinstance(node, List) and not node.brackets:
        return next((item.right for item in node.items if isinstance(item, Pair) and _key(item) == "do"), None)
    return None


def _is_block(node: Syntax) -> bool:
    return isinstance(node, List) and not node.brackets and bool(node.items) and _key(node.items[0]) == "do"


def _key(node: Syntax) -> str | None:
    return node.left.name if isinstance(node, Pair) and isinstance(node.left, Atom) else None


def _end_inside(node: Syntax, *, in_brackets: bool) -> int:
    if isinstance(node, List) and is_keywords(node) and (in_brackets or not node.brackets):
        return max((item.end for item in node.items if _key(item) != "do"), default=node.end)
    return node.end
