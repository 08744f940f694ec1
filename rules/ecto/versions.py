"""The releases of ecto_sql, and since which of them a migration means something else."""

import re
from typing import Final, TypeAlias

Version: TypeAlias = tuple[int, int, int]

LATEST: Final[Version] = (3, 13, 5)  # assumed where mix.lock says nothing

EXECUTE_FUNCTION: Final[Version] = (3, 2, 1)
FLUSH_REFUSED: Final[Version] = (3, 3, 0)
CONFIGURED_KEY_WITHOUT_BLOCK: Final[Version] = (3, 3, 1)
FOREIGN_KEY_BESIDE_COLUMN: Final[Version] = (3, 5, 0)  # before: REFERENCES behind the column's type
FLUSH_BETWEEN_CALLBACKS: Final[Version] = (3, 5, 0)
INDEX_IF_NOT_EXISTS: Final[Version] = (3, 5, 0)
REPO_FOREIGN_KEY: Final[Version] = (3, 5, 0)
NO_CONFIGURED_KEY: Final[Version] = (3, 5, 0)
IDENTITY: Final[Version] = (3, 5, 0)
VALIDATE: Final[Version] = (3, 5, 0)  # `validate: false` of constraints and references
DROP_MODE: Final[Version] = (3, 7, 1)
CODE_REQUIRED: Final[Version] = (3, 9, 0)  # a file without a migration is refused before the run
FROM_WITH_OPTIONS: Final[Version] = (3, 8, 0)
TABLE_PRIMARY_KEY: Final[Version] = (3, 9, 0)
NULLS_DISTINCT: Final[Version] = (3, 9, 0)
REVERSED_ADD_DROPS_FOREIGN_KEY: Final[Version] = (3, 10, 0)
RENAME_INDEX: Final[Version] = (3, 10, 0)
CONSTRAINT_CASCADE: Final[Version] = (3, 10, 0)
NILIFY_COLUMNS: Final[Version] = (3, 10, 0)
FROM_REFERENCE_WITH_OPTIONS: Final[Version] = (3, 10, 2)
REMOVED_KEY_ADDS_NONE: Final[Version] = (3, 11, 0)
GENERATED: Final[Version] = (3, 11, 1)
RENAME_INDEX_WITH_PREFIX: Final[Version] = (3, 11, 1)
REMOVE_IF_EXISTS_ONLY_NAME: Final[Version] = (3, 12, 0)
STRICT_OPTIONS: Final[Version] = (3, 12, 0)
REFERENCE_PREFIX_NIL: Final[Version] = (3, 12, 0)
BITSTRING: Final[Version] = (3, 12, 0)
DURATION: Final[Version] = (3, 12, 0)
INDEX_DIRECTION: Final[Version] = (3, 13, 0)
COLLATION: Final[Version] = (3, 13, 0)
RENAME_INDEX_IN_DEFAULT_PREFIX: Final[Version] = (3, 13, 0)
DEFAULT_ALL: Final[Version] = (3, 13, 2)
MODIFIERS: Final[Version] = (3, 14, 0)


def parse_version(text: str) -> Version | None:
    """Read `3.11.3`, `3.13` or `3.5.0-rc.1`; a missing patch means the last of its series."""
    match = re.match(r"(\d+)\.(\d+)(?:\.(\d+))?", text)
    if match is None:
        return None
    return int(match[1]), int(match[2]), int(match[3]) if match[3] else 99
