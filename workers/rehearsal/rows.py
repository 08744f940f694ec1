"""A few rows for the tables that a migration touches, made to be legal there, and what became of them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import psycopg
from psycopg import errors

from rules.sql.names import Name
from workers.rehearsal.trace import Server

COLUMNS: Final = """
SELECT nullif(nspname, 'public'), relname, attname, attnotnull, atthasdef, coalesce(base.typname, t.typname),
       coalesce(base.typcategory, t.typcategory), coalesce(base.typtype, t.typtype),
       (SELECT enumlabel FROM pg_enum WHERE enumtypid = coalesce(base.oid, t.oid) ORDER BY enumsortorder LIMIT 1),
       coalesce(pg_get_expr(adbin, adrelid) ~ '^nextval', false) OR attidentity <> ''
FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
JOIN pg_attribute a ON attrelid = c.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
JOIN pg_type t ON t.oid = atttypid LEFT JOIN pg_type base ON base.oid = t.typbasetype
LEFT JOIN pg_attrdef d ON adrelid = c.oid AND adnum = attnum
WHERE relkind IN ('r', 'p') AND NOT relispartition AND nspname !~ '^pg_' AND nspname <> 'information_schema'
ORDER BY c.oid, attnum
"""
KEYS: Final = """
SELECT nullif(n.nspname, 'public'), c.relname, a.attname, nullif(tn.nspname, 'public'), tc.relname, ta.attname
FROM pg_constraint k CROSS JOIN LATERAL unnest(conkey, confkey) AS pair (ours, theirs)
JOIN pg_class c ON c.oid = conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_class tc ON tc.oid = confrelid JOIN pg_namespace tn ON tn.oid = tc.relnamespace
JOIN pg_attribute a ON a.attrelid = conrelid AND a.attnum = ours
JOIN pg_attribute ta ON ta.attrelid = confrelid AND ta.attnum = theirs
WHERE contype = 'f'
"""
# What a type of its own name takes, and else one of its category; `#` is a number from 1 to 9.
NAMED: Final = {
    "uuid": "00000000-0000-0000-0000-00000000000#",
    "json": "{}",
    "jsonb": "{}",
    "xml": "<a/>",
    "bytea": "\\x0#",
    "macaddr": "00:00:00:00:00:0#",
    "macaddr8": "00:00:00:00:00:00:00:0#",
    "time": "00:00:0#",
    "timetz": "00:00:0#+00",
    "tsvector": "x#",
    "tsquery": "x#",
    "hstore": "a=>#",
    "ltree": "x#",
    "pg_lsn": "0/#",
    "int2vector": "#",
    "geometry": "POINT(# #)",
    "geography": "POINT(# #)",
    "point": "(#,#)",
    "line": "{1,1,#}",
    "lseg": "[(0,0),(#,#)]",
    "box": "(#,#),(0,0)",
    "path": "[(0,0),(#,#)]",
    "polygon": "((0,0),(#,#),(#,0))",
    "circle": "<(0,0),#>",
}
OF_CATEGORY: Final = {
    "N": "#",
    "B": "true",
    "D": "2020-01-0#",
    "T": "# days",
    "I": "10.0.0.#",
    "V": "1",
    "A": "{}",
    "R": "empty",
}
TEXTS: Final = "_xyzabcdefg"
# How the values of a row may be varied until a check lets them in: what stands for a text, and is added to a number.
VARIATIONS: Final = (("", 0), ("xxxxxxxx", 100), ("a@b.cc", 1_000_000))
REFUSED: Final = (errors.IntegrityError, errors.DataError)
MOST_COMPARED: Final = 100  # rows of a table


@dataclass(frozen=True, slots=True)
class Place:
    """A column, as far as a value for it must know."""

    name: str
    required: bool
    has_default: bool
    type: str
    category: str
    kind: str
    label: str | None
    numbered: bool  # by a sequence, which is left to do it
    target: tuple[Name, str] | None  # what it has to be found in


class Rows:
    """The tables of a database, and how rows are put into them."""

    def __init__(self, server: Server, session: psycopg.Connection, watcher: psycopg.Connection) -> None:
        self._server = server
        self._session = session
        keys = {
            (Name(schema, table), column): (Name(other, target), theirs)
            for schema, table, column, other, target, theirs in watcher.execute(KEYS.encode()).fetchall()
        }
        self.tables: dict[Name, list[Place]] = {}
        for schema, table, *place in watcher.execute(COLUMNS.encode()).fetchall():
            name = Name(schema, table)
            self.tables.setdefault(name, []).append(Place(*[*place, keys.get((name, place[0]))]))

    def fill(self, wanted: Iterable[Name], numbers: Mapping[int, bool]) -> tuple[set[Name], set[Name]]:
        """Put rows into the tables *wanted*, those that they refer to and those that refer to them.

        Return those with rows, and those without. *numbers* tells of each row whether only what is required is filled.
        """
        filled: set[Name] = set()
        empty: set[Name] = set()
        wanted = set(wanted)
        referring = (
            table for table, columns in self.tables.items() if wanted & {one.target[0] for one in columns if one.target}
        )
        for table in self._in_order([*sorted(wanted, key=str), *referring]):
            made = [self._insert(table, number, bare=bare) for number, bare in numbers.items()]
            (filled if any(made) else empty).add(table)
        return filled, empty

    def read(self, tables: Iterable[Name]) -> dict[Name, Counter[str]]:
        """Return the rows of *tables*, each as JSON, which knows no order of columns."""
        found = {}
        for table in tables:
            query = f"SELECT to_jsonb(t)::text FROM {_quoted(table)} t LIMIT {MOST_COMPARED}"  # noqa: S608 - quoted
            found[table] = Counter(row for (row,) in self._session.execute(query.encode()).fetchall())
        return found

    def _in_order(self, wanted: Iterable[Name]) -> list[Name]:
        """Return tables after those that they refer to, as far as they do not go in circles."""
        ordered: dict[Name, None] = {}
        entered: set[Name] = set()

        def enter(table: Name) -> None:
            if table in entered or table not in self.tables:
                return
            entered.add(table)
            for column in self.tables[table]:
                if column.target is not None:
                    enter(column.target[0])
            ordered[table] = None

        for table in wanted:
            enter(table)
        return list(ordered)

    def _insert(self, table: Name, number: int, *, bare: bool) -> bool:
        for text, more in VARIATIONS:
            values = dict(self._values(table, number, text, more, bare=bare))
            columns = ", ".join(map(_identifier, values))
            row = f"({columns}) VALUES ({', '.join(values.values())})" if values else "DEFAULT VALUES"
            try:
                self._server.send(self._session, f"INSERT INTO {_quoted(table)} {row}")
            except REFUSED:
                continue
            except psycopg.Error:
                return False
            return True
        return False

    def _values(self, table: Name, number: int, text: str, more: int, *, bare: bool) -> Iterator[tuple[str, str]]:
        for column in self.tables[table]:
            left_out = column.numbered or (bare and (column.has_default or not column.required))
            value = None if left_out else _value(column, number, text, more)
            if value is not None:
                yield column.name, value


def _value(column: Place, number: int, text: str, more: int) -> str | None:
    """Return SQL for a value of *column* in the row *number*; None where there is none."""
    if column.target is not None:
        table, theirs = column.target
        return f"(SELECT {_identifier(theirs)} FROM {_quoted(table)} ORDER BY 1 LIMIT 1)"  # noqa: S608 - quoted
    if column.kind == "e":
        return None if column.label is None else _literal(column.label)
    if column.category == "S" or column.type == "citext":
        return _literal(f"{text}{TEXTS[number]}" if text else TEXTS[number])
    if column.category == "N":
        return str(number + more)
    pattern = NAMED.get(column.type) or OF_CATEGORY.get(column.category)
    return None if pattern is None else _literal(pattern.replace("#", str(number)))


def _quoted(name: Name) -> str:
    return f"{_identifier(name.prefix or 'public')}.{_identifier(name.name)}"


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "E'" + text.replace("\\", "\\\\").replace("'", "''") + "'"
