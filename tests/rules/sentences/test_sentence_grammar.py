"""The grammar of sentences, and its tables."""

from importlib.resources import files

from rules.sentences.compilation import compile_grammar
from rules.sentences.meaning import grammar

FOLDER = files("rules.sentences")


def test_the_tables_are_those_of_the_grammar() -> None:
    tables = FOLDER.joinpath("sentence.json").read_text("utf-8")

    assert tables == compile_grammar(FOLDER.joinpath("sentence.lark").read_text("utf-8")), (
        "python -m deploy.grammar writes them anew"
    )


def test_every_rule_has_its_function() -> None:
    rules = {rule.origin for rule in grammar().rule_at}

    assert {"sentence", "clause", "condition"} <= rules
