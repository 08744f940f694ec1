"""What people say is read as the pages beside this file tell."""

from pathlib import Path

import pytest

from rules.schema.model import Schema
from rules.sentences import read
from rules.sentences.answer import Ambiguous, Understood
from tests.rules.sentences.shop import heard, said, shop

DOCS = Path(__file__).parents[3] / "docs"
PAGES = [*sorted((Path(__file__).parent / "said").glob("*.markdown")), DOCS / "sentences.md"]
SENTENCES = [one for page in PAGES for one in said(page)]


def test_there_are_sentences_enough() -> None:
    assert len({sentence for sentence, _, _ in SENTENCES}) > 700


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_sentences_come_to_what_the_page_says(page: Path) -> None:
    sentences = list(said(page))

    answers = [(sentence, heard(read(sentence, schema))) for sentence, _, schema in sentences]

    assert sentences
    assert answers == [(sentence, answer) for sentence, answer, _ in sentences]


def test_what_is_heard_back_can_be_said() -> None:
    meanings = _meanings()[::5]

    assert [meaning for meaning, schema in meanings if not _is_plain(meaning, schema)] == []


@pytest.mark.prove
def test_all_that_is_heard_back_can_be_said() -> None:
    assert [meaning for meaning, schema in _meanings() if not _is_plain(meaning, schema)] == []


def _meanings() -> list[tuple[str, Schema]]:
    lines = [(line, schema) for _, answer, schema in SENTENCES for line in answer.splitlines()]
    return [(line[2:], schema) for line, schema in lines if line[0] in ">?"]


def _is_plain(meaning: str, schema: Schema) -> bool:
    """Tell whether a restatement has one meaning, which it restates as it is; a suggestion has one at least."""
    answer = read(meaning, schema)
    return isinstance(answer, Understood) and (answer.restated == meaning or "`" not in meaning)


def test_shared_tables_may_be_all_or_one_for_each() -> None:
    answer = read("rename name to title and add summary on posts and comments", shop())

    assert isinstance(answer, Ambiguous)
    assert len({reading.restated for reading in answer.readings}) == 2
