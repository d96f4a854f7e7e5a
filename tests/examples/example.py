"""What the tests of the examples share: Latchkey, an example started as its README says, requests, and tokens that nobody
issued."""
import base64
import contextlib
import hashlib
import hmac
import http.server
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from email.message import Message
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
EXAMPLES = REPOSITORY / "docker" / "examples"
sys.path.insert(0, str(REPOSITORY / "tests" / "support"))
from dev_service import PASSWORD, USERNAME, DevService, becomes_ready, free_port  # noqa: E402

CHEAP = ("--set", "hashing.memory=7MiB", "--set", "hashing.passes=5")  # a login is not what is tested here


def latchkey(*settings: str, environment=None) -> DevService:
    """`latchkey dev`; `settings` as in --set."""
    program = os.environ.get("EXAMPLES_LATCHKEY")
    if not program:
        sys.exit("EXAMPLES_LATCHKEY is missing: start this with tests/examples/run")
    chosen = [word for setting in settings for word in ("--set", setting)]
    return DevService(Path(program), options=(*CHEAP, *chosen), environment=environment)


def refreshes(service: DevService) -> int:
    """How many sessions it has refreshed."""
    metrics = ask(f"{service.management_url}/metrics").text
    return int(re.search(r'^latchkey_session_refreshes_total{outcome="rotated"} (\d+)', metrics, re.M)[1])


@dataclass
class Answer:
    status: int
    headers: Message
    text: str

    @property
    def json(self):
        return json.loads(self.text)


def ask(url: str, token=None, form=None, method=None, headers=None) -> Answer:
    headers = dict(headers or {}) | ({"Authorization": f"Bearer {token}"} if token is not None else {})
    body = urllib.parse.urlencode(form).encode() if isinstance(form, dict) else form
    request = urllib.request.Request(url, body, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return Answer(answer.status, answer.headers, answer.read().decode())
    except urllib.error.HTTPError as refusal:
        with refusal:
            return Answer(refusal.code, refusal.headers, refusal.read().decode())


@contextlib.contextmanager
def running(command, port: int, directory: Path, **environment):
    """A program that listens on the port, once it does; `environment` on top of ours."""
    process = subprocess.Popen([str(word) for word in command], cwd=directory, stdin=subprocess.DEVNULL,
                               env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **environment})
    try:
        if not becomes_ready(process, lambda: listens(port), 30):
            raise RuntimeError(f"{command[0]} does not listen on port {port}")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=30)


def listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=2).close()
        return True
    except OSError:
        return False


def encoded(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()


def decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def claims_of(token: str) -> dict:
    return json.loads(decoded(token.split(".")[1]))


def signed(header: dict, claims: dict, sign) -> str:
    text = ".".join(encoded(json.dumps(part).encode()) for part in (header, claims))
    return f"{text}.{encoded(sign(text.encode()))}"


class SharedSecret:
    """HS256 with a secret that Latchkey has, too."""

    algorithm, kid = "HS256", "shared"

    def __init__(self, secret: str):
        self.secret = secret

    def sign(self, text: bytes) -> bytes:
        return hmac.new(self.secret.encode(), text, hashlib.sha256).digest()


class OwnKey:
    """ES256 with a key of the tests, made with openssl."""

    algorithm, kid = "ES256", "key-of-the-tests"

    def __init__(self):
        self.pem = openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256")
        self.public_pem = openssl("pkey", "-pubout", given=self.pem)
        self.point = openssl("pkey", "-pubout", "-outform", "DER", given=self.pem)[-64:]

    def jwk(self) -> dict:
        return {"kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": self.kid,
                "x": encoded(self.point[:32]), "y": encoded(self.point[32:])}

    def sign(self, text: bytes) -> bytes:
        with tempfile.NamedTemporaryFile() as key:
            key.write(self.pem)
            key.flush()
            der = openssl("dgst", "-sha256", "-sign", key.name, given=text)
        # SEQUENCE { INTEGER r, INTEGER s }, all shorter than 128 bytes
        r, rest = der[4:4 + der[3]], der[4 + der[3]:]
        return b"".join(int.from_bytes(number, "big").to_bytes(32, "big") for number in (r, rest[2:]))


def openssl(*words: str, given: bytes = b"") -> bytes:
    return subprocess.run(["openssl", *words], input=given, capture_output=True, check=True, timeout=60).stdout


class KeySet(http.server.ThreadingHTTPServer):
    """Stands between an example and Latchkey's JWKS, and adds the key of the tests to it."""

    def __init__(self, service: DevService, key: OwnKey):
        def complete() -> bytes:
            published = ask(f"{service.url}/.well-known/jwks.json").json
            return json.dumps({"keys": [*published["keys"], key.jwk()]}).encode()

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                body = complete()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}/.well-known/jwks.json"
        threading.Thread(target=self.serve_forever, daemon=True).start()
