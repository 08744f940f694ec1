"""A migration's module named after its file, as `mix ecto.gen.migration` names it."""

import re
from collections.abc import Collection
from typing import Final

from rules.ecto.files import name_of
from rules.ecto.migration import Migration
from rules.rewrite.edit import Edit
from rules.rewrite.elixir import CannotWriteError

ALIAS: Final = re.compile(r"[A-Z][A-Za-z0-9_]*")


def named_after_file(migration: Migration, taken: Collection[str]) -> Edit:
    """Return the edit that renames the module, where nothing else in the file calls it by the old name."""
    source, span, module = migration.source, migration.heading, migration.module or ""
    before, dot, last = module.rpartition(".")
    name = "".join(part[:1].upper() + part[1:] for part in name_of(source.path).split("_"))
    is_free = before + dot + name not in taken
    if source[span] != module or source.text.count(last) > 1 or not is_free or not ALIAS.fullmatch(name):
        raise CannotWriteError("what to call the module is not plain")
    return Edit(span, before + dot + name)
