"""A `latchkey dev` with TLS that has answered requests of every kind, and its pages of metrics."""
import http.client
import json
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from dev_service import PASSWORD, USERNAME, DevService  # noqa: E402

CHEAP = ("--set", "hashing.memory=7MiB", "--set", "hashing.passes=5")


class ExercisedService(DevService):
    def __init__(self, program: Path):
        self.directory = tempfile.TemporaryDirectory(prefix="latchkey-operations-")
        certificate, key = (f"{self.directory.name}/{name}.pem" for name in ("certificate", "key"))
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
                        "-subj", "/CN=localhost", "-out", certificate, "-keyout", key], check=True, capture_output=True)
        super().__init__(program, options=(*CHEAP, "--set", f"tls.certificate={certificate}", "--set", f"tls.key={key}",
                                           "--set", f"audit.file={self.directory.name}/audit.log"),
                         log=subprocess.DEVNULL)

    def __exit__(self, *reason):
        try:
            super().__exit__(*reason)
        finally:
            self.directory.cleanup()

    def ask(self, method: str, path: str, form=None, **headers) -> tuple[int, dict]:
        connection = http.client.HTTPSConnection("127.0.0.1", self.port, timeout=30, context=ssl._create_unverified_context())
        body = urllib.parse.urlencode(form) if form else None
        if form:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        return answer.status, json.loads(text) if text else {}

    def exercise(self):
        """What clients do, and what they should not."""
        _, granted = self.ask("POST", "/token", {"username": USERNAME, "password": PASSWORD})
        bearer = {"Authorization": f"Bearer {granted['access_token']}"}
        self.ask("GET", "/items/", **bearer)
        self.ask("GET", "/verify", **bearer)
        self.ask("GET", "/users/me", **bearer)
        self.ask("GET", "/items/", Authorization="Bearer junk")
        self.ask("GET", "/nothing")
        self.ask("POST", "/token", {"grant_type": "refresh_token", "refresh_token": granted["refresh_token"]})
        self.ask("POST", "/token", {"username": USERNAME, "password": f"wrong {time.monotonic()}"})
        self.ask("POST", "/revoke", {"token": granted["refresh_token"]})

    def metrics(self, accept: str = "") -> str:
        request = urllib.request.Request(f"{self.management_url}/metrics", headers={"Accept": accept} if accept else {})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.read().decode()
