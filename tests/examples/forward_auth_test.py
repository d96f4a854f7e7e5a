"""docker/examples/forward-auth: a proxy with its configuration in front of a backend without a line of authentication.

Only the addresses in the shipped configuration are replaced. nginx is installed with scripts/install-dependencies when it
is absent; Caddy has to be there, and is tested when it is asked for: `tests/examples/run forward_auth CaddyTest`.
"""
import http.client
import http.server
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import unittest
import urllib.parse
from pathlib import Path

from example import (EXAMPLES, PASSWORD, USERNAME, SharedSecret, becomes_ready, claims_of, encoded, free_port, latchkey,
                     listens)
from toolchain import need_programs

SHIPPED = EXAMPLES / "forward-auth"
SECRET = "a secret of the tests, shared to sign what has expired already"
IDENTITY = ("X-Auth-Subject", "X-Auth-Username", "X-Auth-Scope")


class Backend(http.server.ThreadingHTTPServer):
    """Answers with what it was sent, and counts."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self):
            self.server.requests += 1
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            seen = json.dumps({"method": self.command, "path": self.path, "body": body,
                               "headers": self.headers.items()}).encode()
            self.send_response(500 if self.path.endswith("/broken") else 200)
            self.send_header("Content-Length", str(len(seen)))
            self.end_headers()
            self.wfile.write(seen)

        do_GET = do_POST = answer

        def log_message(self, *_):
            pass

    def __init__(self):
        super().__init__(("127.0.0.1", 0), self.Handler)
        self.requests = 0
        self.port = self.server_address[1]
        threading.Thread(target=self.serve_forever, daemon=True).start()


def fill_in(file: Path, addresses: dict) -> str:
    """The shipped text with other addresses; each must be there, so that the test cannot pass beside the file."""
    text = file.read_text()
    for shipped, ours in addresses.items():
        if shipped not in text:
            sys.exit(f"{file} does not name {shipped}")
        text = text.replace(shipped, ours)
    return text


class Nginx:
    def __init__(self, directory: Path, latchkey: int, backend: int):
        need_programs("nginx")
        self.port = free_port()
        shutil.copytree(SHIPPED / "nginx" / "snippets", directory / "snippets")
        (directory / "default.conf").write_text(fill_in(
            SHIPPED / "nginx" / "conf.d" / "default.conf",
            {"listen 80;": f"listen 127.0.0.1:{self.port};", "server latchkey:8080;": f"server 127.0.0.1:{latchkey};",
             "server backend:8000;": f"server 127.0.0.1:{backend};"}))
        # What the distribution's nginx.conf does around conf.d, without root and in the foreground.
        paths = "\n".join(f"{name}_temp_path {directory}/{name};"
                          for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        (directory / "nginx.conf").write_text(
            f"daemon off; pid {directory}/pid; error_log stderr warn; events {{}}\n"
            f"http {{ access_log off; {paths}\ninclude {directory}/default.conf; }}\n")
        self.command = ["nginx", "-e", "stderr", "-p", str(directory), "-c", str(directory / "nginx.conf")]
        self.environment = os.environ


class Caddy:
    def __init__(self, directory: Path, latchkey: int, backend: int):
        if not shutil.which("caddy"):
            sys.exit("there is no caddy")
        self.port = free_port()
        configuration = fill_in(SHIPPED / "caddy" / "Caddyfile",
                                {":80 {": f"http://127.0.0.1:{self.port} {{", "latchkey:8080": f"127.0.0.1:{latchkey}",
                                 "backend:8000": f"127.0.0.1:{backend}"})
        (directory / "Caddyfile").write_text("{\n\tadmin off\n\tauto_https off\n}\n" + configuration)
        self.command = ["caddy", "run", "--config", str(directory / "Caddyfile"), "--adapter", "caddyfile"]
        self.environment = os.environ | {"HOME": str(directory), "XDG_DATA_HOME": str(directory),
                                         "XDG_CONFIG_HOME": str(directory)}


def send(port, method, path, headers=(), body=None):
    """`headers`: pairs, so that a name may come twice."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.putrequest(method, path)
    for name, value in headers:
        connection.putheader(name, value)
    if body is not None:
        connection.putheader("Content-Length", str(len(body)))
    connection.endheaders(body)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer, text


def expired(token: str) -> str:
    """The same token an hour older, signed anew."""
    claims = claims_of(token)
    claims["iat"], claims["exp"] = claims["iat"] - 3600, claims["exp"] - 3600
    text = f"{token.split('.')[0]}.{encoded(json.dumps(claims).encode())}"
    return f"{text}.{encoded(SharedSecret(SECRET).sign(text.encode()))}"


class ForwardAuth:
    """What holds behind each of the proxies."""

    @classmethod
    def setUpClass(cls):
        cls.backend = Backend()
        cls.latchkey = latchkey(environment={"LATCHKEY_TOKENS_HMAC_SECRET": SECRET})
        cls.latchkey.__enter__()
        cls.addClassCleanup(cls.latchkey.__exit__, None, None, None)
        directory = tempfile.TemporaryDirectory(prefix="latchkey-proxy-")
        cls.addClassCleanup(directory.cleanup)
        os.chmod(directory.name, 0o755)  # nginx's workers are somebody else when root starts it
        proxy = cls.PROXY(Path(directory.name), cls.latchkey.port, cls.backend.port)
        cls.port = proxy.port
        cls.proxy = subprocess.Popen(proxy.command, env=proxy.environment, stdin=subprocess.DEVNULL)
        cls.addClassCleanup(cls.stop_proxy)
        if not becomes_ready(cls.proxy, lambda: listens(cls.port), 30):
            sys.exit(f"{cls.__name__}: the proxy does not listen")
        _, text = send(cls.port, "POST", "/token", [("Content-Type", "application/x-www-form-urlencoded")],
                       urllib.parse.urlencode({"username": USERNAME, "password": PASSWORD}).encode())
        cls.token = json.loads(text)["access_token"]

    @classmethod
    def stop_proxy(cls):
        cls.proxy.send_signal(signal.SIGTERM)
        cls.proxy.wait(timeout=30)

    def ask(self, path, *headers, token=None, method="GET", body=None):
        """The answer, and what the backend saw; None when the proxy did not ask it."""
        before = self.backend.requests
        if token:
            headers = (("Authorization", f"Bearer {token}"), *headers)
        answer, text = send(self.port, method, path, headers, body)
        return answer, json.loads(text) if self.backend.requests > before else None

    def assert_refused(self, status, path, *headers, **more):
        answer, seen = self.ask(path, *headers, **more)
        self.assertEqual(status, answer.status)
        self.assertIsNone(seen, "the backend was asked")
        return answer

    def identity(self, seen):
        """Every line that an application server could take for the identity, however it spells names."""
        return sorted((name.replace("_", "-").lower(), value) for name, value in seen["headers"]
                      if name.replace("_", "-").lower().startswith("x-auth"))

    def expected_identity(self):
        return sorted(zip(map(str.lower, IDENTITY), (claims_of(self.token)["sub"], USERNAME, "items me")))

    def test_a_token_lets_through_and_names_its_user(self):
        answer, seen = self.ask("/anything?a=b", token=self.token)
        self.assertEqual(200, answer.status)
        self.assertEqual("/anything?a=b", seen["path"])
        self.assertEqual(self.expected_identity(), self.identity(seen))

    def test_the_scope_that_is_needed_lets_through(self):
        for path in ("/items", "/items/", "/items/7?scope=admin"):
            answer, seen = self.ask(path, token=self.token)
            self.assertEqual(200, answer.status)
            self.assertEqual(path, seen["path"])

    def test_a_body_reaches_the_backend_and_not_the_login_service(self):
        body = b"x" * 100_000  # more than Latchkey takes of anybody
        answer, seen = self.ask("/items/", token=self.token, method="POST", body=body)
        self.assertEqual(200, answer.status)
        self.assertEqual(("POST", body.decode()), (seen["method"], seen["body"]))

    def test_the_token_stays_at_the_proxy(self):
        _, seen = self.ask("/items/", token=self.token)
        self.assertNotIn("authorization", [name.lower() for name, _ in seen["headers"]])

    def test_nobody_is_let_through_without_a_token(self):
        for path in ("/", "/items/", "/admin"):
            answer = self.assert_refused(401, path)
            self.assertEqual(['Bearer realm="latchkey"'], answer.headers.get_all("WWW-Authenticate"))

    def test_another_scheme_is_no_token(self):
        self.assert_refused(401, "/items/", ("Authorization", "Basic am9obmRvZTpzZWNyZXQ="))

    def test_a_token_in_the_query_is_none(self):
        self.assert_refused(401, f"/items/?access_token={self.token}")

    def test_too_little_scope_is_403_and_says_which_is_missing(self):
        answer = self.assert_refused(403, "/admin/users", token=self.token)
        challenge, = answer.headers.get_all("WWW-Authenticate")
        self.assertIn('error="insufficient_scope"', challenge)
        self.assertIn('scope="admin"', challenge)

    def test_the_client_cannot_choose_what_is_asked(self):
        for path in ("/admin?scope=items", "/admin/?scope=items&scope=me"):
            self.assert_refused(403, path, token=self.token)
        for header in ("X-Forwarded-Uri", "X-Original-URI", "X-Rewrite-URL"):
            self.assert_refused(403, "/admin", (header, "/public/"), token=self.token)

    def test_another_spelling_of_a_path_is_no_way_around(self):
        for path in ("/public/../admin", "/public/%2e%2e/admin", "//admin", "/./admin", "/%61dmin"):
            answer, seen = self.ask(path)
            self.assertNotEqual(200, answer.status, path)
            self.assertIsNone(seen, path)

    def test_an_expired_token_is_refused_as_invalid(self):
        answer = self.assert_refused(401, "/items/", token=expired(self.token))
        challenge, = answer.headers.get_all("WWW-Authenticate")
        self.assertIn('error="invalid_token"', challenge)
        self.assertIn("expired", challenge)

    def test_a_revoked_token_is_refused_at_once(self):
        _, text = send(self.latchkey.port, "POST", "/token", [("Content-Type", "application/x-www-form-urlencoded")],
                       urllib.parse.urlencode({"username": USERNAME, "password": PASSWORD}).encode())
        tokens = json.loads(text)
        self.assertEqual(200, self.ask("/items/", token=tokens["access_token"])[0].status)
        send(self.latchkey.port, "POST", "/revoke", [("Content-Type", "application/x-www-form-urlencoded")],
             urllib.parse.urlencode({"token": tokens["refresh_token"]}).encode())
        answer = self.assert_refused(401, "/items/", token=tokens["access_token"])
        self.assertIn('error="invalid_token"', answer.headers["WWW-Authenticate"])

    def test_a_changed_token_is_refused(self):
        header, payload, signature = self.token.split(".")
        self.assert_refused(401, "/items/", token=f"{header}.{payload}.{signature[::-1]}")

    def test_an_identity_that_the_client_claims_is_replaced(self):
        forged = [(spelling, "root") for name in IDENTITY
                  for spelling in (name, name.lower(), name.replace("-", "_"), name.replace("-", "_", 1))]
        for path in ("/", "/items/"):
            _, seen = self.ask(path, *forged, token=self.token)
            self.assertEqual(self.expected_identity(), self.identity(seen))
        self.assert_refused(401, "/items/", *forged)

    def test_what_is_public_hears_of_nobody(self):
        forged = [(spelling, "root") for name in IDENTITY for spelling in (name, name.replace("-", "_"))]
        answer, seen = self.ask("/public/page", *forged)
        self.assertEqual(200, answer.status)
        self.assertEqual([], self.identity(seen))

    def test_two_tokens_are_not_one(self):
        """The proxy must not let one in and show the backend the other."""
        answer, seen = self.ask("/items/", ("Authorization", "Bearer abc"), token=self.token)
        if answer.status == 200:  # a proxy may take the first line only, for all that follows
            self.assertEqual(self.expected_identity(), self.identity(seen))
            self.assertNotIn("Bearer abc", [value for _, value in seen["headers"]])

    def test_an_error_of_the_backend_passes_unchanged(self):
        answer, seen = self.ask("/items/broken", token=self.token)
        self.assertEqual(500, answer.status)
        self.assertIsNotNone(seen)

    def test_zz_without_an_answer_nobody_is_let_through(self):
        """The last one in the alphabet: ends the login service."""
        self.latchkey.__exit__(None, None, None)
        type(self).latchkey.__exit__ = lambda *_: None
        answer = self.assert_refused(self.UNAVAILABLE, "/items/", token=self.token)
        self.assertIn(answer.status, (502, 503))
        self.assertEqual(200, self.ask("/public/")[0].status)


class NginxTest(ForwardAuth, unittest.TestCase):
    PROXY = Nginx
    UNAVAILABLE = 503

    def test_zy_refusals_are_json(self):
        for path, token in (("/items/", None), ("/admin", self.token)):
            answer, text = send(self.port, "GET", path, [("Authorization", f"Bearer {token}")] if token else [])
            self.assertEqual("application/json", answer.headers["Content-Type"])
            self.assertEqual("no-store", answer.headers["Cache-Control"])
            self.assertIn("detail", json.loads(text))

    def test_an_internal_location_cannot_be_asked(self):
        for scope in ("any", "items", "admin"):
            answer, _ = send(self.port, "GET", f"/_latchkey/{scope}", [("Authorization", f"Bearer {self.token}")])
            self.assertEqual(404, answer.status)


class CaddyTest(ForwardAuth, unittest.TestCase):
    PROXY = Caddy
    UNAVAILABLE = 502


def load_tests(loader, _, __):
    return loader.loadTestsFromTestCase(NginxTest)
