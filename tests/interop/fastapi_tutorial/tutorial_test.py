"""What a frontend of FastAPI's tutorial does, against a running `latchkey dev`, and what its backend does with the token.

    tutorial_test.py PROGRAM
"""
import secrets
import sys
import unittest
from pathlib import Path

import httpx
from backend import make_app
from fastapi.testclient import TestClient

sys.path.insert(0, str(Path(__file__).parents[2] / "support"))
from dev_service import PASSWORD, USERNAME, DevService  # noqa: E402

SHARED_SECRET = secrets.token_urlsafe(48)


class Tutorial(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.service = DevService(PROGRAM, environment={"LATCHKEY_TOKENS_HMAC_SECRET": SHARED_SECRET})
        cls.service.__enter__()
        cls.addClassCleanup(cls.service.__exit__, None, None, None)
        cls.frontend = httpx.Client(base_url=cls.service.url)
        cls.addClassCleanup(cls.frontend.close)
        cls.backend = TestClient(make_app(SHARED_SECRET, f"{cls.service.url}/token"))

    def log_in(self, **form) -> httpx.Response:
        return self.frontend.post("/token", data={"username": USERNAME, "password": PASSWORD} | form)

    def bearer(self) -> dict:
        return {"Authorization": f"Bearer {self.log_in().json()['access_token']}"}

    def test_login_answers_what_the_tutorial_answers(self):
        answer = self.log_in()
        self.assertEqual(200, answer.status_code, answer.text)
        self.assertEqual("application/json", answer.headers["content-type"].split(";")[0])
        body = answer.json()
        self.assertIsInstance(body["access_token"], str)
        self.assertEqual("bearer", body["token_type"])
        self.assertIsInstance(body["expires_in"], int)
        self.assertNotIn(None, body.values())

    def test_swagger_ui_authorize_dialog_logs_in(self):
        # Swagger UI sends every field of its dialog, and an empty client as Basic `Og==`.
        answer = self.frontend.post(
            "/token", data={"grant_type": "password", "username": USERNAME, "password": PASSWORD},
            headers={"Authorization": "Basic Og==", "X-Requested-With": "XMLHttpRequest"})
        self.assertEqual(200, answer.status_code, answer.text)

    def test_form_data_of_a_browser_logs_in(self):
        answer = self.frontend.post("/token", files={"username": (None, USERNAME), "password": (None, PASSWORD)})
        self.assertEqual(200, answer.status_code, answer.text)

    def test_wrong_password_gives_the_tutorials_detail(self):
        answer = self.log_in(password="wrong")
        self.assertEqual(400, answer.status_code)
        self.assertEqual("Incorrect username or password", answer.json()["detail"])

    def test_unknown_user_is_answered_with_the_same_bytes(self):
        self.assertEqual(self.log_in(password="wrong").content, self.log_in(username="nobody").content)

    def test_items_echo_the_token_at_both_spellings(self):
        bearer = self.bearer()
        for path in ("/items/", "/items"):
            answer = self.frontend.get(path, headers=bearer)
            self.assertEqual(200, answer.status_code, answer.text)
            self.assertEqual({"token": bearer["Authorization"].split()[1]}, answer.json())

    def test_items_without_a_token(self):
        answer = self.frontend.get("/items/")
        self.assertEqual(401, answer.status_code)
        self.assertEqual({"detail": "Not authenticated"}, answer.json())
        self.assertTrue(answer.headers["www-authenticate"].startswith("Bearer"))

    def test_backend_verifies_the_token_by_shared_secret(self):
        answer = self.backend.get("/users/me", headers=self.bearer())
        self.assertEqual(200, answer.status_code, answer.text)
        claims = answer.json()
        self.assertEqual(USERNAME, claims["username"])
        self.assertEqual("latchkey", claims["iss"])
        self.assertEqual(claims["sub"], self.frontend.get("/users/me", headers=self.bearer()).json()["id"])

    def test_backend_refuses_a_changed_token(self):
        bearer = self.bearer()["Authorization"]
        header, payload, signature = bearer.split(".")
        changed = "A" if signature[0] != "A" else "B"
        answer = self.backend.get("/users/me", headers={"Authorization": f"{header}.{payload}.{changed}{signature[1:]}"})
        self.assertEqual(401, answer.status_code)

    def test_unmodified_scheme_finds_the_token_url(self):
        schema = self.backend.get("/openapi.json").json()
        flow = schema["components"]["securitySchemes"]["OAuth2PasswordBearer"]["flows"]["password"]
        self.assertEqual(f"{self.service.url}/token", flow["tokenUrl"])
        answer = httpx.post(flow["tokenUrl"], data={"username": USERNAME, "password": PASSWORD})
        self.assertEqual(200, answer.status_code, answer.text)


if __name__ == "__main__":
    PROGRAM = Path(sys.argv.pop(1)).resolve()
    unittest.main()
