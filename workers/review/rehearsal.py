"""The rehearsal of a review: what was seen changes what is said, and whatever goes wrong with it stops nothing."""

from typing import Final

import structlog

from rules.confirmation import confirm
from rules.finding import Report
from rules.postgres.observation import Observation, Outcome
from rules.settings import Rehearsal
from workers.context import Context, Origin, nowhere
from workers.github.models import PullRequest
from workers.review.fetch import Material
from workers.review.telling import told

FORK: Final = "anybody can open a pull request from a fork; `rehearsal: always` has those rehearsed, too"

log = structlog.get_logger(__name__)


def origin_of(pull: PullRequest) -> Origin:
    """Return whence a pull request comes."""
    return Origin.FORK if pull.from_fork else Origin.OWN_BRANCH


def rehearsed(report: Report, material: Material, context: Context, origin: Origin) -> Report:
    """Return *report* as a rehearsal leaves it, with why there was none where that is not what the owner knows."""
    if not report.files or context.rehearse is nowhere or material.settings.rehearsal is Rehearsal.OFF:
        return report
    if origin is Origin.FORK and material.settings.rehearsal is not Rehearsal.ALWAYS:
        return confirm(report, (Observation(file.path, Outcome.NOT_REHEARSED, FORK) for file in report.files))
    try:
        observations = context.rehearse(material.change, material.settings, origin)
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
    context.journal.step("rehearsed", found=told(confirmed, material))
    log.info("rehearsed", outcomes=seen, disagreements=len(confirmed.disagreements))
    return confirmed
