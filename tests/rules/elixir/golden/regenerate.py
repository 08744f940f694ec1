"""Asks the installed Elixir again what it makes of the sources: python -m tests.rules.elixir.golden.regenerate."""

import subprocess
import tempfile
from pathlib import Path

from tests.rules.elixir.golden.sources import FOLDER, constructs, read_line, refused_line, sources


def ask(texts: tuple[str, ...]) -> list[str]:
    """Return a line for each of *texts*: what Elixir makes of it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number, text in enumerate(texts):
            (folder / f"{number}.exs").write_bytes(text.encode())
        subprocess.run(["elixir", str(FOLDER / "elixir_ast.exs"), name], check=True)  # noqa: S607  # found by PATH
        return [_line(folder / str(number), text) for number, text in enumerate(texts)]


def _line(base: Path, text: str) -> str:
    error = base.with_suffix(".error")
    if error.exists():
        return refused_line(text, error.read_text("utf-8"))
    return read_line(text, base.with_suffix(".plain").read_text("utf-8"), base.with_suffix(".full").read_text("utf-8"))


def main() -> None:
    """Write CONSTRUCT.jsonl for each construct."""
    for construct in constructs():
        lines = ask(sources(construct))
        (FOLDER / f"{construct}.jsonl").write_text("".join(f"{line}\n" for line in lines), "utf-8")


if __name__ == "__main__":
    main()
