"""A `latchkey dev` as a service manager starts it: with sockets, with somebody who listens to what it says."""
import os
import select
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from dev_service import clean_environment, free_port  # noqa: E402

PATIENCE_S = 30
FIRST_DESCRIPTOR = 3
# Only the process itself knows its number before it is somebody else.
LAUNCHER = 'export LISTEN_PID=${LISTEN_PID:-$$}; exec "$@"'


class Supervisor:
    """The reading end of NOTIFY_SOCKET."""

    def __init__(self, address: str | None = None):
        self.directory = tempfile.TemporaryDirectory(prefix="latchkey-notify-")
        self.address = address or f"{self.directory.name}/notify"
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(self.address.replace("@", "\0", 1) if self.address.startswith("@") else self.address)

    def hears(self) -> dict:
        """The next message, as its variables."""
        if not select.select([self.socket], [], [], PATIENCE_S)[0]:
            raise AssertionError(f"nothing was said within {PATIENCE_S} s")
        return dict(line.split("=", 1) for line in self.socket.recv(4096).decode().split("\n"))

    def heard(self) -> list:
        """Everything that waits to be read."""
        messages = []
        while select.select([self.socket], [], [], 0)[0]:
            messages.append(self.hears())
        return messages

    def close(self):
        self.socket.close()
        self.directory.cleanup()


class StartedService:
    """`sockets`: handed over as descriptors 3, 4, … The configured ports are free ones."""

    def __init__(self, program, sockets=(), options=(), launcher=("bash", "-c", LAUNCHER, "launcher"), **environment):
        self.port, self.management_port = free_port(), free_port()
        self.log = tempfile.TemporaryFile("w+")
        numbers = [each.fileno() for each in sockets]

        def hand_over():  # in the child
            spare = [os.dup(number) for number in numbers]
            safe = [os.dup2(number, 200 + i, inheritable=False) for i, number in enumerate(spare)]
            for i, number in enumerate(safe):
                os.dup2(number, FIRST_DESCRIPTOR + i)

        self.process = subprocess.Popen(
            [*launcher, str(program), "dev", "--listen", f"127.0.0.1:{self.port}", "--management-listen",
             f"127.0.0.1:{self.management_port}", "--set", "hashing.memory=7MiB", "--set", "hashing.passes=5", *options],
            env=clean_environment(**environment), stdin=subprocess.DEVNULL, stderr=self.log,
            preexec_fn=hand_over if sockets else None, close_fds=not sockets)

    def ends(self) -> int:
        return self.process.wait(timeout=PATIENCE_S)

    def said(self) -> str:
        self.log.seek(0)
        return self.log.read()

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.log.close()
