"""Containers of the image under test, driven through the docker command."""
import json
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid

# As an operator would start it: nothing that it does not need.
LOCKED_DOWN = ["--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--memory", "512m"]


class Engine:
    def __init__(self, command: list[str], image: str):
        self.command, self.image = command, image

    def docker(self, *arguments: str, text_in: str | None = None, check: bool = True) -> subprocess.CompletedProcess:
        done = subprocess.run([*self.command, *arguments], input=text_in, capture_output=True, text=True, timeout=120)
        if check and done.returncode != 0:
            raise AssertionError(f"docker {' '.join(arguments)}: status {done.returncode}\n{done.stdout}{done.stderr}")
        return done

    def once(self, *arguments: str, volume: str | None = None, **options) -> subprocess.CompletedProcess:
        """Runs the program in a container of its own, to the end."""
        mounts = ["-v", f"{volume}:/var/lib/latchkey"] if volume else []
        return self.docker("run", "--rm", "-i", *LOCKED_DOWN, *mounts, self.image, *arguments, **options)

    def inspect(self, name: str) -> dict:
        return json.loads(self.docker("inspect", name).stdout)[0]


class Container:
    """A running service; removed when the block is left."""

    def __init__(self, engine: Engine, *arguments: str, options: list[str] = ()):
        self.engine, self.name = engine, f"latchkey-test-{uuid.uuid4().hex[:12]}"
        self.create = ["run", "-d", "--name", self.name, *LOCKED_DOWN, "-p", "127.0.0.1::8080", *options,
                       engine.image, *arguments]

    def __enter__(self):
        self.engine.docker(*self.create)
        self.locate()
        return self

    def __exit__(self, kind, value, trace):
        if kind is not None:
            print(f"--- log of {self.name}\n{self.log()}")
        self.engine.docker("rm", "-f", "-v", self.name)

    def locate(self):
        """Where it can be reached; changes with a restart."""
        published = self.engine.docker("port", self.name, "8080/tcp").stdout.split()[0]
        self.published_url = f"http://{published}"
        networks = self.engine.inspect(self.name)["NetworkSettings"]["Networks"]
        self.address = next(iter(networks.values()))["IPAddress"]
        self.wait_until_ready()

    def wait_until_ready(self):
        deadline = time.monotonic() + 30
        while True:
            try:
                with urllib.request.urlopen(f"http://{self.address}:9090/readyz", timeout=2) as answer:
                    if answer.status == 200:
                        return
            except (urllib.error.URLError, OSError):
                pass
            if not self.state()["Running"] or time.monotonic() > deadline:
                raise AssertionError(f"{self.name} is not ready: {self.state()}\n{self.log()}")
            time.sleep(0.1)

    def state(self) -> dict:
        return self.engine.inspect(self.name)["State"]

    def log(self) -> str:
        done = self.engine.docker("logs", self.name, check=False)
        return done.stdout + done.stderr

    def wait(self) -> int:
        """The exit status, once it has ended."""
        return int(self.engine.docker("wait", self.name).stdout)

    def restart(self):
        self.engine.docker("restart", "-t", "30", self.name)
        self.locate()

    def log_in(self, username: str, password: str) -> tuple[int, dict]:
        form = urllib.parse.urlencode({"username": username, "password": password}).encode()
        return self.ask(urllib.request.Request(f"{self.published_url}/token", form))

    def items(self, token: str) -> tuple[int, dict]:
        return self.ask(urllib.request.Request(f"{self.published_url}/items/", headers={"Authorization": f"Bearer {token}"}))

    @staticmethod
    def ask(request: urllib.request.Request) -> tuple[int, dict]:
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as refusal:
            return refusal.code, json.load(refusal)
