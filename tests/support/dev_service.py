"""A running `latchkey dev` for tests written in Python: free loopback ports, stopped and checked at the end."""
import errno
import json
import os
import random
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

USERNAME, PASSWORD = "johndoe", "secret"  # the demo user of `latchkey dev`


def free_port() -> int:
    """Below the ports that the kernel gives to clients, where it leaves enough of them: the connection of a test beside
    this one could take it before it is used."""
    first = 10_000
    first_of_clients = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    while True:
        port = random.randrange(first, first_of_clients) if first_of_clients >= 2 * first else 0
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return probe.getsockname()[1]
            except OSError as refused:
                if refused.errno != errno.EADDRINUSE:
                    raise


def clean_environment(**more) -> dict:
    """Nothing of the caller's. Hashing yields to whatever runs beside it, such as other tests: it may wait for long."""
    ours = {"LATCHKEY_HASHING_QUEUE_DEADLINE": "1m"}
    return {name: value for name, value in os.environ.items() if not name.startswith("LATCHKEY_")} | ours | more


def becomes_ready(process: subprocess.Popen, is_ready, seconds: float, pause: float = 0.05) -> bool:
    """Waits until is_ready() holds; False once the process has ended, or the time is over."""
    deadline = time.monotonic() + seconds
    while not is_ready():
        if process.poll() is not None or time.monotonic() > deadline:
            return False
        time.sleep(pause)
    return True


class DevService:
    """`with DevService(program) as service:` runs it; leaving the block sends SIGTERM and requires exit status 0.

    `launcher` goes before the program (such as taskset), `options` behind `dev`, `environment` on top of ours.
    """

    def __init__(self, program: Path, launcher=(), options=(), environment=None, log=None):
        self.port, self.management_port = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.management_url = f"http://127.0.0.1:{self.management_port}"
        self.command = [*launcher, str(program), "dev", "--listen", f"127.0.0.1:{self.port}",
                        "--management-listen", f"127.0.0.1:{self.management_port}", *options]
        self.environment = clean_environment(**(environment or {}))
        self.log = log
        self.process = None

    def __enter__(self):
        self.process = subprocess.Popen(self.command, env=self.environment, stdin=subprocess.DEVNULL, stderr=self.log)
        if becomes_ready(self.process, self.is_ready, 30):
            return self
        if self.process.returncode is not None:
            raise RuntimeError(f"latchkey dev ended with status {self.process.returncode} before it was ready")
        self.process.kill()
        self.process.wait()
        raise RuntimeError("latchkey dev was not ready within 30 s")

    def __exit__(self, kind, value, trace):
        self.process.terminate()
        try:
            status = self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise RuntimeError("latchkey dev did not stop within 30 s of SIGTERM")
        if status != 0 and kind is None:
            raise RuntimeError(f"latchkey dev ended with status {status}")

    def is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.management_url}/readyz", timeout=2) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            return False

    def token(self) -> str:
        """An access token of the demo user."""
        form = urllib.parse.urlencode({"username": USERNAME, "password": PASSWORD}).encode()
        with urllib.request.urlopen(f"{self.url}/token", form, timeout=30) as answer:
            return json.load(answer)["access_token"]
