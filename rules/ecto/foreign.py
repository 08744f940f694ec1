"""The application's own modules that a migration calls, and that change after it was written."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from rules.elixir.parser import read as parse
from rules.elixir.syntax import Atom, Call, List, Pair, Syntax, children, walk
from rules.source import SourceFile, Span

NAMING = frozenset({"alias", "import", "require", "use", "defmodule", "@"})
WAY_DOWN = frozenset({"down"})
# Where the name of a module stands for itself: compared, pinned, or as what an association would be to.
TELLING = frozenset({"==", "!=", "^", "has_many", "has_one", "belongs_to", "many_to_many", "embeds_one", "embeds_many"})


@dataclass(frozen=True, slots=True)
class Foreign:
    """A module of the application, where the migration first uses it."""

    module: str
    span: Span


@lru_cache(maxsize=256)
def application_modules(source: SourceFile, module: str) -> tuple[Foreign, ...]:
    """Return the modules of the application of migration *module* that are used on the way up, each once.

    The application's modules are those under its name; repos, and what the file defines itself, are left out.
    """
    application, _, _ = module.partition(".")
    if source.text.count(f"{application}.") < 2:  # noqa: PLR2004 - the migration's own name is one
        return ()
    tree = parse(source).tree
    own = {_name(node.args[0]) for node in walk(tree) if isinstance(node, Call) and node.form == "defmodule"}
    aliases = dict(_aliases(tree))
    found: dict[str, Foreign] = {}
    for node in _used(tree):
        first, *rest = _name(node).split(".")
        full = ".".join([aliases.get(first, first), *rest])
        is_own = full in own or f"{module}.{full}" in own
        if full.startswith(f"{application}.") and not is_own and not full.endswith(("Repo", ".Migration")):
            found.setdefault(full, Foreign(full, node.span))
    return tuple(found.values())


def _used(tree: Syntax) -> Iterator[Call]:
    """Yield the names of modules in functions, those of the way down left out."""
    stack = [tree]
    while stack:
        node = stack.pop()
        form = node.form if isinstance(node, Call) else None
        if isinstance(node, Call) and form == "__aliases__":
            yield node
        elif isinstance(node, Call) and form == "defmodule":
            stack.extend(node.args[1:])
        elif form not in NAMING and not (isinstance(node, Call) and form == "def" and _defined(node) in WAY_DOWN):
            stack.extend(part for part in reversed(children(node)) if not _is_told(node, part))


def _is_told(node: Syntax, part: Syntax) -> bool:
    """Tell whether *part* is but the name of a module: in a list, behind a key, in a comparison."""
    is_name = isinstance(part, Call) and part.form == "__aliases__"
    return is_name and (isinstance(node, Pair | List) or getattr(node, "form", None) in TELLING)


def _defined(node: Call) -> str:
    head = node.args[0] if node.args else None
    return str(getattr(head, "name", getattr(head, "form", "")))


def _aliases(tree: Syntax) -> Iterator[tuple[str, str]]:
    """Yield short names with what they stand for; `as:` is rare in migrations, and passed over."""
    for node in walk(tree):
        if isinstance(node, Call) and node.form == "alias" and node.args:
            target = node.args[0]
            if isinstance(target, Call) and isinstance(target.form, Call):  # alias Shop.{User, Team}
                base = _name(target.form.args[0])
                names = [f"{base}.{_name(part)}" for part in target.args]
            else:
                names = [_name(target)]
            yield from ((name.rpartition(".")[2], name) for name in names if name)


def _name(node: Syntax) -> str:
    parts = node.args if isinstance(node, Call) and node.form == "__aliases__" else ()
    return ".".join(part.name for part in parts if isinstance(part, Atom))
