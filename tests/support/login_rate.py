"""Logins that `latchkey calibrate` predicts, beside those that POST /token answers: both for a second of processor time.

One hashing thread, on the same processor, in alternating rounds; wrk is a closed loop of 16 clients on another processor.
"""
import json
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from dev_service import DevService
from measuring import CLIENT_CPU, SERVER_CPU, cpu_seconds, on_cpu, rate_of, start_wrk

DEFAULT_COST = (19456, 2)  # KiB and passes
ONE_THREAD = ["--set", "hashing.threads=1"]


@dataclass
class Round:
    predicted: float  # logins a processor second
    served: float

    @property
    def ratio(self) -> float:
        return self.served / self.predicted


def calibrate(program: Path, milliseconds: int) -> list[dict]:
    """What `latchkey calibrate` measured, one thread on one processor."""
    report = subprocess.run([*on_cpu(SERVER_CPU), program, "calibrate", "-o", "json", *ONE_THREAD,
                             "--milliseconds", str(milliseconds)], capture_output=True, text=True, check=True).stdout
    return json.loads(report)["measured"]


def predicted_rate(program: Path, seconds: int) -> float:
    return max(row["logins_per_second_per_core"] for row in calibrate(program, seconds * 200)
               if (row["memory_kib"], row["passes"]) == DEFAULT_COST)


def rounds(program: Path, seconds: int, count: int):
    """Yields `count` rounds."""
    with tempfile.TemporaryFile() as log, \
            DevService(program, on_cpu(SERVER_CPU), [*ONE_THREAD, "--set", "server.threads=1"], log=log) as service:
        service.token()
        for _ in range(count):
            predicted = predicted_rate(program, seconds)
            before = cpu_seconds(service.process.pid)
            wrk = start_wrk("login.lua", 16, seconds, f"{service.url}/token", launcher=on_cpu(CLIENT_CPU))
            logins = rate_of(wrk) * seconds
            yield Round(predicted, logins / (cpu_seconds(service.process.pid) - before))
