"""The service under test, as tests/interop/run describes it."""
import json
import os
import subprocess

os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"  # loopback
os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"


def _variable(name: str) -> str:
    try:
        return os.environ[f"INTEROP_{name}"]
    except KeyError:
        raise SystemExit(f"INTEROP_{name} is missing: start this with tests/interop/run python")


ISSUER = _variable("ISSUER")
AUDIENCE = _variable("AUDIENCE")
USERNAME = _variable("USERNAME")
PASSWORD = _variable("PASSWORD")
CLIENT_ID = _variable("CLIENT_ID")
CLIENT_SECRET = _variable("CLIENT_SECRET")
PUBLIC_CLIENT_ID = _variable("PUBLIC_CLIENT_ID")
TOKEN_URL = f"{ISSUER}/token"
REVOKE_URL = f"{ISSUER}/revoke"
INTROSPECT_URL = f"{ISSUER}/introspect"
JWKS_URL = f"{ISSUER}/.well-known/jwks.json"
METADATA_URL = f"{ISSUER}/.well-known/oauth-authorization-server"
ITEMS_URL = f"{ISSUER}/items/"


ALGORITHMS = json.loads(_variable("ALGORITHMS"))  # a service each: algorithm, issuer, client_id


def rotate_key(step: str) -> str:
    """One step of a key rotation, `publish` or `activate`; the new key's kid."""
    return subprocess.run([_variable("ROTATE_KEY"), step], check=True, capture_output=True, text=True,
                          timeout=60).stdout.strip()


def words(scope) -> set:
    return set(scope.split() if isinstance(scope, str) else scope)
