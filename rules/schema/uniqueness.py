"""Which rows a table keeps apart."""

from rules.schema.model import PrimaryKey, Table, Unique


def keeps_apart(table: Table, columns: set[str]) -> bool:
    """Tell whether no two rows can agree in *columns* already."""
    keys = [set(one.columns) for one in table.constraints.values() if isinstance(one, PrimaryKey | Unique)]
    whole = (one for one in table.indexes.values() if one.unique is True and one.where is None)
    keys += [{part.strip('"') for part in one.columns} for one in whole if isinstance(one.columns, tuple)]
    return any(found <= columns for found in keys)
