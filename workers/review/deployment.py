"""Draws the order in which a pull request can be deployed, as Mermaid, which GitHub renders."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from rules.deployment import Deploys, Release, Step, releases
from rules.finding import Report
from rules.postgres.locks import Lock
from workers.review.markdown import code, prose

# Everything else could end a label or begin markup of Mermaid's, which knows HTML, links and directives.
UNPLAIN: Final = re.compile(r"[^A-Za-z0-9_.,/ -]")
LONGEST_LABEL: Final = 60  # characters of a name
MOST_TABLES: Final = 4  # in a box
MOST_ALIKE: Final = 2  # steps without a note that need no drawing: one
MOST_STEPS: Final = 30  # in a drawing; GitHub refuses to render very large ones


@dataclass(frozen=True, slots=True)
class Deployment:
    """What the summary says of the order: a drawing, and sentences in our own Markdown."""

    drawing: str
    notes: tuple[str, ...]


def deployment(report: Report, deploys: Deploys) -> Deployment | None:
    """Return how to deploy the steps of *report*; None where nothing has to wait for anything."""
    steps = sorted((file.step for file in report.files if file.step), key=lambda one: one.path.rpartition("/")[2])
    notes = tuple(_notes(steps))
    if not notes and len(steps) < MOST_ALIKE:
        return None
    drawing = "\n".join(_drawing(releases(steps, deploys))) if 1 < len(steps) <= MOST_STEPS else ""
    return Deployment(drawing, notes)


def _drawing(parted: tuple[Release, ...]) -> Iterator[str]:
    yield "flowchart LR"
    names: list[str] = []
    for number, release in enumerate(parted, 1):
        yield f'  subgraph release{number}["{"this release" if number == 1 else "a later release"}"]'
        for box in (*map(_box, release.before), '(["its code"])', *map(_box, release.after)):
            names.append(f"step{len(names)}")
            yield f"    {names[-1]}{box}"
        yield "  end"
    yield from (f"  {one} --> {other}" for one, other in pairwise(names))


def _box(step: Step) -> str:
    lines = [_plain(step.path.rpartition("/")[2]), ", ".join(phase.does for phase in step.phases)]
    if not step.in_transaction:
        lines.append("outside a transaction")
    blocking = [effect for effect in step.effects if effect.lock >= Lock.SHARE_UPDATE_EXCLUSIVE]
    lines += [_plain(str(effect).replace("`", "")) for effect in blocking[:MOST_TABLES]]
    if len(blocking) > MOST_TABLES:
        lines.append(f"and {len(blocking) - MOST_TABLES} more tables")
    return f'["{"<br>".join(lines)}"]'


def _notes(steps: Iterable[Step]) -> Iterator[str]:
    waiting = [step for step in steps if step.waits]
    for step in waiting:
        name = code(step.path.rpartition("/")[2])
        yield f"{name} waits until no running code can {prose(_either(step.breaking))}."
        if len(step.phases) > 1:
            others = " and ".join(phase.does for phase in step.phases[:-1])
            yield f"{name} also {others}, for which nobody has to wait: split it."
    if 0 < len(waiting) < len(tuple(steps)):
        yield "So these migrations belong into two releases."


def _either(things: tuple[str, ...]) -> str:
    shown = list(things[:MOST_TABLES])
    if len(things) > MOST_TABLES:
        shown.append("more of that kind")
    return " or ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)


def _plain(text: str) -> str:
    return UNPLAIN.sub("?", text)[:LONGEST_LABEL]
