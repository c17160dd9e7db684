"""Every call about money: the visitor's own, and the desk's and support's."""

from __future__ import annotations

from fastapi import APIRouter

from backend.money.routes.desk import router as desk
from backend.money.routes.transactions import router as transactions

router = APIRouter()
router.include_router(transactions)
router.include_router(desk)
