"""The column that `create table` adds by itself."""

from rules.ecto import versions
from rules.ecto.commands import AddColumn, ColumnChange
from rules.ecto.errors import argument_error, no_clause
from rules.ecto.inspect import to_string
from rules.ecto.objects import Builder
from rules.ecto.options import Options
from rules.ecto.place import Place
from rules.ecto.structs import Made, keywords
from rules.ecto.values import Atom, Value
from rules.sql.names import Name


def primary_key_of(made: Made, builder: Builder, place: Place, *, has_block: bool) -> list[ColumnChange]:
    """Return the primary key that Ecto adds to a new table, from its options or the repo's configuration."""
    configured = builder.repo.primary_key
    asked = made.fields["primary_key"]
    if builder.version < versions.TABLE_PRIMARY_KEY and asked is not None and asked is not False:
        asked = True
        if not has_block and builder.version < versions.CONFIGURED_KEY_WITHOUT_BLOCK:
            configured = ()
    if asked is False or (asked is True and configured is False):
        if asked is True and builder.version < versions.NO_CONFIGURED_KEY:
            raise no_clause("Keyword.put/3")
        return []
    given: Value = configured if asked is True else asked
    if not isinstance(given, tuple):
        if asked is None:
            return []
        raise argument_error(":primary_key option must be either a boolean or a keyword list of options")
    return [_column(keywords(given), made, builder, place)]


def _column(given: Options, made: Made, builder: Builder, place: Place) -> AddColumn:
    name = to_string(given.get("name", Atom("id")))
    options = given.putting("primary_key", value=True).without("name", "type")
    table = Name(builder.prefix_of(made), made.text("name") or "")
    return AddColumn(place, name, builder.column_type(given.get("type", Atom("bigserial")), table, name), options)
