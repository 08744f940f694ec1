"""The JSON Schema of `.github/ecto-fix.yml`, where editors look for it."""

import json

from fastapi import APIRouter, Response

from rules.catalog import names
from rules.settings.keys import schema

router = APIRouter()


@router.get("/ecto-fix.schema.json")
def show_schema() -> Response:
    """Give the schema to anybody, from any page."""
    headers = {"Cache-Control": "max-age=3600", "Access-Control-Allow-Origin": "*"}
    return Response(json.dumps(schema(names())), media_type="application/schema+json", headers=headers)
