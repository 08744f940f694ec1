"""What PostgreSQL does along with a statement, beyond what its words say: we know it, or say that we do not.

The cases are our own. PostgreSQL 15 ran each of them up and down, and does so again in `tests/rehearsal/test_cases.py`.
"""

import json
from pathlib import Path

import pytest

from rules.finding import Verdict
from tests.rules.test_rollbacks import change_of, judged
from tests.rules.test_verdicts import AGREES

GOLDEN = Path(__file__).with_name("golden").joinpath("suspicions.jsonl").read_text(encoding="utf-8")
SUSPICIONS = {case["id"]: case for case in map(json.loads, GOLDEN.splitlines())}
# What is not followed to its end; these only become fewer.
UNKNOWN = {
    *("part_index_attaches_existing", "part_attach_keeps_indexes", "part_detach_other_bounds"),
    *("part_create_bounds", "create_schema_with_elements", "search_path", "search_path_config"),
    *("composite_rename_attribute", "publication_loses_table", "policy_names_other_column"),
    *("replica_identity_index_dropped", "check_coalesce_bigint", "check_case_bigint", "check_coalesce_text"),
    *("check_in_text", "check_text_to_string", "check_in_text_to_string", "index_expr_to_decimal"),
    *("index_expr_to_bigint", "view_after_rename", "policy_after_rename", "trigger_after_rename"),
    *("enum_default_type_kept", "enum_default_left_cast", "index_from_do_block_lost", "view_column_type"),
    *("view_options", "view_star_columns", "domain_validate", "validate_unknown"),
    *("function_rename_trigger_recreate", "function_set_config", "function_strict_left"),
    *("index_rename_by_table", "index_set_fillfactor", "constraint_deferrable", "column_attoptions"),
    *("identity_set_generated", "drop_expression", "publication_add_table", "type_named_as_column"),
    *("function_named_as_column", "function_overload_drop", "function_overload_in_trigger_view"),
}


@pytest.mark.parametrize("name", SUSPICIONS)
def test_what_postgres_does_beyond_the_words_is_known_or_said_to_be_unknown(name: str) -> None:
    case = SUSPICIONS[name]

    (report,) = judged(change_of(case))

    expected = {Verdict.UNKNOWN} if name in UNKNOWN else AGREES[case["verdict"]]
    assert report.verdict in expected, report.reason
