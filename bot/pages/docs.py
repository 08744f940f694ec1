"""The documentation in a browser: the files of `docs/`, which GitHub shows as well."""

import re
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

from fastapi import APIRouter, HTTPException, Response
from fastapi.responses import HTMLResponse

from bot.pages.markdown import render
from bot.pages.template import POLICY, PROTECTION, page

INDEX: Final = "README"
SOURCES: Final = "https://github.com/ecto-fix/ecto-fix/blob/main/"  # of what is linked and no page
LINK: Final = re.compile(r"\]\((?P<up>\.\./)?(?P<name>[\w./-]+?)(?P<page>\.md)?(?P<part>#[\w-]+)?\)")
KINDS: Final = {".svg": "image/svg+xml", ".png": "image/png"}  # of pictures
WITH_PICTURES: Final = PROTECTION | {"Content-Security-Policy": f"{POLICY}'none'; img-src 'self'"}
# A picture that is drawn has its style within it.
OF_PICTURES: Final = PROTECTION | {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "Cache-Control": "max-age=3600",
}
TITLE: Final = re.compile(r"^# (.+)$", re.MULTILINE)

router = APIRouter()


@router.get("/docs")
def show_index() -> Response:
    """Show what there is to read."""
    return _shown(INDEX)


@router.get("/docs/{name}")
def show_document(name: str) -> Response:
    """Show one document, or a picture that stands in one."""
    return _pictured(name) if Path(name).suffix in KINDS else _shown(name)


def _shown(name: str) -> Response:
    text = documents().get(name)
    if text is None:
        raise HTTPException(404)
    title = TITLE.search(text)
    told = render(LINK.sub(_linked, text))
    shown = page("doc.html", title=title[1] if title else name, text=told, index=name == INDEX)
    return HTMLResponse(shown, headers=WITH_PICTURES)


def _pictured(name: str) -> Response:
    found = next((path for path in folder().iterdir() if path.name == name), None)
    if found is None:
        raise HTTPException(404)
    return Response(found.read_bytes(), media_type=KINDS[Path(name).suffix], headers=OF_PICTURES)


@cache
def documents() -> dict[str, str]:
    """Return the text of each document by its name."""
    found = (path for path in folder().iterdir() if path.name.endswith(".md"))
    return {path.name.removesuffix(".md"): path.read_text("utf-8") for path in found}


def folder() -> Traversable:
    """Return where they lie: in the installed package, or beside it in a checkout."""
    installed = files("bot").joinpath("docs")
    return installed if installed.is_dir() else Path(__file__).parents[2] / "docs"


def _linked(link: re.Match[str]) -> str:
    """Lead to the page of a document, or to the sources for what has none."""
    if link["up"]:
        return f"]({SOURCES}{link['name']}{link['page'] or ''})"
    is_ours = link["page"] or Path(link["name"]).suffix in KINDS
    return f"](/docs/{link['name']}{link['part'] or ''})" if is_ours else link[0]
