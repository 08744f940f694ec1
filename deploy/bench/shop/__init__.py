"""A shop with as long a history as a benchmark wants, made by hand of what public histories are made of."""

from collections.abc import Iterator
from typing import Final

from deploy.bench.shop.templates import CHANGES, CYCLE, MODULE, PROJECT, SCHEMA
from rules.source import SourceFile

FOLDER: Final = "priv/repo/migrations"
THINGS: Final = ("order", "invoice", "customer", "parcel", "price", "voucher", "shelf", "refund", "label", "supplier")
PARTS: Final = ("line", "note", "event", "rule", "limit", "group", "file", "draft", "share", "token")
SIDES: Final = ("", "old_", "daily_", "foreign_")
TABLES: Final = tuple(f"{side}{thing}_{part}s" for side in SIDES for part in PARTS for thing in THINGS)
FIRST: Final = 20200101000000
MODELLED: Final = 100  # tables that have a schema in the application's code


def history(count: int, draft: int = 0) -> tuple[SourceFile, ...]:
    """Return *count* migrations, oldest first; another *draft* is as long, and no file of it is the same."""
    return tuple(_migrations(count, draft))


def _migrations(count: int, draft: int) -> Iterator[SourceFile]:
    made = 0
    for number in range(count):
        name, body = CYCLE[number % len(CYCLE)]
        made += name == "create"
        table = TABLES[made - 1] if name in {"create", "rename"} else TABLES[number * 7 % made]
        words = {"table": table, "other": TABLES[max(made - 2, 0)], "number": number}
        yield _file(FIRST + number, f"{name}_{table}_{number}", body.substitute(words), draft)


def five_changes(count: int, draft: int = 0) -> tuple[SourceFile, ...]:
    """Return the five migrations of a pull request on top of *count*: one clean, four that have something to say to."""
    return tuple(
        _file(FIRST + count + place, name, body.substitute(table=TABLES[place], other=TABLES[place + 1]), draft)
        for place, (name, body) in enumerate(CHANGES)
    )


def project() -> tuple[SourceFile, ...]:
    """Return the files that explain the migrations."""
    return tuple(SourceFile(path, text) for path, text in PROJECT.items())


def code() -> tuple[SourceFile, ...]:
    """Return the application's modules."""
    return tuple(
        SourceFile(f"lib/shop/{table}.ex", SCHEMA.substitute(table=table, module=_camel(table)))
        for table in TABLES[:MODELLED]
    )


def _file(version: int, name: str, body: str, draft: int) -> SourceFile:
    text = MODULE.substitute(module=_camel(name), body=body, draft=draft)
    return SourceFile(f"{FOLDER}/{version}_{name}.exs", text)


def _camel(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("_"))
