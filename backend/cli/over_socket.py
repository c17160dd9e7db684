"""Asking the server that owns the data directory to carry out a command: HTTP over its Unix socket."""

from __future__ import annotations

import http.client
import json
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from backend.cli.report import Listener, Refused, Report
from backend.serve.ownership import Owner

START_UP: Final = 30.0
"""Seconds in which a server that has just begun to start takes the order; then it works as long as it needs."""


class _OverSocket(http.client.HTTPConnection):
    def __init__(self, path: Path) -> None:
        super().__init__("visitdesk", timeout=START_UP)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self._path))
        # http.client forgets the socket of an answer that ends with the connection, though it still reads from it
        self.line = self.sock


def ask(owner: Owner, name: str, parameters: Mapping[str, object], listener: Listener) -> Report | None:
    """Return the report of ``owner``, None if it was gone before it took the order.

    Raises :class:`backend.cli.report.Refused`, also where it is not known whether the order was carried out.
    """
    if owner.socket is None:
        return None
    connection = _OverSocket(owner.socket)
    try:
        body = json.dumps(parameters).encode()
        connection.request("POST", f"/v1/local/commands/{name}", body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
    except (OSError, http.client.HTTPException):
        connection.close()
        return None
    try:
        if answer.status == http.client.SERVICE_UNAVAILABLE:
            return None
        if answer.status != http.client.OK:
            raise Refused(f"The server does not take this command ({answer.status}).", "Is it of the same version?")
        connection.line.settimeout(None)
        return _follow(answer, listener)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise _unknown() from error
    finally:
        connection.close()


def _follow(answer: http.client.HTTPResponse, listener: Listener) -> Report:
    for line in answer:
        said = json.loads(line)
        if "progress" in said:
            done, total, what = said["progress"]
            listener.progress(int(done), int(total), str(what))
        elif "lines" in said:
            for told in said["lines"]:
                listener.say(str(told))
        elif "refused" in said:
            raise Refused(*map(str, said["refused"]))
        elif "report" in said:
            report = said["report"]
            return Report(tuple(map(str, report["lines"])), report["data"], bool(report["wrong"]))
    raise _unknown()


def _unknown() -> Refused:
    return Refused(
        "The server ended before it said what became of the command.",
        "Look whether it was carried out; running it again does no harm.",
    )
