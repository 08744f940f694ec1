"""Writes the tables of a grammar anew, after it was changed: python -m deploy.grammar."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from rules.elixir import compilation as elixir
from rules.sentences import compilation as sentences

RULES: Final = Path(__file__).parents[1] / "rules"
COMPILERS: Final[Mapping[Path, Callable[[str], str]]] = {
    RULES / "elixir" / "grammar.lark": elixir.compile_grammar,
    RULES / "sentences" / "sentence.lark": sentences.compile_grammar,
}


def main() -> None:
    """Compile each grammar to the tables beside it."""
    for grammar, compile_grammar in COMPILERS.items():
        tables = compile_grammar(grammar.read_text("utf-8"))
        grammar.with_suffix(".json").write_text(tables, "utf-8")
        print(f"{grammar.name}: {len(tables):,} characters of tables")


if __name__ == "__main__":
    main()
