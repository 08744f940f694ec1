"""What rows have to keep to: demanded of new ones in an instant, and looked for in old ones while others go on."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from rules.rewrite.definition import constraint_command, constraint_dropped
from rules.rewrite.elixir import call, text
from rules.rewrite.names import identifier, name_sql
from rules.schema.model import Check, ForeignKey, Table
from rules.sentences.drafting.step import Stage, Step, listing
from rules.sql.names import MAX_BYTES, Name


def demanded(table: Name, checks: Sequence[Check], does: str) -> Step:
    """Return the step after which new rows keep to *checks*."""
    up = tuple(constraint_command(table, replace(one, validated=False)) for one in checks)
    return Step(f"create_{checks[0].name}", does, up, stage=Stage.DEMAND)


def validated(table: Name, constraint: Check | ForeignKey) -> Step:
    """Return the step that looks through the old rows, and whose rollback leaves the constraint as it was."""
    validate = call("execute", text(_validate(table, constraint.name)))
    unchecked = constraint_command(table, replace(constraint, validated=False))
    down = (constraint_dropped(table, constraint.name), unchecked)
    does = f"checks the rows of `{table}` against `{constraint.name}`"
    return Step(f"validate_{constraint.name}", does, (validate,), down, stage=Stage.VALIDATE)


def required(table: Table, columns: Sequence[str]) -> Iterator[Step]:
    """Yield the steps after which *columns* hold no NULL: a check for new rows, one for old ones, then NOT NULL."""
    checks = [_not_null(table, column) for column in columns]
    names = listing(f"`{column}`" for column in columns)
    yield replace(
        demanded(table.name, checks, f"lets no new row of `{table.name}` be without {names}"),
        name=f"check_{table.name.name}_{'_'.join(columns)}",
        later=True,
    )
    for column, check in zip(columns, checks, strict=True):
        altered = f"ALTER TABLE {name_sql(table.name)} ALTER COLUMN {identifier(column)}"
        checked = constraint_command(table.name, replace(check, validated=False))
        up = (
            call("execute", text(_validate(table.name, check.name))),
            call("execute", text(f"{altered} SET NOT NULL")),
            constraint_dropped(table.name, check.name),
        )
        yield Step(
            f"require_{table.name.name}_{column}",
            f"requires `{table.name}.{column}` once no row is without it",
            up,
            (checked, call("execute", text(f"{altered} DROP NOT NULL"))),
            stage=Stage.REQUIRE,
            later=True,
            alone=True,  # what follows in the same transaction would read rows while everybody waits
        )


def look_first(table: Name, broken: str) -> str:
    """Return the note that says which rows a validation would stumble over: those for which *broken* holds."""
    query = f"SELECT count(*) FROM {name_sql(table)} WHERE {broken}"  # noqa: S608 - for people to run
    return f"The last step fails if old rows do not keep to it. Look first: `{query}`."


def _not_null(table: Table, column: str) -> Check:
    ending = "_not_null"
    name = f"{table.name.name}_{column}"[: MAX_BYTES - len(ending)] + ending
    return Check(name, f"{identifier(column)} IS NOT NULL")


def _validate(table: Name, constraint: str) -> str:
    return f"ALTER TABLE {name_sql(table)} VALIDATE CONSTRAINT {identifier(constraint)}"
