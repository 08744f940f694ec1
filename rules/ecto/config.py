"""What a project's own files say of its repos: read, never run."""

from dataclasses import dataclass
from typing import Final

from rules.ecto.values import Atom, Value


@dataclass(frozen=True, slots=True)
class Repo:
    """A repo's configuration, as far as its migrations depend on it."""

    module: str | None = None
    adapter: str | None = None
    priv: str | None = None  # the folder above its migrations, such as priv/repo
    primary_key: Value = ()  # migration_primary_key: a keyword list, or False for none
    foreign_key: Value = ()  # migration_foreign_key
    timestamps: Value = ()  # migration_timestamps
    default_prefix: str | None = None
    lock: Value = True  # migration_lock: True, False, nil or an atom; `:unread` where it is computed
    source: str = "schema_migrations"
    is_hidden: bool = False  # its configuration is made elsewhere, or what it says of keys cannot be read
    dump_path: str | None = None  # instead of structure.sql beside the migrations

    @property
    def locks_in_transaction(self) -> bool:
        """Tell whether the migrator holds its lock in a transaction, for which a concurrent build would wait."""
        return self.lock not in {None, False, Atom("pg_advisory_lock")}


NO_REPO: Final = Repo()
