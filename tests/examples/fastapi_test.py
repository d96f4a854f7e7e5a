"""The two applications of docker/examples/fastapi, and what a frontend of FastAPI's tutorial does with Latchkey."""
import difflib
import hmac
import secrets
import tempfile
import unittest
from pathlib import Path

import chromium
from backend import Backend, BackendWithPublicKeys
from example import (EXAMPLES, PASSWORD, REPOSITORY, USERNAME, SharedSecret, ask, claims_of, free_port, latchkey, running,
                     signed)
from toolchain import install_environment, unless_installed

HERE = EXAMPLES / "fastapi"
VENV = HERE / ".venv"
SWAGGER_UI = "http://127.0.0.1:8000"  # where the README serves the applications


def setUpModule():
    pins = HERE / "requirements.txt"
    unless_installed(pins, VENV / "installed.txt", lambda: install_environment(HERE, pins))


def uvicorn(application: str, port: int, **environment):
    return running([VENV / "bin" / "uvicorn", "--log-level", "warning", application, "--port", port], port, HERE, **environment)


class WithPublicKeys(BackendWithPublicKeys, unittest.TestCase):
    start = staticmethod(lambda port, **environment: uvicorn("main:app", port, **environment))

    def test_its_page_logs_in_at_latchkey(self):
        with self.start(free_port(), LOGIN_URL=self.service.url) as backend:
            schemes = ask(backend + "/openapi.json").json["components"]["securitySchemes"]
        flow = schemes["OAuth2PasswordBearer"]["flows"]["password"]
        answer = ask(flow["tokenUrl"], form={"grant_type": "password", "username": USERNAME, "password": PASSWORD})
        self.assertEqual(200, ask(self.backend + "/me", answer.json["access_token"]).status)


class WithASharedSecret(Backend, unittest.TestCase):
    ALGORITHM = "HS256"
    start = staticmethod(WithPublicKeys.start)

    @classmethod
    def prepare(cls):
        secret = secrets.token_urlsafe(48)
        cls.key = SharedSecret(secret)
        cls.service = cls.open.enter_context(latchkey(environment={"LATCHKEY_TOKENS_HMAC_SECRET": secret}))
        cls.keys = {"TOKEN_SECRET": secret, "JWKS_URL": "http://127.0.0.1:1/nobody/asks"}

    def test_the_token_does_not_choose_the_hash(self):
        def sign(text: bytes) -> bytes:
            return hmac.digest(self.key.secret.encode(), text, "sha512")

        self.assert_refused(signed({"alg": "HS512", "kid": self.key.kid, "typ": "JWT"}, claims_of(self.token), sign))


class Tutorial(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.service = cls.enterClassContext(latchkey(f"cors.origins={SWAGGER_UI}"))
        cls.backend = cls.enterClassContext(uvicorn("tutorial:app", free_port()))

    def log_in(self, headers=None, **form):
        return ask(f"{self.service.url}/token", form={"username": USERNAME, "password": PASSWORD} | form, headers=headers)

    def test_only_its_token_url_was_changed(self):
        original, ours = ((directory / "tutorial.py").read_text().splitlines()
                          for directory in (Path(__file__).parent / "tutorial", HERE))
        changed = [line for line in difflib.ndiff(original, ours) if line[0] in "+-"]
        self.assertEqual(['- oauth2_scheme = OAuth2PasswordBearer(tokenUrl="token")',
                          '+ oauth2_scheme = OAuth2PasswordBearer(tokenUrl="http://127.0.0.1:8080/token")'], changed)

    def test_its_page_names_latchkey(self):
        schemes = ask(f"{self.backend}/openapi.json").json["components"]["securitySchemes"]
        self.assertEqual("http://127.0.0.1:8080/token", schemes["OAuth2PasswordBearer"]["flows"]["password"]["tokenUrl"])

    def test_it_takes_the_token_of_a_login(self):
        token = self.log_in().json["access_token"]
        answer = ask(f"{self.backend}/items/", token)
        self.assertEqual((200, {"token": token}), (answer.status, answer.json))
        self.assertEqual(answer.json, ask(f"{self.service.url}/items/", token).json)

    def test_without_a_token_it_answers_as_latchkey_does(self):
        for site in (self.backend, self.service.url):
            answer = ask(f"{site}/items/")
            self.assertEqual((401, {"detail": "Not authenticated"}), (answer.status, answer.json))
            self.assertTrue(answer.headers["WWW-Authenticate"].startswith("Bearer"))

    def test_it_checks_nothing_yet_as_its_readme_warns(self):
        self.assertEqual(200, ask(f"{self.backend}/items/", "anything").status)
        self.assertEqual(401, ask(f"{self.service.url}/items/", "anything").status)

    def preflight(self, origin: str):
        return ask(f"{self.service.url}/token", method="OPTIONS", headers={
            "Origin": origin, "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization,x-requested-with"})

    def test_its_swagger_ui_may_ask_latchkey(self):
        answer = self.preflight(SWAGGER_UI)
        self.assertEqual(204, answer.status)
        self.assertEqual(SWAGGER_UI, answer.headers["Access-Control-Allow-Origin"])
        self.assertIn("POST", answer.headers["Access-Control-Allow-Methods"])
        allowed = answer.headers["Access-Control-Allow-Headers"].lower()
        for header in ("authorization", "x-requested-with"):
            self.assertIn(header, allowed)

    def test_a_page_of_an_origin_that_is_not_listed_may_not(self):
        for origin in ("http://localhost:8000", "https://evil.example"):
            answer = self.preflight(origin)
            self.assertEqual(403, answer.status)
            self.assertIsNone(answer.headers["Access-Control-Allow-Origin"])

    def test_swagger_ui_authorize_dialog_logs_in(self):
        # It sends every field of its dialog, and an empty client as Basic `Og==`.
        answer = self.log_in(grant_type="password", headers={
            "Authorization": "Basic Og==", "X-Requested-With": "XMLHttpRequest", "Origin": SWAGGER_UI})
        self.assertEqual(200, answer.status, answer.text)
        self.assertEqual(SWAGGER_UI, answer.headers["Access-Control-Allow-Origin"])

    def test_login_answers_what_the_tutorial_answers(self):
        answer = self.log_in()
        self.assertEqual(200, answer.status, answer.text)
        self.assertEqual("application/json", answer.headers.get_content_type())
        self.assertIsInstance(answer.json["access_token"], str)
        self.assertEqual("bearer", answer.json["token_type"])
        self.assertIsInstance(answer.json["expires_in"], int)
        self.assertNotIn(None, answer.json.values())

    def test_form_data_of_a_browser_logs_in(self):
        fields = "".join(f'--cut\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
                         for name, value in (("username", USERNAME), ("password", PASSWORD)))
        answer = ask(f"{self.service.url}/token", form=f"{fields}--cut--\r\n".encode(),
                     headers={"Content-Type": "multipart/form-data; boundary=cut"})
        self.assertEqual(200, answer.status, answer.text)

    def test_wrong_password_gives_the_tutorials_detail(self):
        answer = self.log_in(password="wrong")
        self.assertEqual((400, "Incorrect username or password"), (answer.status, answer.json["detail"]))
        self.assertEqual(answer.text, self.log_in(username="nobody").text)

    def test_items_has_two_spellings(self):
        token = self.log_in().json["access_token"]
        for path in ("/items/", "/items"):
            self.assertEqual({"token": token}, ask(self.service.url + path, token).json)


class Page(unittest.TestCase):
    def test_authorize_works_in_a_browser(self):
        """FastAPI's page loads Swagger UI from another host: here that one has the files that Latchkey carries."""
        chromium.install()
        origins = "http://127.0.0.1:8000,http://127.0.0.1:8002"
        service = self.enterContext(latchkey("tokens.algorithm=ES256", f"cors.origins={origins}"))
        keys = f"{service.url}/.well-known/jwks.json"
        main, tutorial = free_port(), free_port()
        self.enterContext(uvicorn("main:app", main, JWKS_URL=keys))
        self.enterContext(uvicorn("tutorial:app", tutorial))
        directory = self.enterContext(tempfile.TemporaryDirectory())
        (Path(directory) / "npm").mkdir()
        (Path(directory) / "npm" / "swagger-ui-dist@5").symlink_to(REPOSITORY / "src" / "docs" / "swagger-ui")
        swagger_ui = self.enterContext(chromium.files(Path(directory), secure=True))
        self.assertTrue(chromium.passes(
            "fastapi.test.js", {"main": SWAGGER_UI, "tutorial": "http://127.0.0.1:8002", "stranger": "http://localhost:8000"},
            {"127.0.0.1:8000": main, "localhost:8000": main, "127.0.0.1:8002": tutorial, "127.0.0.1:8080": service.port,
             "cdn.jsdelivr.net:443": swagger_ui}))
