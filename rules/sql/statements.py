"""A statement of SQL, read: where it stands in its text, and what it does."""

from dataclasses import dataclass
from enum import Enum

from rules.sql.effects import Effect
from rules.sql.names import Name


class Dialect(Enum):
    """Whose SQL it is, as far as its words betray it."""

    POSTGRESQL = "PostgreSQL"
    MYSQL = "MySQL"
    SQLITE = "SQLite"
    TSQL = "SQL Server"
    UNKNOWN = "no dialect we know"


@dataclass(frozen=True, slots=True)
class SqlStatement:
    """One statement; *effects* is empty where it does nothing, and holds an Unknown where it could not be read."""

    start: int  # characters from the beginning of the SQL text
    end: int
    node: str  # libpg_query's name of the statement, such as AlterTableStmt; empty for what could not be read
    effects: tuple[Effect, ...]
    tables: frozenset[Name] = frozenset()  # every relation that it names, but for its own WITH queries
    dialect: Dialect = Dialect.POSTGRESQL
