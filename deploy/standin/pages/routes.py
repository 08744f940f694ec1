"""Routes of the pages."""

from fastapi import APIRouter

router = APIRouter()
