"""The schema of which the sentences of the tests speak, and what is said of it."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from rules.schema.model import Schema
from rules.schema.structure import read_dump
from rules.sentences.answer import Ambiguous, Answer, NotUnderstood, Understood, UnknownName

HERE = Path(__file__).parent
BLOCK = re.compile(r"((?:^\* .+\n)+)\n((?:^[>!?] .+\n)+)", re.MULTILINE)
DUMP = re.compile(r"^```sql\n(.+?)^```$", re.MULTILINE | re.DOTALL)


@cache
def shop() -> Schema:
    """Return the schema of shop.sql."""
    return _schema((HERE / "shop.sql").read_text("utf-8"))


def _schema(dump: str) -> Schema:
    schema = read_dump(dump)
    assert schema is not None
    return schema


def said(page: Path) -> Iterator[tuple[str, str, Schema]]:
    """Yield the sentences of a page with what is heard back, and the schema of which they speak."""
    text = page.read_text("utf-8")
    dump = DUMP.search(text)
    schema = _schema(dump[1]) if dump else shop()
    for block in BLOCK.finditer(text):
        yield from ((line[2:], block[2].rstrip("\n"), schema) for line in block[1].splitlines())


def heard(answer: Answer) -> str:
    """Return an answer as the pages have it."""
    match answer:
        case Understood():
            return f"> {answer.restated}"
        case Ambiguous():
            return "\n".join(f"> {reading.restated}" for reading in answer.readings)
        case NotUnderstood():
            return f"? {answer.nearest}"
        case UnknownName():
            words = [answer.kind, answer.name, *(["of", answer.table] if answer.table else [])]
            return " ".join(["!", *words, *(["->", ", ".join(answer.nearest)] if answer.nearest else [])])
