"""What reading Elixir costs: at most 1 ms for 60 lines, beside Elixir's own parser on the same sources.

python -m deploy.bench.elixir
"""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter
from typing import Final

from rules.elixir.errors import ElixirSyntaxError
from rules.elixir.parser import parse
from rules.source import SourceFile

BAR: Final = 1.0  # milliseconds for 60 lines
ROUNDS: Final = 10
COPIES: Final = 20  # of each source, so that Elixir's clock has something to measure
GOLDEN: Final = Path(__file__).parents[2] / "tests" / "rules" / "elixir" / "golden"
FIRST_PARSE: Final = """
import time
start = time.process_time()
from rules.elixir.parser import parse
from rules.source import SourceFile
imported = time.process_time()
parse(SourceFile("a.exs", "a"))
print((imported - start) * 1000, (time.process_time() - imported) * 1000)
"""
ELIXIR: Final = """
[folder, copies, rounds] = System.argv()
sources = Path.wildcard(Path.join(folder, "*.exs")) |> Enum.map(&File.read!/1)
options = [columns: true, token_metadata: true, emit_warnings: false]
run = fn -> for _ <- 1..String.to_integer(copies), do: Enum.each(sources, &Code.string_to_quoted(&1, options)) end
IO.puts(Enum.min(for _ <- 1..String.to_integer(rounds), do: elem(:timer.tc(run), 0)) / 1_000_000)
"""


def golden() -> list[SourceFile]:
    """Return the golden sources that are read: our migrations each, and each construct as one file."""
    files: list[SourceFile] = []
    for path in sorted(GOLDEN.glob("*.jsonl")):
        texts = [line["source"] for line in map(json.loads, _lines(path)) if "plain" in line]
        if path.stem == "migrations":
            files += [SourceFile(f"{number}.exs", f"{text}\n") for number, text in enumerate(texts)]
        else:
            files.append(SourceFile(f"{path.stem}.exs", "\n\n".join(texts)))
    return [source for source in files if _is_read(source)]


def _lines(path: Path) -> list[str]:
    return path.read_text("utf-8").rstrip("\n").split("\n")


def _is_read(source: SourceFile) -> bool:
    """Tell whether the sources of a construct can stand in one file."""
    try:
        parse(source)
    except ElixirSyntaxError:
        return False
    return True


def ours(sources: list[SourceFile]) -> float:
    """Return the shortest time that parsing all *sources* took, in seconds."""
    times = []
    for _ in range(ROUNDS):
        start = perf_counter()
        for source in sources * COPIES:
            parse(source)
        times.append(perf_counter() - start)
    return min(times)


def theirs(sources: list[SourceFile]) -> float:
    """Return the shortest time that Elixir took for the same, in one process."""
    with tempfile.TemporaryDirectory() as name:
        for source in sources:
            Path(name, source.path).write_bytes(source.text.encode())
        command = ["elixir", "-e", ELIXIR, name, str(COPIES), str(ROUNDS)]
        return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def told(who: str, seconds: float, sources: list[SourceFile]) -> float:
    """Print what *seconds* for all *sources* means, and return the milliseconds for 60 lines."""
    files = len(sources) * COPIES
    lines = sum(source.lines for source in sources) * COPIES
    size = sum(len(source.text.encode()) for source in sources) * COPIES
    cost = seconds * 1000 / lines * 60
    print(f"{who}: {files / seconds:,.0f} files/s, {size / seconds / 1e6:.2f} MB/s, {cost:.2f} ms for 60 lines")
    return cost


def main() -> None:
    """Print the cost of parsing, and fail above the bar."""
    everything = golden()
    migrations = [source for source in everything if source.path[0].isdigit()]
    for what, sources in (("migrations", migrations), ("all constructs", everything)):
        cost = told(f"ecto-fix, {what}", ours(sources), sources)
        if shutil.which("elixir"):
            told(f"elixir,   {what}", theirs(sources), sources)
        if sources is migrations and cost > BAR:
            raise SystemExit(f"parsing takes more than {BAR} ms for 60 lines")
    start = subprocess.run([sys.executable, "-c", FIRST_PARSE], check=True, capture_output=True, text=True).stdout
    imported, linked = map(float, start.split())
    print(f"start-up: {linked:.1f} ms for the tables and the first parse, after {imported:.0f} ms of imports")


if __name__ == "__main__":
    main()
