"""What goes along with every call about where it comes from: the kiosk's credential, and whether a key was pressed."""

from __future__ import annotations

import httpx
import pytest

from backend_client import BadAnswer, Client, MemoryVault, Secret, Target, VisitDeskError

UNATTENDED, KIOSK = "visit-desk-unattended", "visit-desk-kiosk"


class Heard:
    """Keeps the headers of every request, and refuses each."""

    def __init__(self) -> None:
        self.headers: list[httpx.Headers] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.headers.append(request.headers)
        return httpx.Response(404)


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def client(heard: Heard) -> Client:
    return Client(Target.at_url("http://127.0.0.1:9"), MemoryVault(), transport=httpx.MockTransport(heard))


async def call(client: Client) -> None:
    with pytest.raises(VisitDeskError):
        await client.about.read()


async def test_a_call_counts_as_attended_unless_somebody_knows_better(client: Client, heard: Heard) -> None:
    await call(client)
    client.ask_whether_attended(lambda: False)
    await call(client)
    client.ask_whether_attended(lambda: True)
    await call(client)
    assert [UNATTENDED in headers for headers in heard.headers] == [False, True, False]


async def test_waiting_for_news_is_never_attended(client: Client, heard: Heard) -> None:
    asked: list[bool] = []

    def attended() -> bool:
        asked.append(True)
        return True

    client.ask_whether_attended(attended)
    with pytest.raises(VisitDeskError):
        await client.changes.since(1, wait=20)
    assert UNATTENDED in heard.headers[0]
    assert asked == []  # and takes the key from no other call


async def test_a_kiosk_proves_itself_with_every_call(client: Client, heard: Heard) -> None:
    await call(client)
    client.serve_as(Secret("k.0"))
    await call(client)
    assert [headers.get(KIOSK) for headers in heard.headers] == [None, "k.0"]


@pytest.mark.parametrize("credential", ["", "two\r\nlines", "ünlike", "a b"])
async def test_what_could_not_stand_in_a_header_is_no_credential(client: Client, credential: str) -> None:
    with pytest.raises(BadAnswer):
        client.serve_as(Secret(credential))
