"""Which words are names of tables and columns that are there."""

from rules.schema.model import Schema
from rules.sentences.names import ALIASES, singular


class Lexicon:
    """The names of a schema, in whatever number they are spoken of."""

    def __init__(self, schema: Schema) -> None:
        self._tables = {_form(name.name) for name in schema.tables}
        columns = {column for table in schema.tables.values() for column in table.columns}
        self._exact = columns | {alias for alias, column in ALIASES.items() if column in columns}
        self._columns = {_form(column) for column in columns}
        self._pointed = {_form(column.removesuffix("_id")) for column in columns if column.endswith("_id")}

    def is_table(self, name: str) -> bool:
        """Tell whether a table has that name, in the singular or the plural."""
        return _form(name) in self._tables

    def field_cost(self, name: str) -> int | None:
        """Tell how far a name is from a column's: exact, in another number, without its `_id`; None if it is none."""
        if name in self._exact:
            return 0
        form = _form(name)
        return 1 if form in self._columns else (2 if form in self._pointed else None)


def _form(name: str) -> str:
    return singular(name.lower()).replace("_", "").rstrip("s")
