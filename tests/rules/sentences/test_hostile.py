"""Whatever is said, there is an answer, and it does not take long: what is looked at is counted, not timed."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules.schema.model import Schema
from rules.sentences import read
from rules.sentences.answer import Ambiguous, NotUnderstood, Understood, UnknownName
from rules.sentences.chart import MAX_ITEMS, Chart, TooMuch
from rules.sentences.intent import CreateTable
from rules.sentences.lattice import Lattice
from rules.sentences.lexicon import Lexicon
from rules.sentences.meaning import grammar
from rules.sentences.words import MAX_CHARACTERS, MAX_WORDS, sentences
from tests.rules.sentences.shop import shop

SLOWLY = settings(deadline=None, suppress_health_check=list(HealthCheck), database=None)
WORDS = sorted(word for phrase in grammar().phrases for word in phrase)
NAMES = ["users", "email", "orders", "amount", "`odd`", '"text"', "5", ",", ".", "(", ")", ":", "nonsense"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   \n\n ",
        ".;!?",
        "\x00\x01\x02",
        "\ud800",
        "add phone to users" * 200,
        "and " * 400,
        "add a and " * 90,
        "(" * 240,
        "add check to orders: " + "(" * 200 + "amount > 0" + ")" * 200,
        "add check to orders: " + "not " * 200 + "amount > 0",
        "`" * 99,
        '"' * 99,
        "'" * 99,
        "add `a``b` to users",
        "\uff41\uff44\uff44 phone to users",
        "add \u202eenohp\u202c to users",
        "add 😀 to users",
        "add x to users, orders, " + "posts, " * 30 + "rooms",
        "make email unique on users and " * 30,
        "1 " * 240,
        "add a" + "\u0301" * 300 + " to users",
        "=== <> && || -> [] {} () , : - + * / % ~ @ #",
    ],
)
def test_strange_texts_get_an_answer(text: str) -> None:
    answer = read(text, shop())

    assert isinstance(answer, Understood | Ambiguous | NotUnderstood | UnknownName)


@pytest.mark.parametrize(
    "text",
    [
        "add a check on orders that `amount > 0); drop table users; --`",
        "add index to users (`name); drop table users; --`)",
        "set the default of role on users to sql `1); drop table users; --`",
    ],
)
def test_sql_that_leaves_its_place_is_not_taken(text: str) -> None:
    assert not isinstance(read(text, shop()), Understood)


@pytest.mark.parametrize(
    "text",
    [
        "do not drop the users table",
        "never remove email from users",
        "don't make email unique on users",
        "add phone to users but not to accounts",
        "delete all users",
    ],
)
def test_what_must_not_be_done_is_not_read_as_its_opposite(text: str) -> None:
    assert isinstance(read(text, shop()), NotUnderstood)


def test_a_text_that_is_too_long_is_not_read() -> None:
    answer = read("add phone to users. " * MAX_CHARACTERS, shop())

    assert isinstance(answer, NotUnderstood)


def test_a_sentence_of_too_many_words_is_not_read() -> None:
    answer = read("add " + "a, " * MAX_WORDS + "b to users", shop())

    assert isinstance(answer, NotUnderstood)


def test_a_table_of_many_columns_is_read() -> None:
    names = [f"column_{number}" for number in range(40)]

    answer = read(f"create table wide with {', '.join(names)}", Schema())

    assert isinstance(answer, Understood)
    assert isinstance(answer.intents[0], CreateTable)
    assert [column.name for column in answer.intents[0].columns] == names


def test_no_sentence_is_looked_at_for_ever() -> None:
    words = sentences("add x to users, " + "posts, " * 110 + "rooms")[0]
    chart = Chart(grammar(), Lattice(grammar(), Lexicon(shop())).edges(words))

    with pytest.raises(TooMuch):
        chart.parse()

    assert chart.count <= MAX_ITEMS + 1


@given(st.lists(st.sampled_from(WORDS + NAMES * 40), max_size=25).map(" ".join) | st.text(max_size=80))
@settings(SLOWLY, max_examples=40)
def test_anything_gets_an_answer(text: str) -> None:
    assert isinstance(read(text, shop()), Understood | Ambiguous | NotUnderstood | UnknownName)


@pytest.mark.prove
@given(st.lists(st.sampled_from(WORDS + NAMES * 40), max_size=40).map(" ".join) | st.text(max_size=200))
@settings(SLOWLY, max_examples=2_000)
def test_anything_at_all_gets_an_answer(text: str) -> None:
    assert isinstance(read(text, shop()), Understood | Ambiguous | NotUnderstood | UnknownName)
