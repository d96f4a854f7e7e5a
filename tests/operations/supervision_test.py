#!/usr/bin/env python3
"""What the program says to a service manager (sd_notify), and the sockets it takes from one (sd_listen_fds).

Usage: supervision_test.py LATCHKEY
"""
import os
import signal
import socket
import subprocess
import sys
import time
import unittest
import urllib.error
import urllib.request
from pathlib import Path

sys.dont_write_bytecode = True
from started_service import PATIENCE_S, StartedService, Supervisor  # noqa: E402
from dev_service import free_port  # noqa: E402

PROGRAM = Path(sys.argv.pop(1)) if len(sys.argv) > 1 else None


def status_of(url: str) -> int:
    """Of one request that is sent once: what is ready answers."""
    try:
        with urllib.request.urlopen(url, timeout=PATIENCE_S) as answer:
            return answer.status
    except urllib.error.HTTPError as refusal:
        return refusal.code


def listener(address=("127.0.0.1", 0), family=socket.AF_INET) -> socket.socket:
    made = socket.socket(family)
    made.bind(address)
    made.listen()
    return made


class Test(unittest.TestCase):
    def start(self, *sockets, **more) -> StartedService:
        service = StartedService(PROGRAM, sockets, **more)
        self.addCleanup(service.kill)
        return service

    def keep(self, made: socket.socket) -> socket.socket:
        self.addCleanup(made.close)
        return made

    def supervisor(self, address=None) -> Supervisor:
        listening = Supervisor(address)
        self.addCleanup(listening.close)
        return listening


class Notifying(Test):
    def test_ready_means_that_both_ports_answer(self):
        for address in (None, f"@latchkey-test-{os.getpid()}"):
            with self.subTest(address=address):
                systemd = self.supervisor(address)
                service = self.start(NOTIFY_SOCKET=systemd.address)
                said = systemd.hears()
                self.assertEqual(said["READY"], "1")
                self.assertIn(f"127.0.0.1:{service.port}", said["STATUS"])
                self.assertEqual(status_of(f"http://127.0.0.1:{service.management_port}/readyz"), 200)
                self.assertEqual(status_of(f"http://127.0.0.1:{service.port}/items/"), 401)

    def test_a_start_that_fails_is_never_ready(self):
        systemd = self.supervisor()
        service = self.start(NOTIFY_SOCKET=systemd.address, options=["--set", "hashing.memory_budget=1MiB"])
        self.assertNotEqual(service.ends(), 0)
        self.assertEqual(systemd.heard(), [])

    def test_a_reload_is_announced_and_ended(self):
        systemd = self.supervisor()
        service = self.start(NOTIFY_SOCKET=systemd.address)
        systemd.hears()
        before = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
        service.process.send_signal(signal.SIGHUP)
        said = systemd.hears()
        self.assertEqual(said["RELOADING"], "1")
        self.assertLessEqual(before, int(said["MONOTONIC_USEC"]))
        self.assertLessEqual(int(said["MONOTONIC_USEC"]), time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000)
        self.assertEqual(systemd.hears()["READY"], "1")

    def test_a_stop_is_announced_before_it_ends(self):
        systemd = self.supervisor()
        service = self.start(NOTIFY_SOCKET=systemd.address)
        systemd.hears()
        idle = self.keep(socket.create_connection(("127.0.0.1", service.port)))
        service.process.send_signal(signal.SIGTERM)
        self.assertEqual(systemd.hears()["STOPPING"], "1")
        idle.close()
        self.assertEqual(service.ends(), 0)
        self.assertEqual(systemd.heard(), [])

    def test_it_is_alive_twice_in_the_time_that_is_waited(self):
        systemd = self.supervisor()
        began = time.monotonic()
        service = self.start(NOTIFY_SOCKET=systemd.address, WATCHDOG_USEC="200000")
        said = [systemd.hears() for _ in range(10)]
        self.assertEqual([each for each in said if "READY" not in each], 9 * [{"WATCHDOG": "1"}])
        self.assertGreater(time.monotonic() - began, 0.8, "it does not chatter")
        self.assertIsNone(service.process.poll())

    def test_a_watchdog_of_another_process_is_not_fed(self):
        for environment in ({"WATCHDOG_USEC": "1000", "WATCHDOG_PID": "1"}, {"WATCHDOG_USEC": "soon"},
                            {"WATCHDOG_USEC": "-5"}, {"WATCHDOG_USEC": "0"}):
            with self.subTest(environment):
                systemd = self.supervisor()
                service = self.start(NOTIFY_SOCKET=systemd.address, **environment)
                systemd.hears()
                service.process.send_signal(signal.SIGTERM)
                self.assertEqual(service.ends(), 0)
                self.assertEqual([each for each in systemd.heard() if "WATCHDOG" in each], [])

    def test_a_supervisor_that_cannot_be_reached_costs_a_warning(self):
        for address in ("/nowhere/notify", "@", "relative", "/" + 200 * "x", "vsock:2:1234"):
            with self.subTest(address=address):
                service = self.start(NOTIFY_SOCKET=address, options=["--set", "log.format=json"])
                while '"serving"' not in service.said() and service.process.poll() is None:
                    time.sleep(0.02)
                service.process.send_signal(signal.SIGTERM)
                self.assertEqual(service.ends(), 0)
                self.assertIn("NOTIFY_SOCKET", service.said())


class Activated(Test):
    def test_connections_that_came_before_the_start_are_answered(self):
        http, management = self.keep(listener()), self.keep(listener())
        early = self.keep(socket.create_connection(http.getsockname()))
        early.sendall(b"GET /items/ HTTP/1.1\r\nHost: early\r\n\r\n")
        for names, sockets in (("http:management", (http, management)), ("management:http", (management, http)),
                               (None, (http, management))):
            with self.subTest(names=names):
                systemd = self.supervisor()
                environment = {"LISTEN_FDNAMES": names} if names else {}
                service = self.start(*sockets, LISTEN_FDS="2", NOTIFY_SOCKET=systemd.address, **environment)
                self.assertIn(f"127.0.0.1:{http.getsockname()[1]}", systemd.hears()["STATUS"])
                self.assertTrue(early.recv(4096).startswith(b"HTTP/1.1 401"))
                self.assertEqual(status_of(f"http://127.0.0.1:{management.getsockname()[1]}/readyz"), 200)
                with self.assertRaises(OSError, msg="the configured port is not opened as well"):
                    socket.create_connection(("127.0.0.1", service.port))
                for number in (3, 4):
                    flags = Path(f"/proc/{service.process.pid}/fdinfo/{number}").read_text()
                    self.assertTrue(int(flags.split("flags:")[1].split()[0], 8) & os.O_CLOEXEC)
                # The listener outlives the service: who comes meanwhile is answered by the next one.
                service.process.send_signal(signal.SIGTERM)
                self.assertEqual(service.ends(), 0)
                early = self.keep(socket.create_connection(http.getsockname()))
                early.sendall(b"GET /items/ HTTP/1.1\r\nHost: early\r\n\r\n")

    def test_one_socket_may_be_handed_over_and_the_other_configured(self):
        management = self.keep(listener(("::1", 0), socket.AF_INET6))
        systemd = self.supervisor()
        service = self.start(management, LISTEN_FDS="1", LISTEN_FDNAMES="management", NOTIFY_SOCKET=systemd.address)
        systemd.hears()
        self.assertEqual(status_of(f"http://[::1]:{management.getsockname()[1]}/readyz"), 200)
        self.assertEqual(status_of(f"http://127.0.0.1:{service.port}/items/"), 401)

    def test_sockets_of_another_process_are_left_alone(self):
        other = self.keep(listener())
        for environment in ({"LISTEN_PID": "1", "LISTEN_FDS": "1"}, {"LISTEN_PID": "x", "LISTEN_FDS": "1"}, {"LISTEN_FDS": "0"}):
            with self.subTest(environment):
                systemd = self.supervisor()
                service = self.start(other, NOTIFY_SOCKET=systemd.address, **environment)
                systemd.hears()
                self.assertEqual(status_of(f"http://127.0.0.1:{service.port}/items/"), 401)

    def test_what_cannot_be_used_is_refused_with_a_remedy(self):
        datagram = self.keep(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        datagram.bind(("127.0.0.1", 0))
        deaf = self.keep(socket.socket())
        deaf.bind(("127.0.0.1", 0))
        local = self.keep(listener(f"\0latchkey-test-{os.getpid()}", socket.AF_UNIX))
        connected = self.keep(socket.create_connection(self.keep(listener()).getsockname()))
        good = self.keep(listener())
        null = open(os.devnull)
        self.addCleanup(null.close)
        cases = [([datagram], "1", "http", "not a TCP socket"), ([deaf], "1", "http", "does not listen"),
                 ([local], "1", "http", "not a TCP socket"), ([connected], "1", "management", "does not listen"),
                 ([null], "1", "http", "not a socket"), ([good], "2", "http:management", "is not open"),
                 ([good], "1", "latchkey.socket", "latchkey.socket"), ([good], "1", "", 'named ""'),
                 ([good, good], "2", "http:http", "two are named"), ([good], "1", "http:management", "has 2 names"),
                 ([good, good], "2", "http", "has 1 names"), ([good], "3", "http:management:http", "two are used"),
                 ([good], "one", "http", "a number"), ([good], "-1", "http", "a number"), ([good], "1 ", "http", "a number")]
        for sockets, count, names, why in cases:
            with self.subTest(count=count, names=names, why=why):
                service = self.start(*sockets, LISTEN_FDS=count, LISTEN_FDNAMES=names)
                self.assertEqual(service.ends(), 1)
                self.assertIn(why, service.said())
                self.assertIn("try: ", service.said())

    def test_systemd_socket_activate_hands_over_what_is_expected(self):
        http, management = free_port(), free_port()
        service = self.start(launcher=("systemd-socket-activate", "-l", f"127.0.0.1:{http}", "-l", f"127.0.0.1:{management}",
                                       "--fdname=http:management"))
        deadline = time.monotonic() + PATIENCE_S
        while True:  # until systemd-socket-activate itself listens
            try:
                first = self.keep(socket.create_connection(("127.0.0.1", http)))
                break
            except OSError:
                self.assertLess(time.monotonic(), deadline, service.said())
                time.sleep(0.02)
        first.sendall(b"GET /items/ HTTP/1.1\r\nHost: first\r\n\r\n")
        self.assertTrue(first.recv(4096).startswith(b"HTTP/1.1 401"), service.said())
        self.assertEqual(status_of(f"http://127.0.0.1:{management}/readyz"), 200)


if __name__ == "__main__":
    unittest.main(verbosity=2)
