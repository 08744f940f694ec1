"""What a repository's own files say of its migrations: repos, configuration, releases, modules. Read, never run."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

from rules.ecto.config import NO_REPO, Repo
from rules.ecto.errors import RaisedError
from rules.ecto.files import folder_of
from rules.ecto.forms import alias_name
from rules.ecto.inspect import to_string
from rules.ecto.interpreter import CompileError, Interpreter, OverBudgetError
from rules.ecto.modules import ModuleReader
from rules.ecto.options import Option, Options
from rules.ecto.project import Project
from rules.ecto.reader import LANGUAGE
from rules.ecto.runner import Runner
from rules.ecto.scope import Frame, Module, Unknown, unknown_in
from rules.ecto.values import Atom, Value
from rules.ecto.versions import LATEST, Version, parse_version
from rules.elixir.parser import read as parse
from rules.elixir.syntax import Atom as AtomNode
from rules.elixir.syntax import Call, List, Pair, Syntax, walk
from rules.source import SourceFile

LOCKED: Final = re.compile(r'"(ecto_sql|ecto)":\s*\{:hex,\s*:\w+,\s*"([^"]+)"')
# A release of the application reads these, in this order.
CONFIG_FILES: Final = ("config.exs", "prod.exs", "runtime.exs")
# The options of a repo that its migrations depend on.
READ: Final = frozenset(
    {
        *("adapter", "otp_app", "priv", "migration_primary_key", "migration_foreign_key", "migration_timestamps"),
        *("migration_default_prefix", "migration_lock", "migration_source"),
    }
)
REPO_MODULE: Final = re.compile(r"\buse\s+Ecto\.Repo\b")
MIGRATION_HELP: Final = re.compile(r"\bEcto\.Migration\b")
UNDERSCORE: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


@dataclass(frozen=True, slots=True)
class Found:
    """A repo's module as it stands in lib: where its application is, and what `use Ecto.Repo` says."""

    module: str
    application: str  # the folder that holds the application, with `/` at its end; empty for the root
    options: Options


@dataclass(frozen=True)
class Projects:
    """The projects of a repository; `of` says which one a migration belongs to."""

    files: tuple[SourceFile, ...]
    complete: bool = False  # whether *files* is all that the repository has
    version: Version | None = None  # instead of what mix.lock says
    environment: Mapping[str, str] | None = None
    _known: dict[str, Project] = field(default_factory=dict, repr=False, compare=False)

    def of(self, path: str) -> Project:
        """Return what surrounds the migration at *path*."""
        folder = folder_of(path)
        if folder not in self._known:
            self._known[folder] = Project(
                self._repo(folder),
                self.version or self._version(folder),
                None,
                {source.path: source for source in self.files},
                self._modules,
                self.complete,
                self.environment,
            )
        return self._known[folder]

    def _version(self, folder: str) -> Version:
        for directory in _upwards(folder):
            lock = self._by_path.get(f"{directory}mix.lock")
            if lock is not None:
                locked = dict(LOCKED.findall(lock.text))
                found = parse_version(locked.get("ecto_sql") or locked.get("ecto", ""))
                return found or LATEST
        return LATEST

    def _repo(self, folder: str) -> Repo:
        found = [repo for repo in self._repos if _migrations(repo, self._options(repo)) == folder]
        found = found or [repo for repo in self._repos if folder.startswith(f"{repo.application}priv/")]
        found = found or list(self._repos)
        if len({repo.module for repo in found}) != 1:
            named = [repo for repo in found if _underscored(repo.module) in folder.split("/")]
            if len(named) != 1:
                return self._configured_only(folder)
            found = named
        return _repo(found[0].module, self._options(found[0]))

    def _configured_only(self, folder: str) -> Repo:
        """Return a repo that only configuration names, where no module tells whose folder this is."""
        settings = self._settings(folder)
        named = [module for module in settings if _underscored(module) in folder.split("/")]
        return _repo(named[0], settings[named[0]]) if len(named) == 1 else NO_REPO

    def _options(self, repo: Found) -> Options:
        configured = self._settings(f"{repo.application}priv").get(repo.module, Options())
        return Options((*configured.entries, *(option for option in repo.options if option.key not in configured)))

    def _settings(self, folder: str) -> dict[str, Options]:
        """Return the configuration of each module that holds in *folder*: deeper folders last, later files last."""
        settings: dict[str, Options] = {}
        for directory in reversed(list(_upwards(folder))):
            for name in CONFIG_FILES:
                for module, options in self._configurations.get(f"{directory}config/{name}", ()):
                    before = settings.get(module, Options())
                    kept = (option for option in before if option.key not in options)
                    settings[module] = Options((*kept, *options))
        return settings

    @cached_property
    def _by_path(self) -> dict[str, SourceFile]:
        return {source.path: source for source in self.files}

    @cached_property
    def _modules(self) -> dict[str, Module]:
        modules: dict[str, Module] = {}
        interpreter = _interpreter(modules)
        for source in self.files:
            if source.path.endswith(".ex") and MIGRATION_HELP.search(source.text):
                ModuleReader(interpreter, source).read(parse(source).tree)
        return modules

    @cached_property
    def _repos(self) -> tuple[Found, ...]:
        return tuple(found for source in self.files if REPO_MODULE.search(source.text) for found in _repos_in(source))

    @cached_property
    def _configurations(self) -> dict[str, tuple[tuple[str, Options], ...]]:
        return {
            source.path: tuple(_configurations_in(source))
            for source in self.files
            if source.path.rpartition("/")[2] in CONFIG_FILES
        }


def _upwards(folder: str) -> Iterator[str]:
    """Yield *folder* and those above it, each with `/` at its end, the root as an empty string."""
    parts = folder.split("/")
    for length in range(len(parts), 0, -1):
        yield "/".join(parts[:length]) + "/"
    yield ""


def _interpreter(modules: dict[str, Module]) -> Interpreter:
    return Interpreter(LANGUAGE, Runner(LATEST, "up", backward=False), Project(), modules)


def _repos_in(source: SourceFile) -> Iterator[Found]:
    modules: dict[str, Module] = {}
    reader = ModuleReader(_interpreter(modules), source)
    reader.read(parse(source).tree)
    for module in reader.modules:
        for node in walk(module.node):
            if isinstance(node, Call) and node.form == "use" and node.args:
                frame = Frame(module, {}, module.attributes)
                if alias_name(node.args[0], frame) == "Elixir.Ecto.Repo":
                    options = _options(node.args[1], frame) if len(node.args) > 1 else Options()
                    application = source.path[: source.path.index("lib/")] if "lib/" in source.path else ""
                    yield Found(module.name, application, options)


def _configurations_in(source: SourceFile) -> Iterator[tuple[str, Options]]:
    """Yield each `config :app, Some.Module, key: value`, wherever in the file it stands."""
    tree = parse(source).tree
    module = Module("Elixir.Config", source, Call(0, 0, "defmodule", (), None), used=["Elixir.Config"])
    frame = Frame(module, {}, {})
    for node in walk(tree):
        if isinstance(node, Call) and node.form == "config" and len(node.args) == 3:  # noqa: PLR2004 app, module, options
            name = alias_name(node.args[1], frame)
            if name is not None:
                yield name, _options(node.args[2], frame)


def _options(node: Syntax, frame: Frame) -> Options:
    """Evaluate the options that matter here; what else a configuration says is left alone."""
    pairs = [item for item in node.items if isinstance(item, Pair)] if isinstance(node, List) else []
    named = [(item.left.name, item) for item in pairs if isinstance(item.left, AtomNode)]
    values = ((name, _evaluated(item.right, frame), item) for name, item in named if name in READ)
    return Options(tuple(Option(name, value, item) for name, value, item in values))


def _evaluated(node: Syntax, frame: Frame) -> Value:
    try:
        return _interpreter({}).evaluate(node, frame)
    except (CompileError, OverBudgetError, RaisedError, RecursionError):
        return Unknown("a configuration that reading cannot follow")


def _migrations(repo: Found, options: Options) -> str:
    priv = options.get("priv")
    folder = priv if isinstance(priv, str) else f"priv/{_underscored(repo.module)}"
    return f"{repo.application}{folder}/migrations"


def _underscored(module: str) -> str:
    return UNDERSCORE.sub("_", module.rpartition(".")[2]).lower()


def _repo(module: str, options: Options) -> Repo:
    known = Options(tuple(option for option in options if unknown_in(option.value) is None))
    adapter = known.get("adapter")
    priv = known.get("priv")
    prefix = known.get("migration_default_prefix")
    return replace(
        NO_REPO,
        module=module,
        adapter=adapter.name.removeprefix("Elixir.") if isinstance(adapter, Atom) else None,
        priv=priv if isinstance(priv, str) else None,
        primary_key=known.get("migration_primary_key", ()),
        foreign_key=known.get("migration_foreign_key", ()),
        timestamps=known.get("migration_timestamps", ()),
        default_prefix=None if prefix is None else to_string(prefix),
        lock=known.get("migration_lock", default=True),
        source=to_string(known.get("migration_source", "schema_migrations")),
    )
