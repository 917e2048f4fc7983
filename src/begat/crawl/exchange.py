"""Requests to one origin, bounded in time and size, and asked again where a fault may pass.

Nothing that a server sends is trusted: not its links, its sizes, its encodings, its waits. The reasons for
each bound: ``docs/decisions/007-platforms.md``.
"""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar
from urllib.parse import urlsplit

from begat.crawl.pace import LONGEST, asked_wait
from begat.crawl.strict import LARGEST, TooLarge, inflated
from begat.errors import InputError
from begat.version import __version__

if TYPE_CHECKING:
    import httpx2
    from tenacity import RetryCallState

__all__ = ["AGAIN", "Exchange", "Limits", "Passing", "Unanswered", "origin_of", "plain_origin"]

AGAIN = frozenset({408, 429, 500, 502, 503, 504})
"""Statuses of faults that may pass."""

QUOTED = 200
"""Characters of an error's text that are shown."""

T = TypeVar("T")


class Limits(NamedTuple):
    """Bounds of a client: seconds to connect, between bytes, for a page, of a wait; times; bytes."""

    connect: float = 10
    read: float = 30
    page: float = 120
    wait: float = LONGEST
    redirects: int = 5
    retries: int = 5
    size: int = LARGEST


class Unanswered(Exception):
    """A request without a usable answer, for good: what came, and the status if one came."""

    def __init__(self, reason: str, status: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status


class Passing(Unanswered):
    """A fault that may pass: asked again after `wait` seconds, or after some time if it is None."""

    def __init__(self, reason: str, status: int = 0, wait: float | None = None) -> None:
        super().__init__(reason, status)
        self.wait = wait


class Exchange:
    """Sends requests and reads what comes back.

    Parameters
    ----------
    limits : Limits
        The bounds.
    wait : function
        How to wait so many seconds before asking again.
    again : frozenset of int
        Statuses of faults that may pass.
    auth : httpx2.Auth, optional
        How to answer when asked who is there.
    hidden : function
        Takes the secrets out of a text that is shown.
    """

    def __init__(
        self,
        limits: Limits,
        *,
        wait: Callable[[float], None],
        again: frozenset[int] = AGAIN,
        auth: "httpx2.Auth | None" = None,
        hidden: Callable[[str], str] = str,
    ) -> None:
        self.limits = limits
        self._wait = wait
        self._again = again
        self._hidden = hidden
        self._http = _transport(limits, auth)
        self._socket: socket.socket | None = None
        self._late = False

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def retried(self, once: Callable[..., T], *args: Any) -> T:
        """Call `once` until it gives an answer, at most `Limits.retries` times more.

        Raises
        ------
        Unanswered
            The last fault, a `Passing` one if it might have passed.
        """
        from tenacity import Retrying, retry_if_exception_type, stop_after_attempt

        retrying = Retrying(
            retry=retry_if_exception_type(Passing),
            stop=stop_after_attempt(self.limits.retries + 1),
            wait=self._pause,
            sleep=self._wait,
            reraise=True,
        )
        return retrying(once, *args)

    def sent(self, read: Callable[["httpx2.Response"], T], method: str, address: str, **request: Any) -> T:
        """Send one request and return what `read` makes of its answer.

        Raises
        ------
        Unanswered
            If the answer can't be used.
        """
        import httpx2

        built = self._http.build_request(method, address, extensions={"trace": self._traced}, **request)
        try:
            with self._deadline(), contextlib.closing(self._http.send(built, stream=True)) as answer:
                return read(answer)
        except httpx2.TransportError as error:
            raise self._broken(error) from error
        except httpx2.InvalidURL as error:
            raise Unanswered("its address is no address") from error

    def _broken(self, error: "httpx2.TransportError") -> Unanswered:
        """Return the error of a transfer that broke off; one that took too long is like status 408."""
        import httpx2

        late = self._late or isinstance(error, httpx2.ReadTimeout)
        if late and 408 not in self._again:
            return Unanswered("it takes too long", 408)
        return Passing(f"the transfer broke off ({type(error).__name__})")

    def content(self, answer: "httpx2.Response") -> bytes:
        """Return the bytes of an answer, inflated.

        Raises
        ------
        Unanswered
            If they are too many, or broken.
        """
        try:
            return inflated(
                answer.iter_raw(), answer.headers.get("content-encoding", ""), most=self.limits.size
            )
        except TooLarge as error:
            raise Unanswered(str(error), answer.status_code) from error
        except ValueError as error:
            raise Passing(str(error), answer.status_code) from error

    def refused(self, status: int, headers: Mapping[str, str], content: bytes) -> Unanswered:
        """Return the error of a status that is no success."""
        wait = asked_wait(headers)
        if status == 403 and wait is not None:
            status = 429
        text = self._hidden(" ".join(content[:4096].decode("utf-8", "replace").split()))
        reason = f"status {status}" + (f": {text[:QUOTED]}" if text else "")
        return Passing(reason, status, wait) if status in self._again else Unanswered(reason, status)

    def _pause(self, state: "RetryCallState") -> float:
        """Seconds before the next try: what the answer asks for, else more each time, and by chance."""
        from tenacity import wait_exponential_jitter

        error = state.outcome.exception() if state.outcome else None
        stated = error.wait if isinstance(error, Passing) else None
        return wait_exponential_jitter(initial=1, max=60, jitter=1)(state) if stated is None else stated

    def _traced(self, event: str, info: Mapping[str, Any]) -> None:
        """Remember the socket, so that `_deadline` can cut it."""
        if event.endswith(("connect_tcp.complete", "start_tls.complete")):
            self._socket = info["return_value"].get_extra_info("socket")

    @contextlib.contextmanager
    def _deadline(self) -> Iterator[None]:
        """Cut the connection when a page takes too long.

        A server that sends a byte now and then keeps every single read within its limit.
        """
        self._late = False
        timer = threading.Timer(self.limits.page, self._cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _cut(self) -> None:
        self._late = True
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
    if (origin := plain_origin(address)) is None:
        raise InputError(f"{address!r:.100} is no origin", hint="Write https://HOST or http://HOST:PORT.")
    return origin


def plain_origin(address: str) -> str | None:
    """Return the origin of an address as `origin_of`, None if it has none."""
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


def _transport(limits: Limits, auth: "httpx2.Auth | None") -> "httpx2.Client":
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
        auth=auth,
        trust_env=False,
    )
