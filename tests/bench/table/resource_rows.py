"""Rows about what the service takes from the machine: time to start, memory, instructions, allocations, logins."""
import os
import re
import resource
import socket
import subprocess
import sys
import time
from pathlib import Path

import login_rate
from bench_service import BenchService
from dev_service import clean_environment, free_port
from measuring import memory_kib
from steady_requests import SteadyRequests, get
from table import instruction_budget
from table.row import Bench, NotInstalled, Outcome, Row

HERE = Path(__file__).resolve().parent.parent
IDLE_SECONDS = 33
IDLE_CONNECTIONS = 10_000


def run_script(name: str, *arguments) -> str:
    """What it prints: whether it is content does not matter here."""
    return subprocess.run([HERE / name, *arguments], stdout=subprocess.PIPE, text=True).stdout


def allocations(bench: Bench) -> Outcome:
    text = run_script("allocations", "--program", bench.program, "--counter", bench.tools / "liballocation_counter.so")
    count, requests = map(int, re.search(r"(\d+) heap allocations in (\d+)", text).groups())
    return Outcome([count / requests], {"allocations": {"count": count, "requests": requests}})


def instructions(bench: Bench) -> Outcome:
    text = run_script("instructions", "--program", bench.program)
    parts = {part: int(count.replace(",", "")) for part, count in re.findall(r"(program|libcrypto) ([\d,]+)", text)}
    return Outcome([parts["program"]], {"instructions": parts}, note="without libcrypto's; budget in instructions.json")


def answers_200(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            return connection.recv(16).startswith(b"HTTP/1.1 200")
    except OSError:
        return False


def start_once(bench: Bench, data: Path) -> float:
    """Milliseconds from the start of the process until GET /healthz on the public port answered 200."""
    port, management = free_port(), free_port()
    command = [bench.program, "serve", "--data-dir", data, "--listen", f"127.0.0.1:{port}",
               "--management-listen", f"127.0.0.1:{management}"]
    started = time.perf_counter()
    pid = os.posix_spawn(bench.program, command, clean_environment(),
                         file_actions=[(os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0)])
    while not answers_200(port):
        if time.perf_counter() > started + 30:
            sys.exit("latchkey serve does not start")
    taken = (time.perf_counter() - started) * 1e3
    os.kill(pid, 15)
    os.waitpid(pid, 0)
    return taken


def start(bench: Bench) -> Outcome:
    with BenchService(bench.program) as service:  # makes the store and its keys
        service.stop()
        return Outcome([start_once(bench, service.data) for _ in range(5 * bench.pairs)])


def idle_memory(bench: Bench) -> Outcome:
    """When hashing threads have given their memory back: they keep it for half a minute, warm for the next login."""
    with BenchService(bench.program, threads=0) as service:
        warm = memory_kib(service.process.pid)
        time.sleep(IDLE_SECONDS)
        idle = memory_kib(service.process.pid)
    return Outcome([idle * 1024 / 1e6], {"resident": {"warm_kib": warm, "idle_kib": idle}})


def connection_memory(bench: Bench) -> Outcome:
    """What each of many connections adds that have had one request answered and wait for the next."""
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if limit != resource.RLIM_INFINITY and limit < IDLE_CONNECTIONS + 100:
        raise NotInstalled(f"needs {IDLE_CONNECTIONS + 100} open files, `ulimit -Hn` says {limit}")
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    with BenchService(bench.program) as service:
        request = get("/items/", service.token())
        with SteadyRequests(service.port, request) as few:
            few.send(1_000)
            before = memory_kib(service.process.pid)
            with SteadyRequests(service.port, request, IDLE_CONNECTIONS) as many:
                many.send(IDLE_CONNECTIONS)
                after = memory_kib(service.process.pid)
    return Outcome([(after - before) * 1024 / 1e3 / IDLE_CONNECTIONS],
                   {"resident": {"before_kib": before, "with_connections_kib": after}})


def logins_over(what: str, rounds) -> Outcome:
    measured = list(rounds)
    return Outcome([each.ratio for each in measured],
                   {"logins_per_processor_second": {what: [each.reference for each in measured],
                                                    "served": [each.served for each in measured]}},
                   sum(each.failed for each in measured))


def predicted_logins(bench: Bench) -> Outcome:
    return logins_over("predicted", login_rate.rounds(bench.program, bench.seconds, bench.pairs))


def bare_engine(bench: Bench) -> Outcome:
    return logins_over("bare engine", login_rate.rounds_in_turns(bench.tools / "bare_engine", bench.program, bench.seconds, bench.pairs))


def engines(bench: Bench) -> Outcome:
    measured = [row for row in login_rate.calibrate(bench.program, 100 * bench.seconds) if row["passes"] * row["memory_kib"] < 50_000]
    at = {row["engine"]: row["logins_per_second_per_core"] for row in measured
          if (row["memory_kib"], row["passes"]) == login_rate.DEFAULT_COST}
    return Outcome([max(at.values()) / at["libsodium"]], {"engines": {"measured": measured}})


ROWS = [
    Row("allocations", "heap allocations of a verified request", allocations, ("<=", 0)),
    Row("instructions", "instructions of a verified request", instructions, ("<=", instruction_budget.allowed("/items/")["program"])),
    Row("start", "start until the first 200", start, ("<=", 20), "ms"),
    Row("memory", "resident memory, idle", idle_memory, ("<=", 12), "MB"),
    Row("connections", "resident memory of an idle connection, of 10,000", connection_memory, ("<=", 8), "KB"),
    Row("logins", "logins answered ÷ predicted by calibrate", predicted_logins, ("within", 0.10)),
    Row("token", "logins answered ÷ hashes of the bare engine", bare_engine, (">=", 0.95)),
    Row("engines", "logins by the best engine ÷ libsodium, 19 MiB, 2 passes", engines),
]
