"""The functions of Ecto.Migration: what they build, what they queue, and how they refuse."""

from collections.abc import Callable, Mapping
from typing import Final

from rules.ecto import structs, versions
from rules.ecto.columns import COLUMN_WORDS
from rules.ecto.commands import (
    Command,
    CreateConstraint,
    CreateIndex,
    DropConstraint,
    DropIndex,
    DropTable,
    Execute,
    Flush,
    RenameColumn,
    RenameIndex,
    RenameTable,
    Sql,
)
from rules.ecto.errors import RaisedError, no_clause
from rules.ecto.inspect import inspect, to_string
from rules.ecto.interpreter import Interpreter, Site, Vocabulary, Word
from rules.ecto.objects import Builder
from rules.ecto.place import Place, block_of
from rules.ecto.primary_key import primary_key_of
from rules.ecto.runner import Block, Called, Pending
from rules.ecto.scope import Function, Template, Unknown, unknown_in
from rules.ecto.structs import Made, keywords
from rules.ecto.values import Atom, Fragment, Value
from rules.elixir.syntax import Call, Syntax
from rules.source import Span

NOWHERE: Final = Span(0, 0)
MIGRATION: Final = "Ecto.Migration"


def _tables(made: Value) -> frozenset[str]:
    if isinstance(made, Unknown):
        return made.tables
    if isinstance(made, Made):
        name = made.fields.get("name" if made.module.endswith("Table") else "table")
        return frozenset({name}) if isinstance(name, str) else frozenset()
    return frozenset()


def _kind(made: Value) -> str:
    return made.module.rpartition(".")[2] if isinstance(made, Made) else ""


def constructor(name: str, positional: int) -> Word:
    """Make the word for `table`, `index`, `unique_index`, `constraint` or `references`."""

    def word(interpreter: Interpreter, site: Site) -> Value:
        values = interpreter.arguments(site)
        unknown = unknown_in(tuple(values))
        if unknown is not None:
            table = values[0]
            tables = frozenset({to_string(table)}) if isinstance(table, str | Atom) else frozenset[str]()
            return Unknown(unknown.reason, unknown.subject, tables)
        options: Value = values[positional] if len(values) > positional else ()
        builder = interpreter.builder
        return MAKERS[name](values[:positional], options, site, builder)

    return word


def _unique_index(values: list[Value], options: Value, site: Site, builder: Builder) -> Value:
    if not isinstance(options, tuple):
        raise no_clause(f"{MIGRATION}.unique_index/3")
    unique = structs.UNIQUE
    return structs.index(values[0], values[1], (unique, *options), site.place(), builder.version)


MAKERS: Final[Mapping[str, Callable[[list[Value], Value, Site, Builder], Value]]] = {
    "table": lambda values, options, site, builder: structs.table(values[0], options, site.place(), builder.version),
    "index": lambda values, options, site, builder: structs.index(
        values[0], values[1], options, site.place(), builder.version
    ),
    "unique_index": _unique_index,
    "constraint": lambda values, options, site, builder: structs.constraint(
        values[0], values[1], options, site.place(), builder.version
    ),
    "references": lambda values, options, site, builder: structs.references(
        values[0], options, site.place(), builder.repo, builder.version
    ),
}


def creating(interpreter: Interpreter, site: Site) -> Value:
    """`create` and `create_if_not_exists`, with and without a block."""
    guarded = _name(site) == "create_if_not_exists"
    block = block_of(site.args[-1]) if site.args else None
    if block is not None:
        return _table_block(interpreter, site, block, creates=True, if_not_exists=guarded)
    made = interpreter.arguments(site)[0]
    if isinstance(made, Unknown):
        return interpreter.unread(site, made.reason, made.subject, made.tables)
    builder = interpreter.builder
    place = site.place()
    kind = _kind(made)
    if not isinstance(made, Made) or (guarded and kind == "Constraint") or kind == "Reference":
        raise no_clause(f"{MIGRATION}.{_name(site)}/1")
    if kind == "Index":
        interpreter.runner.execute(CreateIndex(place, builder.index(made), guarded))
    elif kind == "Constraint":
        interpreter.runner.execute(CreateConstraint(place, builder.constraint(made)))
    else:
        key = primary_key_of(made, builder, place, has_block=False)
        block_ = Block(place, builder.table(made), creates=True, if_not_exists=guarded, changes=key)
        interpreter.runner.execute(block_.command())
    return made


def altering(interpreter: Interpreter, site: Site) -> Value:
    """`alter table(...) do ... end`."""
    return _table_block(interpreter, site, block_of(site.args[-1]), creates=False)


def _table_block(
    interpreter: Interpreter, site: Site, body: Syntax | None, *, creates: bool, if_not_exists: bool = False
) -> Value:
    made = site.piped[0] if site.piped else interpreter.evaluate(site.args[0], site.frame)
    if isinstance(made, Unknown):
        return interpreter.unread(site, made.reason, made.subject, made.tables)
    if not isinstance(made, Made) or _kind(made) != "Table":
        raise RaisedError("MatchError", f"no match of right hand side value: {inspect(made)}")
    builder = interpreter.builder
    place = site.place()
    interpreter.runner.start(Block(place, builder.table(made), creates, if_not_exists))
    if creates:
        for column in primary_key_of(made, builder, place, has_block=True):
            interpreter.runner.change(column)
    interpreter.block(body, site.frame)
    interpreter.runner.end()
    return made


def dropping(interpreter: Interpreter, site: Site) -> Value:
    """`drop` and `drop_if_exists`."""
    values = interpreter.arguments(site)
    made = values[0]
    unknown = unknown_in(tuple(values))
    if unknown is not None:
        return interpreter.unread(site, unknown.reason, unknown.subject, _tables(made))
    guarded = _name(site) == "drop_if_exists"
    if not isinstance(made, Made) or _kind(made) == "Reference":
        raise no_clause(f"{MIGRATION}.{_name(site)}/2")
    cascade = keywords(values[1] if len(values) > 1 else ()).get("mode") == Atom("cascade")
    builder = interpreter.builder
    place = site.place()
    command: Command
    if _kind(made) == "Index":
        command = DropIndex(place, builder.index(made), guarded, cascade)
    elif _kind(made) == "Constraint":
        command = DropConstraint(place, builder.constraint(made), guarded, cascade)
    else:
        command = DropTable(place, builder.table(made), guarded, cascade)
    interpreter.runner.execute(command)
    return made


def renaming(interpreter: Interpreter, site: Site) -> Value:
    """`rename table(a), to: table(b)`, `rename table(t), :a, to: :b`, `rename index(...), to: name`."""
    values = interpreter.arguments(site)
    made = values[0]
    unknown = unknown_in(tuple(values))
    if unknown is not None:
        return interpreter.unread(site, unknown.reason, unknown.subject, _tables(made))
    to = keywords(values[-1]).get("to")
    command = _rename(interpreter, site, made, values, to)
    if command is None:
        raise no_clause(f"{MIGRATION}.rename/{len(values)}")
    interpreter.runner.execute(command)
    return to if isinstance(to, Made) else made


def _rename(interpreter: Interpreter, site: Site, made: Value, values: list[Value], to: Value) -> Command | None:
    builder = interpreter.builder
    place = site.place()
    if not isinstance(made, Made):
        return None
    match (_kind(made), values[1:-1]):
        case ("Table", []) if isinstance(to, Made) and _kind(to) == "Table":
            return RenameTable(place, builder.table(made), builder.table(to))
        case ("Index", []) if builder.version >= versions.RENAME_INDEX:
            resolved = builder.version >= versions.RENAME_INDEX_IN_DEFAULT_PREFIX
            return RenameIndex(place, builder.index(made, resolve=resolved), to_string(to))
        case ("Table", [Atom(column)]) if isinstance(to, Atom):
            return RenameColumn(place, builder.table(made), column, to.name)
        case _:
            return None


def executing(interpreter: Interpreter, site: Site) -> Value:
    """`execute(sql)`, `execute(up, down)`, and both with functions."""
    values = interpreter.arguments(site)
    spans = [_span(interpreter, site, place) for place in range(len(values))]
    queue_execute(interpreter, site, values, spans)
    return None


def queue_execute(interpreter: Interpreter, site: Site, values: list[Value], spans: list[Span]) -> None:
    """Queue SQL and functions for one or both directions."""
    backward = interpreter.runner.backward
    runs = values[-1] if backward else values[0]
    if isinstance(runs, Unknown) and not spares_schema(runs):
        interpreter.runner.asked_direction = True  # the other direction may be known
        unread_sql(interpreter, site, runs)
        return
    for value in values:
        if not (isinstance(value, str | tuple | Unknown) or _is_callable(interpreter, value)):
            raise no_clause(f"{MIGRATION}.execute/{len(values)}")
    place = site.place()
    sides = [_side(value, span, place) for value, span in zip(values, spans, strict=True)]
    up, down = sides[0], sides[1] if len(sides) > 1 else None
    if isinstance(up, Sql) and not isinstance(down, Called):
        interpreter.runner.execute(Execute(place, up, down))
    else:
        interpreter.runner.execute(Pending(place, up, down))


def _is_callable(interpreter: Interpreter, value: Value) -> bool:
    return isinstance(value, Function) and value.arity == 0 and interpreter.project.version >= versions.EXECUTE_FUNCTION


def spares_schema(text: Unknown) -> bool:
    """Tell whether SQL of which a part is unknown does nothing to the schema, whatever the part may be."""
    return isinstance(text, Template) and Sql(text.text, NOWHERE).spares_schema


def unread_sql(interpreter: Interpreter, site: Site, text: Unknown) -> Unknown:
    """Note that SQL is not known, and the tables that the known part names."""
    tables = Sql(text.text, NOWHERE).tables if isinstance(text, Template) else frozenset[str]()
    return interpreter.unread(site, f"SQL with {text.reason}", text.subject, tables)


def _side(value: Value, span: Span, place: Place) -> Sql | Called:
    if isinstance(value, str):
        return Sql(value, span)
    if isinstance(value, Template):
        return Sql(value.text, span, exact=False)
    if isinstance(value, Function):
        return Called(span, value)
    return Called(span, Function(0, lambda _: _refuse(place)), inspect(value))


def _refuse(place: Place) -> Value:
    message = "PostgreSQL adapter does not support keyword lists in execute"
    raise RaisedError("ArgumentError", message, place.span)


def _span(interpreter: Interpreter, site: Site, place: int) -> Span:
    nodes = site.args if site.piped is None else (site.piped[1], *site.args)
    return interpreter.span_of(nodes[place], site.frame)


def executing_file(interpreter: Interpreter, site: Site) -> Value:
    """`execute_file(path)` and `execute_file(up, down)`: every file is read, in both directions."""
    values = [interpreter.apply(str, [path], "execute_file") for path in interpreter.arguments(site)]
    texts = [read_file(interpreter, path) for path in values]
    spans = [_span(interpreter, site, place) for place in range(len(values))]
    queue_execute(interpreter, site, texts, spans)
    return None


def read_file(interpreter: Interpreter, path: Value) -> Value:
    """Return the text of a file of the project; File.Error where the project is known to have none."""
    if not isinstance(path, str):
        return path if isinstance(path, Unknown) else Unknown("a file whose path is computed")
    source = interpreter.project.file(path)
    if source is not None:
        return source.text
    if interpreter.project.complete:
        raise RaisedError("File.Error", f"could not read file {inspect(path)}: no such file or directory")
    return Unknown("a file that is not at hand", path)


def flushing(interpreter: Interpreter, site: Site) -> Value:
    """`flush()`: run the queue now."""
    interpreter.runner.asked_direction = True
    runner = interpreter.runner
    refused = interpreter.project.version >= versions.FLUSH_REFUSED and runner.direction == "down"
    if refused and not site.frame.module.exports("down"):
        raise RaisedError("RuntimeError", "calling flush() inside change when doing rollback is not supported.")
    runner.flush()
    runner.at_once(Flush(site.place()))
    return None


def asking_direction(interpreter: Interpreter, _: Site) -> Value:
    """`direction()`."""
    interpreter.runner.asked_direction = True
    return Atom(interpreter.runner.direction)


def asking_repo(interpreter: Interpreter, _: Site) -> Value:
    """`repo()`."""
    return Atom(interpreter.project.repo.module or "Elixir.Repo")


def asking_prefix(interpreter: Interpreter, _: Site) -> Value:
    """`prefix()`."""
    return interpreter.project.prefix


def fragment(interpreter: Interpreter, site: Site) -> Value:
    """`fragment(sql)`."""
    (text,) = interpreter.arguments(site)
    if isinstance(text, Unknown):
        return text
    if not isinstance(text, str):
        raise no_clause(f"{MIGRATION}.fragment/1")
    return Fragment(text)


def _name(site: Site) -> str:
    form = site.node.form
    last = form.args[-1] if isinstance(form, Call) else form
    return last if isinstance(last, str) else str(getattr(last, "name", ""))


# The numbers of arguments, a block included, with which each function is defined, since its release.
EVER: Final[versions.Version] = (0, 0, 0)
ARITIES: Final[Mapping[str, Mapping[int, versions.Version]]] = {
    **{key: {1: EVER, 2: EVER} for key in ("table", "references", "create", "create_if_not_exists", "execute")},
    **{key: {2: EVER, 3: EVER} for key in ("index", "unique_index", "constraint")},
    **{key: {1: EVER, 2: versions.DROP_MODE} for key in ("drop", "drop_if_exists")},
    **{key: {2: EVER, 3: EVER} for key in ("add", "add_if_not_exists", "modify")},
    **{key: {0: EVER} for key in ("flush", "direction", "repo", "prefix")},
    "alter": {2: EVER},
    "rename": {2: EVER, 3: EVER},
    "execute_file": {1: versions.RENAME_INDEX, 2: versions.RENAME_INDEX},
    "fragment": {1: EVER},
    "remove": {1: EVER, 2: EVER, 3: EVER},
    "remove_if_exists": {1: versions.REMOVE_IF_EXISTS_ONLY_NAME, 2: EVER},
    "timestamps": {0: EVER, 1: EVER},
}


def _defined(name: str, word: Word) -> Word:
    """Let *word* be undefined for a number of arguments that the release does not know."""
    arities = ARITIES[name]

    def guarded(interpreter: Interpreter, site: Site) -> Value:
        since = arities.get(site.arity)
        if since is None or interpreter.project.version < since:
            return interpreter.language.undefined(interpreter, name, site)
        return word(interpreter, site)

    return guarded


FUNCTIONS: Final[Vocabulary] = {
    "table": constructor("table", 1),
    "index": constructor("index", 2),
    "unique_index": constructor("unique_index", 2),
    "constraint": constructor("constraint", 2),
    "references": constructor("references", 1),
    "create": creating,
    "create_if_not_exists": creating,
    "alter": altering,
    "drop": dropping,
    "drop_if_exists": dropping,
    "rename": renaming,
    "execute": executing,
    "execute_file": executing_file,
    "flush": flushing,
    "direction": asking_direction,
    "repo": asking_repo,
    "prefix": asking_prefix,
    "fragment": fragment,
    **COLUMN_WORDS,
}
WORDS: Final[Vocabulary] = {name: _defined(name, word) for name, word in FUNCTIONS.items()}
