"""Reads a migration: evaluates what it does forwards and backwards, and where its parts stand."""

from typing import Final

from rules.ecto import versions
from rules.ecto.commands import Command, Execute, RepoCall, Unread
from rules.ecto.database import remote, undefined
from rules.ecto.enumeration import ENUM, MAP_WORDS
from rules.ecto.errors import RaisedError
from rules.ecto.files import version_of
from rules.ecto.forms import FORMS
from rules.ecto.interpreter import CompileError, Interpreter, Language, OverBudgetError
from rules.ecto.kernel import KERNEL
from rules.ecto.library import LIBRARY
from rules.ecto.migrating import WORDS
from rules.ecto.migration import MIGRATION_ERROR, Attribute, Callback, Failure, Migration, Run
from rules.ecto.modules import DIRECTIVES, MIGRATION, ModuleReader
from rules.ecto.project import ALONE, Project
from rules.ecto.runner import FailedError, Pending, Queued, Runner
from rules.ecto.scope import Imported, Module
from rules.ecto.surroundings import SURROUNDINGS
from rules.elixir.parser import Parsed
from rules.source import SourceFile, Span

LANGUAGE: Final = Language(
    forms={**FORMS, **DIRECTIVES},
    kernel=KERNEL,
    library=LIBRARY,
    imported={MIGRATION: WORDS, "Elixir.Enum": ENUM, "Elixir.Stream": ENUM, "Elixir.Map": MAP_WORDS, **SURROUNDINGS},
    remote=remote,
    undefined=undefined,
)
CALLBACKS: Final = ("change", "up", "down", "after_begin", "before_commit")
NOT_COMPILED: Final = "CompileError"
UNKNOWN_USE: Final = "a `use` of code that is not part of the migration"
MOST: Final = 1_500  # commands and statements of SQL in one direction; the longest public migration has 700
TOO_MUCH: Final = "a migration that does more than reading follows"


def read(parsed: Parsed, source: SourceFile, project: Project = ALONE) -> Migration:
    """Read the migration in *source*; what cannot be read stands in its runs as Unread."""
    reading = _Reading(source, project)
    reading.modules(parsed)
    return reading.migration()


class _Reading:
    """One file being read."""

    def __init__(self, source: SourceFile, project: Project) -> None:
        self._source = source
        self._project = project
        self._modules = dict(project.modules)
        self._written: list[Module] = []
        self._unread: list[Unread] = []  # what cannot be read about the file as a whole
        self._queue: list[Queued] | None = None  # what `change` queues, where that does not depend on the direction

    def modules(self, parsed: Parsed) -> None:
        """Read the modules of the project that explain this one, and those of the file."""
        runner = Runner(self._project.version, "up", backward=False)
        interpreter = self._interpreter(runner)
        reader = ModuleReader(interpreter, self._source)
        try:
            reader.read(parsed.tree)
        except (CompileError, OverBudgetError, RaisedError, RecursionError):
            self._unread.append(Unread(parsed.tree.span, TOO_MUCH))
        self._written = reader.modules
        for error in parsed.errors:
            place = min(error.offset, len(self._source.text))
            self._unread.append(Unread(Span(place, place), f"syntax that Elixir refuses: {error.message}"))

    def migration(self) -> Migration:
        """Read the migration among the modules: the first whose compilation ends."""
        module = next((module for module in self._written if module.is_migration), None) or self._likely()
        if module is None:
            return self._none()
        self._unread += (Unread(module.node.span, UNKNOWN_USE, subject=_named(name)) for name in module.used)
        up, down = self._runs(module)
        others = (one for one in self._written if one.is_migration and one is not module)
        return Migration(
            self._source,
            version_of(self._source.path),
            _named(module.name),
            up,
            down,
            callbacks=_callbacks(module),
            attributes=tuple(Attribute(name, value, span) for name, value, span in module.written),
            in_transaction=_in_transaction(module),
            holds_lock=not module.attributes.get("disable_migration_lock"),
            after_use=module.after_use,
            module_end=module.node.end_,
            module_name=module.node.args[0].span,
            passed_over=tuple(other.node.args[0].span for other in others),
            reverses_change=not module.exports("down") and bool(module.exports("change")),
            prefix=self._project.prefix or self._project.repo.default_prefix,
        )

    def _interpreter(self, runner: Runner) -> Interpreter:
        return Interpreter(LANGUAGE, runner, self._project, self._modules)

    def _likely(self) -> Module | None:
        """Return a module that a `use` of unknown code may have made a migration."""
        for module in self._written:
            if module.used and any(module.exports(name) for name in ("change", "up")):
                module.imports.insert(0, Imported(MIGRATION))
                return module
        return None

    def _none(self) -> Migration:
        self._unread += (Unread(module.node.span, UNKNOWN_USE) for module in self._written if module.used)
        if "Ecto.Migration" in self._source.text:
            self._unread.append(Unread(Span(0, 0), "a migration that is defined where reading does not follow"))
        message = f"file {self._source.path.rpartition('/')[2]} does not define an Ecto.Migration"
        kind = NOT_COMPILED if self._project.version >= versions.CODE_REQUIRED else MIGRATION_ERROR
        run = Run(tuple(self._unread), None if self._unread else Failure(kind, message))
        return Migration(self._source, version_of(self._source.path), None, run, run)

    def _runs(self, module: Module) -> tuple[Run, Run]:
        try:
            return self._run(module, "up"), self._run(module, "down")
        except CompileError as error:
            refused = Run((), Failure(NOT_COMPILED, self._undefined(error, module), error.node.span))
            return refused, refused

    def _undefined(self, error: CompileError, module: Module) -> str:
        name = self._source.path.rpartition("/")[2]
        return (
            f"{name}:{self._source.line_at(error.node.start)}: undefined function {error.message} (expected "
            f"{_named(module.name)} to define such a function or for it to be imported, but none are available)"
        )

    def _run(self, module: Module, direction: str) -> Run:
        backward = not module.exports(direction)
        operation = "change" if backward else direction
        if not module.exports(operation):
            message = f"{_named(module.name)} does not implement a `{direction}/0` or `change/0` function"
            return Run(tuple(self._unread), Failure(MIGRATION_ERROR, message))
        runner = Runner(self._project.version, direction, backward=backward and direction == "down")
        failure = self._perform(module, operation, runner)
        if sum(map(_weight, runner.done)) > MOST:
            return Run((*self._unread, Unread(module.node.span, TOO_MUCH)))
        return Run((*self._unread, *runner.done), failure)

    def _perform(self, module: Module, operation: str, runner: Runner) -> Failure | None:
        try:
            if runner.backward and self._queue is not None:
                runner.queue = self._queue
            else:
                self._call_back(module, operation, runner)
            runner.flush()
        except FailedError as failed:
            command = failed.command
            span = command.span if command is not None else failed.error.span
            return Failure(failed.error.kind, failed.error.message, span, command, failed.error.deliberate)
        except RaisedError as error:
            return Failure(error.kind, error.message, error.span, deliberate=error.deliberate)
        except (OverBudgetError, RecursionError):
            runner.at_once(Unread(module.node.span, TOO_MUCH))
        return None

    def _call_back(self, module: Module, operation: str, runner: Runner) -> None:
        interpreter = self._interpreter(runner)
        hooks = _in_transaction(module)
        begins = hooks and self._invoke(interpreter, module, "after_begin")
        flushes = self._project.version >= versions.FLUSH_BETWEEN_CALLBACKS
        if begins and flushes:
            runner.flush()
        self._invoke(interpreter, module, operation)
        if hooks and module.exports("before_commit"):
            if flushes:
                runner.flush()
            self._invoke(interpreter, module, "before_commit")
        elif (
            operation == "change"
            and not (begins or runner.asked_direction or runner.done)
            and not any(isinstance(queued, Pending) for queued in runner.queue)
        ):
            self._queue = list(runner.queue)

    def _invoke(self, interpreter: Interpreter, module: Module, name: str) -> bool:
        clauses = module.exports(name)
        if clauses:
            interpreter.invoke(clauses, (), module, clauses[0].site, shared=False)
        return bool(clauses)


def _weight(command: Command) -> int:
    """Return how much there is to judge of a command: each statement that its SQL consists of."""
    sql = command.sql if isinstance(command, Execute | RepoCall) else None
    return 1 if sql is None else max(1, len(sql.statements))


def _in_transaction(module: Module) -> bool:
    return not module.attributes.get("disable_ddl_transaction")


def _named(module: str) -> str:
    return module.removeprefix("Elixir.")


def _callbacks(module: Module) -> tuple[Callback, ...]:
    found = ((name, module.exports(name)) for name in CALLBACKS)
    return tuple(
        Callback(name, clauses[0].node.span, None if clauses[0].body is None else clauses[0].body.span)
        for name, clauses in found
        if clauses and clauses[0].site is None
    )
