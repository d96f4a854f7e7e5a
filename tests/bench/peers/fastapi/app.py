"""What a FastAPI application does that follows the tutorial: the token by OAuth2PasswordBearer, its check by PyJWT."""
import os
from typing import Annotated

import jwt
from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import OAuth2PasswordBearer

SECRET = os.environ["SECRET"]
app = FastAPI(openapi_url=None)
bearer = OAuth2PasswordBearer(tokenUrl="token")


async def verified(token: Annotated[str, Depends(bearer)]) -> str:
    try:
        jwt.decode(token, SECRET, algorithms=["HS256"])
    except jwt.InvalidTokenError:
        raise HTTPException(401, "Invalid token", {"WWW-Authenticate": "Bearer"})
    return token


@app.get("/items/")
async def read_items(token: Annotated[str, Depends(verified)]):
    return {"token": token}
