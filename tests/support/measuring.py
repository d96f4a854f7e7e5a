"""What a server costs: wrk on one processor, the server on another, processor time and memory from the kernel.

Everything stays on loopback. The processor time of a request tells more than the rate, which depends on wrk as well.
"""
import os
import re
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parent.parent / "load"
CPUS = sorted(os.sched_getaffinity(0))
SERVER_CPU, CLIENT_CPU = (CPUS * 2)[:2]
ATTEMPTS = 3  # a busy machine may keep a server from its processor for a second
HEADING = f"{'':<28}{'requests':>10}{'failed':>8}{'a second':>11}{'CPU us/req':>12}{'p50 us':>10}{'p99 us':>10}"


@dataclass
class Measured:
    name: str
    requests: int
    failed: int
    per_second: float
    cpu_us: float  # of the server's processes, user and system, for each request that wrk counted
    p50: int
    p99: int

    def line(self) -> str:
        return (f"{self.name:<28}{self.requests:>10}{self.failed:>8}{self.per_second:>11,.0f}{self.cpu_us:>12.2f}"
                f"{self.p50:>10}{self.p99:>10}")


def on_cpu(*cpus: int) -> list[str]:
    """What goes before a command so that it runs on these processors only."""
    return ["taskset", "-c", ",".join(map(str, cpus))]


def cpu_seconds(pid: int) -> float:
    """User and system time of a process and all its threads, those that have ended too (clock_getcpuclockid(3))."""
    return time.clock_gettime((~pid << 3) | 2)


def metrics_of(service) -> str:
    """The page of its management port."""
    with urllib.request.urlopen(f"{service.management_url}/metrics", timeout=10) as page:
        return page.read().decode()


def memory_kib(pid: int, name: str = "VmRSS") -> int:
    return int(re.search(rf"^{name}:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(), re.M)[1])


def start_wrk(script: str, connections: int, seconds: float, url: str, environment=None, launcher=(), threads: int = 1):
    return subprocess.Popen([*launcher, "wrk", f"-t{threads}", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s",
                             "-s", str(SCRIPTS / script), url],
                            env=os.environ | (environment or {}), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def counts_of(wrk) -> dict[str, int]:
    """Waits for wrk and reads the line that summary.lua writes."""
    report, _ = wrk.communicate()
    summary = re.search(r"^summary .*", report, re.M)
    if not summary:
        sys.exit(f"{' '.join(map(str, wrk.args))} ended with status {wrk.returncode}:\n{report}")
    return {key: int(value) for key, value in re.findall(r"(\w+)=(\d+)", summary[0])}


def rate_of(wrk) -> float:
    """Requests a second that succeeded."""
    counted = counts_of(wrk)
    return (counted["requests"] - counted["failed"]) / (counted["microseconds"] / 1e6)


def measure(name: str, pids: int | list[int], url: str, script: str, seconds: int, connections: int, environment=None,
            launcher=tuple(on_cpu(CLIENT_CPU)), threads: int = 1) -> Measured:
    pids = [pids] if isinstance(pids, int) else pids
    for _ in range(ATTEMPTS):
        before = sum(map(cpu_seconds, pids))
        counted = counts_of(start_wrk(script, connections, seconds, url, environment, launcher, threads))
        used = sum(map(cpu_seconds, pids)) - before
        if requests := counted["requests"]:
            return Measured(name, requests, counted["failed"], requests / (counted["microseconds"] / 1e6),
                            used * 1e6 / requests, counted["p50"], counted["p99"])
    sys.exit(f"{name}: not one request was answered in {ATTEMPTS} times {seconds} s")
