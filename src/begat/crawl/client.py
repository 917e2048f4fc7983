"""The client of one origin: bounded in time, size and number, and no faster than allowed.

Nothing that a platform sends is trusted: not its links, its sizes, its encodings, its waits. The reasons for
each bound: ``docs/decisions/007-platforms.md``.
"""

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from begat.crawl.exchange import Exchange, Limits, Passing, Unanswered, origin_of, plain_origin
from begat.crawl.pace import Pace, Rate
from begat.crawl.page import Page
from begat.errors import InputError, SourceError

if TYPE_CHECKING:
    import httpx2

__all__ = ["ABSENT", "Client", "Limits", "Token", "Unanswered", "origin_of"]

KEPT = ("content-type", "link", "date", "etag", "last-modified")
ABSENT = frozenset({404, 410, 451})
REDIRECTS = frozenset({301, 302, 303, 307, 308})
ACCEPTED = {"json": "application/json", "html": "text/html"}
"""The type that each form of an answer has."""

LIMITS = Limits()
UNSTATED = Rate(60, 60.0)
"""The rate towards a platform that states none."""


class Token:
    """A secret and the header that carries it; it is in no text that this object gives.

    Raises
    ------
    InputError
        If no header can carry it.
    """

    def __init__(self, secret: str, header: str = "Authorization: Bearer {}") -> None:
        if not secret.isascii() or not secret.isprintable() or " " in secret:
            raise InputError("the token is no token", hint="It has characters that no token has.")
        name, _, form = header.partition(":")
        self.header = {name.strip(): form.strip().format(secret)}
        self._secret = secret

    def __repr__(self) -> str:
        return "Token(...)"

    def hidden(self, text: str) -> str:
        """Return a text without the secret."""
        return text.replace(self._secret, "...")


class Client:
    """Asks one origin and nothing else.

    Parameters
    ----------
    origin : str
        Scheme, host and port.
    rate : Rate
        What is allowed, where the platform's headers say nothing.
    token : Token, optional
        Goes to this origin and nowhere else.
    limits : Limits
        The bounds.
    clock, sleep : function
        The clock that waits are counted by, and how to wait.
    """

    def __init__(
        self,
        origin: str,
        *,
        rate: Rate = UNSTATED,
        token: Token | None = None,
        limits: Limits = LIMITS,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.origin = origin_of(origin)
        self.limits = limits
        self.pace = Pace(rate, clock=clock, sleep=sleep, longest=limits.wait)
        self.tries = 0
        self._token = token
        self._exchange = Exchange(limits, wait=self.pace.wait, hidden=token.hidden if token else str)

    def ask(
        self, path: str, params: Mapping[str, Any] | None = None, body: Any = None, *, form: str = "json"
    ) -> Page:
        """Return the answer; of a thing that does not exist one without a body.

        Parameters
        ----------
        path : str
            Path, or whole address of the same origin.
        params : mapping, optional
            The query; a list of values repeats its key.
        body : optional
            JSON to send; makes it a POST.
        form : str
            What the answer must be: ``json`` or ``html``.

        Returns
        -------
        Page
            Of status 200, or, if there is no such thing, 404, 410, 451 or 401 with the Hub's code for that.

        Raises
        ------
        Unanswered
            If no usable answer came, retries included.
        SourceError
            If the platform wants a longer pause than `Limits.wait`, or still refuses after the retries
            because of the rate.
        """
        self.tries = 0
        try:
            return self._exchange.retried(self._once, self.address(path, params), body, form)
        except Passing as error:
            if error.status == 429:
                raise SourceError(
                    "the platform refuses more requests",
                    where=self.origin,
                    hint="What came so far is kept: run it again later.",
                ) from error
            raise

    def address(self, path: str, params: Mapping[str, Any] | None = None) -> str:
        """Return the whole address of a request.

        Raises
        ------
        SourceError
            If it is not of this origin: such a link is followed nowhere.
        """
        import httpx2

        address = urljoin(f"{self.origin}/", path)
        if plain_origin(address) != self.origin:
            raise SourceError(
                f"a link leads to another origin: {address!r:.200}",
                where=self.origin,
                hint="Nothing was asked there.",
            )
        return str(httpx2.URL(address).copy_merge_params(params)) if params else address

    def close(self) -> None:
        """Close the connections."""
        self._exchange.close()

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _once(self, address: str, body: Any, form: str) -> Page:
        """Ask once, redirects on the same origin included."""
        moved = ""
        for _ in range(self.limits.redirects + 1):
            page = self._sent(moved or address, body, form)
            if page.status not in REDIRECTS:
                target = urlsplit(moved)
                place = f"{target.path}?{target.query}" if target.query else target.path
                return Page(address, page.status, page.headers, page.body, place)
            moved = urljoin(moved or address, page.headers.get("location", ""))
            if body is not None or plain_origin(moved) != self.origin:
                raise Unanswered(f"it redirects to {moved!r:.200}, another origin", page.status)
        raise Unanswered(f"it redirects more than {self.limits.redirects} times", page.status)

    def _sent(self, address: str, body: Any, form: str) -> Page:
        """Send one request and read its answer."""
        self.pace.start()
        self.tries += 1
        return self._exchange.sent(
            lambda answer: self._page(answer, form),
            "GET" if body is None else "POST",
            address,
            json=body,
            headers={"Accept": ACCEPTED[form], **(self._token.header if self._token else {})},
        )

    def _page(self, answer: "httpx2.Response", form: str) -> Page:
        status, headers = answer.status_code, answer.headers
        self.pace.heed(headers)
        if status in REDIRECTS:
            return Page("", status, {"location": headers.get("location", "")}, b"")
        if status in ABSENT or headers.get("x-error-code") == "RepoNotFound":
            return Page("", status, _kept(headers), b"")
        content = self._exchange.content(answer)
        if status != 200:
            raise self._exchange.refused(status, headers, content)
        return _checked(Page("", status, _kept(headers), content), form)


def _kept(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: headers[name] for name in KEPT if name in headers}


def _checked(page: Page, form: str) -> Page:
    """Return a page that is what was asked for, by its type and by its content."""
    stated = page.headers.get("content-type", "").partition(";")[0].strip().lower()
    if stated != ACCEPTED[form] and not (form == "json" and stated.endswith(("/json", "+json"))):
        raise Passing(f"its type is {stated!r:.60}, not {form.upper()}", page.status)
    try:
        content = page.json() if form == "json" else page.body.decode("utf-8")
    except ValueError as error:
        raise Passing(f"it is no {form.upper()} ({error!s:.120})", page.status) from error
    if isinstance(content, dict) and content.get("success") is False:
        raise Passing(f"it says that it failed ({content.get('code')!s:.120})", page.status)
    return page
