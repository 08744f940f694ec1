"""Write rollbacks.jsonl: of each of our measured cases its history and what a rollback made of it.

    python -m tests.rules.golden.compact CASES.jsonl

Left out are cases that do not run at all, and those that need SQL or a prefix from outside of the migrations.
"""

import json
import sys
from pathlib import Path

ROLLED_BACK = ("roundtrip", "down")


def main() -> None:
    """Compact the file that the command line names."""
    cases = [json.loads(line) for line in Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()]
    kept = [
        {key: case[key] for key in ("id", "files", "target", "config")} | {"verdict": case["result"]["verdict"]}
        for case in cases
        if case["result"]["verdict"].startswith(ROLLED_BACK) and not case["setup_sql"] and not case["prefix"]
    ]
    lines = [json.dumps(case, ensure_ascii=False, separators=(",", ":")) for case in kept]
    Path(__file__).with_name("rollbacks.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
