"""What goes or gets another name: so that running code bears it, or with what has to be released before."""

from collections.abc import Iterator, Sequence

from rules.ecto.commands import RenameColumn as RenameColumnCommand
from rules.ecto.commands import RenameTable as RenameTableCommand
from rules.ecto.commands import Table as TableCommand
from rules.elixir.syntax import Syntax
from rules.rewrite.definition import NOWHERE, definition, table_call
from rules.rewrite.elixir import CannotWriteError, atom, block, call, keywords, text
from rules.rewrite.names import identifier, name_sql
from rules.rewrite.renames import followed, indexes_left, keys_left
from rules.schema.dependence import foreign_keys
from rules.schema.model import Column, Table
from rules.schema.text import names
from rules.sentences.drafting.adding import in_batches
from rules.sentences.drafting.changing import optional
from rules.sentences.drafting.site import Site
from rules.sentences.drafting.step import CannotDraftError, Step, joined, listing
from rules.sentences.intent import DropTable, RemoveColumns, RenameColumn, RenameTable
from rules.sql.effects import Kind
from rules.sql.names import MAX_BYTES, Name

VIEWS = frozenset({Kind.VIEW, Kind.MATERIALIZED_VIEW})


def rename_table(intent: RenameTable, site: Site) -> Iterator[Step]:
    """Rename a table with what is named after it; a view has the old name as long as code uses that."""
    table, to = site.table(intent.table), Name(intent.table.prefix, intent.to)
    if to.stored in site.schema.tables or not intent.to or len(intent.to.encode()) > MAX_BYTES:
        raise CannotDraftError(f"`{intent.to}` is no name for a table here: it is taken, or too long.")
    command = RenameTableCommand(NOWHERE, TableCommand(NOWHERE, table.name), TableCommand(NOWHERE, to))
    renamed = call("rename", table_call(table.name), options=[("to", table_call(to))])
    up: list[Syntax] = [renamed, *_following(command, to, table, site)]
    notes = []
    use = site.surroundings.code.use(table.name)
    if use is not None:
        old, new = name_sql(table.name), name_sql(to)
        made = f"CREATE VIEW {old} AS SELECT * FROM {new}"  # noqa: S608 - identifiers are quoted, and it is written, not run
        up.append(call("execute", text(made), text(f"DROP VIEW {old}")))
        notes.append(
            f"{use} still uses `{table.name}` ({use.place}): a view has that name until it does no more, "
            "and goes in a later release."
        )
    else:
        notes.append(f"Code that uses `{table.name}` by its old name fails from here on.")
    does = f"renames `{table.name}` to `{intent.to}`"
    yield Step(f"rename_{table.name.name}_to_{intent.to}", does, tuple(up), notes=tuple(notes))


def rename_column(intent: RenameColumn, site: Site) -> Iterator[Step]:
    """Rename a column with what is named after it; where code reads it, begin with a second one beside it."""
    table, column = site.table(intent.table), site.column(intent.table, intent.column)
    if intent.to in table.columns or not intent.to or len(intent.to.encode()) > MAX_BYTES:
        raise CannotDraftError(f"`{intent.to}` is no name for a column here: it is taken, or too long.")
    use = site.surroundings.code.use(table.name, column.name)
    if use is not None and not site.is_new(table.name):
        yield from _beside(table, column, intent.to, f"{use} reads `{column.name}` ({use.place})")
        return
    command = RenameColumnCommand(NOWHERE, TableCommand(NOWHERE, table.name), column.name, intent.to)
    renamed = call("rename", table_call(table.name), atom(column.name), options=[("to", atom(intent.to))])
    up = (renamed, *_following(command, table.name, table, site))
    name = f"rename_{column.name}_to_{intent.to}_on_{table.name.name}"
    note = (
        f"Code that reads `{column.name}` by its old name fails from here on; "
        f"`field :{intent.to}, …, source: :{column.name}` renames it in the code alone."
    )
    yield Step(name, f"renames `{table.name}.{column.name}` to `{intent.to}`", up, notes=(note,))


def remove_columns(intent: RemoveColumns, site: Site) -> Iterator[Step]:
    """Remove columns; what is required goes optional first, so that it can come back to a table with rows."""
    table = site.table(intent.table)
    columns = [site.column(intent.table, name) for name in dict.fromkeys(intent.columns)]
    for column in columns:
        _insist_on_no_use(table, site, column)
    waiting = [one for one in columns if one.null is False and one.default in {None, "NULL"} and one.generated is None]
    for column in waiting if not site.is_new(table.name) else ():
        yield optional(table, column)
    words = [column.name for column in columns]
    removed = [
        call("remove", atom(column.name), *_said(table, column, optional=column in waiting)) for column in columns
    ]
    notes = [f"The values of {listing(f'`{table.name}.{word}`' for word in words)} are lost."]
    for column in columns:
        use = site.surroundings.code.use(table.name, column.name)
        if use is not None:
            notes.append(f"{use} still uses `{column.name}` ({use.place}): release code without it first.")
    does = f"removes {listing(f'`{word}`' for word in words)} from `{table.name}`"
    yield Step(
        f"remove_{joined(words)}_from_{table.name.name}",
        does,
        (block("alter", table_call(table.name), removed),),
        notes=tuple(notes),
    )


def drop_table(intent: DropTable, site: Site) -> Iterator[Step]:
    """Drop a table that nothing refers to; the way back makes it as it was, without its rows."""
    table = site.table(intent.table)
    _insist_on_no_use(table, site)
    notes = [f"The rows of `{table.name}` are lost."]
    use = site.surroundings.code.use(table.name)
    if use is not None:
        notes.append(f"{use} still uses `{table.name}` ({use.place}): release code without it first.")
    yield Step(
        f"drop_{table.name.name}", f"drops `{table.name}`", (call("drop", table_call(table.name)),), notes=tuple(notes)
    )


def _following(
    command: RenameTableCommand | RenameColumnCommand, to: Name, table: Table, site: Site
) -> Sequence[Syntax]:
    """Return the commands that rename what Ecto has named after the table or the column."""
    indexes, keys = list(indexes_left(command, table)), list(keys_left(command, table))
    for old, new in (*indexes, *keys):
        if new == to.name or site.free_name(to, new) != new:
            raise CannotDraftError(f"`{old}` would be called `{new}` then, and that name is taken.")
    return followed(to, indexes, keys)


def _beside(table: Table, column: Column, to: str, why: str) -> Iterator[Step]:
    """Yield the first half of a renaming that running code would not bear."""
    try:
        kind, options = definition(table, column, reference=False)
    except CannotWriteError as error:
        raise CannotDraftError(f"`{table.name}.{column.name}` cannot be written again: {error}.") from error
    if table.foreign_key(column.name) is not None or column.name in table.primary_key:
        raise CannotDraftError(f"{why}, and it is a key: give the field another name, `source: :{column.name}`.")
    kept = [pair for pair in options if pair[0] != "null"]
    added = block("alter", table_call(table.name), [call("add", atom(to), kind, options=kept)])
    note = (
        f"{why}, and would fail. So `{to}` begins beside it: release code that writes both and reads the new one, "
        f"then `remove {column.name} from {table.name.name}`. To have another name in the code alone, "
        f"write `field :{to}, …, source: :{column.name}` instead."
    )
    yield Step(f"add_{to}_to_{table.name.name}", f"adds `{to}` to `{table.name}`", (added,), notes=(note,))
    sql = (
        f"UPDATE {name_sql(table.name)} SET {identifier(to)} = {identifier(column.name)} WHERE {identifier(to)} IS NULL"  # noqa: S608 - it is written, not run
    )
    grown = Table(table.name, {**table.columns, to: column}, table.indexes, table.constraints)
    yield in_batches(grown, sql, f"fills `{table.name}.{to}` from `{column.name}`")


def _said(table: Table, column: Column, *, optional: bool) -> tuple[Syntax, ...]:
    """Return what a removal says of a column, so that it can come back."""
    try:
        kind, options = definition(table, column)
    except CannotWriteError as error:
        raise CannotDraftError(f"`{table.name}.{column.name}` could not come back: {error}.") from error
    kept = [pair for pair in options if not (optional and pair[0] == "null")]
    return (kind, keywords(kept)) if kept else (kind,)


def _insist_on_no_use(table: Table, site: Site, column: Column | None = None) -> None:
    """Raise where something depends on the table, or on the column of it."""
    what = f"`{table.name}`" if column is None else f"`{table.name}.{column.name}`"
    if column is not None and column.name in table.primary_key:
        raise CannotDraftError(f"{what} is the primary key, which rows are known by.")
    for other in site.schema.tables.values():
        for key in foreign_keys(other):
            meant = column is None or column.name in (key.target_columns or table.primary_key)
            if key.target == table.name and meant and (other.name != table.name or column is not None):
                raise CannotDraftError(f"`{other.name}.{key.columns[0]}` refers to {what}: remove that first.")
    for thing in site.schema.things.values():
        if thing.kind in VIEWS and table.name in thing.uses:
            is_shown = column is None or not isinstance(thing.definition, str) or names(thing.definition, column.name)
            if is_shown or "*" in str(thing.definition):
                raise CannotDraftError(f"The view `{thing.name}` shows {what}: drop that first.")
