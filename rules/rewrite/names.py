"""Names as SQL."""

from rules.schema.text import needs_quotes
from rules.sql.names import Name


def identifier(name: str) -> str:
    """Return *name* as SQL, in quotes where PostgreSQL would read it otherwise."""
    return '"' + name.replace('"', '""') + '"' if needs_quotes(name) else name


def name_sql(name: Name) -> str:
    """Return *name* with its prefix as SQL."""
    return ".".join(map(identifier, filter(None, (name.prefix, name.name))))
