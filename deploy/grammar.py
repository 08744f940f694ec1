"""Writes the tables of the Elixir grammar anew, after grammar.lark was changed: python -m deploy.grammar."""

from pathlib import Path

from rules.elixir.compilation import compile_grammar


def main() -> None:
    """Compile grammar.lark to grammar.json, beside it."""
    grammar = Path(__file__).parents[1] / "rules" / "elixir" / "grammar.lark"
    tables = compile_grammar(grammar.read_text("utf-8"))
    grammar.with_suffix(".json").write_text(tables, "utf-8")
    print(f"{len(tables):,} characters of tables")


if __name__ == "__main__":
    main()
