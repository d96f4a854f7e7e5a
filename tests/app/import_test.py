#!/usr/bin/env python3
"""Users of other systems move in and log in over HTTP with the passwords that they had. `import_test.py PROGRAM`"""
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "support"))
from command_test import PROGRAM, run_on_terminal  # noqa: E402
from dev_service import clean_environment, free_port  # noqa: E402

EXPORTS = Path(__file__).resolve().parent.parent / "vectors" / "exports"
PASSWORD = "пароль 🔑 Größe"  # of everybody, see make.py there
MASTER_KEY = "Jr9mVYx2kq0TtSb7uHcLwE4dZ8nQpF1aGvKoXy6iMhU="


class Import(unittest.TestCase):
    def setUp(self):
        self.directory = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.data = self.directory / "data"

    def environment(self, **more):
        return clean_environment(LATCHKEY_DATA_DIR=str(self.data), LATCHKEY_MASTER_KEY=MASTER_KEY, **more)

    def latchkey(self, *arguments, stdin="", **environment):
        return subprocess.run([PROGRAM, *arguments], input=stdin, text=True, capture_output=True, timeout=120,
                              env=self.environment(**environment))

    def succeed(self, *arguments, **more):
        done = self.latchkey(*arguments, **more)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stderr, "")
        return done.stdout

    def take(self, form, file, *options, **more):
        """The report; a rehearsal before it said the same."""
        arguments = ["user", "import", "--format", form, str(EXPORTS / file), "-o", "json", *options]
        rehearsed = json.loads(self.succeed(*arguments, "--dry-run", **more))
        self.assertFalse(self.data.exists())
        report = json.loads(self.succeed(*arguments, **more))
        self.assertEqual((rehearsed.pop("would_import"), report.pop("would_import")), (report["imported"], 0))
        self.assertEqual(rehearsed | {"imported": report["imported"]}, report)
        return report

    def stored(self):
        return {user["username"]: user for user in map(json.loads, self.succeed("user", "export", "--with-hashes").splitlines())}

    def serve(self):
        port, management = free_port(), free_port()
        server = subprocess.Popen([PROGRAM, "serve", "--listen", f"127.0.0.1:{port}", "--management-listen", f"127.0.0.1:{management}"],
                                  env=self.environment(), stderr=subprocess.DEVNULL)
        self.addCleanup(server.wait)
        self.addCleanup(server.kill)
        self.url = f"http://127.0.0.1:{port}/token"
        deadline = time.monotonic() + 30
        while self.latchkey("healthcheck", "--management-listen", f"127.0.0.1:{management}").returncode != 0:
            self.assertLess(time.monotonic(), deadline)

    def log_in(self, username, password=PASSWORD):
        form = urllib.parse.urlencode({"username": username, "password": password}).encode()
        try:
            with urllib.request.urlopen(self.url, form, timeout=60) as answer:
                return answer.status
        except urllib.error.HTTPError as refused:
            return refused.code

    def everybody_logs_in(self):
        before = self.stored()
        self.serve()
        enabled = [name for name, user in before.items() if not user["disabled"]]
        for name, user in before.items():
            self.assertEqual(self.log_in(name), 400 if user["disabled"] else 200, name)
        self.assertEqual(self.log_in(enabled[0], PASSWORD + "x"), 400)
        after = self.stored()
        for name in enabled:
            self.assertTrue(after[name]["password_hash"].startswith("$argon2id$v=19$m=19456,t=2,p=1$"), name)
            self.assertEqual(self.log_in(name), 200, name + " with the upgraded hash")
        return before

    def assert_no_weak_hash(self, file):
        """No digest of the export stands in the store's files."""
        weak = set(re.findall(r"[0-9a-f]{32,128}", (EXPORTS / file).read_text().lower()))
        self.assertTrue(weak)
        for part in self.data.iterdir():
            kept = part.read_bytes().lower()
            for digest in weak:
                self.assertNotIn(digest.encode(), kept)

    def skipped(self, report):
        return [user["username"] for user in report["skipped_users"]]

    def test_django(self):
        report = self.take("django", "django.json", "--scope", "items")
        self.assertEqual((report["imported"], self.skipped(report)), (11, ["none"]))
        self.assertEqual(report["wrapped"], {"prefix-md5": 1, "prefix-sha1": 1, "plain-md5": 1, "plain-sha1": 1})
        self.assert_no_weak_hash("django.json")
        before = self.everybody_logs_in()
        self.assertEqual(before["argon2"]["scopes"], ["items"])
        self.assertTrue(before["inactive"]["disabled"])

    def test_keycloak(self):
        report = self.take("keycloak", "keycloak.json")
        self.assertEqual((report["imported"], self.skipped(report)), (4, ["none", "service-account-shop"]))
        self.assertEqual(report["as_is"], {"argon2id": 1, "pbkdf2-sha512": 1})
        before = self.everybody_logs_in()
        ids = {user["username"]: user["id"] for user in json.loads((EXPORTS / "keycloak.json").read_text())["users"]}
        self.assertEqual(before["argon2"]["id"], ids["argon2"])

    def test_auth0(self):
        report = self.take("auth0", "auth0.json")
        self.assertEqual((report["imported"], self.skipped(report)), (12, ["none-md4", "none@example.com"]))
        self.assertEqual(sum(report["wrapped"].values()), 6)
        self.everybody_logs_in()

    def test_auth0s_export_with_hashes(self):
        self.assertEqual(self.take("auth0", "auth0.ndjson")["as_is"], {"bcrypt": 2})
        self.everybody_logs_in()

    def test_firebase(self):
        config = self.directory / "hash_config"
        shutil.copy(EXPORTS / "firebase_hash_config.txt", config)
        config.chmod(0o644)
        arguments = ["user", "import", "--format", "firebase", str(EXPORTS / "firebase.json")]
        self.assertIn("chmod 600", self.latchkey(*arguments, "--firebase-hash-config", str(config)).stderr)
        self.assertEqual(self.latchkey(*arguments).returncode, 2)
        config.chmod(0o600)
        report = self.take("firebase", "firebase.json", "--firebase-hash-config", str(config))
        self.assertEqual((report["imported"], self.skipped(report)), (2, ["none@example.com", "none"]))
        self.everybody_logs_in()

    def test_firebases_key_from_the_environment(self):
        key = re.search("base64_signer_key: (.*),", (EXPORTS / "firebase_hash_config.txt").read_text()).group(1)
        report = self.take("firebase", "firebase.json", "--firebase-mem-cost", "14", FIREBASE_SIGNER_KEY=key)
        self.assertEqual(report["as_is"], {"firebase-scrypt": 2})
        self.everybody_logs_in()

    def test_supabase(self):
        for file in ["supabase.csv", "supabase.json"]:
            self.data = self.directory / file
            report = self.take("supabase", file)
            self.assertEqual((report["imported"], report["as_is"]), (3, {"bcrypt": 3}))
            self.assertEqual([user["reason"] for user in report["skipped_users"]], ["has no password", "is deleted", "has no e-mail address"])
        before = self.everybody_logs_in()
        self.assertTrue(before["banned@example.com"]["disabled"])

    def test_weak_hashes_in_json_lines_are_wrapped(self):
        rows = [{"username": "md5", "password_hash": "9cc2ae8a1ba7a93da39b46fc1019c481"},
                {"username": "pbkdf2", "password_hash": "$pbkdf2-sha256$500$wXjPOSfE2NtbS.l9r/Veiw$Sy3MD7uUKFmjfunERLN3MBie41B9gfmkvVBpihDZHiY"}]
        report = json.loads(self.succeed("user", "import", "-o", "json", stdin="\n".join(map(json.dumps, rows))))
        self.assertEqual(report["wrapped"], {"plain-md5": 1, "pbkdf2-sha256,i=500": 1})
        self.serve()
        for row in rows:
            self.assertEqual(self.log_in(row["username"], "correct horse battery staple"), 200)
        exported = self.succeed("user", "export", "--with-hashes")
        self.data = self.directory / "other"
        self.succeed("user", "import", stdin=exported)

    def test_a_hash_that_takes_more_memory_than_there_is_for_hashing_is_refused(self):
        tag = "AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
        file = self.directory / "users.jsonl"
        file.write_text("".join(json.dumps({"username": name, "password_hash": text}) + "\n" for name, text in [
            ("large", f"$argon2id$v=19$m=131072,t=1,p=4${tag}"), ("fitting", f"$argon2id$v=19$m=102400,t=1,p=4${tag}"),
            ("scrypt", "scrypt:131072:8:1$salt$" + 64 * "0")]))
        for how in [["--dry-run"], []]:
            done = self.latchkey("user", "import", str(file), *how, "--set", "hashing.memory_budget=100MiB")
            self.assertEqual(done.returncode, 1)
            self.assertIn("users.jsonl:1: takes 128MiB to verify, and the memory budget for hashing is 100MiB", done.stderr)
            self.assertIn("users.jsonl:3: takes ", done.stderr)
            self.assertNotIn("users.jsonl:2", done.stderr)
        self.assertFalse(self.data.exists())
        self.succeed("user", "import", str(file), "--set", "hashing.memory_budget=129MiB")

    def test_two_users_of_one_folded_name_are_refused_and_named(self):
        text = (EXPORTS / "django.json").read_text().replace('"username": "sha1"', '"username": "MD5"')
        file = self.directory / "twice.json"
        file.write_text(text)
        done = self.latchkey("user", "import", "--format", "django", str(file))
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        line = [1 + n for n, row in enumerate(text.splitlines()) if '"username": "MD5"' in row][0]
        named = [int(n) for n in re.findall(r"twice.json:(\d+): is the user of line (\d+)", done.stderr)[0]]
        self.assertTrue(named[1] < named[0] <= line)
        self.assertFalse(self.data.exists())

    def test_a_file_that_ends_too_early_imports_nobody(self):
        for form, file in [("django", "django.json"), ("keycloak", "keycloak.json"), ("auth0", "auth0.json"), ("supabase", "supabase.json")]:
            text = (EXPORTS / file).read_text()
            done = self.latchkey("user", "import", "--format", form, stdin=text[:len(text) * 3 // 4])
            self.assertEqual((done.returncode, done.stdout), (1, ""), form)
            self.assertIn("nothing was imported", done.stderr)
        self.assertFalse(self.data.exists())

    def test_a_terminal_sees_progress_and_nothing_of_it_stays(self):
        rows = "".join(json.dumps({"username": f"user{n}", "password_hash": f"{n:032x}"}) + "\n" for n in range(200))
        file = self.directory / "many.jsonl"
        file.write_text(rows)
        status, output, seen = run_on_terminal([PROGRAM, "user", "import", str(file)], self.environment(TERM="xterm"))
        self.assertEqual(status, 0)
        self.assertIn("200 users imported", output)
        self.assertIn("users to be stored: 200", seen)
        self.assertRegex(seen, r"\r +\r$")  # written over with blanks


if __name__ == "__main__":
    unittest.main(verbosity=2)
