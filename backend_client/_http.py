"""httpx without its command line tool, which would load click, rich and pygments: a third of the time it takes.

httpx looks for the tool as it is imported and does without where it is not installed; None in `sys.modules` is Python's
way to say so. The tool is of no use inside a program, and `python -m httpx` elsewhere is not touched.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import cast

if "httpx" not in sys.modules:
    cast("dict[str, ModuleType | None]", sys.modules)["httpx._main"] = None

import httpx

__all__ = ["httpx"]
