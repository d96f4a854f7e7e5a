import json
import unittest
import urllib.parse
import urllib.request
from base64 import urlsafe_b64decode, urlsafe_b64encode

import jwt
from under_test import ALGORITHMS, AUDIENCE, PASSWORD, USERNAME


def access_token(service: dict) -> str:
    form = urllib.parse.urlencode({"username": USERNAME, "password": PASSWORD,
                                   "client_id": service["client_id"]}).encode()
    with urllib.request.urlopen(service["issuer"] + "/token", form, timeout=30) as answer:
        return json.load(answer)["access_token"]


def verify(token: str, service: dict, algorithms: list) -> dict:
    keys = jwt.PyJWKClient(service["issuer"] + "/.well-known/jwks.json")
    return jwt.decode(token, keys.get_signing_key_from_jwt(token), algorithms=algorithms, issuer=service["issuer"],
                      audience=AUDIENCE, options={"require": ["exp", "iat", "iss", "sub", "aud", "jti"]})


class PyJwtAlgorithms(unittest.TestCase):
    def test_every_algorithm_with_a_public_key_is_there(self):
        self.assertEqual({"ES256", "RS256", "EdDSA"}, {service["algorithm"] for service in ALGORITHMS})

    def test_verifies_a_token_of_each_by_its_key_set(self):
        for service in ALGORITHMS:
            with self.subTest(service["algorithm"]):
                token = access_token(service)
                self.assertEqual(service["algorithm"], jwt.get_unverified_header(token)["alg"])
                self.assertEqual(USERNAME, verify(token, service, [service["algorithm"]])["username"])

    def test_refuses_changed_claims_of_each(self):
        for service in ALGORITHMS:
            with self.subTest(service["algorithm"]):
                header, payload, signature = access_token(service).split(".")
                claims = json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4))) | {"scope": "admin"}
                changed = urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
                with self.assertRaises(jwt.InvalidSignatureError):
                    verify(f"{header}.{changed}.{signature}", service, [service["algorithm"]])

    def test_refuses_each_where_another_algorithm_is_expected(self):
        for service in ALGORITHMS:
            with self.subTest(service["algorithm"]):
                others = [other["algorithm"] for other in ALGORITHMS if other is not service]
                with self.assertRaises(jwt.InvalidAlgorithmError):
                    verify(access_token(service), service, others)
