"""``visitdesk-server serve``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from backend.cli.arguments import Arguments, add_command, settings_for

if TYPE_CHECKING:
    from backend.cli.arguments import Subparsers


def add_to(commands: Subparsers) -> None:
    """Add ``serve``."""
    parser = add_command(
        commands,
        "serve",
        does="Serve a data directory, on a Unix socket of your own and on a port if you name one.",
        more="Runs until it is told to stop (Ctrl+C, SIGTERM). Exit codes: 0 stopped as told, 1 it cannot start (the\n"
        "sentence says why), 2 wrong arguments, 75 another process owns the data directory.",
        examples="""
            visitdesk-server serve
            visitdesk-server serve --host 127.0.0.1 --port 8470
            visitdesk-server serve --demo --data-dir /tmp/try-it
        """,
        run=_run,
    )
    parser.add_argument("--host", help="listen on this address too (default with --port: 127.0.0.1)")
    parser.add_argument("--port", type=_port, help="listen on this TCP port too (default with --host: 8470; 0: any)")
    parser.add_argument("--behind-proxy", action="store_true", help="a proxy on another machine does TLS for --host")
    parser.add_argument("--socket", type=Path, metavar="PATH", help="the Unix socket (default: found by visitdesk too)")
    parser.add_argument(
        "--stop-when-unused", action="store_true", help="stop 3 seconds after the last terminal has gone"
    )


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= 65535:
        raise ValueError(text)
    return port


def _run(asked: Arguments) -> int:
    from backend.serve.start import Listening, serve

    return serve(
        settings_for(asked),
        Listening(
            socket=asked.socket,
            host=asked.host,
            port=asked.port,
            behind_proxy=asked.behind_proxy,
            stop_when_unused=asked.stop_when_unused,
        ),
    )
