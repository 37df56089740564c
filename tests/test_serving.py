"""The server as a program: where it listens, when it refuses, and that no confirmed decision is lost with it."""

import os
import re
import signal
import subprocess
import sys

import httpx
import pytest
from record_cases import ROME, ROME_SAID
from typer.testing import CliRunner
from web_cases import fill

from onrecord.cli import app
from onrecord.cli.serving import is_local
from onrecord.record import Record


@pytest.fixture
def where(tmp_path):
    """Here a file: the server is another program."""
    path = tmp_path / "record.db"
    with Record.open(path) as record:
        fill(record)
    return path


@pytest.fixture
def started(where):
    server = subprocess.Popen(
        [sys.executable, "-m", "onrecord.cli", "serve", "--record", str(where), "--port", "0", "--reviewer", "ann"],
        stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    address = re.search(r"http://\S+", server.stdout.readline())[0]
    yield server, address
    server.kill()
    server.wait()
    server.stdout.close()


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "example.org"])
def test_beyond_this_machine_it_refuses_without_accounts(where, host):
    result = CliRunner().invoke(app, ["serve", "--record", str(where), "--host", host])
    assert result.exit_code == 2
    assert "onrecord coders add" in result.output


def test_it_says_when_a_port_is_taken(where, started):
    _, address = started
    result = CliRunner().invoke(app, ["serve", "--record", str(where), "--port", address.rsplit(":")[-1]])
    assert result.exit_code == 2
    assert "choose another --host or --port" in result.output


def test_there_must_be_a_record(where):
    assert CliRunner().invoke(app, ["serve", "--record", str(where.parent / "none.db")]).exit_code == 3


@pytest.mark.parametrize(("host", "local"), [("localhost", True), ("127.0.0.1", True), ("127.8.8.8", True), ("::1", True), ("0.0.0.0", False), ("::", False), ("10.0.0.1", False), ("localhost.evil.example", False)])  # fmt: skip
def test_what_is_this_machine(host, local):
    assert is_local(host) is local


def test_a_killed_server_loses_nothing_it_confirmed(where, started):
    server, address = started
    confirmed = []
    with httpx.Client(base_url=address) as client:
        assert client.get("/").status_code == 200
        ids = [s.id for s in ROME_SAID]
        try:
            for n in range(400):
                verdict = "right" if n % 2 else "wrong"
                answer = client.post(f"/api/statements/{ids[n % 3]}/judgements", json={"verdict": verdict})
                confirmed.append(answer.raise_for_status().json()["id"])
                if n == 60:
                    server.send_signal(signal.SIGKILL)
        except httpx.HTTPError:
            pass
    assert 60 < len(confirmed) < 400
    with Record.open(where) as record:
        assert {j.id for j in record.judgements()} >= set(confirmed)
        assert list(record.check()) == []
        assert {s.statement.id for s in record.said(article=ROME.id)} <= set(ids)
