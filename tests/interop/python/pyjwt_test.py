import json
import unittest
import urllib.parse
import urllib.request
from base64 import urlsafe_b64decode, urlsafe_b64encode

import jwt
from under_test import (AUDIENCE, CLIENT_ID, CLIENT_SECRET, ISSUER, JWKS_URL, PASSWORD, TOKEN_URL, USERNAME, rotate_key,
                        words)


def access_token() -> str:
    form = urllib.parse.urlencode({"grant_type": "password", "username": USERNAME, "password": PASSWORD,
                                   "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}).encode()
    with urllib.request.urlopen(TOKEN_URL, form, timeout=30) as answer:
        return json.load(answer)["access_token"]


def verify(token: str, keys: jwt.PyJWKClient, audience=AUDIENCE) -> dict:
    return jwt.decode(token, keys.get_signing_key_from_jwt(token), algorithms=["ES256"], issuer=ISSUER,
                      audience=audience, options={"require": ["exp", "iat", "iss", "sub", "aud", "jti"]})


class CountingKeys(jwt.PyJWKClient):
    fetches = 0

    def fetch_data(self):
        self.fetches += 1
        return super().fetch_data()


class PyJwt(unittest.TestCase):
    def test_verifies_a_token_by_the_key_set(self):
        claims = verify(access_token(), jwt.PyJWKClient(JWKS_URL))
        self.assertEqual(USERNAME, claims["username"])
        self.assertEqual(CLIENT_ID, claims["client_id"])
        self.assertEqual({"items", "me"}, words(claims["scope"]))

    def test_refuses_another_audience(self):
        with self.assertRaises(jwt.InvalidAudienceError):
            verify(access_token(), jwt.PyJWKClient(JWKS_URL), audience="https://other.example")

    def test_refuses_changed_claims(self):
        header, payload, signature = access_token().split(".")
        claims = json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4))) | {"scope": "admin"}
        changed = urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
        with self.assertRaises(jwt.InvalidSignatureError):
            verify(f"{header}.{changed}.{signature}", jwt.PyJWKClient(JWKS_URL))

    def test_verifies_without_a_gap_through_a_rotation(self):
        old = access_token()
        attentive = CountingKeys(JWKS_URL)
        late = CountingKeys(JWKS_URL, cooldown_duration=0)
        for keys in (attentive, late):
            verify(old, keys)

        kid = rotate_key("publish")
        self.assertNotEqual(kid, jwt.get_unverified_header(access_token())["kid"])
        attentive.get_jwk_set(refresh=True)  # as it does every five minutes

        rotate_key("activate")
        young = access_token()
        self.assertEqual(kid, jwt.get_unverified_header(young)["kid"])
        for keys in (attentive, late):
            self.assertEqual(verify(old, keys)["sub"], verify(young, keys)["sub"])
            self.assertEqual(2, keys.fetches)
