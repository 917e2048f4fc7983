"""The client of one origin: bounded in time, size and number, and no faster than allowed.

Nothing that a platform sends is trusted: not its links, its sizes, its encodings, its waits. The reasons for
each bound: ``docs/decisions/007-platforms.md``.
"""

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urljoin, urlsplit

from begat.crawl.pace import LONGEST, Pace, Rate, asked_wait
from begat.crawl.page import Page
from begat.crawl.strict import LARGEST, TooLarge, inflated
from begat.errors import InputError, SourceError
from begat.version import __version__

if TYPE_CHECKING:
    import httpx2
    from tenacity import RetryCallState

__all__ = ["ABSENT", "Client", "Limits", "Token", "Unanswered", "origin_of"]

KEPT = ("content-type", "link", "date", "etag", "last-modified")
ABSENT = frozenset({404, 410, 451})
REDIRECTS = frozenset({301, 302, 303, 307, 308})
AGAIN = frozenset({408, 429, 500, 502, 503, 504})
ACCEPTED = {"json": "application/json", "html": "text/html"}
"""The type that each form of an answer has."""

QUOTED = 200
"""Characters of an error's text that are shown."""


class Limits(NamedTuple):
    """Bounds of a client: seconds to connect, between bytes, for a page, of a wait; times; bytes."""

    connect: float = 10
    read: float = 30
    page: float = 120
    wait: float = LONGEST
    redirects: int = 5
    retries: int = 5
    size: int = LARGEST


LIMITS = Limits()
UNSTATED = Rate(60, 60.0)
"""The rate towards a platform that states none."""


class Unanswered(Exception):
    """A request without a usable answer, for good: what came, and the status if one came."""

    def __init__(self, reason: str, status: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status


class _Passing(Unanswered):
    """A fault that may pass: asked again after `wait` seconds, or after some time if it is None."""

    def __init__(self, reason: str, status: int = 0, wait: float | None = None) -> None:
        super().__init__(reason, status)
        self.wait = wait


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
        self._http = _transport(limits)
        self._socket: socket.socket | None = None

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
        from tenacity import Retrying, retry_if_exception_type, stop_after_attempt

        self.tries = 0
        retrying = Retrying(
            retry=retry_if_exception_type(_Passing),
            stop=stop_after_attempt(self.limits.retries + 1),
            wait=self._pause,
            sleep=self.pace.wait,
            reraise=True,
        )
        try:
            return retrying(self._once, self.address(path, params), body, form)
        except _Passing as error:
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
        if _origin(address) != self.origin:
            raise SourceError(
                f"a link leads to another origin: {address!r:.200}",
                where=self.origin,
                hint="Nothing was asked there.",
            )
        return str(httpx2.URL(address).copy_merge_params(params)) if params else address

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _pause(self, state: "RetryCallState") -> float:
        """Seconds before the next try: what the answer asks for, else more each time, and by chance."""
        from tenacity import wait_exponential_jitter

        error = state.outcome.exception() if state.outcome else None
        stated = error.wait if isinstance(error, _Passing) else None
        return wait_exponential_jitter(initial=1, max=60, jitter=1)(state) if stated is None else stated

    def _once(self, address: str, body: Any, form: str) -> Page:
        """Ask once, redirects on the same origin included."""
        moved = ""
        for _ in range(self.limits.redirects + 1):
            page = self._exchange(moved or address, body, form)
            if page.status not in REDIRECTS:
                target = urlsplit(moved)
                place = f"{target.path}?{target.query}" if target.query else target.path
                return Page(address, page.status, page.headers, page.body, place)
            moved = urljoin(moved or address, page.headers.get("location", ""))
            if body is not None or _origin(moved) != self.origin:
                raise Unanswered(f"it redirects to {moved!r:.200}, another origin", page.status)
        raise Unanswered(f"it redirects more than {self.limits.redirects} times", page.status)

    def _exchange(self, address: str, body: Any, form: str) -> Page:
        """Send one request and read its answer.

        Raises
        ------
        Unanswered
            If the answer can't be used.
        """
        import httpx2

        self.pace.start()
        self.tries += 1
        request = self._http.build_request(
            "GET" if body is None else "POST",
            address,
            json=body,
            headers={"Accept": ACCEPTED[form], **(self._token.header if self._token else {})},
            extensions={"trace": self._traced},
        )
        try:
            with self._deadline(), contextlib.closing(self._http.send(request, stream=True)) as answer:
                self.pace.heed(answer.headers)
                return self._page(answer, form)
        except httpx2.TransportError as error:
            raise _Passing(f"the transfer broke off ({type(error).__name__})") from error
        except httpx2.InvalidURL as error:
            raise Unanswered("its address is no address") from error

    def _page(self, answer: "httpx2.Response", form: str) -> Page:
        status, headers = answer.status_code, answer.headers
        if status in REDIRECTS:
            return Page("", status, {"location": headers.get("location", "")}, b"")
        if status in ABSENT or headers.get("x-error-code") == "RepoNotFound":
            return Page("", status, _kept(headers), b"")
        try:
            content = inflated(answer.iter_raw(), headers.get("content-encoding", ""), most=self.limits.size)
        except TooLarge as error:
            raise Unanswered(str(error), status) from error
        except ValueError as error:
            raise _Passing(str(error), status) from error
        if status != 200:
            raise self._refused(status, headers, content)
        return _checked(Page("", status, _kept(headers), content), form)

    def _refused(self, status: int, headers: Mapping[str, str], content: bytes) -> Unanswered:
        """The error of a status other than 200."""
        wait = asked_wait(headers)
        if status == 403 and wait is not None:
            status = 429
        text = " ".join(content[:4096].decode("utf-8", "replace").split())
        text = self._token.hidden(text) if self._token else text
        reason = f"status {status}" + (f": {text[:QUOTED]}" if text else "")
        return _Passing(reason, status, wait) if status in AGAIN else Unanswered(reason, status)

    def _traced(self, event: str, info: Mapping[str, Any]) -> None:
        """Remember the socket, so that `_deadline` can cut it."""
        if event.endswith(("connect_tcp.complete", "start_tls.complete")):
            self._socket = info["return_value"].get_extra_info("socket")

    @contextlib.contextmanager
    def _deadline(self) -> Iterator[None]:
        """Cut the connection when a page takes too long.

        A server that sends a byte now and then keeps every single read within its limit.
        """
        timer = threading.Timer(self.limits.page, self._cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _cut(self) -> None:
        if self._socket is not None:
            with contextlib.suppress(OSError):
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


def origin_of(address: str) -> str:
    """Return scheme, host and port of an address, in one spelling.

    Raises
    ------
    InputError
        If it has none, or carries a user or password.

    Examples
    --------
    >>> origin_of("HTTPS://Example.org:443/api"), origin_of("http://127.0.0.1:8080")
    ('https://example.org', 'http://127.0.0.1:8080')
    """
    if (origin := _origin(address)) is None:
        raise InputError(f"{address!r:.100} is no origin", hint="Write https://HOST or http://HOST:PORT.")
    return origin


def _origin(address: str) -> str | None:
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host or "@" in parts.netloc:
        return None
    host = f"[{host}]" if ":" in host else host
    usual = {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{host}" + (f":{port}" if port not in (None, usual) else "")


def _transport(limits: Limits) -> "httpx2.Client":
    """One connection at a time, no cookies, no redirects, nothing from the environment."""
    from http.cookiejar import CookieJar, DefaultCookiePolicy

    import httpx2

    return httpx2.Client(
        headers={
            "Accept-Encoding": "gzip",
            "User-Agent": f"begat/{__version__}",
        },
        timeout=httpx2.Timeout(limits.read, connect=limits.connect),
        limits=httpx2.Limits(max_connections=1),
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        trust_env=False,
    )


def _kept(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: headers[name] for name in KEPT if name in headers}


def _checked(page: Page, form: str) -> Page:
    """Return a page that is what was asked for, by its type and by its content."""
    stated = page.headers.get("content-type", "").partition(";")[0].strip().lower()
    if stated != ACCEPTED[form] and not (form == "json" and stated.endswith(("/json", "+json"))):
        raise _Passing(f"its type is {stated!r:.60}, not {form.upper()}", page.status)
    try:
        content = page.json() if form == "json" else page.body.decode("utf-8")
    except ValueError as error:
        raise _Passing(f"it is no {form.upper()} ({error!s:.120})", page.status) from error
    if isinstance(content, dict) and content.get("success") is False:
        raise _Passing(f"it says that it failed ({content.get('code')!s:.120})", page.status)
    return page
