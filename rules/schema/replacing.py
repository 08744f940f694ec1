"""What CREATE OR REPLACE is refused: a view keeps its columns, a function what it returns."""

from rules.schema.dependence import CALLED
from rules.schema.draft import Draft
from rules.schema.model import Thing
from rules.schema.notes import Clash, Remark
from rules.sql.canonical import shown
from rules.sql.contract import contract
from rules.sql.effects import Kind


def check_replaced(draft: Draft, old: Thing, new: Thing) -> None:
    """Note what PostgreSQL refuses to make of the object *old*, or may refuse."""
    if old.definition == new.definition:
        return
    if old.kind in CALLED:
        _check_called(draft, old, new)
    elif old.kind is Kind.VIEW:
        _check_view(draft, old, new)


def _check_view(draft: Draft, old: Thing, new: Thing) -> None:
    if old.columns is None or new.columns is None:
        draft.note(Remark.VAGUE, f"the view `{old.name}` can gain columns by being replaced, not lose them")
    elif new.columns[: len(old.columns)] != old.columns:
        text = f"the view `{old.name}` cannot lose or rename columns by being replaced"
        draft.clash(Clash.REFUSED, text)
    elif not _shows_same(str(old.definition), str(new.definition)):
        draft.note(Remark.VAGUE, f"the view `{old.name}` can be replaced only if its columns keep their types")


def _shows_same(old: str, new: str) -> bool:
    before, after = shown(old), shown(new)
    return before is not None and after is not None and after[: len(before)] == before


def _check_called(draft: Draft, old: Thing, new: Thing) -> None:
    what = f"the {old.kind.value} `{old.name}`"
    before, after = contract(str(old.definition)), contract(str(new.definition))
    if before is None or after is None:
        draft.note(Remark.VAGUE, f"{what} can be replaced only if it returns the same")
    elif not after.keeps(before):
        text = f"{what} cannot change its result or lose the names of its arguments by being replaced"
        draft.clash(Clash.REFUSED, text)
