"""From the structs that a migration builds to the objects that its commands carry."""

from dataclasses import dataclass

from rules.ecto import versions
from rules.ecto.commands import Constraint, Index, IndexColumn, Table, Was
from rules.ecto.config import Repo
from rules.ecto.errors import RaisedError, argument_error
from rules.ecto.inspect import inspect, to_string
from rules.ecto.migration import MIGRATION_ERROR
from rules.ecto.names import foreign_key_name
from rules.ecto.structs import Made, keywords
from rules.ecto.types import ArrayType, ColumnType, MapType, NamedType, Reference, UnsupportedType
from rules.ecto.values import Atom, Tuple, Value
from rules.ecto.versions import Version
from rules.sql.names import Name

CORRECTED_PREFIX_MESSAGE: Version = (3, 7, 1)
NAMED_INVALID_TYPES: Version = (3, 6, 2)
UNPRINTED_INVALID_ALIAS: Version = (3, 10, 0)


@dataclass(frozen=True, slots=True)
class Builder:
    """What all conversions need: the release, the repo's configuration and the migrator's prefix."""

    version: Version
    repo: Repo
    prefix: str | None = None

    def prefix_of(self, made: Made) -> str | None:
        """Return the prefix that an object gets; raises where it contradicts the migrator's."""
        own = made.text("prefix")
        if own is None:
            return self.prefix if self.prefix is not None else self.repo.default_prefix
        if self.prefix is None or self.prefix == own:
            return own
        negation = "not " if self.version >= CORRECTED_PREFIX_MESSAGE else ""
        raise RaisedError(
            MIGRATION_ERROR,
            f"the :prefix option `{own}` does {negation}match the migrator prefix `{self.prefix}`",
        )

    def table(self, made: Made) -> Table:
        """Return the table of a command."""
        return Table(
            made.place,
            Name(self.prefix_of(made), made.text("name") or ""),
            made.text("comment"),
            made.text("options"),
            made.text("modifiers"),
            made.options,
        )

    def index(self, made: Made, *, resolve: bool = True) -> Index:
        """Return the index of a command; *resolve* is False where a release leaves the prefix as it is written."""
        fields = made.fields
        nulls = fields.get("nulls_distinct")
        return Index(
            made.place,
            Name(self.prefix_of(made) if resolve else made.text("prefix"), made.text("table") or ""),
            _index_columns(fields["columns"]),
            made.text("name") or "",
            unique=_truthy(fields["unique"]),
            concurrently=_truthy(fields["concurrently"]),
            using=made.text("using"),
            include=_index_columns(fields.get("include")),
            only=_truthy(fields.get("only")),
            nulls_distinct=nulls if isinstance(nulls, bool) else None,
            where=made.text("where"),
            comment=made.text("comment"),
            storage=made.text("options"),
            options=made.options,
        )

    def constraint(self, made: Made) -> Constraint:
        """Return the constraint of a command."""
        return Constraint(
            made.place,
            Name(self.prefix_of(made), made.text("table") or ""),
            made.text("name") or "",
            made.text("check"),
            made.text("exclude"),
            made.text("comment"),
            made.fields.get("validate") is not False,
            made.options,
        )

    def column_type(self, value: Value, table: Name, column: str) -> ColumnType:
        """Return the type of *column* of *table*."""
        match value:
            case Made():
                return self._reference(value, table, column)
            case Atom(name):
                return NamedType(name)
            case bool() | None:
                return NamedType(inspect(value))
            case Tuple((Atom("array"), of)):
                return ArrayType(self.column_type(of, table, column))
            case Tuple((Atom("map"), of)):
                return MapType(self.column_type(of, table, column))
            case _:
                return UnsupportedType(inspect(value))

    def was(self, value: Value, table: Name, column: str) -> Was | None:
        """Return what `from:` says."""
        if value is None:
            return None
        if isinstance(value, Tuple) and len(value.items) == 2:  # noqa: PLR2004 a pair of type and options
            type_, options = value.items
            if isinstance(options, tuple) and self.version >= versions.FROM_WITH_OPTIONS:
                return Was(self.column_type(type_, table, column), keywords(options))
        return Was(self.column_type(value, table, column), None)

    def _reference(self, made: Made, table: Name, column: str) -> Reference:
        fields = made.fields
        action, columns = _action(fields["on_delete"])
        referenced = to_string(fields["column"])
        match = fields.get("match")
        return Reference(
            Name(self._target_prefix(made, table), made.text("table") or ""),
            referenced,
            self.column_type(fields["type"], table, column),
            made.text("name") or foreign_key_name(table.name, column),
            action,
            columns,
            _action(fields["on_update"])[0],
            fields.get("validate") is not False,
            tuple((option.key, to_string(option.value)) for option in keywords(fields.get("with"))),
            match.name if isinstance(match, Atom) else None,
            made.options,
            made.place,
        )

    def _target_prefix(self, made: Made, table: Name) -> str | None:
        if self.version < versions.REFERENCE_PREFIX_NIL:
            return made.text("prefix") or table.prefix
        given = keywords(made.fields["options"]).option("prefix")
        if given is None:
            return table.prefix
        return None if given.value is None else to_string(given.value)


def check_type(value: Value, version: Version) -> None:
    """Raise as `add`, `modify` and `remove` do for a type that they refuse."""
    match value:
        case Atom("datetime"):
            raise argument_error(
                "the :datetime type in migrations is not supported, please use :utc_datetime or :naive_datetime instead"
            )
        case Atom(name) if name.startswith("Elixir."):
            raise _invalid(value, version)
        case Tuple((Atom(), Atom() as of)):
            check_type(of, version)
        case Tuple((Atom(), Tuple(items))):
            for item in items:
                check_type(item, version)
        case Atom() | bool() | None | Made():
            return
        case _:
            raise _invalid(value, version)


def _invalid(value: Value, version: Version) -> RaisedError:
    if isinstance(value, Atom) and version < UNPRINTED_INVALID_ALIAS:
        return argument_error(
            f"{inspect(value)} is not a valid database type, please use an atom like :string, :text and so on"
        )
    if version < NAMED_INVALID_TYPES:
        return RaisedError("FunctionClauseError", "no function clause matching in Ecto.Migration.validate_type!/1")
    return argument_error(f"invalid migration type: {inspect(value)}. Expected one of:")


def _index_columns(value: Value) -> tuple[IndexColumn, ...]:
    if not isinstance(value, tuple):
        return ()
    return tuple(_index_column(column) for column in value)


def _index_column(value: Value) -> IndexColumn:
    match value:
        case Tuple((Atom(direction), column)):
            return IndexColumn(to_string(column), isinstance(column, str), direction)
        case _:
            return IndexColumn(to_string(value), isinstance(value, str))


def _action(value: Value) -> tuple[str, tuple[str, ...]]:
    match value:
        case Tuple((Atom(action), tuple() as columns)):
            return action, tuple(to_string(column) for column in columns)
        case Atom(action):
            return action, ()
        case _:
            return "nothing", ()


def _truthy(value: Value) -> bool:
    return value is not None and value is not False
