#!/usr/bin/env python3
"""The systemd units by systemd's own judges, and held against what the program needs.

Usage: units_test.py LATCHKEY
"""
import os
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
PROGRAM = Path(sys.argv.pop(1)).resolve() if len(sys.argv) > 1 else None
UNITS = Path(__file__).resolve().parents[2] / "docker" / "systemd"
MOST_EXPOSED = 20  # tenths; systemd-analyze calls up to 2.0 OK

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from dev_service import clean_environment  # noqa: E402


def settings_of(unit: str) -> dict:
    """Name -> every value, in the order of the file."""
    found = {}
    for line in (UNITS / unit).read_text().splitlines():
        if line and line[0] not in "#;[":
            name, value = line.split("=", 1)
            found.setdefault(name, []).append(value)
    return found


class Units(unittest.TestCase):
    service = settings_of("latchkey.service")

    def judged(self, *command: str, units=("latchkey.service", "latchkey.socket", "latchkey-management.socket")):
        """systemd-analyze's verdict on copies that start the program under test."""
        with tempfile.TemporaryDirectory(prefix="latchkey-units-") as directory:
            for unit in UNITS.glob("*.s*"):
                text = unit.read_text().replace("/usr/bin/latchkey", str(PROGRAM))
                Path(directory, unit.name).write_text(text)
            return subprocess.run(["systemd-analyze", *command, *(f"{directory}/{unit}" for unit in units)],
                                  capture_output=True, text=True, timeout=60)

    def test_systemd_finds_nothing_wrong(self):
        verdict = self.judged("verify", "--man=no", "--recursive-errors=no")
        self.assertEqual((verdict.returncode, verdict.stdout + verdict.stderr), (0, ""))

    def test_the_service_is_exposed_as_little_as_promised(self):
        verdict = self.judged("security", "--offline=yes", f"--threshold={MOST_EXPOSED}", "--no-pager", units=("latchkey.service",))
        self.assertEqual(verdict.returncode, 0, verdict.stdout + verdict.stderr)
        print("\n" + verdict.stdout.strip().splitlines()[-1])

    def test_a_stop_has_more_time_than_the_drain(self):
        grace = subprocess.run([PROGRAM, "config", "show", "-o", "json"], env=clean_environment(), capture_output=True, text=True,
                               check=True).stdout
        seconds = int(re.search(r'"server\.grace"[^}]*?"(\d+)s"', grace)[1])
        self.assertGreater(int(self.service["TimeoutStopSec"][0].removesuffix("s")), seconds + 5)

    def test_every_secret_is_a_credential_and_none_is_in_the_environment(self):
        credentials = {each.split(":")[0] for each in self.service["LoadCredential"]}
        files = dict(each.split("=", 1) for each in self.service["Environment"])
        self.assertEqual(files["LATCHKEY_MASTER_KEY_FILE"], "%d/master_key")
        self.assertIn("master_key", credentials)
        for name, value in files.items():
            self.assertTrue(value.startswith(("%d/", "/var/log/latchkey/")) or name == "LATCHKEY_LOG_FORMAT", name)

    def test_the_program_takes_the_environment_of_the_unit(self):
        with tempfile.TemporaryDirectory(prefix="latchkey-credentials-") as directory:
            secret = Path(directory, "master_key")
            secret.write_text(secrets.token_urlsafe(48))
            secret.chmod(0o440)  # as systemd shows it: readable by an access control list
            environment = dict(each.replace("%d", directory).split("=", 1) for each in self.service["Environment"])
            verdict = subprocess.run([PROGRAM, "config", "check"], env=clean_environment(**environment), capture_output=True, text=True)
            self.assertEqual(verdict.returncode, 0, verdict.stdout + verdict.stderr)

    def test_sockets_have_the_names_that_the_program_knows(self):
        self.assertEqual(settings_of("latchkey.socket")["FileDescriptorName"], ["http"])
        self.assertEqual(settings_of("latchkey-management.socket")["FileDescriptorName"], ["management"])
        for unit in ("latchkey.socket", "latchkey-management.socket"):
            self.assertEqual(settings_of(unit)["Service"], ["latchkey.service"])
            self.assertIn(unit, self.service["Sockets"][0].split())

    def test_the_user_is_made_by_sysusers(self):
        verdict = subprocess.run(["systemd-sysusers", f"--root={self.root()}", str(UNITS / "latchkey.sysusers")],
                                 capture_output=True, text=True)
        self.assertEqual(verdict.returncode, 0, verdict.stderr)
        self.assertIn("latchkey:", Path(self.directory, "etc", "passwd").read_text())

    def root(self) -> str:
        self.directory = tempfile.mkdtemp(prefix="latchkey-root-")
        self.addCleanup(shutil.rmtree, self.directory)
        os.mkdir(Path(self.directory, "etc"))
        return self.directory


if __name__ == "__main__":
    unittest.main(verbosity=2)
