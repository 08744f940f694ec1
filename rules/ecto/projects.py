"""What a repository's own files say of its migrations: repos, configuration, releases, modules. Read, never run."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

from rules.ecto.config import NO_REPO, Repo
from rules.ecto.configuration import Configuration, Key, evaluator, plain, upwards
from rules.ecto.errors import RaisedError
from rules.ecto.files import folder_of
from rules.ecto.forms import alias_name
from rules.ecto.interpreter import CompileError, OverBudgetError
from rules.ecto.modules import ModuleReader
from rules.ecto.options import Option, Options
from rules.ecto.project import Project
from rules.ecto.scope import Frame, Module, unknown_in
from rules.ecto.structs import keywords
from rules.ecto.values import Atom, Value
from rules.ecto.versions import LATEST, Version, parse_version
from rules.elixir.parser import read as parse
from rules.elixir.syntax import Call, walk
from rules.source import SourceFile

LOCKED: Final = re.compile(r'"(ecto_sql|ecto)":\s*\{:hex,\s*:\w+,\s*"([^"]+)"')
REPO_MODULE: Final = re.compile(r"\buse\s+(?:Ecto|AshPostgres|AshSqlite)\.Repo\b")
ADAPTED: Final = {  # what is used, and the adapter that it stands for
    "Elixir.Ecto.Repo": Options(),
    "Elixir.AshPostgres.Repo": Options((Option("adapter", Atom("Elixir.Ecto.Adapters.Postgres")),)),
    "Elixir.AshSqlite.Repo": Options((Option("adapter", Atom("Elixir.Ecto.Adapters.SQLite3")),)),
}
MIGRATION_HELP: Final = re.compile(r"\bEcto\.Migration\b")
UNDERSCORE: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
KEYS: Final = frozenset({"migration_primary_key", "migration_foreign_key"})


@dataclass(frozen=True, slots=True)
class Found:
    """A repo's module as it stands in lib: where its application is, and what `use Ecto.Repo` says."""

    module: str
    application: str  # the folder that holds the application, with `/` at its end; empty for the root
    options: Options


@dataclass(frozen=True, slots=True)
class Configured:
    """How the migrations of a folder are configured: the repo that runs them, and what the application is told."""

    repo: Repo
    settings: Mapping[Key, Value]


@dataclass(frozen=True)
class Projects:
    """The projects of a repository; `of` says which one a migration belongs to."""

    files: tuple[SourceFile, ...]
    complete: bool = False  # whether *files* is all that the repository has
    version: Version | None = None  # instead of what mix.lock says
    environment: Mapping[str, str] | None = None
    mix_env: str | None = None  # what Mix.env() and config_env() are, where that is known
    _known: dict[str, Project] = field(default_factory=dict, repr=False, compare=False)
    _configured: dict[str, Configured] = field(default_factory=dict, repr=False, compare=False)

    def of(self, path: str) -> Project:
        """Return what surrounds the migration at *path*."""
        folder = folder_of(path)
        if folder not in self._known:
            configured = self.configured(folder)
            self._known[folder] = Project(
                configured.repo,
                self.version or self._version(folder),
                None,
                {source.path: source for source in self.files},
                self._modules,
                self.complete,
                self.environment,
                self.mix_env,
                configured.settings,
            )
        return self._known[folder]

    def configured(self, folder: str) -> Configured:
        """Return how the migrations of *folder* are configured, as far as modules and configuration tell."""
        if folder not in self._configured:
            self.settle(folder, Configured(self._repo(folder), self._configuration.within(folder)))
        return self._configured[folder]

    def settle(self, folder: str, configured: Configured) -> None:
        """Take it as known how the migrations of *folder* are configured."""
        self._configured[folder] = configured

    def _version(self, folder: str) -> Version:
        for directory in upwards(folder):
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
        named = [repo for repo in found if _underscored(repo.module) in folder.split("/")]
        # A folder that no repo claims, such as one of data migrations, runs with the application's main repo.
        for candidates in (found, named, [repo for repo in found if repo.module.endswith(".Repo")]):
            if len({repo.module for repo in candidates}) == 1:
                repo = candidates[0]
                found_in = self._settings(f"{repo.application}priv")
                return _repo(repo.module, self._options(repo), configured=repo.module in found_in)
        return self._configured_only(folder)

    def _configured_only(self, folder: str) -> Repo:
        """Return a repo that only configuration names, where no module tells whose folder this is."""
        settings = self._settings(folder)
        named = [module for module in settings if _underscored(module) in folder.split("/")]
        return _repo(named[0], settings[named[0]]) if len(named) == 1 else NO_REPO

    def _options(self, repo: Found) -> Options:
        configured = self._settings(f"{repo.application}priv").get(repo.module, Options())
        return Options((*configured.entries, *(option for option in repo.options if option.key not in configured)))

    def _settings(self, folder: str) -> dict[str, Options]:
        """Return the options of each module that is configured for *folder*."""
        settings = self._configuration.within(folder)
        return {key: keywords(value) for (_, key), value in settings.items() if key.startswith("Elixir.")}

    @cached_property
    def _configuration(self) -> Configuration:
        return Configuration(self.files, Project(environment=self.environment, mix_env=self.mix_env))

    @cached_property
    def _by_path(self) -> dict[str, SourceFile]:
        return {source.path: source for source in self.files}

    @cached_property
    def _modules(self) -> dict[str, Module]:
        modules: dict[str, Module] = {}
        interpreter = evaluator(modules, Project())
        for source in self.files:
            if source.path.endswith(".ex") and MIGRATION_HELP.search(source.text):
                ModuleReader(interpreter, source).read(parse(source).tree)
        return modules

    @cached_property
    def _repos(self) -> tuple[Found, ...]:
        return tuple(found for source in self.files if REPO_MODULE.search(source.text) for found in _repos_in(source))


def _repos_in(source: SourceFile) -> Iterator[Found]:
    modules: dict[str, Module] = {}
    reader = ModuleReader(evaluator(modules, Project()), source)
    reader.read(parse(source).tree)
    application = source.path[: source.path.index("lib/")] if "lib/" in source.path else ""
    for module in reader.modules:
        frame = Frame(module, {}, module.attributes)
        for node in _own_nodes(module.node):
            used = alias_name(node.args[0], frame) if node.form == "use" and node.args else None
            if used in ADAPTED:
                said = Options((*_used_with(node, frame).entries, *ADAPTED[used].entries))
                yield Found(module.name, application, said)


def _own_nodes(module: Call) -> Iterator[Call]:
    """Yield the calls in a module, those of its inner modules left out."""
    inner = [
        node for node in walk(module) if isinstance(node, Call) and node.form == "defmodule" and node is not module
    ]
    for node in walk(module):
        if isinstance(node, Call) and not any(each.start <= node.start < each.end for each in inner):
            yield node


def _used_with(node: Call, frame: Frame) -> Options:
    try:
        return keywords(evaluator({}, Project()).evaluate(node.args[1], frame)) if len(node.args) > 1 else Options()
    except (CompileError, OverBudgetError, RaisedError, RecursionError):
        return Options()


def _migrations(repo: Found, options: Options) -> str:
    priv = options.get("priv")
    folder = priv if isinstance(priv, str) else f"priv/{_underscored(repo.module)}"
    return f"{repo.application}{folder}/migrations"


def _underscored(module: str) -> str:
    return UNDERSCORE.sub("_", module.rpartition(".")[2]).lower()


def _repo(module: str, options: Options, *, configured: bool = True) -> Repo:
    known = Options(tuple(option for option in options if unknown_in(option.value) is None))
    unread = {option.key for option in options if option not in known.entries}
    adapter = known.get("adapter")
    priv = known.get("priv")
    return replace(
        NO_REPO,
        module=module,
        adapter=adapter.name.removeprefix("Elixir.") if isinstance(adapter, Atom) else None,
        priv=priv if isinstance(priv, str) else None,
        primary_key=known.get("migration_primary_key", ()),
        foreign_key=known.get("migration_foreign_key", ()),
        timestamps=known.get("migration_timestamps", ()),
        default_prefix=plain(known.get("migration_default_prefix")),
        lock=Atom("unread") if "migration_lock" in unread else known.get("migration_lock", default=True),
        source=plain(known.get("migration_source")) or NO_REPO.source,
        is_hidden=not configured or not unread.isdisjoint(KEYS),
        dump_path=plain(known.get("dump_path")),
    )
