"""A phone: Debian's Chromium without a head, as wide as a phone and without JavaScript, driven over WebDriver."""

from __future__ import annotations

import base64
import json
import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx

from tests.system.ssh_host import free_port

PATIENCE: Final = 60.0
"""Seconds that a test waits for a browser on a busy machine."""
WIDTH, HEIGHT = 390, 844
_ARGUMENTS: Final = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run")
_NO_SCRIPTS: Final = {"profile.managed_default_content_settings.javascript": 2}
_NUMBER: Final = re.compile(r"[\d.]+")
_GROUND: Final = """
    let node = arguments[0];
    while (node && getComputedStyle(node).backgroundColor === 'rgba(0, 0, 0, 0)') node = node.parentElement;
    return node ? getComputedStyle(node).backgroundColor : 'rgb(255, 255, 255)';
"""


@dataclass(frozen=True, slots=True)
class Seen:
    """Something on the page, in CSS pixels, with its colours as numbers from 0 to 255."""

    text: str
    width: float
    height: float
    right: float
    font_size: float
    ink: tuple[float, ...]
    ground: tuple[float, ...]

    @property
    def contrast(self) -> float:
        """The contrast ratio of WCAG 2.2 between text and ground: 1 to 21."""
        lighter, darker = sorted((_luminance(self.ink), _luminance(self.ground)), reverse=True)
        return (lighter + 0.05) / (darker + 0.05)


class Phone:
    """One browser window."""

    def __init__(self, driver: httpx.Client, session: str) -> None:
        self._driver, self._session = driver, session

    def open(self, address: str) -> None:
        """Go to an address, and wait until its page is there."""
        self._call("POST", "url", {"url": address})

    def text(self) -> str:
        """Return what can be read on the page."""
        # in one question: between two the page may have given way to the next one
        script = "return document.body ? document.body.innerText : ''"
        return str(self._call("POST", "execute/sync", {"script": script, "args": []}))

    def seen(self, css: str) -> list[Seen]:
        """Return everything on the page that a CSS selector finds."""
        return [self._look(element) for element in self._find(css)]

    def tap(self, words: str) -> None:
        """Put a finger on the button that has these words."""
        # WebDriver's own click waits for a script of its own to go on, and none does on this phone
        [button] = [each for each in self._find("button") if words in str(self._call("GET", f"element/{each}/text"))]
        where = self._call("GET", f"element/{button}/rect")
        assert isinstance(where, dict)
        middle = {"x": where["x"] + where["width"] / 2, "y": where["y"] + where["height"] / 2}
        for what in ("mousePressed", "mouseReleased"):
            self._devtools("Input.dispatchMouseEvent", {"type": what, **middle, "button": "left", "clickCount": 1})

    def wait_for(self, words: str) -> None:
        """Ask for what stands on the page until it has these words."""
        end = time.monotonic() + PATIENCE
        while words not in (text := self.text()):
            assert time.monotonic() < end, text

    def attribute(self, css: str, name: str) -> str:
        """Return an attribute of the only element that a CSS selector finds."""
        [element] = self._find(css)
        return str(self._call("GET", f"element/{element}/attribute/{name}"))

    def dark(self) -> None:
        """Let the person prefer dark screens."""
        features = [{"name": "prefers-color-scheme", "value": "dark"}]
        self._devtools("Emulation.setEmulatedMedia", {"features": features})

    def picture(self, path: Path) -> None:
        """Keep a picture of what the person sees."""
        path.write_bytes(base64.b64decode(str(self._call("GET", "screenshot"))))

    def asked_for(self) -> set[str]:
        """Return every address that the browser has asked for since this was called last, but its own pages."""
        entries = self._call("POST", "se/log", {"type": "performance"})
        told = [json.loads(str(entry["message"]))["message"] for entry in entries] if isinstance(entries, list) else []
        sent = [one["params"]["request"]["url"] for one in told if one["method"] == "Network.requestWillBeSent"]
        return {str(url) for url in sent}

    def _devtools(self, command: str, parameters: dict[str, object]) -> None:
        self._call("POST", "goog/cdp/execute", {"cmd": command, "params": parameters})

    def _find(self, css: str) -> list[str]:
        found = self._call("POST", "elements", {"using": "css selector", "value": css})
        return [str(next(iter(each.values()))) for each in found] if isinstance(found, list) else []

    def _look(self, element: str) -> Seen:
        where = self._call("GET", f"element/{element}/rect")
        assert isinstance(where, dict)
        reference = {"element-6066-11e4-a52e-4f735466cecf": element}
        return Seen(
            text=str(self._call("GET", f"element/{element}/text")),
            width=float(where["width"]),
            height=float(where["height"]),
            right=float(where["x"]) + float(where["width"]),
            font_size=_numbers(self._call("GET", f"element/{element}/css/font-size"))[0],
            ink=_numbers(self._call("GET", f"element/{element}/css/color"))[:3],
            ground=_numbers(self._call("POST", "execute/sync", {"script": _GROUND, "args": [reference]}))[:3],
        )

    def _call(self, method: str, what: str, body: object = None) -> object:
        answer = self._driver.request(method, f"/session/{self._session}/{what}", json=body)
        value: object = answer.json()["value"]
        assert answer.is_success, value
        return value


@contextmanager
def phone() -> Iterator[Phone]:
    """Give a phone; the browser and its driver are ended with the block."""
    port = free_port()
    driver = subprocess.Popen(["chromedriver", f"--port={port}"], stdout=subprocess.PIPE, text=True)
    try:
        assert driver.stdout is not None
        while (line := driver.stdout.readline()) and "started successfully" not in line:
            pass
        driver.stdout.close()  # the browser has it, too, and may keep it open
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE, trust_env=False) as client:
            session = _begin(client)
            try:
                yield Phone(client, session)
            finally:
                client.delete(f"/session/{session}")
    finally:
        driver.terminate()
        driver.wait()


def _begin(client: httpx.Client) -> str:
    metrics = {"width": WIDTH, "height": HEIGHT, "pixelRatio": 2, "touch": True}
    options = {"args": _ARGUMENTS, "prefs": _NO_SCRIPTS, "mobileEmulation": {"deviceMetrics": metrics}}
    wanted = {"browserName": "chrome", "goog:chromeOptions": options, "goog:loggingPrefs": {"performance": "ALL"}}
    answer = client.post("/session", json={"capabilities": {"alwaysMatch": wanted}}).json()
    return str(answer["value"]["sessionId"])


def _numbers(value: object) -> tuple[float, ...]:
    return tuple(float(found) for found in _NUMBER.findall(str(value)))


def _luminance(colour: tuple[float, ...]) -> float:
    """Return the relative luminance of an sRGB colour (WCAG 2.2)."""
    red, green, blue = (
        part / 255 / 12.92 if part / 255 <= 0.04045 else ((part / 255 + 0.055) / 1.055) ** 2.4 for part in colour
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
