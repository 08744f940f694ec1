"""Our verdict agrees with what the real Ecto and a real PostgreSQL did, on every case that was measured."""

import pytest

from rules.catalog import rules
from rules.finding import FileReport, Verdict
from tests.rules.test_rollbacks import MEASURED, change_of, judged

RESTORED = {Verdict.REVERSIBLE, Verdict.LOSES_DATA, Verdict.FAILS_ON_DATA}
AGREES = {
    "roundtrip_exact": RESTORED,
    "roundtrip_column_order": RESTORED,
    "roundtrip_diff": {Verdict.NOT_RESTORED, Verdict.ONE_WAY},
    "down_irreversible": {Verdict.IRREVERSIBLE, Verdict.ONE_WAY},
    "down_raised": {Verdict.IRREVERSIBLE, Verdict.FAILS_ON_DATA, Verdict.NOT_RESTORED, Verdict.ONE_WAY},
    "up_raised": {Verdict.IRREVERSIBLE, Verdict.ONE_WAY},
    "compile_error": {Verdict.IRREVERSIBLE},
}
RAISING = {rule.name for rule in rules() if rule.raises}
# What nobody can know from the files, and a DO block: these only become fewer.
UNKNOWN = {"if_env_var", "exec_do_block_multi", "prefix_interpolated"}
# Migrations that do not run for reasons outside of their files.
UNSEEN = {
    **dict.fromkeys(
        ("run_prefix_mismatch", "prefix_umbrella_mismatch", "prefix_forgotten_sql"), "the migrator's prefix"
    ),
    **dict.fromkeys(
        (
            *("s_unique_up_dup", "s_unique_concurrent_invalid", "s_case_insensitive_dup", "s_pk_dup"),
            "concurrent_unique_fail_leaves_invalid",
        ),
        "rows that are there twice",
    ),
    "data_app_schema_missing": "a module that the application no longer has",
    "ext_unknown": "an extension that the server does not have",
}


def agrees(report: FileReport, verdict: str) -> bool:
    """Tell whether what we say fits what happened; a migration that raises may also have a finding that says so."""
    says_so = verdict == "up_raised" and any(finding.rule in RAISING for finding in report.findings)
    return report.verdict in AGREES[verdict] or says_so


@pytest.mark.parametrize("name", MEASURED)
def test_the_verdict_agrees_with_what_happened(name: str) -> None:
    case = MEASURED[name]

    (report,) = judged(change_of(case))

    if report.verdict is Verdict.UNKNOWN:
        assert name in UNKNOWN or not case["verdict"].startswith(("roundtrip", "down")), report.reason
    elif name in UNSEEN:
        assert not agrees(report, case["verdict"])
    else:
        happened = {case["verdict"], case.get("over_no_rows", case["verdict"])}
        assert any(agrees(report, verdict) for verdict in happened), (report.reason, report.findings)
