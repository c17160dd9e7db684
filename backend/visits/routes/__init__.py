"""Every call about openings, holds, visits and payments: the visitor's, those that move a visit, and the desk's."""

from __future__ import annotations

from fastapi import APIRouter

from backend.visits.routes import desk, moving, pages, payments, scheduling

router = APIRouter()
for part in (scheduling, payments, moving, desk, pages):
    router.include_router(part.router)
