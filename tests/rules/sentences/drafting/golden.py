"""The golden drafts: Markdown in which each heading is a wish, and each block of Elixir a file that it must give.

`python -m tests.rules.sentences.drafting.golden` writes them anew, to be read before they are committed;
`elixir tests/rules/sentences/drafting/formatted.exs` says which of them Elixir's formatter would write otherwise.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from rules.sentences.drafting.draft import Drafted
from tests.rules.sentences.drafting.shop import drafted
from tests.rules.sentences.drafting.wishes import WISHES

DRAFTS: Final = Path(__file__).with_name("drafts.markdown")
WISH: Final = re.compile(r"^## (?P<name>.+)\n(?P<body>(?:(?!^## ).*\n)*)", re.MULTILINE)
HEAD: Final = """\
# What is drafted

The shop has teams, users, orders and notes; `shop.py` has its history, `wishes.py` has what is asked for. Here stands
what that becomes, file by file: its name, what it does, what its rollback does, its text; then what is said of it all.
"""


def golden() -> dict[str, str]:
    """Return what stands below each heading."""
    return {wish["name"]: wish["body"].strip() for wish in WISH.finditer(DRAFTS.read_text(encoding="utf-8"))}


def shown(of: Drafted) -> str:
    """Return what was drafted as it stands below its heading."""
    return "\n\n".join(_parts(of))


def _parts(of: Drafted) -> Iterator[str]:
    for one in of.files:
        later = ", in a later release" if one.later else ""
        yield f"`{one.path.rpartition('/')[2]}` {one.does}: {one.verdict.value}{later}."
        yield f"```elixir\n{one.file.text}```"
    if of.notes:
        yield "\n".join(f"- {note}" for note in of.notes)


if __name__ == "__main__":
    sections = (f"## {name}\n\n{shown(drafted(*wish))}\n" for name, wish in WISHES.items())
    DRAFTS.write_text("\n".join([HEAD, *sections]), encoding="utf-8")
