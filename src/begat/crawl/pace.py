"""How fast to ask: what the platform allows, what its headers say, and how long to wait."""

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from begat.errors import SourceError

__all__ = ["LONGEST", "Pace", "Rate", "asked_wait"]

PART = 0.9
"""Of what is allowed, begat uses this part."""

LONGEST = 300.0
"""Seconds to wait at once; a run that would wait longer stops, and goes on when it is run again."""

EPOCH = 10**8
"""A reset above this is a moment in Unix seconds, below it a number of seconds."""


class Rate(NamedTuple):
    """At most so many requests in so many seconds, where the platform's own headers say nothing."""

    requests: int
    seconds: float


class Pace:
    """Keeps requests below a rate, over any window of its length.

    The header ``RateLimit-Policy`` takes the place of the rate; a window that is nearly used up, by others
    behind the same address too, is waited for.

    Parameters
    ----------
    rate : Rate
        What is allowed.
    clock : function
        Gives seconds; only differences count.
    sleep : function
        Waits so many seconds.
    longest : float
        Seconds to wait at most.
    """

    def __init__(
        self,
        rate: Rate,
        *,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
        longest: float = LONGEST,
    ) -> None:
        self.rate = rate
        self.longest = longest
        self._clock = clock
        self._sleep = sleep
        self._asked: deque[float] = deque()
        self._free_at = 0.0

    def remember(self, ages: Iterable[float]) -> None:
        """Take requests of an earlier run into account, by how many seconds ago they were made."""
        now = self._clock()
        self._asked = deque(sorted(now - max(age, 0.0) for age in ages))

    def start(self) -> None:
        """Wait until a request may be made, and count it.

        Raises
        ------
        SourceError
            If that takes longer than `longest`.
        """
        now = self._clock()
        while self._asked and self._asked[0] <= now - self.rate.seconds:
            self._asked.popleft()
        full = len(self._asked) >= self._most
        turn = self._asked[-self._most] + self.rate.seconds if full else now
        self.wait(max(turn, self._free_at) - now)
        self._asked.append(self._clock())

    @property
    def _most(self) -> int:
        """Requests in a window that begat allows itself."""
        return max(1, int(self.rate.requests * PART))

    def wait(self, seconds: float) -> None:
        """Wait.

        Raises
        ------
        SourceError
            If it is longer than `longest`.
        """
        if seconds > self.longest + 1:
            raise SourceError(
                f"the platform wants a pause of {seconds:,.0f} s",
                hint=f"What came so far is kept: run it again after {datetime_in(seconds)}.",
            )
        if seconds > 0:
            self._sleep(seconds)

    def heed(self, headers: Mapping[str, str]) -> None:
        """Read what an answer says about the rate."""
        policy = _parameters(headers.get("ratelimit-policy", ""))
        if (quota := policy.get("q", 0.0)) >= 1 and (window := policy.get("w", 0.0)) > 0:
            self.rate = Rate(int(quota), window)
        remaining, reset = _window(headers)
        if remaining is not None and reset is not None and remaining <= self.rate.requests - self._most:
            self._free_at = self._clock() + reset + 1


def datetime_in(seconds: float) -> str:
    """Return the minute, UTC, in so many seconds."""
    moment = datetime.fromtimestamp(datetime.now(UTC).timestamp() + min(seconds, 10**8) + 60, UTC)
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def asked_wait(headers: Mapping[str, str]) -> float | None:
    """Return how many seconds an answer asks to wait, None if it does not say.

    ``Retry-After`` as seconds or as a date (after that of the answer), else the rest of a window that is
    used up and a second.

    Examples
    --------
    >>> asked_wait({"retry-after": "7"}), asked_wait({"ratelimit": '"api";r=0;t=55'}), asked_wait({})
    (7.0, 56.0, None)
    >>> asked_wait({"retry-after": "Thu, 26 Nov 2026 00:01:00 GMT", "date": "Thu, 26 Nov 2026 00:00:00 GMT"})
    60.0
    """
    stated = headers.get("retry-after", "").strip()
    if stated.isascii() and stated.isdigit():
        return float(stated[:12])
    if (moment := _moment(stated)) is not None:
        return max(0.0, moment - _now(headers))
    remaining, reset = _window(headers)
    return reset + 1 if remaining == 0 and reset is not None else None


def _window(headers: Mapping[str, str]) -> tuple[float | None, float | None]:
    """Return the requests that are left in the window, and the seconds to its end."""
    stated = _parameters(headers.get("ratelimit", ""))
    if "r" in stated and "t" in stated:
        return stated["r"], stated["t"]
    remaining = _number(headers.get("x-ratelimit-remaining", ""))
    reset = _number(headers.get("x-ratelimit-reset", ""))
    if reset is not None and reset > EPOCH:
        reset = max(0.0, reset - _now(headers))
    return remaining, reset


def _parameters(text: str) -> dict[str, float]:
    """Read the numbers of the first item of a structured header: ``"api";r=499;t=264``."""
    pairs = [part.partition("=") for part in text.split(",")[0].split(";")]
    numbers = {name.strip(): _number(value) for name, _, value in pairs}
    return {name: value for name, value in numbers.items() if value is not None}


def _number(text: str) -> float | None:
    text = text.strip()
    return float(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def _now(headers: Mapping[str, str]) -> float:
    """The platform's own time, so that a wrong clock here does no harm; ours if it gives none."""
    stated = _moment(headers.get("date", ""))
    return datetime.now(UTC).timestamp() if stated is None else stated


def _moment(text: str) -> float | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    return moment.replace(tzinfo=moment.tzinfo or UTC).timestamp()
