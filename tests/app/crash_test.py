#!/usr/bin/env python3
"""Kills the server in the middle of its work, again and again, and looks whether it kept its word.

    crash_test.py PROGRAM [CYCLES]

Each cycle starts `serve` on one and the same store, lets clients log in, refresh, revoke and log out from several
threads while accounts are added through the command line, kills the server with SIGKILL at a random moment and
starts it again. What was acknowledged must still hold:

  - an account whose `user add` ended with 0 is listed, and its password opens a session
  - the refresh token that was answered last is accepted, so neither its session nor its rotation is lost; a client
    whose answer got lost asks again with the token it has, and is served
  - a session that was revoked or logged out takes neither its refresh token nor its access token

First it traces one server: between a request that changes something and its answer there is a completed sync.
SIGKILL leaves the page cache alone, so that trace is what speaks for a power loss. Exit status 1 for any violation.
"""
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "support"))
from killable_service import PASSWORD, Client, Gone, Server, command  # noqa: E402

WORKERS = 6
SAMPLE = 40  # sessions of earlier cycles that are looked at after each crash; all of them after the last one


@dataclass
class Session:
    user: str
    refresh_token: str
    access_token: str
    alive: bool = True
    doubtful: bool = False  # somebody is ending it and has no answer yet

    def take(self, answer):
        self.refresh_token, self.access_token = answer["refresh_token"], answer["access_token"]


class Word:
    """What the server has acknowledged, and how often it broke its word."""

    def __init__(self):
        self.users: list[str] = []
        self.sessions: list[Session] = []
        self.acknowledged = dict.fromkeys(("users", "logins", "refreshes", "endings"), 0)
        self.broken: list[str] = []
        self.lock = threading.Lock()

    def count(self, what):
        with self.lock:
            self.acknowledged[what] += 1

    def blame(self, text):
        with self.lock:
            self.broken.append(text)
        print(f"BROKEN: {text}", file=sys.stderr, flush=True)


class Worker(threading.Thread):
    """A client with sessions of its own: nobody else touches them, so what it was told is what must hold."""

    def __init__(self, word: Word, port: int, seed: int, mine: list[Session]):
        super().__init__()
        self.word, self.port, self.mine = word, port, mine
        self.random = random.Random(seed)

    def run(self):
        client = Client(self.port)
        try:
            while True:
                self.step(client)
        except Gone:
            pass

    def step(self, client):
        alive = [s for s in self.mine if s.alive]
        dice = self.random.random()
        if not alive or dice < 0.05:
            self.log_in(client)
        elif dice < 0.15:
            self.end(client, self.random.choice(alive))
        else:
            self.refresh(client, self.random.choice(alive))

    def log_in(self, client):
        user = self.random.choice(self.word.users)
        status, answer = client.log_in(user)
        if status != 200:
            return self.word.blame(f"login of {user}: {status} {answer}")
        session = Session(user, answer["refresh_token"], answer["access_token"])
        self.mine.append(session)
        with self.word.lock:
            self.word.sessions.append(session)
        self.word.count("logins")

    def refresh(self, client, session):
        status, answer = client.refresh(session.refresh_token)
        if status != 200:
            return self.word.blame(f"refresh under load: {status} {answer}")
        session.take(answer)
        self.word.count("refreshes")

    def end(self, client, session):
        session.doubtful = True
        if self.random.random() < 0.5:
            status, _ = client.post("/revoke", {"token": session.refresh_token})
        else:
            status, _ = client.post("/logout", {"scope": "local"}, session.access_token)
        if status not in (200, 204):
            return self.word.blame(f"ending a session: {status}")
        session.alive, session.doubtful = False, False
        self.word.count("endings")


class Adder(threading.Thread):
    """Adds accounts through the command line, another process on the same store."""

    def __init__(self, word: Word, program, data, cycle):
        super().__init__()
        self.word, self.program, self.data, self.cycle = word, program, data, cycle
        self.stopping = threading.Event()

    def run(self):
        for n in range(1_000):
            if self.stopping.is_set():
                return
            name = f"user-{self.cycle}-{n}"
            done = command(self.program, self.data, "user", "add", name, "--password-stdin", stdin=PASSWORD + "\n")
            if done.returncode != 0:
                return self.word.blame(f"user add: {done.stderr}")
            with self.word.lock:
                self.word.users.append(name)
            self.word.count("users")


def look_at(word: Word, client: Client, session: Session):
    status, answer = client.refresh(session.refresh_token)
    if session.doubtful:  # either is right; which one it is decides what must hold from now on
        session.alive, session.doubtful = status == 200, False
    if session.alive:
        if status != 200:
            return word.blame(f"a session or its rotation is lost: {status} {answer}")
        session.take(answer)
        status, _ = client.get("/items/", session.access_token)
        if status != 200:
            word.blame(f"the access token of a live session: {status}")
    else:
        if status == 200:
            word.blame("an ended session was refreshed")
        status, _ = client.get("/items/", session.access_token)
        if status != 401:
            word.blame(f"the access token of an ended session: {status}")


def look_at_accounts(word: Word, client: Client, program, data):
    done = command(program, data, "user", "list", "-o", "json")
    listed = {user["username"] for user in json.loads(done.stdout)}
    for missing in set(word.users) - listed:
        word.blame(f"account {missing} is lost")
    for name in word.users[-2:]:
        if client.log_in(name)[0] != 200:
            word.blame(f"{name} cannot log in")


def look_at_list(word: Word, client: Client):
    """Of one user, whether GET /sessions knows every live session."""
    alive = [s for s in word.sessions if s.alive and not s.doubtful]
    if not alive:
        return
    user = random.choice(alive).user
    theirs = [s for s in alive if s.user == user]
    status, answer = client.get("/sessions", theirs[0].access_token)
    if status != 200:
        return word.blame(f"GET /sessions: {status}")
    # One page may hold fewer than a user has.
    if len(answer["items"]) < min(len(theirs), 50):
        word.blame(f"GET /sessions shows {len(answer['items'])} of at least {len(theirs)} sessions")


def crash(word: Word, program, data, cycle: int, changed: list[list[Session]]):
    server = Server(program, data)
    workers = [Worker(word, server.port, cycle * 1000 + n, changed[n]) for n in range(WORKERS)]
    adder = Adder(word, program, data, cycle)
    for each in [*workers, adder]:
        each.start()
    time.sleep(random.uniform(0.05, 0.8))
    server.kill()
    adder.stopping.set()
    for each in [*workers, adder]:
        each.join()


def look(word: Word, program, data, sessions: list[Session]):
    server = Server(program, data)
    client = Client(server.port)
    for session in sessions:
        look_at(word, client, session)
    look_at_accounts(word, client, program, data)
    look_at_list(word, client)
    server.kill()  # a crash as well: what the looking has changed must hold in the next cycle


def crash_and_look(program: Path, data: Path, cycles: int) -> Word:
    word = Word()
    for name in ("first", "second", "third"):
        if command(program, data, "user", "add", name, "--password-stdin", stdin=PASSWORD + "\n").returncode != 0:
            sys.exit("cannot add the first accounts")
        word.users.append(name)
    started = time.monotonic()
    for cycle in range(10 * cycles):
        if cycle >= cycles and all(word.acknowledged.values()):
            break  # else goes on: on a machine that is busy a service may be killed before its first login
        # Each worker goes on with a few live sessions, so that old ones are written too.
        live = [s for s in word.sessions if s.alive]
        random.shuffle(live)
        mine = [live[n:5 * WORKERS:WORKERS] for n in range(WORKERS)]
        crash(word, program, data, cycle, mine)
        touched = [s for each in mine for s in each]
        look(word, program, data, touched + random.sample(word.sessions, min(SAMPLE, len(word.sessions))))
        if (cycle + 1) % 10 == 0 or cycle + 1 >= cycles:
            done = ", ".join(f"{count} {what}" for what, count in word.acknowledged.items())
            print(f"{cycle + 1} crashes in {time.monotonic() - started:.0f} s; acknowledged: {done}; "
                  f"broken: {len(word.broken)}", flush=True)
        if len(word.broken) > 20:
            break
    look(word, program, data, word.sessions)
    return word


# --- the trace

SYNC = re.compile(r"\b(?:fdatasync|fsync)(?:\(\d+\)| resumed>\))\s*= 0")
RECEIVED = re.compile(r"\b(?:recvfrom|recvmsg|read|readv)\b")
SENT = re.compile(r"\b(?:sendto|sendmsg|write|writev)\(.*HTTP/1\.1 2\d\d")


def syncs_before_reply(lines: list[str], marker: str) -> int:
    """Completed syncs between the arrival of the request with `marker` and the first answer after it."""
    arrived = next((n for n, line in enumerate(lines) if marker in line and RECEIVED.search(line)), None)
    if arrived is None:
        sys.exit(f"the trace has no request with {marker}")
    answered = next((n for n in range(arrived, len(lines)) if SENT.search(lines[n])), None)
    if answered is None:
        sys.exit(f"the trace has no answer to {marker}")
    return sum(1 for line in lines[arrived:answered] if SYNC.search(line))


def trace(program: Path, data: Path) -> list[str]:
    """One server under strace and one request of each kind; the kinds without a sync before their answer."""
    file = data.parent / "trace"
    launcher = ["strace", "-f", "-s", "2000", "-o", str(file), "-e",
                "trace=fdatasync,fsync,read,readv,recvfrom,recvmsg,sendto,sendmsg,write,writev"]
    server = Server(program, data, launcher)
    client = Client(server.port)
    _, session = client.log_in("first")
    other = client.log_in("second")[1]
    _, session = client.refresh(session["refresh_token"])
    client.post("/revoke", {"token": session["refresh_token"]})
    client.post("/logout", {"scope": "local"}, other["access_token"])
    children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text().split()
    os.kill(int(children[0]), signal.SIGTERM)  # the server; strace goes with it
    server.process.wait(timeout=60)
    lines = file.read_text(errors="replace").splitlines()
    markers = {"login": "username=first", "refresh": "grant_type=refresh_token", "revocation": "POST /revoke",
               "logout": "POST /logout"}
    found = {kind: syncs_before_reply(lines, marker) for kind, marker in markers.items()}
    print("syncs completed before the reply: " + ", ".join(f"{kind} {n}" for kind, n in found.items()), flush=True)
    return [kind for kind, n in found.items() if n == 0]


def can_trace() -> bool:
    if not shutil.which("strace"):
        return False
    return subprocess.run(["strace", "-o", "/dev/null", "true"], capture_output=True).returncode == 0


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    program = Path(sys.argv[1]).resolve()
    cycles = int(sys.argv[2]) if len(sys.argv) > 2 else 200
    with tempfile.TemporaryDirectory(prefix="latchkey-crash-") as directory:
        data = Path(directory) / "data"
        word = crash_and_look(program, data, cycles)
        unsynced = trace(program, data) if can_trace() else None
    if unsynced is None:
        print("no trace: strace is missing or may not trace here", file=sys.stderr)
    for kind in unsynced or []:
        print(f"BROKEN: a {kind} was answered before it was synced", file=sys.stderr)
    if 0 in word.acknowledged.values():
        print("BROKEN: not every kind of work was acknowledged even once, so nothing was shown", file=sys.stderr)
        return 1
    return 1 if word.broken or unsynced else 0


if __name__ == "__main__":
    sys.exit(main())
