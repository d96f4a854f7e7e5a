"""Logins that POST /token answers, and those that `latchkey calibrate` predicts or the bare engine (tests/load/bare_engine.cpp)
computes: all for a second of processor time.

One hashing thread, on the same processor; wrk is a closed loop of 16 clients on another processor.
"""
import contextlib
import json
import re
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from dev_service import DevService
from measuring import CLIENT_CPU, SERVER_CPU, counts_of, cpu_seconds, metrics_of, on_cpu, rate_of, start_wrk

DEFAULT_COST = (19456, 2)  # KiB and passes
TURN = 0.25  # seconds
ONE_THREAD = ["--set", "hashing.threads=1"]


@dataclass
class Round:
    reference: float  # predicted, or hashes of the bare engine; a processor second
    served: float     # logins a processor second
    failed: int = 0   # logins

    @property
    def ratio(self) -> float:
        return self.served / self.reference


def calibrate(program: Path, milliseconds: int) -> list[dict]:
    """What `latchkey calibrate` measured, one thread on one processor."""
    report = subprocess.run([*on_cpu(SERVER_CPU), program, "calibrate", "-o", "json", *ONE_THREAD,
                             "--milliseconds", str(milliseconds)], capture_output=True, text=True, check=True).stdout
    return json.loads(report)["measured"]


def predicted_rate(program: Path, seconds: int) -> float:
    return max(row["logins_per_second_per_core"] for row in calibrate(program, seconds * 200)
               if (row["memory_kib"], row["passes"]) == DEFAULT_COST)


@contextlib.contextmanager
def one_thread(program: Path):
    """The service with one thread of each kind."""
    with tempfile.TemporaryFile() as log, \
            DevService(program, on_cpu(SERVER_CPU), [*ONE_THREAD, "--set", "server.threads=1"], log=log) as service:
        service.token()
        yield service


def start_logins(service: DevService, seconds: float):
    return start_wrk("login.lua", 16, seconds, f"{service.url}/token", launcher=on_cpu(CLIENT_CPU))


def rounds(program: Path, seconds: int, count: int):
    """Yields `count` rounds, prediction and logins after each other."""
    with one_thread(program) as service:
        for _ in range(count):
            predicted = predicted_rate(program, seconds)
            before = cpu_seconds(service.process.pid)
            logins = rate_of(start_logins(service, seconds)) * seconds
            yield Round(predicted, logins / (cpu_seconds(service.process.pid) - before))


def logins_answered(service: DevService) -> int:
    return int(re.search(r"^latchkey_sessions_opened_total (\d+)$", metrics_of(service), re.M)[1])


def rounds_in_turns(engine: Path, program: Path, seconds: int, count: int):
    """Yields `count` rounds in which the bare engine and the service have the processor in turns of a quarter of a second, the
    other being stopped: what else the machine does slows down both alike."""
    with one_thread(program) as service:
        for _ in range(count):
            with start_logins(service, 2 * seconds + 3) as wrk:
                time.sleep(1)
                answered, used = logins_answered(service), cpu_seconds(service.process.pid)
                bare = take_turns(service.process, [*on_cpu(SERVER_CPU), engine, str(seconds)])
                answered, used = logins_answered(service) - answered, cpu_seconds(service.process.pid) - used
                failed = counts_of(wrk)["failed"]
            yield Round(float(bare), answered / used, failed)


def take_turns(one: subprocess.Popen, command: list) -> str:
    """Runs a command, and lets it and `one` run in turns until it ends; what it has printed."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as other:
        try:
            while other.poll() is None:
                for runs, waits in [(other, one), (one, other)]:
                    waits.send_signal(signal.SIGSTOP)
                    runs.send_signal(signal.SIGCONT)
                    time.sleep(TURN)
        finally:
            one.send_signal(signal.SIGCONT)
            other.send_signal(signal.SIGCONT)
        printed = other.communicate()[0]
    if other.returncode != 0:
        sys.exit(f"{command[-2]} ended with status {other.returncode}")
    return printed
