"""Write cases.jsonl: of each of our measured cases what reading alone can answer, one for each measured release.

    python -m tests.rules.ecto.golden.compact CASES.jsonl

The measured file also holds histories, rows and schema differences; they belong to other tests.
"""

import json
import sys
from pathlib import Path
from typing import Any

MEASURED = ("3.0.5", "3.5.4", "3.8.3", "3.10.2", "3.11.3", "3.12.1", "3.13.5", "3.14.0")
SERIES = [version.rpartition(".")[0] for version in MEASURED]


def compact(case: dict[str, Any]) -> dict[str, Any]:
    """Return what the conformance test needs of *case*."""
    result = case["result"]
    runs = {"3.13.5": {"up": direction(result["up"]), "down": direction(result["down"])}}
    for row in case["versions"]:
        for series in range(SERIES.index(row["from"]), SERIES.index(row["to"]) + 1):
            runs[MEASURED[series]] = {
                "up": direction({"sql": row["up_sql"], "error": row["up_error"]}),
                "down": direction({"sql": row["down_sql"], "error": row["down_error"]}),
            }
    others = {name: text for name, text in case["files"].items() if not name[0].isdigit()}
    kept = {"id": case["id"], "path": case["target"], "source": case["files"][case["target"]], "runs": runs}
    optional = {"modules": others, "config": case["config"], "prefix": case["prefix"]}
    return kept | {key: value for key, value in optional.items() if value}


def direction(run: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return the statements and the error of one direction; None for one that was not measured."""
    if run is None or run["sql"] is None:
        return None
    error = run["error"]
    if error is None:
        return {"sql": run["sql"]}
    from_database = error["class"] == "Postgrex.Error"
    return {"sql": run["sql"], "error": None if from_database else [error["class"], error["message"]]}


def main() -> None:
    """Compact the file that the command line names."""
    cases = [json.loads(line) for line in Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()]
    target = Path(__file__).with_name("cases.jsonl")
    lines = [json.dumps(compact(case), ensure_ascii=False, separators=(",", ":")) for case in cases]
    target.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
