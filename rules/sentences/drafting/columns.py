"""A new column, with all that the sentence leaves open decided."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from typing import Final

from rules.ecto.names import foreign_key_name
from rules.ecto.structs import keywords
from rules.ecto.types import ArrayType, ColumnType, NamedType
from rules.ecto.values import Atom
from rules.elixir.syntax import Syntax
from rules.postgres.effects.volatility import is_volatile
from rules.rewrite.elixir import atom, call, literal, text, type_of
from rules.schema.model import Check
from rules.sentences.drafting.kinds import (
    implied,
    is_optional_by_name,
    key_kind,
    kind_of,
    referred_column,
    referred_kind,
)
from rules.sentences.drafting.site import Site, shortened
from rules.sentences.drafting.step import CannotDraftError
from rules.sentences.drafting.values import as_elixir, as_sql, fitting, one_of
from rules.sentences.intent import ColumnIntent, Empty, Meaning, Refers, Sql, Value
from rules.sql.names import MAX_BYTES, Name

BOOLEAN: Final = NamedType("boolean")
UUIDS: Final = frozenset({"binary_id", "uuid"})
MONEY_DIGITS: Final = (12, 2)  # ten before the point hold what a company turns over
ACTIONS: Final = {"CASCADE": "delete_all", "SET NULL": "nilify_all", "RESTRICT": "restrict"}


@dataclass(frozen=True, slots=True)
class NewColumn:
    """A column of *table* that is about to be added."""

    table: Name
    said: ColumnIntent
    kind: ColumnType
    null: bool
    default: Value | None = None
    action: str | None = None  # on_delete

    @property
    def name(self) -> str:
        """What it is called."""
        return self.said.name

    @property
    def refers(self) -> Refers | None:
        """What it refers to."""
        return self.said.references

    @property
    def foreign_key(self) -> str:
        """The name of its foreign key."""
        return shortened(foreign_key_name(self.table.name, self.name))

    @property
    def index_method(self) -> str | None:
        """The kind of index that finds what is within its values, where a B-tree does not."""
        return (
            "gin" if isinstance(self.kind, ArrayType) or self.kind in {NamedType("map"), NamedType("jsonb")} else None
        )

    def is_filled_by_row(self, site: Site) -> bool:
        """Tell whether PostgreSQL would have to work its default out for each row."""
        return isinstance(self.default, Sql) and is_volatile(self.default.text, site.schema) is not False

    def add(self, site: Site, *, staged: bool) -> Syntax:
        """Return the command that adds it; *staged* leaves for later what takes more than an instant."""
        options = list(self._sizes())
        if not self.null and not self.said.key and not (staged and self.waits(site)):
            options.append(("null", literal(value=False)))
        if self.default is not None and not (staged and self.is_filled_by_row(site)):
            options.append(("default", as_elixir(self.default)))
        if self.said.key:
            options.append(("primary_key", literal(value=True)))
        kind = type_of(self.kind) if self.refers is None else self._references(self.refers, site, staged=staged)
        return call("add", atom(self.name), kind, options=options)

    def waits(self, site: Site) -> bool:
        """Tell whether rows that are there need a value first, so that it can be required only later."""
        return not self.null and (self.default is None or self.is_filled_by_row(site))

    def checks(self) -> Iterator[Check]:
        """Yield the conditions that its values have to fulfil."""
        if self.said.values and not self.said.native:
            yield Check(shortened(f"{self.table.name}_{self.name}_check"), one_of(self.name, self.said.values))
        if self.said.check is not None:
            ending = "_condition" if self.said.values else "_check"
            yield Check(shortened(f"{self.table.name}_{self.name}{ending}"), self.said.check)

    @property
    def default_sql(self) -> str:
        """The default as SQL."""
        return as_sql(Empty.NULL if self.default is None else self.default, self.kind)

    def _sizes(self) -> Iterator[tuple[str, Syntax]]:
        kind = self.kind.name if isinstance(self.kind, NamedType) else ""
        if self.said.length is not None and kind in {"string", "varchar"}:
            yield "size", literal(self.said.length)
        if kind == "decimal":
            is_open = self.said.precision is None and self.said.type in {None, Meaning.MONEY, NamedType("money")}
            digits = MONEY_DIGITS if is_open and self.said.scale is None else (self.said.precision, self.said.scale)
            yield from ((name, literal(size)) for name, size in decimal_sizes(*digits))

    def _references(self, refers: Refers, site: Site, *, staged: bool) -> Syntax:
        options: list[tuple[str, Syntax]] = []
        if refers.table.prefix != self.table.prefix:
            options.append(("prefix", text(refers.table.prefix or "public")))
        is_own = _is_itself(refers, self.table, site)
        column = refers.column or "id" if is_own else referred_column(refers, site.table(refers.table))
        if column != "id":
            options.append(("column", atom(column)))
        if self.foreign_key != foreign_key_name(self.table.name, self.name):
            options.append(("name", atom(self.foreign_key)))
        if not _is_usual(self.kind, site):
            options.append(("type", type_of(self.kind)))
        if self.action is not None:
            options.append(("on_delete", atom(self.action)))
        if staged:
            options.append(("validate", literal(value=False)))
        return call("references", atom(refers.table.name), options=options)


def decimal_sizes(precision: int | None, scale: int | None) -> tuple[tuple[str, int], ...]:
    """Return the options of a decimal: both, where one is said."""
    if precision is None and scale is None:
        return ()
    return ("precision", precision or MONEY_DIGITS[0]), ("scale", scale or 0)


def decided(column: ColumnIntent, table: Name, site: Site, *, born: bool) -> NewColumn:
    """Decide all about a column; *born* says that its table is new, too."""
    _insist_on_name(column.name)
    column = implied(column, site, table)
    refers = column.references
    kind = kind_of(column, site) if refers is None else _kind_referring(refers, table, site)
    if column.native and refers is not None:
        raise CannotDraftError(f"`{column.name}` cannot both refer and have a type of its own.")
    if column.native:
        kind = NamedType(enum_name(table, column.name))
    default = (
        None if column.default is None or column.default is Empty.NULL else fitting(column.default, kind, column.name)
    )
    _insist_on_values(column, kind, default)
    default = _natural(column, kind) if default is None else default
    is_own = refers is not None and refers.table.stored == table.stored  # the first row has none to refer to
    null = _may_be_null(column, default, site, born=born and not is_own)
    return NewColumn(table, column, kind, null, default, action_of(refers, site, null=null))


def told_once(columns: Iterable[ColumnIntent]) -> tuple[ColumnIntent, ...]:
    """Return *columns* with what is said of one in several places said in one."""
    found: dict[str, ColumnIntent] = {}
    for one in columns:
        said = {part.name: value for part in fields(one) if (value := getattr(one, part.name)) != part.default}
        found[one.name] = replace(found.get(one.name, one), **said)
    return tuple(found.values())


def enum_name(table: Name, column: str) -> str:
    """Return what the type of a column with listed values is called."""
    return shortened(f"{table.name}_{column}", MAX_BYTES - 1)  # PostgreSQL names an array type `_type`


def action_of(refers: Refers | None, site: Site, *, null: bool) -> str | None:
    """Return what `on_delete:` says, if it says anything."""
    if refers is None:
        return None
    said, conventions = refers.on_delete, site.conventions
    if said == "nilify_all" and not null:
        raise CannotDraftError("A required column cannot be set to NULL when the other row goes.")
    if said is not None:
        return said
    usual = ACTIONS.get(conventions.on_delete or "")
    if usual is not None and (null or usual != "nilify_all"):
        return usual
    return "nothing" if conventions.says_on_delete else None


def _insist_on_name(name: str) -> None:
    if not name or len(name.encode()) > MAX_BYTES:
        raise CannotDraftError(f"`{name}` is no name for a column: PostgreSQL keeps {MAX_BYTES} bytes of it.")


def _insist_on_values(column: ColumnIntent, kind: ColumnType, default: Value | None) -> None:
    """Raise where the column cannot have what it is said to have."""
    for value in column.values if not column.native else ():
        fitting(value, kind, column.name)
    if column.values and default is not None and default not in column.values:
        raise CannotDraftError(f"The default of `{column.name}` is none of its values.")
    longest = max((len(one) for one in (*column.values, default) if isinstance(one, str)), default=0)
    if column.length is not None and longest > column.length:
        raise CannotDraftError(f"`{column.name}` has values that are longer than {column.length} characters.")


def _kind_referring(refers: Refers, table: Name, site: Site) -> ColumnType:
    return key_kind(site) if _is_itself(refers, table, site) else referred_kind(refers, site)


def _is_itself(refers: Refers, table: Name, site: Site) -> bool:
    """Tell whether a table that is about to be made refers to itself."""
    return refers.table.stored == table.stored and table.stored not in site.schema.tables


def _natural(column: ColumnIntent, kind: ColumnType) -> Value | None:
    """Return the value with which a column begins that is hardly ever meant to be NULL."""
    if column.null is True or column.default is Empty.NULL or column.key:
        return None
    if kind == BOOLEAN and not column.unique:
        return False
    is_empty = column.null is None and not column.unique
    if isinstance(kind, ArrayType):
        return Empty.LIST if is_empty else None
    return Empty.MAP if kind == NamedType("map") and is_empty else None


def _may_be_null(column: ColumnIntent, default: Value | None, site: Site, *, born: bool) -> bool:
    if column.key or default is not None:
        return column.null is True
    if column.null is not None or not born or column.default is Empty.NULL:
        return column.null is not False
    if column.references is not None:
        return column.references.on_delete == "nilify_all"
    requires = site.conventions.requires
    return is_optional_by_name(column) or requires is False


def _is_usual(kind: ColumnType, site: Site) -> bool:
    """Tell whether `references` makes a column of that type without being told."""
    repo = site.surroundings.project.repo
    for configured in (repo.foreign_key, repo.primary_key):
        said = keywords(configured).get("type") if isinstance(configured, tuple) else None
        if isinstance(said, Atom):
            return isinstance(kind, NamedType) and (kind.name == said.name or {kind.name, said.name} <= UUIDS)
    return kind == NamedType("bigint")
