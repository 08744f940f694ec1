"""What `ecto-fix check` of five changed files costs from start to end, beside `elixir -e :ok`: 2 times, 6 unremembered.

python -m deploy.bench.check
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from time import perf_counter
from typing import Final

from deploy.bench import shop
from rules.source import SourceFile

LENGTH: Final = 468  # migrations; as many as the largest public history that we have seen has
ROUNDS: Final = 9
WARM: Final = 2.0  # times what Elixir takes to start
COLD: Final = 6.0
PROGRAM: Final = str(Path(sys.executable).with_name("ecto-fix"))


def write(root: Path, files: Iterable[SourceFile]) -> list[str]:
    """Write *files* and return their paths."""
    places = [(root / file.path, file.text) for file in files]
    for place, text in places:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    return [str(place) for place, _ in places]


def timed(command: Sequence[str], root: Path, environment: Mapping[str, str]) -> float:
    """Return how long *command* took, in seconds; it may find something, but not fail."""
    start = perf_counter()
    status = subprocess.run(command, cwd=root, env=environment, stdout=subprocess.DEVNULL, check=False).returncode
    if status not in {0, 1}:
        raise SystemExit(f"{command[0]} ended with {status}")
    return perf_counter() - start


def main() -> None:
    """Print both beside Elixir's start, in turns, and fail above a bar."""
    elixir = shutil.which("elixir")
    with tempfile.TemporaryDirectory() as name:
        root = Path(name, "shop")
        environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}  # noqa: TID251 - children get what we have
        environment["XDG_CACHE_HOME"] = name
        write(root, (*shop.history(LENGTH), *shop.project(), *shop.code()))
        times: dict[str, list[float]] = {"warm": [], "cold": [], "elixir": []}
        for draft in range(ROUNDS + 1):  # the first compiles, and remembers
            changed = write(root, shop.five_changes(LENGTH, draft))
            check = [PROGRAM, "check", "--format", "json"]
            times["warm"].append(timed([*check, *changed], root, environment))
            times["cold"].append(timed([*check, "--no-cache", *changed], root, environment))
            if elixir:
                times["elixir"].append(timed([elixir, "-e", ":ok"], root, environment))
    best = {what: min(taken[1:]) for what, taken in times.items() if taken}
    for what, seconds in best.items():
        print(f"{what}: {seconds * 1000:.0f} ms" + (f", {seconds / best['elixir']:.1f} times Elixir" if elixir else ""))
    for what, bar in (("warm", WARM), ("cold", COLD)):
        if elixir and best[what] > bar * best["elixir"]:
            raise SystemExit(f"a {what} check takes more than {bar:.0f} times as long as Elixir takes to start")


if __name__ == "__main__":
    main()
