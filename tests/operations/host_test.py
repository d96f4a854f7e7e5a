#!/usr/bin/env python3
"""The sample configuration for the host: logrotate and fail2ban on the audit log of the running program.

Usage: host_test.py LATCHKEY
"""
import configparser
import json
import re
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from dev_service import PASSWORD, USERNAME, DevService, clean_environment  # noqa: E402

PROGRAM = Path(sys.argv.pop(1)) if len(sys.argv) > 1 else None
HOST = Path(__file__).resolve().parents[2] / "docker" / "host"
FILTER = HOST / "fail2ban" / "filter.d" / "latchkey.conf"
JAIL = HOST / "fail2ban" / "jail.d" / "latchkey.conf"
ROTATION = HOST / "logrotate.d" / "latchkey"
AUDIT_LOG = "/var/log/latchkey/audit.log"
INNOCENT = "198.51.100.1"  # what hostile text would like to have banned

ZEROS = 64 * "0"
OWN_END = f'"previous":"{ZEROS}","hash":"{ZEROS}","mac":"{ZEROS}"}}'


def line(**members) -> str:
    """A record as Latchkey writes it."""
    text = json.dumps({"seq": 17, "time": "2026-11-24T02:30:00.123Z"} | members, separators=(",", ":"), ensure_ascii=False)
    return text[:-1] + "," + OWN_END


def failed(address: str = "203.0.113.7", before=(), **behind) -> str:
    return line(event="login_failed", **dict(before), address=address, **({"request_id": "4f"} | behind | ({} if "reason" in behind else {"reason": "wrong_password"})))


def banned(lines: list) -> list:
    """The addresses that fail2ban reads from a log of these lines."""
    with tempfile.NamedTemporaryFile("w", suffix=".log") as log:
        log.write("".join(each + "\n" for each in lines))
        log.flush()
        said = subprocess.run(["fail2ban-regex", "--out", "ip", log.name, str(FILTER)], capture_output=True, text=True, timeout=60)
    if said.returncode not in (0, 1) or "ERROR" in said.stderr:
        raise AssertionError(said.stdout + said.stderr)
    return said.stdout.split()


HOSTILE = [f'","address":"{INNOCENT}', f'x","address":"{INNOCENT}","reason":"wrong_password","y":"', f'\\","address":"{INNOCENT}"',
           f'\\\\","address":"{INNOCENT}"', f'"}}\n{failed(INNOCENT)}', f'"}}\r{failed(INNOCENT)}', f'"}}\u2028{failed(INNOCENT)}',
           failed(INNOCENT), f'{{"seq":1,"time":"2026-11-24T02:30:00.123Z","event":"login_failed","address":"{INNOCENT}"',
           INNOCENT, f"from {INNOCENT} port 22", "\\", '\\"', '"', "\\u0022,\\u0022address\\u0022:\\u0022" + INNOCENT, "\0", 255 * "\\"]


class Fail2ban(unittest.TestCase):
    def test_reads_the_address_of_a_wrong_password(self):
        self.assertEqual(banned([failed(), failed("2001:db8::7"), failed("192.0.2.1", reason="unknown_user"),
                                 failed("192.0.2.2", before={"client_id": "spa"}), failed("192.0.2.3", trace_id="5e"),
                                 failed("192.0.2.4", reason="wrong_password", account_name=HOSTILE[0])]),
                         ["203.0.113.7", "2001:db8::7", "192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4"])

    def test_reads_nothing_from_what_is_no_guess(self):
        self.assertEqual(banned([failed(reason="disabled_user"), failed(reason="scope_not_allowed"), line(event="login_failed", reason="wrong_password"),
                                 line(event="login_succeeded", address=INNOCENT), line(event="login_failed_x", address=INNOCENT, reason="wrong_password"),
                                 line(event="token_revoked", username="x", address=INNOCENT, reason="wrong_password"),
                                 line(event="login_failed", address="not an address", reason="wrong_password"),
                                 "x" + failed(), " " + failed(), failed()[:60], "", "{}", failed().replace("login_failed", "login\\u005ffailed")]), [])

    def test_is_not_fooled_by_text_that_a_client_sends(self):
        guilty, lines = [], []
        for text in HOSTILE:
            for member in ("subject", "username", "client_id"):
                guilty.append(f"203.0.113.{len(guilty)}")
                lines.append(failed(guilty[-1], before={member: text}))
                lines.append(line(event="login_succeeded", **{member: text}, address=INNOCENT))
            for member in ("request_id", "trace_id"):
                guilty.append(f"203.0.113.{len(guilty)}")
                lines.append(failed(guilty[-1], **{member: text}))
            lines += [failed(INNOCENT, reason=text), line(event=text, address=INNOCENT, reason="wrong_password")]
        self.assertEqual(banned(lines), guilty)

    def test_the_jail_names_the_filter_and_the_file(self):
        jail = configparser.ConfigParser()
        jail.read(JAIL)
        self.assertEqual(jail["latchkey"]["filter"], FILTER.stem)
        self.assertEqual(jail["latchkey"]["logpath"], AUDIT_LOG)


class OnTheRunningProgram(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory(prefix="latchkey-host-")
        self.addCleanup(directory.cleanup)
        self.directory = Path(directory.name)
        self.log = self.directory / "audit.log"
        self.service = DevService(PROGRAM, log=subprocess.DEVNULL, options=(
            "--set", f"audit.file={self.log}", "--set", "server.trusted_proxies=127.0.0.1", "--set", "hashing.memory=7MiB", "--set", "hashing.passes=5"))
        self.service.__enter__()
        self.addCleanup(self.service.__exit__, None, None, None)

    def log_in(self, name: str, password: str, address: str) -> int:
        form = urllib.parse.urlencode({"username": name, "password": password}).encode()
        request = urllib.request.Request(f"{self.service.url}/token", form, {"X-Forwarded-For": address})
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status
        except urllib.error.HTTPError as refusal:
            return refusal.code

    def test_fail2ban_reads_who_failed_and_nobody_else(self):
        expected = []
        for number, name in enumerate([*HOSTILE, USERNAME, "nobody"]):
            address = f"203.0.113.{number + 1}"
            self.assertEqual(self.log_in(name, f"wrong {number}", address), 400, name)
            expected.append(address)
        self.assertEqual(self.log_in(USERNAME, PASSWORD, "203.0.113.200"), 200)
        self.log_in(USERNAME, "wrong", "2001:db8::7")
        self.assertEqual(banned(self.log.read_text().splitlines()), [*expected, "2001:db8::7"])

    def rotation(self) -> Path:
        """The sample, for this file and this process."""
        text = ROTATION.read_text()
        command = re.search(r"systemctl kill [^\n]*", text)[0]
        self.assertIn(AUDIT_LOG, text)
        ours = self.directory / "logrotate.conf"
        ours.write_text(text.replace(AUDIT_LOG, str(self.log)).replace(command, f"kill -HUP {self.service.process.pid}"))
        ours.chmod(0o644)
        return ours

    def logrotate(self, *options: str) -> str:
        done = subprocess.run(["logrotate", f"--state={self.directory}/state", *options, str(self.rotation())],
                              capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotRegex(done.stderr, r"(?m)^(error|warning): (?!logrotate in debug mode)")
        return done.stderr

    def test_logrotate_accepts_the_sample(self):
        self.assertIn(str(self.log), self.logrotate("--debug"))

    def test_rotated_files_are_one_chain_and_no_record_is_lost(self):
        for turn in range(2):
            self.log_in("nobody", f"before {turn}", "203.0.113.1")
            before = len(list(self.directory.glob("audit.log-*")))
            time.sleep(1.1 * turn)  # the names of the rotated files have seconds
            self.logrotate("--force")
            deadline = time.monotonic() + 30
            while not self.log.exists():
                self.assertLess(time.monotonic(), deadline)
                time.sleep(0.02)
            self.assertEqual(len(list(self.directory.glob("audit.log-*"))), before + 1)
            self.assertEqual(self.log.stat().st_mode & 0o777, 0o600)
        self.log_in("nobody", "behind", "203.0.113.1")
        for packed in self.directory.glob("*.gz"):
            subprocess.run(["gunzip", str(packed)], check=True)
        files = sorted(self.directory.glob("audit.log-*")) + [self.log]
        records = [json.loads(each) for file in files for each in file.read_text().splitlines()]
        self.assertEqual([each["seq"] for each in records], list(range(1, len(records) + 1)))
        self.assertEqual([each["event"] for each in records].count("login_failed"), 3)
        verdict = subprocess.run([PROGRAM, "audit", "verify", "--without-key", "--one-chain", *map(str, files)], env=clean_environment(),
                                 capture_output=True, text=True)
        self.assertEqual(verdict.returncode, 0, verdict.stdout + verdict.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
