"""Rows about requests: processor time of the server for each, one I/O thread on one processor, wrk on another."""
import contextlib
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from bench_service import BenchService
from dev_service import free_port
from measuring import CPUS, SERVER_CPU, Measured, measure, on_cpu
from nginx_service import Nginx
from table.row import Bench, Outcome, Row, Side, compare

CONNECTIONS = 64
OURS = "latchkey GET /items/"
WITH_TOKEN = "items.lua"


def requests_to(bench: Bench, name: str, pids, url: str, script: str, environment: dict, **more) -> Side:
    """Warmed up once, then measured whenever it is called."""
    def run(seconds: int) -> Measured:
        return measure(name, pids, url, script, seconds, CONNECTIONS, environment, **more)
    run(1)
    return lambda: run(bench.seconds)


def items(bench: Bench, service, token: str, name: str = OURS, script: str = WITH_TOKEN, **environment) -> Side:
    return requests_to(bench, name, service.process.pid, f"{service.url}/items/", script, {"TOKEN": token, **environment})


@contextlib.contextmanager
def pinned_service(bench: Bench, **how):
    """The service on its processor, and a token."""
    with BenchService(bench.program, on_cpu(SERVER_CPU), **how) as service:
        yield service, service.token()


def against_nginx(bench: Bench) -> Outcome:
    with pinned_service(bench) as (service, token), Nginx(f'{{"token":"{token}"}}', on_cpu(SERVER_CPU)) as nginx:
        return compare(bench, items(bench, service, token),
                       requests_to(bench, "nginx return 200", nginx.process.pid, nginx.url, WITH_TOKEN, {"TOKEN": token}))


def certificate(directory: Path) -> tuple[Path, Path]:
    pair = directory / "certificate.pem", directory / "key.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                    "-subj", "/CN=localhost", "-out", pair[0], "-keyout", pair[1]], check=True, capture_output=True)
    return pair


def against_nginx_tls(bench: Bench) -> Outcome:
    tls = certificate(bench.directory)
    with pinned_service(bench, tls=tls) as (service, token), \
            Nginx(f'{{"token":"{token}"}}', on_cpu(SERVER_CPU), tls) as nginx:
        return compare(bench, items(bench, service, token, "latchkey TLS 1.3"),
                       requests_to(bench, "nginx TLS 1.3", nginx.process.pid, nginx.url, WITH_TOKEN, {"TOKEN": token}))


@contextlib.contextmanager
def floor(bench: Bench, answer: bytes, launcher=tuple(on_cpu(SERVER_CPU)), threads: int = 1):
    """The floor program, giving the bytes of an answer of ours."""
    file, port = bench.directory / "answer", free_port()
    file.write_bytes(answer)
    process = subprocess.Popen([*launcher, bench.tools / "floor", str(port), file, str(threads)])
    try:
        for _ in range(200):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
            time.sleep(0.01)
        else:
            sys.exit("the floor program does not answer")
        yield process, f"http://127.0.0.1:{port}/"
    finally:
        process.kill()
        process.wait()


def raw_answer(service, token: str) -> bytes:
    with urllib.request.urlopen(urllib.request.Request(f"{service.url}/items/",
                                                       headers={"Authorization": f"Bearer {token}"})) as answer:
        lines = ["HTTP/1.1 200 OK"] + [f"{name}: {value}" for name, value in answer.headers.items() if name != "Connection"]
        return "\r\n".join([*lines, "", ""]).encode() + answer.read()


def against_floor(bench: Bench) -> Outcome:
    with pinned_service(bench) as (service, token), floor(bench, raw_answer(service, token)) as (process, url):
        return compare(bench, items(bench, service, token),
                       requests_to(bench, "raw epoll loop", process.pid, url, WITH_TOKEN, {"TOKEN": token}))


def many_headers(bench: Bench) -> Outcome:
    with pinned_service(bench) as (service, token):
        return compare(bench, items(bench, service, token, "20 headers", HEADERS="20"),
                       items(bench, service, token, "3 headers", HEADERS="3"))


def pipelined(bench: Bench) -> Outcome:
    with pinned_service(bench) as (service, token):
        return compare(bench, items(bench, service, token, "pipelined 16 deep", "pipelined.lua", DEPTH="16"),
                       items(bench, service, token))


def verify(bench: Bench) -> Outcome:
    with pinned_service(bench) as (service, token):
        return compare(bench, requests_to(bench, "latchkey GET /verify", service.process.pid, f"{service.url}/verify",
                                          WITH_TOKEN, {"TOKEN": token}),
                       items(bench, service, token))


def introspection(bench: Bench, service, token: str) -> Side:
    return requests_to(bench, "latchkey POST /introspect", service.process.pid, f"{service.url}/introspect",
                       "introspect.lua", {"TOKEN": token, "CREDENTIALS": service.credentials()})


def introspect(bench: Bench) -> Outcome:
    with pinned_service(bench) as (service, token):
        return compare(bench, introspection(bench, service, token), items(bench, service, token))


def two_threads(bench: Bench) -> Outcome:
    """With four processors the throughput of two for the server, by two for wrk; with fewer, see below."""
    if len(CPUS) < 4:
        return two_threads_by_processor_time(bench)
    with contextlib.ExitStack() as both:
        def side(threads: int) -> Side:
            service = both.enter_context(BenchService(bench.program, on_cpu(*CPUS[:threads]), threads=threads))
            return requests_to(bench, f"{threads} server thread{'s'[:threads - 1]}", service.process.pid, f"{service.url}/items/",
                               WITH_TOKEN, {"TOKEN": service.token()}, launcher=on_cpu(*CPUS[2:4]), threads=2)
        outcome = compare(bench, side(2), side(1), lambda two, one: two.per_second / one.per_second)
    outcome.note = "throughput"
    return outcome


def two_threads_by_processor_time(bench: Bench) -> Outcome:
    """Twice the ratio of processor time for a request: what two threads would do that had a processor each. Here they share
    two with wrk, and perhaps one core's parts and caches with each other, so that everything costs more. How much that is by
    itself the raw epoll loop shows, whose threads share nothing; it is taken out. More than 2: it loses less than that loop."""
    def keeps(two, one) -> float:
        return one.cpu_us / two.cpu_us

    with contextlib.ExitStack() as both:
        cpus = on_cpu(*CPUS[:2])

        def floor_side(threads: int, answer: bytes, token: str) -> Side:
            process, url = both.enter_context(floor(bench, answer, cpus, threads))
            return requests_to(bench, f"raw epoll loop, {threads}", process.pid, url, WITH_TOKEN, {"TOKEN": token}, launcher=cpus)

        def side(threads: int) -> tuple[Side, BenchService]:
            service = both.enter_context(BenchService(bench.program, cpus, threads=threads))
            return requests_to(bench, f"{threads} server thread{'s'[:threads - 1]}", service.process.pid, f"{service.url}/items/",
                               WITH_TOKEN, {"TOKEN": service.token()}, launcher=cpus), service
        two, service = side(2)
        one, _ = side(1)
        token = service.token()
        answer = raw_answer(service, token)
        machine = compare(bench, floor_side(2, answer, token), floor_side(1, answer, token), keeps)
        outcome = compare(bench, two, one, lambda a, b: 2 * keeps(a, b) / machine.median)
    outcome.sides |= machine.sides
    outcome.failed += machine.failed
    outcome.note = f"by processor time, fewer than 4 processors; a raw epoll loop: {2 * machine.median:.2f}, taken out"
    return outcome


ROWS = [
    Row("nginx", "GET /items/, token verified ÷ nginx return 200", against_nginx, ("<=", 1.00)),
    Row("floor", "GET /items/, token verified ÷ raw epoll loop", against_floor, ("<=", 1.30)),
    Row("headers", "20 request headers ÷ 3", many_headers, ("<=", 1.10)),
    Row("verify", "GET /verify ÷ GET /items/", verify, ("<=", 1.10)),
    Row("introspect", "POST /introspect ÷ GET /items/", introspect, ("<=", 1.10)),
    Row("pipelined", "pipelined 16 deep ÷ not pipelined", pipelined, ("<=", 0.40)),
    Row("threads", "two server threads ÷ one", two_threads, (">=", 1.9)),
    Row("tls", "TLS 1.3 keep-alive, token verified ÷ nginx TLS 1.3", against_nginx_tls, ("<=", 1.00)),
]
