"""Calls of a repo, which act at once, and of other code outside the migration, which may do anything."""

import re
from collections.abc import Mapping
from functools import partial
from typing import Final

from rules.ecto.commands import RAW, CodeCall, RepoCall, Sql
from rules.ecto.interpreter import CompileError, Interpreter, Site
from rules.ecto.kernel import KNOWN
from rules.ecto.migrating import spares_schema, unread_sql
from rules.ecto.queries import query_of, statement
from rules.ecto.scope import Function, Imported, Template, Unknown
from rules.ecto.values import Value

MIGRATION: Final = "Elixir.Ecto.Migration"
ROWS: Final = Unknown("what the database holds")
# Functions of a repo that reach no database by themselves.
QUIET: Final = frozenset(
    {
        *("__adapter__", "config", "default_options", "get_dynamic_repo", "in_transaction?", "put_dynamic_repo"),
        *("checkout", "rollback", "start_link", "stop", "to_sql", "transact", "transaction"),
    }
)
# Modules whose functions queue nothing and change no data.
HARMLESS: Final = re.compile(
    r"Elixir\.(?:Access|Agent|Application|Base|Bitwise|Calendar|Code|Date|DateTime|Duration|Ecto\.(?:Changeset|Enum|Multi|Query"
    r"|Type|UUID|Adapters\.SQL)|Enum|Enumerable|ExUnit|File|GenServer|IEx|IO|Inspect|Integer|Decimal|Float|Jason|JSON|Kernel|"
    r"Keyword|List|Logger|Macro|Map|MapSet|Mix(?!\.Tasks)|Module|NaiveDateTime|Node|Path|Poison|Process|Range|Record|Regex|Registry|"
    r"Stream|String|Supervisor|System|Task|Time|Tuple|URI|UUID|Version)(?:\..*)?|(?!Elixir\.).*"
)
# Functions that run whatever they are given.
ARBITRARY: Final = frozenset(
    {
        *("Elixir.Code.eval_string", "Elixir.Code.eval_file", "Elixir.Code.eval_quoted", "Elixir.Code.require_file"),
        *("Elixir.Code.compile_file", "Elixir.Mix.Task.run", "Elixir.Mix.Task.rerun", "Elixir.System.cmd"),
        *("Elixir.System.shell", "Elixir.Kernel.apply", "erlang.apply", "os.cmd", "rpc.call", "erpc.call"),
    }
)
SPAWNED: Final = frozenset({"spawn", "spawn_link", "spawn_monitor"})
# Names of functions that change a schema, in libraries and applications alike.
SCHEMATIC: Final = re.compile(
    r"(?:up|down|change|rollback|run|setup|install|uninstall)!?|.*migrat.*"
    r"|.*(?:create|drop|alter|add|remove|rename|ensure|enable|disable|attach|detach|make).*_(?:tables?|columns?|index|"
    r"indexes|constraints?|enums?|types?|triggers?|functions?|procedures?|partitions?|views?|extensions?|schemas?|"
    r"sequences?|publications?|polic(?:y|ies)|prefix|tenants?)\b.*"
)
DATABASE: Final = re.compile(r".*(?:Repo|Repos|Repository)(?:\.[A-Z]\w*)?")


def remote(interpreter: Interpreter, module: str, name: str, site: Site) -> Value:
    """Evaluate a call of a function whose source is not at hand."""
    values = interpreter.arguments(site)
    if is_repo(interpreter, module):
        return _repo(interpreter, name, values, site)
    if module == "Elixir.Ecto.Adapters.SQL" and name.rstrip("!") in RAW and len(values) > 1:
        return _repo(interpreter, name, values[1:], site)
    if HARMLESS.fullmatch(module) is not None and f"{module}.{name}" not in ARBITRARY:
        _suppose_functions(interpreter, values, site)
        return Unknown(_reason(module), _subject(module, name, site))
    return _foreign(interpreter, module, name, values, site)


def is_repo(interpreter: Interpreter, module: str) -> bool:
    """Tell whether *module* is a repo: the configured one, or one by its name."""
    return module == f"{interpreter.project.repo.module}" or DATABASE.fullmatch(module) is not None


def _repo(interpreter: Interpreter, name: str, values: list[Value], site: Site) -> Value:
    if name in QUIET:
        for value in values:
            if isinstance(value, Function):
                return value.apply([ROWS] * value.arity)
        return ROWS
    _suppose_functions(interpreter, values, site)
    text = values[0] if values else None
    tables: frozenset[str] = frozenset()
    sql: Value
    if name.rstrip("!") in RAW:
        if isinstance(text, Unknown) and not spares_schema(text):
            return unread_sql(interpreter, site, text)
        sql = text
    else:
        query = query_of(interpreter, text)
        tables = frozenset({query.table}) if query is not None else frozenset()
        sql = statement(name.rstrip("!"), query, values)
    place = site.place()
    read = Sql(sql, place.span) if isinstance(sql, str) else None
    if isinstance(sql, Template):
        read = Sql(sql.text, place.span, exact=False)
    interpreter.runner.at_once(RepoCall(place, name, tables, read))
    return ROWS


def _suppose_functions(interpreter: Interpreter, values: list[Value], site: Site) -> None:
    for value in values:
        if isinstance(value, Function):
            interpreter.suppose([partial(value.apply, [ROWS] * value.arity)], site.node, site.frame)


def _foreign(interpreter: Interpreter, module: str, name: str, values: list[Value], site: Site) -> Value:
    subject = _subject(module, name, site)
    _suppose_functions(interpreter, values, site)
    if "Migrat" in module or f"{module}.{name}" in ARBITRARY or not _only_data(interpreter, name):
        return interpreter.unread(site, "a call of code that is not part of the migration", subject)
    interpreter.runner.at_once(CodeCall(site.place(), subject))
    return Unknown("what other code returns", subject)


def _only_data(interpreter: Interpreter, name: str) -> bool:
    """Tell whether a function of that name can hardly change a schema: a guess that CodeCall admits to."""
    return interpreter.runner.block is None and SCHEMATIC.fullmatch(name) is None


def _subject(module: str, name: str, site: Site) -> str:
    return f"{module.removeprefix('Elixir.')}.{name}/{site.arity}"


def _reason(module: str) -> str:
    return REASONS.get(module.removeprefix("Elixir.").split(".")[0], "a value that only the running system knows")


REASONS: Final[Mapping[str, str]] = {
    "Application": "the application's configuration",
    "System": "the environment",
    "File": "a file",
    "DateTime": "the time at which it runs",
    "NaiveDateTime": "the time at which it runs",
    "Date": "the time at which it runs",
    "Mix": "how the project was built",
}


def undefined(interpreter: Interpreter, name: str, site: Site) -> Value:
    """Evaluate a local call of what the file does not define; CompileError where nothing else can define it."""
    module = site.frame.module
    subject = f"{name}/{site.arity}"
    if name in KNOWN:
        if name in SPAWNED:
            _suppose_functions(interpreter, interpreter.arguments(site), site)
        return Unknown("a call that reading cannot follow", subject)
    is_call = site.node.name_token is not None  # not a variable that reading has lost
    imports = all(_is_at_hand(interpreter, imported.module) for imported in module.imports)
    if is_call and imports and not module.used and site.frame.site is None:
        raise CompileError(subject, site.node)
    values = interpreter.arguments(site)
    _suppose_functions(interpreter, values, site)
    named = next((each.module for each in module.imports if each.only and each.brings(name, site.arity)), None)
    if named is not None and HARMLESS.fullmatch(named) is not None:
        return Unknown("what other code returns", subject)
    if named is not None:
        return _foreign(interpreter, named, name, [], site)
    if _only_data(interpreter, name) and (not module.is_migration or any(map(_is_harmless, module.imports))):
        return Unknown("what other code returns", subject)  # a changeset's functions queue nothing
    return interpreter.unread(site, "a call of code that is not part of the migration", subject)


def _is_harmless(imported: Imported) -> bool:
    return imported.module != MIGRATION and HARMLESS.fullmatch(imported.module) is not None


def _is_at_hand(interpreter: Interpreter, module: str) -> bool:
    return module in interpreter.modules or module in interpreter.language.imported or module in BUILT_IN


BUILT_IN: Final = frozenset({"Elixir.Ecto.Query", "Elixir.Bitwise", "Elixir.Kernel", "Elixir.String", "Elixir.List"})
