"""What holds for each backend among the examples. A test of one names how it is started, and inherits the rest."""
import contextlib
import time

from example import (PASSWORD, USERNAME, KeySet, OwnKey, SharedSecret, ask, claims_of, encoded, free_port, latchkey,
                     signed)

AUDIENCE = "https://items.example"


class Backend:
    """`start(port, **environment)` is a context that gives the address of the running example."""

    ALGORITHM = "ES256"

    @classmethod
    def setUpClass(cls):
        cls.open = contextlib.ExitStack()
        cls.addClassCleanup(cls.open.close)
        cls.prepare()
        cls.backend = cls.open.enter_context(cls.start(free_port(), **cls.keys))
        cls.token = cls.service.token()

    @classmethod
    def prepare(cls):
        """Latchkey, a key that the backend believes, and what the backend is told of keys."""
        cls.key = OwnKey()
        cls.service = cls.open.enter_context(latchkey(f"tokens.algorithm={cls.ALGORITHM}"))
        cls.keys = {"JWKS_URL": cls.open.enter_context(KeySet(cls.service, cls.key)).url}

    def forged(self, header=None, **changes) -> str:
        """The token of the login with other claims, signed with a key that the backend believes; None: without it."""
        claims = {name: value for name, value in (claims_of(self.token) | changes).items() if value is not None}
        return signed({"alg": self.key.algorithm, "kid": self.key.kid, "typ": "JWT"} | (header or {}), claims, self.key.sign)

    def assert_refused(self, token, path="/me"):
        answer = ask(self.backend + path, token)
        self.assertEqual(401, answer.status, answer.text)
        self.assertEqual('Bearer error="invalid_token"', answer.headers["WWW-Authenticate"])
        self.assertEqual({"detail": "Could not validate credentials"}, answer.json)

    def test_a_login_lets_through_and_names_its_user(self):
        answer = ask(self.backend + "/me", self.token)
        self.assertEqual(200, answer.status, answer.text)
        account = ask(self.service.url + "/users/me", self.token).json
        self.assertEqual({"id": account["id"], "username": USERNAME, "scopes": ["items", "me"]}, answer.json)

    def test_the_scope_that_is_needed_lets_through(self):
        answer = ask(self.backend + "/items", self.token)
        self.assertEqual(200, answer.status, answer.text)
        self.assertEqual(claims_of(self.token)["sub"], answer.json["owner"])

    def test_too_little_scope_is_403_and_says_which_is_missing(self):
        answer = ask(self.backend + "/admin", self.token)
        self.assertEqual(403, answer.status)
        self.assertEqual('Bearer error="insufficient_scope", scope="admin"', answer.headers["WWW-Authenticate"])
        self.assertEqual(200, ask(self.backend + "/admin", self.forged(scope="items admin")).status)
        self.assertEqual(403, ask(self.backend + "/admin", self.forged(scope="administrator items:admin")).status)
        self.assertEqual(403, ask(self.backend + "/admin", self.forged(scope=None)).status)

    def test_nobody_is_let_through_without_a_token(self):
        for path in ("/me", "/items", "/admin"):
            answer = ask(self.backend + path)
            self.assertEqual(401, answer.status)
            self.assertEqual("Bearer", answer.headers["WWW-Authenticate"])
            self.assertEqual({"detail": "Not authenticated"}, answer.json)

    def test_another_scheme_is_no_token(self):
        for credentials in ("Basic am9obmRvZTpzZWNyZXQ=", self.token, f"Bearers {self.token}", f"Bearer{self.token}"):
            self.assertEqual(401, ask(self.backend + "/me", headers={"Authorization": credentials}).status)

    def test_the_scheme_has_no_case(self):
        self.assertEqual(200, ask(self.backend + "/me", headers={"Authorization": f"bearer {self.token}"}).status)

    def test_a_client_of_its_own_has_no_user_name(self):
        answer = ask(self.backend + "/me", self.forged(username=None))
        self.assertEqual(200, answer.status, answer.text)
        self.assertIsNone(answer.json.get("username"))

    def test_an_expired_token_is_refused(self):
        now = int(time.time())
        self.assertEqual(200, ask(self.backend + "/me", self.forged(exp=now + 60)).status)
        self.assert_refused(self.forged(iat=now - 960, exp=now - 60))

    def test_a_token_that_never_expires_is_refused(self):
        self.assert_refused(self.forged(exp=None))

    def test_another_issuers_token_is_refused(self):
        self.assert_refused(self.forged(iss="somebody else"))
        self.assert_refused(self.forged(iss=None))

    def test_a_token_for_somebody_else_is_refused(self):
        self.assert_refused(self.forged({"typ": "at+jwt"}, aud="https://reports.example"))

    def test_a_changed_token_is_refused(self):
        header, payload, signature = self.token.split(".")
        other = "A" if signature[0] != "A" else "B"
        more = encoded(b'{"scope":"admin"}')
        for token in (f"{header}.{payload}.{other}{signature[1:]}", f"{header}.{more}.{signature}",
                      f"{header}.{payload}.", f"{header}.{payload}", f"{self.token}x"):
            self.assert_refused(token)

    def test_what_is_no_token_is_refused(self):
        for token in ("x", "a.b.c", "..", "%", "e30.e30.e30", "null", "\xff", "x" * 5000):
            self.assert_refused(token)

    def test_the_token_does_not_choose_its_algorithm(self):
        """Without a signature, with a secret that everybody knows, and with one that the backend might take for a key."""
        claims = claims_of(self.token)
        self.assert_refused(signed({"alg": "none", "typ": "JWT"}, claims, lambda _: b""))
        self.assert_refused(signed({"alg": "none", "typ": "JWT", "kid": self.key.kid}, claims, lambda _: b""))
        self.assert_refused(self.forged({"alg": "RS256"}))

    def test_a_key_that_comes_with_the_token_is_not_believed(self):
        stranger = OwnKey()
        header = {"alg": "ES256", "typ": "JWT", "jwk": stranger.jwk(), "jku": "http://127.0.0.1:1/jwks.json"}
        for kid in (self.key.kid, "unknown", None, 7, ["a"]):
            named = header if kid is None else header | {"kid": kid}
            self.assert_refused(signed(named, claims_of(self.token), stranger.sign))

    def test_with_an_audience_only_its_tokens_are_taken(self):
        with self.start(free_port(), TOKEN_AUDIENCE=AUDIENCE, **self.keys) as backend:
            for audience, status in ((AUDIENCE, 200), ("https://reports.example", 401), (None, 401)):
                typ = "at+jwt" if audience else "JWT"
                self.assertEqual(status, ask(backend + "/me", self.forged({"typ": typ}, aud=audience)).status, audience)


class BackendWithPublicKeys(Backend):
    def test_the_public_key_is_no_secret(self):
        for secret in (self.key.public_pem.decode(), self.key.public_pem.decode().strip()):
            header = {"alg": "HS256", "kid": self.key.kid, "typ": "JWT"}
            self.assert_refused(signed(header, claims_of(self.token), SharedSecret(secret).sign))

    def test_without_keys_it_says_so_and_lets_nobody_through(self):
        with self.start(free_port(), JWKS_URL="http://127.0.0.1:1/jwks.json") as backend:
            answer = ask(backend + "/me", self.token)
            self.assertEqual(503, answer.status, answer.text)
            self.assertEqual("5", answer.headers["Retry-After"])
            self.assertEqual(401, ask(backend + "/me").status)

    def test_a_login_with_a_wrong_password_is_refused_in_words(self):
        answer = ask(self.service.url + "/token", form={"username": USERNAME, "password": f"not {PASSWORD}"})
        self.assertEqual(400, answer.status)
        self.assertEqual("Incorrect username or password", answer.json["detail"])
