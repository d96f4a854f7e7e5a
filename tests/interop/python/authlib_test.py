import unittest

import requests
from under_test import (AUDIENCE, CLIENT_ID, CLIENT_SECRET, INTROSPECT_URL, ISSUER, ITEMS_URL, JWKS_URL, METADATA_URL,
                        PASSWORD, PUBLIC_CLIENT_ID, REVOKE_URL, TOKEN_URL, USERNAME, rotate_key, words)

from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc6750 import InsufficientScopeError, InvalidTokenError
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata
from authlib.oauth2.rfc9068 import JWTBearerTokenValidator


class Client:
    """What a session of Authlib does with the service, whatever way it authenticates."""
    method = None

    def session(self, **options) -> OAuth2Session:
        settings = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "scope": "items me",
                    "token_endpoint_auth_method": self.method, "revocation_endpoint_auth_method": self.method}
        session = OAuth2Session(**settings | options)
        self.addCleanup(session.close)
        return session

    def logged_in(self, **options) -> OAuth2Session:
        session = self.session(**options)
        session.fetch_token(TOKEN_URL, username=USERNAME, password=PASSWORD)
        return session

    def test_gets_a_token_for_a_user_and_uses_it(self):
        session = self.logged_in()
        self.assertEqual({"items", "me"}, words(session.token["scope"]))
        self.assertFalse(session.token.is_expired())
        answer = session.get(ITEMS_URL)
        self.assertEqual(200, answer.status_code)
        self.assertEqual({"token": session.token["access_token"]}, answer.json())

    def test_reads_a_wrong_password(self):
        with self.assertRaises(OAuthError) as refused:
            self.session().fetch_token(TOKEN_URL, username=USERNAME, password="wrong")
        self.assertEqual("invalid_grant", refused.exception.error)
        self.assertEqual("Incorrect username or password", refused.exception.description)

    def test_reads_a_wrong_client_secret(self):
        with self.assertRaises(OAuthError) as refused:
            self.session(client_secret="wrong").fetch_token(TOKEN_URL, username=USERNAME, password=PASSWORD)
        self.assertEqual("invalid_client", refused.exception.error)

    def test_gets_one_successor_however_often_it_asks(self):
        session = self.logged_in()
        first = session.token["refresh_token"]
        once = session.refresh_token(TOKEN_URL, refresh_token=first)["refresh_token"]
        twice = session.refresh_token(TOKEN_URL, refresh_token=first)["refresh_token"]
        self.assertNotEqual(first, once)
        self.assertEqual(once, twice)

    def test_refreshes_by_itself_before_expiry(self):
        kept = []
        session = self.logged_in(token_endpoint=TOKEN_URL,
                                 update_token=lambda token, **replaced: kept.append(token))
        session.token = dict(session.token) | {"expires_at": 1}
        self.assertEqual(200, session.get(ITEMS_URL).status_code)
        self.assertEqual(1, len(kept))

    def test_gets_a_token_for_itself(self):
        session = self.session(scope="items")
        token = session.fetch_token(TOKEN_URL, grant_type="client_credentials")
        self.assertNotIn("refresh_token", token)
        self.assertEqual(CLIENT_ID, session.introspect_token(INTROSPECT_URL, token["access_token"]).json()["sub"])

    def test_sees_a_session_end_by_the_revocation_of_either_token(self):
        for kind in ("access_token", "refresh_token"):
            with self.subTest(kind):
                session = self.logged_in()
                token = dict(session.token)
                seen = session.introspect_token(INTROSPECT_URL, token["access_token"]).json()
                self.assertEqual((True, USERNAME, "Bearer"), (seen["active"], seen["username"], seen["token_type"]))

                answer = session.revoke_token(REVOKE_URL, token[kind], token_type_hint=kind)
                self.assertEqual((200, {}), (answer.status_code, answer.json()))
                for dead in (token["access_token"], token["refresh_token"]):
                    self.assertEqual({"active": False}, session.introspect_token(INTROSPECT_URL, dead).json())
                with self.assertRaises(OAuthError) as refused:
                    session.refresh_token(TOKEN_URL, refresh_token=token["refresh_token"])
                self.assertEqual("invalid_grant", refused.exception.error)


class WithBasic(Client, unittest.TestCase):
    method = "client_secret_basic"


class WithPost(Client, unittest.TestCase):
    method = "client_secret_post"


class AsPublicClient(unittest.TestCase):
    def test_logs_in_and_refreshes(self):
        with OAuth2Session(PUBLIC_CLIENT_ID, token_endpoint_auth_method="none") as session:
            first = session.fetch_token(TOKEN_URL, username=USERNAME, password=PASSWORD)
            second = session.refresh_token(TOKEN_URL)
            self.assertNotEqual(first["refresh_token"], second["refresh_token"])

    def test_may_not_introspect(self):
        with OAuth2Session(PUBLIC_CLIENT_ID, token_endpoint_auth_method="none") as session:
            token = session.fetch_token(TOKEN_URL, username=USERNAME, password=PASSWORD)
            answer = session.introspect_token(INTROSPECT_URL, token["access_token"])
            self.assertEqual(401, answer.status_code)
            self.assertNotIn("active", answer.json())


class Metadata(unittest.TestCase):
    def test_is_valid_by_rfc_8414(self):
        answer = requests.get(METADATA_URL, timeout=30)
        metadata = AuthorizationServerMetadata(answer.json())
        self.assertEqual(ISSUER, metadata["issuer"])
        for key in AuthorizationServerMetadata.REGISTRY_KEYS:
            # Required, and a list of nothing where no grant has an authorization endpoint; the library wants one.
            if key != "response_types_supported":
                getattr(metadata, f"validate_{key}")()
        self.assertIsInstance(metadata["response_types_supported"], list)
        self.assertEqual([TOKEN_URL, REVOKE_URL, INTROSPECT_URL, JWKS_URL],
                         [metadata[key] for key in ("token_endpoint", "revocation_endpoint", "introspection_endpoint",
                                                    "jwks_uri")])
        self.assertLessEqual({"password", "refresh_token", "client_credentials"},
                             set(metadata["grant_types_supported"]))


class Validator(JWTBearerTokenValidator):
    """A resource server that keeps the key set it fetched."""
    jwks = None

    def get_jwks(self):
        if self.jwks is None:
            self.jwks = requests.get(JWKS_URL, timeout=30).json()
        return self.jwks


class ResourceServer(unittest.TestCase):
    def access_token(self, scope="items me") -> str:
        with OAuth2Session(CLIENT_ID, CLIENT_SECRET, scope=scope) as session:
            return session.fetch_token(TOKEN_URL, username=USERNAME, password=PASSWORD)["access_token"]

    def check(self, token: str, scope="items", validator=None, audience=AUDIENCE):
        validator = validator or Validator(ISSUER, audience)
        claims = validator.authenticate_token(token)
        validator.validate_token(claims, [scope], None)
        return claims

    def test_accepts_a_token_by_rfc_9068(self):
        self.assertEqual(USERNAME, self.check(self.access_token())["username"])

    def test_wants_its_audience_and_scope(self):
        with self.assertRaises(InvalidTokenError):
            self.check(self.access_token(), audience="https://other.example")
        with self.assertRaises(InsufficientScopeError):
            self.check(self.access_token("me"))

    def test_needs_no_fetch_at_the_change_of_keys_when_it_has_fetched_since_the_publication(self):
        old = self.access_token()
        self.check(old)
        rotate_key("publish")
        validator = Validator(ISSUER, AUDIENCE)
        self.check(old, validator=validator)
        fetched = validator.jwks
        rotate_key("activate")
        self.check(self.access_token(), validator=validator)
        self.check(old, validator=validator)
        self.assertIs(fetched, validator.jwks)
        self.check(old)  # with the key set as it is now


if __name__ == "__main__":
    unittest.main()
