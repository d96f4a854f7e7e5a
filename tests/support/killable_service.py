"""A `latchkey serve` on a store that outlives it, for tests that kill it; its clients notice (`Gone`)."""
import atexit
import http.client
import json
import ssl
import subprocess
import sys
import tempfile
import urllib.parse
from pathlib import Path

from dev_service import becomes_ready, clean_environment, free_port

PASSWORD = "tangerine lanterns at dusk"
HASHING = ["--set", "hashing.memory=7MiB", "--set", "hashing.passes=5"]  # the cheapest that is allowed
# A window that no restart on a busy machine outlasts.
SETTINGS = ["--set", "tokens.refresh_reuse_window=60s", "--set", "server.threads=2", "--set", "hashing.threads=1"]


class Gone(Exception):
    """The server was killed before it had answered."""


class Server:
    def __init__(self, program: Path, data: Path, launcher=(), settings=(), defaults=(*HASHING, *SETTINGS),
                 environment=None):
        self.port, self.management_port = free_port(), free_port()
        command = [*launcher, str(program), "serve", "--data-dir", str(data), "--listen", f"127.0.0.1:{self.port}",
                   "--management-listen", f"127.0.0.1:{self.management_port}", *defaults, *settings]
        self.log = tempfile.TemporaryFile("w+")
        atexit.register(self.kill)  # whatever ends this script
        self.process = subprocess.Popen(command, env=clean_environment(**(environment or {})), stdin=subprocess.DEVNULL,
                                        stderr=self.log)
        if not becomes_ready(self.process, self.is_ready, 60, pause=0.02):
            self.kill()
            self.log.seek(0)
            sys.exit(f"the server does not start:\n{self.log.read()}")

    def is_ready(self) -> bool:
        try:
            return Client(self.management_port).get("/readyz")[0] == 200
        except Gone:
            return False

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        atexit.unregister(self.kill)


class Client:
    """One connection, kept alive."""

    def __init__(self, port: int, secure: bool = False):
        """`secure`: by TLS, whatever the certificate."""
        self.connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=60,
                                                      context=ssl._create_unverified_context()) \
            if secure else http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def send(self, method, path, form=None, token=None):
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        body = None
        if form is not None:
            body = urllib.parse.urlencode(form)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            self.connection.request(method, path, body, headers)
            answer = self.connection.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException) as lost:
            self.connection.close()
            raise Gone from lost
        return answer.status, json.loads(text) if text else None

    def get(self, path, token=None):
        return self.send("GET", path, token=token)

    def post(self, path, form, token=None):
        return self.send("POST", path, form, token)

    def log_in(self, name):
        return self.post("/token", {"username": name, "password": PASSWORD})

    def refresh(self, token):
        return self.post("/token", {"grant_type": "refresh_token", "refresh_token": token})


def command(program, data, *arguments, stdin=""):
    return subprocess.run([program, *arguments, "--data-dir", str(data), *HASHING], input=stdin, text=True,
                          capture_output=True, timeout=120, env=clean_environment())
