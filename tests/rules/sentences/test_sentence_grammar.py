"""The grammar of sentences, and its tables."""

from importlib.resources import files

from rules.sentences.compilation import compile_grammar
from rules.sentences.lattice import LONGEST_PHRASE
from rules.sentences.meaning import grammar
from rules.sentences.words import sentences

FOLDER = files("rules.sentences")


def test_the_tables_are_those_of_the_grammar() -> None:
    tables = FOLDER.joinpath("sentence.json").read_text("utf-8")

    assert tables == compile_grammar(FOLDER.joinpath("sentence.lark").read_text("utf-8")), (
        "python -m deploy.grammar writes them anew"
    )


def test_every_rule_has_its_function() -> None:
    rules = {rule.origin for rule in grammar().rule_at}

    assert {"sentence", "clause", "condition"} <= rules


def test_every_phrase_of_the_vocabulary_can_be_said() -> None:
    phrases = grammar().phrases

    heard = {tuple(word.key for word in words) for phrase in phrases for words in sentences(f"user{_joined(phrase)}")}

    assert {phrase for phrase in phrases if ("user", *phrase) not in heard} == set()
    assert max(map(len, phrases)) == LONGEST_PHRASE


def _joined(phrase: tuple[str, ...]) -> str:
    text = " ".join(phrase)
    return text if text.startswith("'") else f" {text}"
