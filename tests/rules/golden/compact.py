"""Write rollbacks.jsonl: of each of our measured cases its history and what a rollback made of it.

    python -m tests.rules.golden.compact CASES.jsonl

`over_no_rows` is the verdict of a case with rows on empty tables, where it is another; `is_corrected` tells whether
there is a version by hand that restores the schema, and `by_hand` is that version, of the cases in which rows that
nobody measured may refuse it. `setup` is SQL that ran before all migrations, `prefix` that of
the migrator: most cases have neither. What else was measured (statements, errors, differences) is left out.
"""

import json
import sys
from pathlib import Path
from typing import Any

REFUSED_BY_ROWS = {
    "alter_remove_notnull_seeded",
    "alter_remove_wrong_opts",
    "drop_table_cascade_updown",
    "ud_drop_table_cascade",
}


def main() -> None:
    """Compact the file that the command line names."""
    cases = [json.loads(line) for line in Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()]
    lines = [json.dumps(compact(case), ensure_ascii=False, separators=(",", ":")) for case in cases]
    Path(__file__).with_name("rollbacks.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


def compact(case: dict[str, Any]) -> dict[str, Any]:
    """Return what our tests read of a case."""
    kept = {key: case[key] for key in ("id", "files", "target", "config")} | {"verdict": case["result"]["verdict"]}
    over_no_rows = case["result"].get("verdict_without_rows", kept["verdict"])
    if over_no_rows != kept["verdict"]:
        kept["over_no_rows"] = over_no_rows
    kept |= {key: value for key, value in (("setup", case["setup_sql"]), ("prefix", case["prefix"])) if value}
    by_hand = {"by_hand": case["corrected"]} if case["id"] in REFUSED_BY_ROWS else {}
    return kept | {"is_corrected": case["corrected"] is not None} | by_hand


if __name__ == "__main__":
    main()
