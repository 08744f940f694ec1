"""The catalogue in a browser: every comment on a pull request links to a page here."""

from enum import Enum
from importlib.resources import files
from typing import Annotated, Final

from fastapi import APIRouter, HTTPException, Query, Response
from fastapi.responses import HTMLResponse

from bot.pages.markdown import render
from bot.pages.template import POLICY, PROTECTION, page
from rules.analysis.example import example_effects, example_versions
from rules.catalog import rule_named, rules
from rules.ecto.listing import Neighbours
from rules.rule import Broken, Rule
from rules.settings.keys import NEWEST_POSTGRES, OLDEST_POSTGRES
from rules.suppression import Mistake

STYLE: Final = files("bot.pages").joinpath("static", "style.css").read_text()

SCRIPT: Final = files("bot.pages").joinpath("static", "rules.js").read_text()
LISTING: Final = PROTECTION | {"Content-Security-Policy": f"{POLICY}'self'; script-src 'self'"}
ABOUT_FILES: Final = frozenset({Neighbours, Broken, Mistake})
EVERY: Final = tuple(range(OLDEST_POSTGRES, NEWEST_POSTGRES + 1))

router = APIRouter()


class Family(Enum):
    """What a hazard comes to, as far as its rule says; a rule belongs to the first that claims it."""

    RAISES = "The migration does not run"
    LOCKS = "Others wait for a lock"
    ROLLBACK = "The rollback does not do what it says"
    FILES = "The file is not what it seems"
    OTHERS = "A deploy breaks, or data suffers"


def family_of(rule: Rule) -> Family:
    """Return the family of a rule."""
    claims = {
        Family.RAISES: rule.raises,
        Family.LOCKS: rule.locks,
        Family.ROLLBACK: rule.about_rollback,
        Family.FILES: ABOUT_FILES.issuperset(kind for kinds, _ in rule.checks for kind in kinds),
    }
    return next((family for family, claimed in claims.items() if claimed), Family.OTHERS)


def words_of(rule: Rule) -> str:
    """Return what a search looks through."""
    asked = "on request" if rule.on_request else ""
    return f"{rule.name} {rule.page.summary} {rule.severity.value} {family_of(rule).value} {asked}".lower()


@router.get("/rules")
def show_catalogue(q: Annotated[str, Query(max_length=200)] = "") -> Response:
    """List the rules by family, the gravest first; those only that hold every word of *q*."""
    wanted = q.lower().split()
    found = [rule for rule in rules() if all(word in words_of(rule) for word in wanted)]
    found.sort(key=lambda rule: (rule.severity.rank, rule.name))
    families = {family: [rule for rule in found if family_of(rule) is family] for family in Family}
    told = page("rules.html", title="Rules", families=families, words=words_of, q=q, found=len(found))
    return HTMLResponse(told, headers=LISTING)


@router.get("/rules/{name}")
def show_rule(name: str) -> Response:
    """Show the page of one rule: its docstring."""
    rule = rule_named(name)
    if rule is None:
        raise HTTPException(404)
    sections = [(section.title, render(section.text)) for section in rule.page.sections if section.title != "Sources"]
    told = page(
        "rule.html",
        title=rule.name,
        rule=rule,
        prose=render(rule.page.prose),
        family=family_of(rule).value,
        effects=example_effects(rule),
        versions=() if (versions := example_versions(rule)) == EVERY else versions,
        sections=sections,
    )
    return HTMLResponse(told, headers=PROTECTION)


@router.get("/rules.js")
def show_script() -> Response:
    """Give what filters the list while somebody types."""
    return Response(SCRIPT, media_type="text/javascript", headers={"Cache-Control": "max-age=3600", **PROTECTION})


@router.get("/style.css")
def show_style() -> Response:
    """Give the one style sheet."""
    return Response(STYLE, media_type="text/css", headers={"Cache-Control": "max-age=3600", **PROTECTION})
