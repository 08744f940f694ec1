"""What to say instead: the words that are in the way, and the nearest sentence that works."""

from collections.abc import Iterator
from typing import Final

from rules.schema.model import Schema, Table
from rules.sentences.answer import NotUnderstood
from rules.sentences.lattice import HARD
from rules.sentences.lexicon import Lexicon
from rules.sentences.names import Senseless, Unknown
from rules.sentences.reading import Stuck, read_sentence
from rules.sentences.restate import restate
from rules.sentences.settling import Context
from rules.sentences.words import Word

# Sentences that work on a table that has the column, each with other words that lead to it.
PATTERNS: Final = (
    ("Create table invoices with number, total and timestamps", "new"),
    ("Add phone to {table}", "column field insert"),
    ("Add phone as a required string up to 20 characters to {table}", "type integer text default"),
    ("Remove {column} from {table}", "drop delete"),
    ("Drop table {table}", "remove delete destroy"),
    ("Rename {column} to title on {table}", "name call"),
    ("Rename table {table} to things", "name call"),
    ("Change {column} on {table} to text", "type convert alter modify integer decimal cast"),
    ("Make {column} unique on {table}", "duplicate uniqueness distinct"),
    ("Make {column} required on {table}", "not null mandatory present"),
    ("Make {column} optional on {table}", "null nullable allow"),
    ('Set the default of {column} on {table} to "new"', "value"),
    ("Remove the default of {column} on {table}", "drop value"),
    ("Add an index on {column} to {table}", "search fast gin partial concurrently"),
    ("Add a unique index on {column} to {table} where {column} is not null", "partial conditional"),
    ("Drop the index on {column} from {table}", "remove"),
    ("Add a reference to {other} to {table}, on delete cascade", "foreign key belongs belong references link"),
    ("Add a check on {table} that {column} is not null", "constraint ensure positive greater less"),
    ("Limit {column} on {table} to draft, sent or paid", "enum values one allowed"),
    ("Add the value archived to {column} on {table}", "enum allow"),
    ("Enable the extension citext", "install postgis pg_trgm"),
    ('Set {column} to "new" on {table} where {column} is null, in batches', "backfill fill update populate copy rows"),
    ("Add timestamps to {table}", "inserted_at created_at"),
    ("Create a join table between {table} and {other}", "many"),
)
VERBS: Final = frozenset({"add", "create", "drop", "remove", "delete", "rename"})
NEGATIONS: Final = frozenset(
    {"not", "no", "never", "don't", "dont", "but", "without", "except", "doesn't", "keep", "all", "only"}
)
LONG: Final = 60  # words, of which nobody has left one out by mistake
TRIES: Final = 8  # sentences with a word less that are read


def not_understood(stuck: Stuck, context: Context) -> NotUnderstood:
    """Say how far a sentence was understood, and what could be said instead."""
    words = [word.text for word in stuck.words]
    for start, end in _gaps(stuck):
        try:
            found = read_sentence(stuck.words[:start] + stuck.words[end:], [context])
        except (Stuck, Unknown, Senseless):
            continue
        return NotUnderstood((*words[:start], *words[end:]), tuple(words[start:end]), restate(found[0].intents))
    understood, strange = words[: stuck.reached], words[stuck.reached :]
    return NotUnderstood(tuple(understood), tuple(strange), _pattern(stuck.words, context.schema))


def _gaps(stuck: Stuck) -> Iterator[tuple[int, int]]:
    """Yield what might be left out: around where reading stopped, first one word, then all that follow."""
    last, count = stuck.reached, len(stuck.words)
    if count > LONG:
        return
    gaps = [(at, at + 1) for at in (last, last - 1, last - 2) if 0 <= at < count]
    gaps += [(last, count), (last - 1, count), (last, last + 2), (0, last)]
    for start, end in [gap for gap in gaps if 0 <= gap[0] < gap[1] <= count and gap != (0, count)][:TRIES]:
        if NEGATIONS.isdisjoint(word.key for word in stuck.words[start:end]):
            yield start, end


def _pattern(words: list[Word], schema: Schema) -> str:
    """Return the pattern that has most words in common with a sentence, about a table and a column of the schema."""
    keys = {word.key for word in words}
    lexicon = Lexicon(schema)
    tables = sorted(schema.tables.values(), key=lambda one: (not _spoken(one, keys), str(one.name)))
    table = tables[0] if tables else None
    columns = [name for name in table.columns if name != "id"] if table else []
    column = next((name for name in columns if name in keys), next(iter(columns), "name"))
    names = {
        "table": str(table.name) if table else "users",
        "other": str(tables[1].name) if len(tables) > 1 else "teams",
        "column": column,
    }
    plain = {key for key in keys - HARD if lexicon.field_cost(key) is None} | keys & VERBS
    best = max(PATTERNS, key=lambda one: len(plain & set(f"{one[0]} {one[1]}".lower().split(" "))))
    return best[0].format(**names)


def _spoken(table: Table, keys: set[str]) -> bool:
    lexicon = Lexicon(Schema({table.name: table}))
    return any(lexicon.is_table(key) for key in keys)
