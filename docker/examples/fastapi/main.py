"""An API whose callers log in at Latchkey. Each request brings a token, which is checked here without asking anybody.

    JWKS_URL         where Latchkey's public keys are, when its tokens.algorithm is ES256
    TOKEN_SECRET     instead of that, for HS256: the secret that both share, Latchkey's LATCHKEY_TOKENS_HMAC_SECRET
    TOKEN_ISSUER     Latchkey's tokens.issuer
    TOKEN_AUDIENCE   Latchkey's tokens.audience, if it has one
    LOGIN_URL        Latchkey as a browser reaches it, for Authorize at /docs
"""
import os
from typing import Annotated

import jwt
from fastapi import Depends, FastAPI, HTTPException, Security
from fastapi.security import OAuth2PasswordBearer, SecurityScopes
from pydantic import BaseModel

LOGIN_URL = os.environ.get("LOGIN_URL", "http://127.0.0.1:8080")
JWKS_URL = os.environ.get("JWKS_URL", f"{LOGIN_URL}/.well-known/jwks.json")
ISSUER = os.environ.get("TOKEN_ISSUER", "latchkey")
AUDIENCE = os.environ.get("TOKEN_AUDIENCE")  # None: a token that is for somebody in particular is not for us
SECRET = os.environ.get("TOKEN_SECRET")

# One algorithm, chosen here and not by the token: whoever knows a public key could else use it as an HMAC secret.
ALGORITHM = "HS256" if SECRET else "ES256"
public_keys = jwt.PyJWKClient(JWKS_URL, timeout=5)  # keeps them for 5 minutes; looks again when a token names a new one

oauth2_scheme = OAuth2PasswordBearer(
    tokenUrl=f"{LOGIN_URL}/token", scopes={"items": "Read the items", "admin": "See the numbers"}
)
app = FastAPI()


class User(BaseModel):
    id: str  # stays when the name changes: key your data by it
    username: str | None = None  # none when a registered client acts for itself
    scopes: list[str]


def current_user(needed: SecurityScopes, token: Annotated[str, Depends(oauth2_scheme)]) -> User:
    """Not async: FastAPI runs it in a thread, where fetching the keys holds up nobody else."""
    try:
        key = SECRET or public_keys.get_signing_key_from_jwt(token)
        claims = jwt.decode(
            token, key, algorithms=[ALGORITHM], issuer=ISSUER, audience=AUDIENCE,
            leeway=5, options={"require": ["exp", "iss", "sub"]},
        )
    except (jwt.PyJWKClientConnectionError, jwt.PyJWKSetError):
        raise HTTPException(503, "The login service does not answer", {"Retry-After": "5"})
    except jwt.PyJWTError:
        raise HTTPException(401, "Could not validate credentials", {"WWW-Authenticate": 'Bearer error="invalid_token"'})
    user = User(id=claims["sub"], username=claims.get("username"), scopes=claims.get("scope", "").split())
    if not set(needed.scopes) <= set(user.scopes):
        challenge = f'Bearer error="insufficient_scope", scope="{needed.scope_str}"'
        raise HTTPException(403, "Not enough permissions", {"WWW-Authenticate": challenge})
    return user


@app.get("/me")
def read_me(user: Annotated[User, Depends(current_user)]) -> User:
    return user


@app.get("/items")
def read_items(user: Annotated[User, Security(current_user, scopes=["items"])]):
    return {"owner": user.id, "items": ["a lamp", "a chair"]}


@app.get("/admin", dependencies=[Security(current_user, scopes=["admin"])])
def read_numbers():
    return {"items": 2}
