#!/usr/bin/env python3
"""Clients that are slow on purpose, by slowhttptest in all its modes, against the running program with short deadlines.

In each mode 200 connections at once send or read a byte now and then. Meanwhile other clients are served, and each slow
connection is ended by the deadline that it misses.

Usage: slow_clients_test.py LATCHKEY
"""
import re
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.request
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from dev_service import DevService  # noqa: E402

PROGRAM = Path(sys.argv.pop(1)) if len(sys.argv) > 1 else None
DEADLINE_S = 2
CONNECTIONS = 200
OPTIONS = [part for name in ("first_byte", "header", "body", "write", "idle") for part in ("--set", f"limits.{name}={DEADLINE_S}s")]


def kept_for_clients(port: int) -> int:
    """Bytes that wait in the kernel for clients of this port to take them."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return sum(int(row[4].split(":")[0], 16) for row in rows if int(row[1].split(":")[1], 16) == port)


class SlowClients(unittest.TestCase):
    def attack(self, path: str, *mode: str) -> tuple[str, int, int]:
        """slowhttptest's report; the bytes that the kernel kept for its connections, at most and at its end."""
        log = tempfile.TemporaryFile("w+")
        self.addCleanup(log.close)
        with DevService(PROGRAM, options=OPTIONS) as service:
            attacker = subprocess.Popen(
                ["slowhttptest", *mode, "-c", str(CONNECTIONS), "-r", str(CONNECTIONS), "-i", "1", "-l", "8", "-p", "3",
                 "-u", service.url + path], stdout=log, stderr=subprocess.STDOUT)
            served = most = kept = 0
            while attacker.poll() is None:
                kept = kept_for_clients(service.port)
                most = max(most, kept)
                with urllib.request.urlopen(f"{service.url}/healthz", timeout=5) as answer:
                    served += answer.status == 200
                time.sleep(0.05)
        log.seek(0)
        report = re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", log.read())
        self.assertEqual(attacker.returncode, 0, report)
        self.assertGreater(served, 5)
        self.assertNotRegex(report, r"service available:\s+NO")
        self.assertRegex(report, r"service available:\s+YES")
        return report, most, kept

    def assert_all_are_ended(self, path: str, *mode: str):
        report, _, _ = self.attack(path, *mode)
        self.assertRegex(report, r"Exit status:\s+No open connections left")

    def test_slow_headers(self):
        self.assert_all_are_ended("/items/", "-H")

    def test_slow_bodies(self):
        self.assert_all_are_ended("/token", "-B", "-s", "4096")

    def test_ranges(self):
        self.assert_all_are_ended("/items/", "-R")

    def test_slow_readers(self):
        """Bunches of pipelined requests, whose answers are read by eight bytes a second. What such a client has in its own
        buffer it may go on reading; the server and its kernel keep nothing for it."""
        _, most, kept = self.attack("/openapi.json", "-X", "-k", "10", "-n", "1", "-w", "64", "-y", "128", "-z", "8")
        self.assertGreater(most, CONNECTIONS * 1024)
        self.assertEqual(kept, 0)


if __name__ == "__main__":
    unittest.main()
