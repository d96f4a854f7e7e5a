"""The application of FastAPI's tutorial, "Simple OAuth2 with Password and Bearer" and "OAuth2 with JWT tokens", with
one change: it has no /token of its own. `tokenUrl` names Latchkey's, and the token is checked with PyJWT and the
shared secret exactly as the tutorial does it."""
from typing import Annotated

import jwt
from fastapi import Depends, FastAPI, HTTPException, status
from fastapi.security import OAuth2PasswordBearer
from jwt.exceptions import InvalidTokenError


def make_app(secret_key: str, token_url: str) -> FastAPI:
    app = FastAPI()
    oauth2_scheme = OAuth2PasswordBearer(tokenUrl=token_url)

    async def get_current_user(token: Annotated[str, Depends(oauth2_scheme)]) -> dict:
        credentials_exception = HTTPException(
            status_code=status.HTTP_401_UNAUTHORIZED,
            detail="Could not validate credentials",
            headers={"WWW-Authenticate": "Bearer"},
        )
        try:
            payload = jwt.decode(token, secret_key, algorithms=["HS256"])
        except InvalidTokenError:
            raise credentials_exception
        if payload.get("sub") is None:
            raise credentials_exception
        return payload

    @app.get("/items/")
    async def read_items(token: Annotated[str, Depends(oauth2_scheme)]):
        return {"token": token}

    @app.get("/users/me")
    async def read_users_me(current_user: Annotated[dict, Depends(get_current_user)]):
        return current_user

    return app
