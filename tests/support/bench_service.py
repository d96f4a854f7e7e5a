"""A `latchkey serve` to be measured: its defaults, one I/O thread unless told, a user, and a client that may introspect."""
import base64
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from dev_service import clean_environment
from killable_service import PASSWORD, Client, Server

USER = "ada"
SECURE = ("tls.certificate", "tls.key")


class BenchService:
    """`with BenchService(program) as service:`; leaving the block ends it by SIGTERM and removes its store."""

    def __init__(self, program: Path, launcher=(), threads: int = 1, tls: tuple[Path, Path] | None = None, environment=None):
        self.program, self.launcher, self.environment = program, launcher, environment
        self.settings = ["--set", "tokens.access_lifetime=24h"]  # as long as the longest run
        if threads:  # 0: the defaults, one for each core
            self.settings += ["--set", f"server.threads={threads}", "--set", "hashing.threads=1"]
        for key, file in zip(SECURE, tls or ()):
            self.settings += ["--set", f"{key}={file}"]
        self.scheme = "https" if tls else "http"
        self.directory = tempfile.TemporaryDirectory(prefix="latchkey-bench-")
        self.data = Path(self.directory.name)

    def __enter__(self):
        self.command("user", "add", USER, "--scope", "items", "--scope", "me", "--password-stdin", given=PASSWORD)
        client = json.loads(self.command("client", "add", "Bench", "--grant", "client_credentials", "-o", "json"))
        self.client_id, self.client_secret = client["client_id"], client["client_secret"]
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()
        self.directory.cleanup()

    def start(self):
        self.server = Server(self.program, self.data, self.launcher, self.settings, (), self.environment)
        self.process, self.port = self.server.process, self.server.port
        self.url = f"{self.scheme}://127.0.0.1:{self.port}"

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(timeout=60)
        finally:
            self.server.kill()

    def command(self, *words: str, given: str = "") -> str:
        """What `latchkey words…` prints."""
        done = subprocess.run([self.program, *words, "--data-dir", str(self.data)], env=clean_environment(), input=given,
                              capture_output=True, text=True, timeout=120)
        if done.returncode != 0:
            sys.exit(f"latchkey {' '.join(words)}: status {done.returncode}: {done.stderr.strip()}")
        return done.stdout

    def credentials(self) -> str:
        """The client's, as Basic wants them."""
        return base64.b64encode(f"{self.client_id}:{self.client_secret}".encode()).decode()

    def token(self) -> str:
        """An access token of the user."""
        status, answer = Client(self.port, self.scheme == "https").log_in(USER)
        if status != 200:
            sys.exit(f"no token: status {status}: {answer}")
        return answer["access_token"]
