"""What a project's config/*.exs set, as far as it can be read: each application's keys with their values."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, TypeAlias

from rules.ecto.errors import RaisedError
from rules.ecto.forms import alias_name
from rules.ecto.inspect import is_keyword
from rules.ecto.interpreter import CompileError, Interpreter, OverBudgetError
from rules.ecto.library import KEYWORD
from rules.ecto.project import Project
from rules.ecto.reader import LANGUAGE
from rules.ecto.runner import Runner
from rules.ecto.scope import Frame, Imported, Module, Unknown
from rules.ecto.values import Atom, Tuple, Value
from rules.ecto.versions import LATEST
from rules.elixir.parser import read as parse
from rules.elixir.syntax import Call, List, Pair, Syntax, walk
from rules.source import SourceFile

Key: TypeAlias = tuple[str, str]  # the application, and the key or module that is configured
FILES: Final = ("config.exs", "prod.exs", "runtime.exs")  # what a release of the application reads, in this order
NOTHING: Final = Unknown("a configuration that reading cannot follow")


def evaluator(modules: dict[str, Module], project: Project) -> Interpreter:
    """Return what evaluates expressions outside of a migration."""
    return Interpreter(LANGUAGE, Runner(LATEST, "up", backward=False), project, modules)


def upwards(folder: str) -> Iterator[str]:
    """Yield *folder* and those above it, each with `/` at its end, the root as an empty string."""
    parts = folder.split("/")
    for length in range(len(parts), 0, -1):
        yield "/".join(parts[:length]) + "/"
    yield ""


@dataclass(frozen=True)
class Configuration:
    """The configuration files of a repository; *project* says what is known of the environment."""

    files: tuple[SourceFile, ...]
    project: Project

    def within(self, folder: str) -> dict[Key, Value]:
        """Return what holds for the application in *folder*: deeper folders count last, later files last."""
        settings: dict[Key, Value] = {}
        for directory in reversed(list(upwards(folder))):
            for name in FILES:
                for key, value in self._written.get(f"{directory}config/{name}", ()):
                    settings[key] = _merged(settings.get(key), value)
        return settings

    @cached_property
    def _written(self) -> Mapping[str, tuple[tuple[Key, Value], ...]]:
        wanted = (source for source in self.files if source.path.rpartition("/")[2] in FILES)
        return {source.path: tuple(self._read(source)) for source in wanted}

    def _read(self, source: SourceFile) -> Iterator[tuple[Key, Value]]:
        """Yield each `config :app, key: value` and `config :app, Key, value`, wherever in the file it stands."""
        module = Module(
            "Elixir.Config", source, Call(0, 0, "defmodule", (), None), imports=[Imported("Elixir.Config")], used=["?"]
        )
        frame = Frame(module, {}, {})
        for node in walk(parse(source).tree):
            if isinstance(node, Call) and node.form == "config" and len(node.args) > 1:
                application, *rest = node.args
                name = alias_name(application, frame)
                key = alias_name(rest[0], frame)
                if name is not None and key is not None and len(rest) > 1:
                    yield (name, key), self._value(rest[1], frame)
                elif name is not None and isinstance(rest[0], List):
                    for pair in rest[0].items:
                        if isinstance(pair, Pair) and (inner := alias_name(pair.left, frame)) is not None:
                            yield (name, inner), self._value(pair.right, frame)

    def _value(self, node: Syntax, frame: Frame) -> Value:
        if isinstance(node, List) and node.items and all(isinstance(item, Pair) for item in node.items):
            # Each option by itself: one that cannot be read leaves the others known.
            pairs = [item for item in node.items if isinstance(item, Pair)]
            keys = [(self._evaluated(pair.left, frame), pair) for pair in pairs]
            return tuple(Tuple((key, self._evaluated(pair.right, frame)), pair) for key, pair in keys)
        return self._evaluated(node, frame)

    def _evaluated(self, node: Syntax, frame: Frame) -> Value:
        try:
            return evaluator({}, self.project).evaluate(node, frame)
        except (CompileError, OverBudgetError, RaisedError, RecursionError):
            return NOTHING


def _merged(before: Value, value: Value) -> Value:
    if before and is_keyword(before):
        if is_keyword(value):
            return KEYWORD["merge"](before, value)
        if isinstance(value, Unknown):  # options that are computed: hardly those that stand here written out
            return before
    return value


def plain(value: Value) -> str | None:
    """Return a text or an atom's name; None for anything else."""
    return value if isinstance(value, str) else value.name if isinstance(value, Atom) else None
