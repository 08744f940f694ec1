"""Writes the tables of the sentences' grammar anew, after sentence.lark was changed: python -m deploy.sentences."""

from pathlib import Path

from rules.sentences.compilation import compile_grammar


def main() -> None:
    """Compile sentence.lark to sentence.json, beside it."""
    grammar = Path(__file__).parents[1] / "rules" / "sentences" / "sentence.lark"
    tables = compile_grammar(grammar.read_text("utf-8"))
    grammar.with_suffix(".json").write_text(tables, "utf-8")
    print(f"{len(tables):,} characters of tables")


if __name__ == "__main__":
    main()
