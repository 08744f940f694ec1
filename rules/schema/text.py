"""Expressions of SQL as text: which columns they mention, and what remains when a column is renamed."""

import re
from typing import Final

from rules.sql.names import Name

SPACE: Final = re.compile(r"""(?P<quoted>(?P<dollar>\$\w*\$).*?(?P=dollar)|'(?:[^']|'')*'|"[^"]*")|\s+""", re.DOTALL)
LITERAL: Final = re.compile(r"'(?:[^']|'')*'")
PLAIN: Final = re.compile(r"[a-z_][a-z0-9_$]*")
# PostgreSQL's key words that stand for no table or column without quotes: its manual, appendix C.
RESERVED: Final = frozenset(
    """
    all analyse analyze and any array as asc asymmetric authorization
    binary both case cast check collate collation column concurrently
    constraint create cross current_catalog current_date current_role
    current_schema current_time current_timestamp current_user default deferrable
    desc distinct do else end except false fetch for foreign freeze
    from full grant group having ilike in initially inner intersect
    into is isnull join lateral leading left like limit localtime
    localtimestamp natural not notnull null offset on only or order
    outer overlaps placing primary references returning right select
    session_user similar some symmetric system_user table tablesample then
    to trailing true union unique user using variadic verbose when
    where window with
    """.split()  # noqa: SIM905 - a hundred words read better without their quotes
)


def mentions(sql: str | None, column: str) -> bool:
    """Tell whether *sql* names *column*, outside its string literals; a function may have the same name."""
    return sql is not None and _column(column).search(LITERAL.sub("''", sql)) is not None


def names(sql: str, thing: str) -> bool:
    """Tell whether *sql* names a function, a type or any other *thing*, outside its string literals."""
    return _word(thing).search(LITERAL.sub("''", sql)) is not None


def renamed(sql: str | None, column: str, to: str) -> str | None:
    """Return *sql* with every mention of *column* replaced; string literals stay."""
    return None if sql is None else _replaced(sql, _column(column), to)


def name_replaced(sql: str, thing: str, to: str) -> str:
    """Return *sql* with every mention of a table or any other *thing* replaced; string literals stay."""
    return _replaced(sql, _word(thing), to)


def _replaced(sql: str, word: re.Pattern[str], to: str) -> str:
    pieces: list[str] = []
    position = 0
    for literal in LITERAL.finditer(sql):
        pieces += word.sub(to, sql[position : literal.start()]), literal[0]
        position = literal.end()
    return "".join([*pieces, word.sub(to, sql[position:])])


def squeezed(sql: str) -> str:
    """Return *sql* with its white space collapsed outside of what is quoted, and no semicolon at its end."""
    return SPACE.sub(lambda found: found["quoted"] or " ", sql.strip()).rstrip("; ")


def needs_quotes(name: str) -> bool:
    """Tell whether PostgreSQL would read *name* otherwise, if it stood there bare."""
    return PLAIN.fullmatch(name) is None or name in RESERVED


def quoted_name(column: str) -> str:
    """Return a column's name as an index keeps it in our model."""
    return '"' + column.replace('"', '""') + '"'


def next_value(sequence: Name) -> str:
    """Return the default of a column that *sequence* numbers."""
    parts = [part for part in (sequence.prefix, sequence.name) if part is not None]
    written = (part if PLAIN.fullmatch(part) else quoted_name(part) for part in parts)
    return f"nextval('{'.'.join(written)}'::regclass)"


def as_index_column(sql: str) -> str:
    """Return an index column written as SQL, with a plain name quoted as Ecto would quote it."""
    name, _, rest = squeezed(sql).partition(" ")
    if PLAIN.fullmatch(name) and rest.upper() in {"", "ASC", "DESC"}:
        return quoted_name(name) + (f" {rest.upper()}" if rest and rest.upper() != "ASC" else "")
    return squeezed(sql)


def _column(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w$]){re.escape(name)}(?![\w$])(?!\(|\"\()")


def _word(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w$]){re.escape(name)}(?![\w$])")
