"""Our own Elixir sources by construct, and what Elixir printed for them.

CONSTRUCT.exs holds sources divided by lines of `###`; bytes.sources holds those that only an escaped string can show, one
JSON string a line. CONSTRUCT.jsonl holds, for each source, what Elixir 1.14 made of it: the AST in both modes, or the line
and words of the error.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent
DIVISION: Final = "\n###\n"


def constructs() -> tuple[str, ...]:
    """Name the constructs, in alphabetical order."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.*") if path.suffix in (".exs", ".sources") and not _script(path)))


def sources(construct: str) -> tuple[str, ...]:
    """Return the sources of *construct*."""
    escaped = FOLDER / f"{construct}.sources"
    if escaped.exists():
        return tuple(map(json.loads, escaped.read_text("utf-8").splitlines()))
    text = (FOLDER / f"{construct}.exs").read_text("utf-8")
    return tuple(text.removesuffix("\n").split(DIVISION))


def expected(construct: str) -> Iterator[str]:
    """Yield a line for each source of *construct*: what Elixir made of it."""
    yield from (FOLDER / f"{construct}.jsonl").read_text("utf-8").split("\n")[:-1]


def read_line(source: str, plain: str, full: str) -> str:
    """Join what is expected of a source that Elixir reads."""
    return f'{{"source":{json.dumps(source, ensure_ascii=False)},"plain":{plain},"full":{full}}}'


def refused_line(source: str, error: str) -> str:
    """Join what is expected of a source that Elixir refuses."""
    return f'{{"source":{json.dumps(source, ensure_ascii=False)},"error":{error}}}'


def _script(path: Path) -> bool:
    return path.name == "elixir_ast.exs"
