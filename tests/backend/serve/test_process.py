"""The server as a process: who owns the data, where it listens, when it stops. Real processes throughout."""

from __future__ import annotations

import http.client
import json
import signal
import stat
from pathlib import Path

import pytest

from backend.serve.ownership import IN_USE, owner_of
from tests.backend.running import PATIENCE, Installation, Presence, ask

QUICKLY = {"VISITDESK_STOP_AFTER_SECONDS": "0.1", "VISITDESK_FIRST_USE_SECONDS": "30"}


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_of_two_servers_started_at_once_one_owns_the_directory(installation: Installation) -> None:
    both = [installation.begin(), installation.begin()]
    codes = set()
    for running in both:
        try:
            running.wait_for_start()
        except AssertionError:
            codes.add(running.wait())
    assert codes == {IN_USE}
    owner = owner_of(installation.data_dir)
    assert owner is not None
    assert owner.pid in {running.process.pid for running in both if running.process.poll() is None}
    assert owner.socket is not None
    assert ask(owner.socket, "/v1/health")[0] == 200


def test_what_the_server_makes_is_for_its_user_only(installation: Installation) -> None:
    running = installation.serve()
    assert mode(running.socket) == 0o600
    assert mode(running.socket.parent) == 0o700
    assert mode(installation.data_dir) == 0o700
    assert {mode(path) for path in installation.data_dir.iterdir()} == {0o600}


def test_it_stops_once_the_last_terminal_has_gone(installation: Installation) -> None:
    running = installation.serve("--stop-when-unused", environ=QUICKLY)
    first, second = Presence(running.socket), Presence(running.socket)
    first.close()
    assert ask(running.socket, "/v1/health")[0] == 200
    assert running.process.poll() is None
    second.close()
    assert running.wait() == 0
    assert not running.socket.exists()
    assert owner_of(installation.data_dir) is None


def test_it_stops_if_nobody_ever_comes(installation: Installation) -> None:
    running = installation.serve("--stop-when-unused", environ={"VISITDESK_FIRST_USE_SECONDS": "0.1"})
    assert running.wait() == 0


def test_killed_and_started_again_it_serves_the_same_data(installation: Installation) -> None:
    running = installation.serve()
    created = installation.run(
        "user", "create", "sam@example.org", "--name", "Sam", "Harper", "--role", "support", "--no-password"
    )
    assert created.returncode == 0, created.stderr
    running.process.kill()
    running.wait()
    assert running.socket.exists(), "killed, it could not remove its socket"
    again = installation.serve()
    assert again.socket == running.socket
    listed = json.loads(installation.run("user", "list", "--json").stdout)
    assert [one["email"] for one in listed] == ["sam@example.org"]


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT])
def test_told_to_stop_it_hangs_up_at_once_and_ends_well(installation: Installation, signum: signal.Signals) -> None:
    running = installation.serve()
    presence = Presence(running.socket)
    running.process.send_signal(signum)
    presence.wait_for_the_end()
    presence.close()
    assert running.wait() == 0
    assert not running.socket.exists()
    assert "Traceback" not in running.errors()


def test_over_tcp_there_is_no_local_door(installation: Installation) -> None:
    running = installation.serve("--port", "0", listeners=2)
    connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=PATIENCE)
    for method, address in (("GET", "/v1/local/presence"), ("POST", "/v1/local/commands/doctor")):
        connection.request(method, address, "{}", {"Host": "visitdesk"})
        answer = connection.getresponse()
        assert answer.status == 404
        answer.read()
    connection.request("GET", "/v1/health")
    assert connection.getresponse().status == 200
    connection.close()
    assert ask(running.socket, "/v1/health")[0] == 200


def test_a_host_that_others_reach_needs_a_proxy_and_says_so_in_one_line(installation: Installation) -> None:
    refused = installation.run("serve", "--host", "0.0.0.0", "--port", "0")
    assert refused.returncode == 1
    assert "proxy" in refused.stderr
    assert len(refused.stderr.splitlines()) == 1


def test_behind_a_proxy_it_listens_where_it_is_told(installation: Installation) -> None:
    running = installation.serve("--host", "0.0.0.0", "--port", "0", "--behind-proxy", listeners=2)
    assert running.port > 0


def test_a_port_that_is_taken_is_said_to_be(installation: Installation) -> None:
    with Installation() as other:
        running = other.serve("--port", "0", listeners=2)
        refused = installation.run("serve", "--port", str(running.port))
        assert refused.returncode == 1
        assert "another program has that port" in refused.stderr


def test_a_second_server_leaves_the_socket_of_another_directory_alone(installation: Installation) -> None:
    running = installation.serve()
    with Installation() as other:
        refused = other.run("serve", "--socket", str(running.socket))
        assert refused.returncode == 1
        assert "Another server already listens" in refused.stderr
    assert ask(running.socket, "/v1/health")[0] == 200


def test_a_database_that_is_none_is_said_to_be(installation: Installation) -> None:
    installation.data_dir.mkdir(mode=0o700)
    (installation.data_dir / "visitdesk.sqlite3").write_text("This is not a database, though it is long enough." * 99)
    refused = installation.run("serve")
    assert refused.returncode == 1
    assert "cannot be opened" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_directory_that_is_a_file_is_said_to_be(installation: Installation) -> None:
    installation.data_dir.write_text("")
    refused = installation.run("serve")
    assert refused.returncode == 1
    assert "cannot be used" in refused.stderr
    assert "Traceback" not in refused.stderr
