"""What the author of a `modify` takes a column for, where that is not what it is."""

from rules.ecto.commands import ModifyColumn
from rules.ecto.types import Reference
from rules.schema.model import UNSURE, Column
from rules.schema.types import type_name


def believes_same_type(change: ModifyColumn, old: Column | None) -> bool:
    """Tell whether *change* restates a type that the column does not have, as if it were only for NULL or a default.

    That is so where `from:` names the same type again, or a `:string` is repeated of what is a `text`; where a size is
    said, the size is meant.
    """
    kind, said = type_name(change.type, change.options), {option.key for option in change.options}
    if old is None or UNSURE in {old.type, kind} or old.type == kind or isinstance(change.type, Reference):
        return False
    if not said & {"null", "default"} or said & {"size", "precision", "scale"}:
        return False
    if change.was is not None:
        options = change.options if change.was.options is None else change.was.options
        return type_name(change.was.type, options) == kind
    return (old.type, kind) == ("text", "character varying(255)")


def only_restates(change: ModifyColumn, old: Column | None) -> bool:
    """Tell whether *change* repeats the type that the column has, for NULL allowed, a default or a comment.

    NOT NULL, a primary key and a new foreign key need the table in any case, whatever is said of the type.
    """
    needs_table = change.null is False or change.primary_key or isinstance(change.type, Reference)
    return old is not None and old.type == type_name(change.type, change.options) and not needs_table
