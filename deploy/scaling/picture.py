"""The picture in `docs/scaling.md`: the wait by the number of processes, and the work of the day that makes it."""

from collections.abc import Iterable, Sequence
from math import log10
from typing import Final

from deploy.scaling.day import Waits, intensity

WIDTH, HEIGHT, MARGIN = 720, 300, 56
TOP: Final = 20
LEAST, MOST = 0.1, 1000.0  # seconds, on a logarithmic axis
STYLE: Final = (
    "text{font:13px system-ui,sans-serif;fill:#59636e}path{stroke:#59636e;fill:none}"
    "path.drawn{stroke:#0969da;stroke-width:2}"
    "@media(prefers-color-scheme:dark){text{fill:#9aa6b2}path{stroke:#9aa6b2}path.drawn{stroke:#79b8ff}}"
)
LINES: Final = ((0.5, "half of all jobs", "4 4"), (0.99, "99 of 100", "none"), (1.0, "all", "1 4"))


def drawn(days: Sequence[Waits], title: str) -> str:
    """Return the picture as SVG, which shows in both colour schemes and needs no colour to be read."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {2 * HEIGHT}" role="img" aria-label="{title}">',
        f"<style>{STYLE}</style>",
        *_waiting(days),
        *_rhythm(),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _waiting(days: Sequence[Waits]) -> Iterable[str]:
    counts = [day.processes for day in days]
    yield from _axes(0, "seconds that a job waits, by the number of worker processes")
    for seconds in (0.1, 1, 10, 100, 1000):
        yield _text(MARGIN - 8, _height(seconds) + 4, f"{seconds:g}", "end")
    for count in counts:
        yield _text(_across(count, counts), TOP + HEIGHT - MARGIN + 4, str(count), "middle")
    for share, name, dashes in LINES:
        points = [(_across(day.processes, counts), _height(day.quantile(share))) for day in days]
        yield _line(points, dashes)
        x, y = points[1]  # where the lines are apart
        yield _text(x + 8, y - 6, name, "start")


def _rhythm() -> Iterable[str]:
    yield from _axes(HEIGHT, "share of the day's jobs that become due in an hour, by the hour in UTC")
    hourly = [(hour, intensity(hour * 3600) * 3600) for hour in range(25)]
    most = max(share for _, share in hourly)
    floor = 2 * HEIGHT - MARGIN - TOP + 4
    for hour in range(0, 25, 3):
        yield _text(MARGIN + hour * (WIDTH - 2 * MARGIN) / 24, floor + 20, str(hour), "middle")
    yield _text(MARGIN - 8, HEIGHT + TOP + 30, f"{most:.0%}", "end")
    scale = (floor - HEIGHT - TOP - 26) / most
    yield _line([(MARGIN + hour * (WIDTH - 2 * MARGIN) / 24, floor - share * scale) for hour, share in hourly], "none")


def _axes(top: float, title: str) -> Iterable[str]:
    floor = top + HEIGHT - MARGIN - TOP + 4
    yield _text(MARGIN, top + TOP - 4, title, "start")
    yield f'<path d="M{MARGIN} {top + TOP + 8}V{floor:.0f}H{WIDTH - MARGIN}"/>'


def _across(count: int, counts: Sequence[int]) -> float:
    return MARGIN + 20 + (count - counts[0]) * (WIDTH - 2 * MARGIN - 40) / (counts[-1] - counts[0])


def _height(seconds: float) -> float:
    floor, ceiling = HEIGHT - MARGIN - TOP + 4, TOP + 26
    share = (log10(min(MOST, max(LEAST, seconds))) - log10(LEAST)) / (log10(MOST) - log10(LEAST))
    return floor - share * (floor - ceiling)


def _line(points: Iterable[tuple[float, float]], dashes: str) -> str:
    path = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    return f'<path class="drawn" stroke-dasharray="{dashes}" d="M{path}"/>'


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{text}</text>'
