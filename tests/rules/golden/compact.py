"""Write rollbacks.jsonl: of each of our measured cases its history and what a rollback made of it.

    python -m tests.rules.golden.compact CASES.jsonl

`over_no_rows` is the verdict of a case with rows on empty tables, where it is another; `is_corrected` tells whether
there is a version by hand that restores the schema. Left out are cases that do not run at all, unless they are
corrected, and those that need SQL or a prefix from outside of the migrations.
"""

import json
import sys
from pathlib import Path
from typing import Any

ROLLED_BACK = ("roundtrip", "down")


def main() -> None:
    """Compact the file that the command line names."""
    cases = [json.loads(line) for line in Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()]
    lines = [json.dumps(compact(case), ensure_ascii=False, separators=(",", ":")) for case in cases if is_kept(case)]
    Path(__file__).with_name("rollbacks.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


def is_kept(case: dict[str, Any]) -> bool:
    """Tell whether a case is about a rollback, and all of it stands in its files."""
    is_about = case["result"]["verdict"].startswith(ROLLED_BACK) or case["corrected"] is not None
    return is_about and not case["setup_sql"] and not case["prefix"]


def compact(case: dict[str, Any]) -> dict[str, Any]:
    """Return what our tests read of a case."""
    kept = {key: case[key] for key in ("id", "files", "target", "config")} | {"verdict": case["result"]["verdict"]}
    over_no_rows = case["result"].get("verdict_without_rows", kept["verdict"])
    if over_no_rows != kept["verdict"]:
        kept["over_no_rows"] = over_no_rows
    return kept | {"is_corrected": case["corrected"] is not None}


if __name__ == "__main__":
    main()
