"""What people have assured excellent_migrations of, in comments, attributes and configuration, which counts here, too.

Who writes `safety-assured` accepts a lock, or a change that running code may notice. Nobody says with it that the
migration can be rolled back, or that it runs at all: those rules stand in no line below.

Source: `config_comments_parser.ex` and `dangers_filter.ex` of excellent_migrations 0.1.10.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final

from rules.ecto.files import version_of
from rules.ecto.values import Atom, Value
from rules.source import SourceFile, Span
from rules.suppression.allowance import Allowance, whole_file, whole_line

APPLICATION: Final = "excellent_migrations"
DIRECTIVE: Final = re.compile(
    r"\s*#\s*excellent_migrations\s*:\s*safety-assured-for-(?P<reach>next-line|this-file)\s+(?P<types>.*)"
)
BETWEEN: Final = re.compile(r"[,\s]+")
REASON: Final = "safety assured, for excellent_migrations"
TYPE_CHANGES: Final = (
    *("key-column-modified", "type-restated", "table-read-by-type-change", "table-rewritten-by-type-change"),
    *("default-dropped-from-required-column", "prepared-statement-outdated"),
)
WRITES: Final = ("backfill-under-table-lock", "batches-in-one-transaction", "rows-changed-all-at-once")
ALIASES: Final[Mapping[str, tuple[str, ...]]] = {
    "check_constraint_added": ("check-validated-at-once", "exclusion-added-to-busy-table"),
    "column_added_with_default": ("column-filled-at-once", "default-written-to-every-row"),
    "column_reference_added": ("foreign-key-validated-at-once",),
    "column_removed": ("column-dropped-while-read",),
    "column_renamed": ("column-renamed-while-read",),
    "column_type_changed": TYPE_CHANGES,
    "column_volatile_default": ("column-filled-at-once",),
    "index_concurrently_without_disable_ddl_transaction": ("concurrently-in-transaction",),
    "index_concurrently_without_disable_migration_lock": ("concurrently-under-migration-lock",),
    "index_not_concurrently": ("index-dropped-without-concurrently", "index-without-concurrently"),
    "json_column_added": ("json-without-equality",),
    "many_columns_index": ("index-too-wide",),
    "not_null_added": ("column-made-required",),
    "operation_delete": (*WRITES, "every-row-deleted"),
    "operation_insert": ("backfill-under-table-lock", "rows-seeded-in-migration"),
    "operation_update": WRITES,
    "raw_sql_executed": ("key-built-in-place",),
    "table_dropped": ("table-dropped-while-used",),
    "table_renamed": ("table-renamed-while-used",),
}
ALL: Final = tuple(sorted({name for names in ALIASES.values() for name in names}))


def in_comments(source: SourceFile, comments: Collection[Span]) -> Iterator[Allowance]:
    """Yield what comments assure; stacked ones are all about the first line behind them."""
    said = {source.line_at(comment.start): DIRECTIVE.match(source[comment]) for comment in comments}
    for line, match in sorted(said.items()):
        if match is None:
            continue
        following = line + 1
        while said.get(following) is not None:
            following += 1
        reach = whole_line(source, following) if match["reach"] == "next-line" else whole_file(source)
        yield from _allowing(BETWEEN.split(match["types"]), reach)


def in_attribute(source: SourceFile, value: Value) -> Iterator[Allowance]:
    """Yield what `@safety_assured` says: a list of types, or `:all` of them."""
    if value == Atom("all"):
        yield Allowance(ALL, whole_file(source), REASON)
    elif isinstance(value, tuple):
        yield from _allowing([one.name for one in value if isinstance(one, Atom)], whole_file(source))


def in_configuration(source: SourceFile, settings: Mapping[tuple[str, str], Value]) -> Iterator[Allowance]:
    """Yield what `config :excellent_migrations` leaves out: types, and migrations before a version, as text."""
    skipped, start = settings.get((APPLICATION, "skip_checks")), settings.get((APPLICATION, "start_after"))
    if isinstance(skipped, tuple):
        yield from _allowing([one.name for one in skipped if isinstance(one, Atom)], whole_file(source))
    version = version_of(source.path)
    if isinstance(start, str) and version is not None and str(version) <= start:
        yield Allowance(ALL, whole_file(source), f"before `start_after` of {APPLICATION}")


def _allowing(types: Iterable[str], reach: Span) -> Iterator[Allowance]:
    names = tuple(name for kind in types for name in ALIASES.get(kind.replace("-", "_"), ()))
    if names:
        yield Allowance(names, reach, REASON)
