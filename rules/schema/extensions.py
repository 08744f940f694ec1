"""Which types, operator classes and functions come with an extension."""

import re
from collections.abc import Iterator
from typing import Final

from rules.schema.casts import base
from rules.schema.model import Schema
from rules.sql.effects import Kind

TYPES: Final = {
    "citext": "citext",
    "hstore": "hstore",
    "ltree": "ltree",
    "cube": "cube",
    "vector": "vector",
    "geometry": "postgis",
    "geography": "postgis",
}
WORDS: Final = {
    "gin_trgm_ops": "pg_trgm",
    "gist_trgm_ops": "pg_trgm",
    "uuid_generate_v1": "uuid-ossp",
    "uuid_generate_v4": "uuid-ossp",
    "gen_random_bytes": "pgcrypto",
    "unaccent": "unaccent",
    "vector_cosine_ops": "vector",
    "vector_l2_ops": "vector",
}
WORD: Final = re.compile(rf"\b(?:{'|'.join(WORDS)})\b")


def of_type(kind: str) -> Iterator[tuple[str, str]]:
    """Yield the type's name with the extension that it comes with, if it does."""
    name = base(kind).removesuffix("[]")
    if name in TYPES:
        yield name, TYPES[name]


def in_text(sql: str) -> Iterator[tuple[str, str]]:
    """Yield the words in *sql* that come with an extension, each with it."""
    for word in WORD.findall(sql):
        yield word, WORDS[word]


def is_known(word: str, extension: str, schema: Schema) -> bool:
    """Tell whether a migration has created it, or has used it before and passed."""
    if any(thing.name.name == extension for thing in schema.things.values() if thing.kind is Kind.EXTENSION):
        return True
    if any(thing.name.name == word for thing in schema.things.values()):
        return True
    tables = [table for name, table in schema.tables.items() if name not in schema.born_here]
    columns = [column for table in tables for column in table.columns.values()]
    used = [f"{column.type} {column.default}" for column in columns]
    used += [str(index.columns) for table in tables for index in table.indexes.values()]
    return not tables or any(word in text for text in used)
