"""The configuration: read, or refused with lines that the file has."""

from collections.abc import Iterator

from rules.catalog import names
from rules.settings import Settings, from_yaml

CORPUS = (
    "paths: [priv/repo/migrations]\nrules:\n  index-without-concurrently: off\n  column-made-required: advice\n",
    "gate: [outage]\npostgres: 15\nstart_after: 2024_01_01\nsmall_tables: [a, b]\nhot_tables:\n- users\n",
    "tenant_column: org_id\ndeploys: migrate-first\nrehearsal: own-branches\n",
    "a: &a [1]\nb: *a\n",
    "? {a: [b, {c: d}]}\n: !!python/object:os.system 'x'\n",
    "%YAML 1.1\n--- |\n  text\n...\n---\n<<: {x: 1}\n",
    "postgres: 0x10\nstart_after: 1e3\ntenant_column: ~\ngate: {}\nrules: off\n",
)


def corpus() -> Iterator[bytes]:
    """Return configurations that are right, and some that are not."""
    return map(str.encode, CORPUS)


def read(data: bytes) -> None:
    """Read it."""
    text = data.decode(errors="replace")
    found = from_yaml(text, names())
    if not isinstance(found, Settings):
        assert found
        assert all(1 <= one.line <= len(text.splitlines()) + 2 for one in found), found
