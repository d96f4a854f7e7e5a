"""A running `latchkey serve` for real client libraries: a store of its own, a user, a confidential and a public client.

What a test needs to know stands in its environment, in variables named INTEROP_…, the same for every language.
"""
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
from dev_service import free_port  # noqa: E402

USERNAME = "ada"
# What form encoding gets wrong first: separators, the sign that may mean a blank, a percent escape, UTF-8.
PASSWORD = "a&b=c+d %41;ünï€ç"
AUDIENCE = "https://items.example"
SCOPES = ("items", "me")
START_SECONDS = 30


class Service:
    """`with Service(program, data_dir) as service:`; leaving the block sends SIGTERM and requires exit status 0."""

    def __init__(self, program: Path, data_dir: Path, algorithm: str = "ES256"):
        self.algorithm = algorithm
        self.program = program
        self.port, self.management_port = free_port(), free_port()
        self.issuer = f"http://127.0.0.1:{self.port}"
        self.options = ["--data-dir", str(data_dir), "--set", f"tokens.algorithm={algorithm}",
                        "--set", f"tokens.issuer={self.issuer}", "--set", f"tokens.audience={AUDIENCE}"]
        self.process = None

    def command(self, *words: str, given: str = "") -> str:
        """What `latchkey words…` prints."""
        done = subprocess.run([str(self.program), *words, *self.options], env=clean_environment(), input=given,
                              capture_output=True, text=True, timeout=60)
        if done.returncode != 0:
            raise RuntimeError(f"latchkey {' '.join(words)}: status {done.returncode}: {done.stderr.strip()}")
        return done.stdout

    def __enter__(self):
        self.command("user", "add", USERNAME, *repeated("--scope", SCOPES), "--password-stdin", given=PASSWORD)
        self.register_clients()
        self.process = subprocess.Popen(
            [str(self.program), "serve", "--listen", f"127.0.0.1:{self.port}",
             "--management-listen", f"127.0.0.1:{self.management_port}", *self.options],
            env=clean_environment(), stdin=subprocess.DEVNULL)
        try:
            self.wait_until_ready()
        except BaseException:
            self.process.kill()
            self.process.wait()
            raise
        return self

    def __exit__(self, kind, value, trace):
        self.process.terminate()
        try:
            status = self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise RuntimeError("latchkey serve did not stop within 30 s of SIGTERM")
        if status != 0 and kind is None:
            raise RuntimeError(f"latchkey serve ended with status {status}")

    def wait_until_ready(self):
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise RuntimeError(f"latchkey serve ended with status {self.process.returncode} before it was ready")
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.management_port}/readyz", timeout=2):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.05)
        raise RuntimeError(f"latchkey serve was not ready within {START_SECONDS} s")

    def register_clients(self):
        self.confidential = self.add_client("backend", "password", "refresh_token", "client_credentials")
        self.public = self.add_client("frontend", "password", "refresh_token", flags=["--public"])

    def add_client(self, name: str, *grants: str, flags=()) -> dict:
        return json.loads(self.command("client", "add", name, *flags, *repeated("--grant", grants),
                                       *repeated("--scope", SCOPES), "-o", "json"))

    def sign_in(self) -> dict:
        """What the tests of its algorithm need to know."""
        return {"algorithm": self.algorithm, "issuer": self.issuer, "client_id": self.public["client_id"]}

    def describe(self) -> dict:
        """The variables that tests and rotate_key read."""
        return {"INTEROP_ISSUER": self.issuer, "INTEROP_AUDIENCE": AUDIENCE, "INTEROP_USERNAME": USERNAME,
                "INTEROP_PASSWORD": PASSWORD, "INTEROP_CLIENT_ID": self.confidential["client_id"],
                "INTEROP_CLIENT_SECRET": self.confidential["client_secret"],
                "INTEROP_PUBLIC_CLIENT_ID": self.public["client_id"], "INTEROP_ROTATE_KEY": str(HERE / "rotate_key"),
                "INTEROP_PROGRAM": str(self.program), "INTEROP_OPTIONS": json.dumps(self.options)}


def clean_environment() -> dict:
    return {name: value for name, value in os.environ.items() if not name.startswith("LATCHKEY_")}


def repeated(option: str, values) -> list:
    return [word for value in values for word in (option, value)]


def temporary_data_dir() -> tempfile.TemporaryDirectory:
    return tempfile.TemporaryDirectory(prefix="latchkey-interop-")
