"""Which function carries out which intent."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from rules.sentences import intent as asked
from rules.sentences.drafting.adding import add_columns, add_timestamps, backfill
from rules.sentences.drafting.changing import change_type, drop_default, set_default, set_optional, set_required
from rules.sentences.drafting.constraining import (
    add_check,
    add_exclusion,
    add_foreign_key,
    add_values,
    allow_values,
    drop_constraint,
    drop_foreign_key,
)
from rules.sentences.drafting.creating import create_table
from rules.sentences.drafting.extending import add_extension, create_enum, drop_extension
from rules.sentences.drafting.indexing import add_index, drop_index, rename_index
from rules.sentences.drafting.leaving import drop_table, remove_columns, rename_column, rename_table
from rules.sentences.drafting.site import Site
from rules.sentences.drafting.step import Step
from rules.sentences.intent import Intent

CARRIED_OUT: Final[Mapping[type[Intent], Callable[[Any, Site], Iterator[Step]]]] = {
    asked.CreateTable: create_table,
    asked.DropTable: drop_table,
    asked.RenameTable: rename_table,
    asked.AddColumns: add_columns,
    asked.AddTimestamps: add_timestamps,
    asked.RemoveColumns: remove_columns,
    asked.RenameColumn: rename_column,
    asked.ChangeType: change_type,
    asked.SetRequired: set_required,
    asked.SetOptional: set_optional,
    asked.SetDefault: set_default,
    asked.DropDefault: drop_default,
    asked.AllowValues: allow_values,
    asked.AddValues: add_values,
    asked.AddIndex: add_index,
    asked.DropIndex: drop_index,
    asked.RenameIndex: rename_index,
    asked.AddForeignKey: add_foreign_key,
    asked.DropForeignKey: drop_foreign_key,
    asked.AddCheck: add_check,
    asked.AddExclusion: add_exclusion,
    asked.DropConstraint: drop_constraint,
    asked.CreateEnum: create_enum,
    asked.AddExtension: add_extension,
    asked.DropExtension: drop_extension,
    asked.Backfill: backfill,
}


def steps_of(intent: Intent, site: Site) -> Iterator[Step]:
    """Yield the steps that carry out *intent*, in the order of their deployment."""
    return CARRIED_OUT[type(intent)](intent, site)
