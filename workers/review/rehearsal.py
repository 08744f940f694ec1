"""The rehearsal of a review: what was seen changes what is said, and whatever goes wrong with it stops nothing."""

import structlog

from rules.confirmation import confirm
from rules.finding import Report
from rules.settings import Rehearsal, Settings
from workers.context import Context
from workers.review.fetch import Material

log = structlog.get_logger(__name__)


def is_wanted(settings: Settings, *, from_fork: bool) -> bool:
    """Tell whether a pull request is rehearsed without being asked for: anybody can open one from a fork."""
    return settings.rehearsal is Rehearsal.ALWAYS or (settings.rehearsal is Rehearsal.OWN_BRANCHES and not from_fork)


def rehearsed(report: Report, material: Material, context: Context) -> Report:
    """Return *report* as a rehearsal leaves it; as it is, where there was none."""
    try:
        observations = context.rehearse(material.change, material.settings)
    except Exception:
        log.exception("rehearsal failed")
        return report
    confirmed = confirm(report, observations, material.settings)
    for file in confirmed.disagreements:
        proof = file.claim.verdict.value if file.claim else ""
        log.error("proof and rehearsal disagree", path=file.path, proof=proof, seen=file.verdict.value, why=file.reason)
    for one in (one for file in confirmed.files for one in file.withdrawn):
        log.warning("finding withdrawn", path=one.finding.path, rule=one.finding.rule, seen=one.seen)
    seen = [file.observation.outcome.value for file in confirmed.files if file.observation]
    log.info("rehearsed", outcomes=seen, disagreements=len(confirmed.disagreements))
    return confirmed
