"""Rows about other programs that check a token for each request, each with its configuration in tests/bench/peers/.

FastAPI and Fastify check Latchkey's own token with the shared secret. The others are asked, as Latchkey is, what one of
their own tokens is worth (RFC 7662). All have one process for requests, on the server's processor.
"""
import contextlib
import json
import os
import secrets
import subprocess
import sys
import tempfile
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from dev_service import becomes_ready, clean_environment, free_port
from measuring import SERVER_CPU, on_cpu
from table.http_rows import WITH_TOKEN, introspection, items, pinned_service, requests_to
from table.row import Bench, NotInstalled, Outcome, Row, compare

HERE = Path(__file__).resolve().parent.parent / "peers"
START_SECONDS = 30


@dataclass(frozen=True)
class Peer:
    name: str
    title: str
    command: Callable[[Path, int], list]  # with its directory in build/peers and a port
    path: str                             # that is measured
    against: str                          # items or introspect: what Latchkey does meanwhile
    token_path: str = "/token"
    scope: str = ""


class RunningPeer:
    """`with RunningPeer(...) as peer:`; leaving the block ends it and all it has started."""

    def __init__(self, peer: Peer, bench: Bench, environment: dict):
        directory = bench.peers / peer.name
        if not (directory / "installed").exists():
            raise NotInstalled(f"tests/bench/peers/install {peer.name}")
        self.peer, self.port = peer, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.command = [*on_cpu(SERVER_CPU), *map(str, peer.command(directory, self.port))]
        self.environment = clean_environment() | {"PORT": str(self.port), "PEER_DIRECTORY": str(directory)} | environment
        self.log = tempfile.TemporaryFile("w+")

    def __enter__(self):
        self.process = subprocess.Popen(self.command, env=self.environment, stdin=subprocess.DEVNULL, stdout=self.log,
                                        stderr=self.log, start_new_session=True)
        if not becomes_ready(self.process, self.answers, START_SECONDS):
            self.__exit__()
            self.log.seek(0)
            sys.exit(f"{self.peer.title} does not start:\n{self.log.read()}")
        return self

    def __exit__(self, *_):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, 15)
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, 9)
            self.process.wait()

    def answers(self) -> bool:
        try:
            urllib.request.urlopen(self.url, timeout=2).close()
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False
        return True

    def pids(self) -> list[int]:
        """Its process and the children of that, which are there once it answers."""
        found = [self.process.pid]
        for pid in found:
            for task in Path(f"/proc/{pid}/task").iterdir():
                found += map(int, (task / "children").read_text().split())
        return found

    def post(self, path: str, form: dict, credentials: str) -> dict:
        request = urllib.request.Request(self.url + path, urllib.parse.urlencode(form).encode(),
                                         {"Authorization": f"Basic {credentials}"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)


def resource_server(peer: Peer, bench: Bench) -> Outcome:
    """It verifies the token that Latchkey issued."""
    secret = secrets.token_urlsafe(48)
    with pinned_service(bench, environment={"LATCHKEY_TOKENS_HMAC_SECRET": secret}) as (service, token), \
            RunningPeer(peer, bench, {"SECRET": secret}) as theirs:
        return compare(bench, requests_to(bench, peer.title, theirs.pids(), theirs.url + peer.path, WITH_TOKEN, {"TOKEN": token}),
                       items(bench, service, token))


def authorization_server(peer: Peer, bench: Bench) -> Outcome:
    """It says what a token is worth that it issued by the client credentials grant."""
    with pinned_service(bench) as (service, token), \
            RunningPeer(peer, bench, {"CLIENT_ID": service.client_id, "CLIENT_SECRET": service.client_secret}) as theirs:
        credentials = service.credentials()
        form = {"grant_type": "client_credentials"} | ({"scope": peer.scope} if peer.scope else {})
        own = theirs.post(peer.token_path, form, credentials)["access_token"]
        if not theirs.post(peer.path, {"token": own}, credentials)["active"]:
            sys.exit(f"{peer.title} does not take its own token")
        return compare(bench, requests_to(bench, peer.title, theirs.pids(), theirs.url + peer.path, "introspect.lua",
                                          {"TOKEN": own, "CREDENTIALS": credentials}),
                       introspection(bench, service, token))


PEERS = [
    Peer("fastapi", "FastAPI, uvicorn", lambda directory, port: [
        directory / "venv/bin/uvicorn", "--app-dir", HERE / "fastapi", "--port", port, "--no-access-log", "--log-level",
        "warning", "app:app"], "/items/", "items"),
    Peer("fastify", "Fastify, @fastify/jwt", lambda directory, port: ["node", directory / "server.js"], "/items/", "items"),
    Peer("oidc_provider", "node oidc-provider", lambda directory, port: ["node", directory / "server.js"],
         "/token/introspection", "introspect"),
    Peer("glewlwyd", "glewlwyd", lambda directory, port: [HERE / "glewlwyd/start", directory, port],
         "/api/oidc/introspect", "introspect", "/api/oidc/token", "items"),
]


def row(peer: Peer) -> Row:
    ours, measured = ("GET /items/", resource_server) if peer.against == "items" else ("POST /introspect", authorization_server)
    return Row(peer.name, f"{peer.title} ÷ Latchkey, {ours}", lambda bench: measured(peer, bench), peer=peer.title)


ROWS = [row(peer) for peer in PEERS]
