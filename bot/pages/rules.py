"""The catalogue in a browser: every comment on a pull request links to a page here."""

from importlib.resources import files
from typing import Final

from fastapi import APIRouter, HTTPException, Response
from fastapi.responses import HTMLResponse

from bot.pages.markdown import render
from bot.pages.template import PROTECTION, page
from rules.analysis.example import example_effects
from rules.catalog import rules
from rules.finding import Severity

STYLE: Final = files("bot.pages").joinpath("static", "style.css").read_text()

router = APIRouter()


@router.get("/rules")
def show_catalogue() -> Response:
    """List the rules, the gravest first."""
    graded = [(severity, [rule for rule in rules() if rule.severity is severity]) for severity in Severity]
    return HTMLResponse(page("rules.html", title="Rules", graded=graded), headers=PROTECTION)


@router.get("/rules/{name}")
def show_rule(name: str) -> Response:
    """Show the page of one rule: its docstring."""
    rule = next((rule for rule in rules() if rule.name == name), None)
    if rule is None:
        raise HTTPException(404)
    sections = [(section.title, render(section.text)) for section in rule.page.sections if section.title != "Sources"]
    prose, effects = render(rule.page.prose), example_effects(rule)
    told = page("rule.html", title=rule.name, rule=rule, prose=prose, effects=effects, sections=sections)
    return HTMLResponse(told, headers=PROTECTION)


@router.get("/style.css")
def show_style() -> Response:
    """Give the one style sheet."""
    return Response(STYLE, media_type="text/css", headers={"Cache-Control": "max-age=3600", **PROTECTION})
