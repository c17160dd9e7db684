"""Aiming to break it: races over HTTP, a server that is killed, a disk that is watched, and faults planted on purpose.

What holds is judged by :mod:`tests.torture.audit`, which counts rows and believes no answer. ``VISITDESK_TORTURE=1``
(`make torture`) makes the same tests long.
"""

from __future__ import annotations

import os
from typing import Final

LONG: Final = os.environ.get("VISITDESK_TORTURE") == "1"
"""Whether to take minutes instead of seconds."""
