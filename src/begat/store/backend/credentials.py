"""Who asks: a user with a password, or a token, from the environment and nowhere else."""

import base64
import os
from collections.abc import Generator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

import httpx2

from begat.errors import InputError

if TYPE_CHECKING:
    from httpx2 import Request, Response

__all__ = ["Credentials", "credentials"]

USER, PASSWORD, TOKEN = "BEGAT_STORE_USER", "BEGAT_STORE_PASSWORD", "BEGAT_STORE_TOKEN"


class Credentials(httpx2.Auth):
    """Answers a store that asks who is there; a secret is in no text that this object gives.

    A token goes along with every request. A user and password go only to who asks for them, hashed where the
    store offers that (HTTP digest, as Virtuoso does).

    Parameters
    ----------
    user, password, token : str
        Empty where there is none.
    """

    def __init__(self, user: str = "", password: str = "", token: str = "") -> None:
        self._pair = f"{user}:{password}" if user else ""
        self._secrets = [secret for secret in (password, token) if secret]
        self._header = f"Bearer {token}" if token else ""
        self._digest = httpx2.DigestAuth(user, password) if user else None

    def __repr__(self) -> str:
        return "Credentials(...)"

    def __bool__(self) -> bool:
        return bool(self._header or self._pair)

    def hidden(self, text: str) -> str:
        """Return a text without the secrets."""
        for secret in self._secrets:
            text = text.replace(secret, "...")
        return text

    def auth_flow(self, request: "Request") -> "Generator[Request, Response, None]":
        """Send a request, and again with what the store asks for."""
        if self._header:
            request.headers["Authorization"] = self._header
        if self._header or self._digest is None:
            yield request
            return
        digest = self._digest.auth_flow(request)
        answer = yield next(digest)
        if answer.status_code == 401 and _asks_for(answer) == "basic":
            self._header = "Basic " + base64.b64encode(self._pair.encode()).decode()
            request.headers["Authorization"] = self._header
            yield request
            return
        with suppress(StopIteration):
            while True:
                answer = yield digest.send(answer)


def _asks_for(answer: "Response") -> str:
    """Return the scheme that an answer of status 401 asks for, in small letters."""
    stated: str = answer.headers.get("www-authenticate", "")
    return stated.partition(" ")[0].lower()


def credentials(environ: Mapping[str, str] = os.environ) -> Credentials:
    """Return what the environment gives: BEGAT_STORE_TOKEN, or BEGAT_STORE_USER and BEGAT_STORE_PASSWORD.

    Raises
    ------
    InputError
        If both are given, half a pair, or what no header can carry.
    """
    user, password, token = (environ.get(name, "") for name in (USER, PASSWORD, TOKEN))
    if token and (user or password):
        raise InputError("a token and a password are given", where=TOKEN, hint="Set one of them.")
    if bool(user) != bool(password) or ":" in user:
        raise InputError("a user and a password belong together", where=f"{USER}, {PASSWORD}")
    if any(not text.isprintable() for text in (user, password, token)) or not token.isascii() or " " in token:
        raise InputError("it has characters that no header carries", where=TOKEN if token else PASSWORD)
    return Credentials(user, password, token)
