"""A server for programs in a terminal, that only listens: it knows one account and remembers what was asked of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from threading import Event, Thread

from backend_client import CurrentSignIn, FacilityRef, Kiosk, Secret, SignIn
from tests.tui.support import ABOUT, ACCOUNT, SESSION, wire

TOKEN = "a-token-of-the-test"
KIOSK = Kiosk("K1", "Lobby", FacilityRef("F1", "Shelby County Jail", "TN", zone="America/Chicago"), 120, 300)


class Listener(ThreadingHTTPServer):
    """Listens on a port of this machine. ``heard`` has a line for each request, such as ``POST /v1/sign-in``.

    A request whose line is in ``mute`` is heard and never answered.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.heard: Queue[str] = Queue()
        self.mute: set[str] = set()
        self.over = Event()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_port}"

    def wait_heard(self, line: str, seconds: float = 30.0) -> None:
        """Wait until this has been asked. Raises ``queue.Empty`` if it is not."""
        while self.heard.get(timeout=seconds) != line:
            pass

    def all_heard(self) -> list[str]:
        """Return everything that was asked since the last time, without waiting."""
        return [self.heard.get_nowait() for _ in range(self.heard.qsize())]


class _Answers(BaseHTTPRequestHandler):
    server: Listener
    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        asked = f"{self.command} {self.path.partition('?')[0]}"
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        signed = f" {self.headers['Authorization']}" if asked.startswith("DELETE") else ""
        self.server.heard.put(asked + signed)
        if asked in self.server.mute:
            self.server.over.wait()
            return
        status, body = _ANSWERS.get(asked, (503, {"status": 503, "code": "not_now"}))
        data = b"" if status == 204 else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json" if status == 200 else "application/problem+json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = do_DELETE = do_PUT = _answer  # noqa: N815  # as the base calls them

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # as the base names it
        """Say nothing."""


_ANSWERS = {
    "GET /v1/about": (200, wire(ABOUT)),
    "GET /v1/kiosk": (200, wire(KIOSK)),
    "POST /v1/sign-in": (200, wire(SignIn(Secret(TOKEN), SESSION, ACCOUNT))),
    "GET /v1/sign-in": (200, wire(CurrentSignIn(SESSION, ACCOUNT))),
    "DELETE /v1/sign-in": (204, None),
}


@contextmanager
def listening() -> Iterator[Listener]:
    """Give a listener, which stops with the block."""
    with Listener() as listener:
        thread = Thread(target=listener.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield listener
        finally:  # a thread that goes on keeps the whole run of tests from ending
            listener.over.set()
            listener.shutdown()
            thread.join()
