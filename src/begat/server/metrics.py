"""What the server counts, in the text format that Prometheus reads (version 0.0.4)."""

from collections import Counter
from collections.abc import Iterator, Mapping

__all__ = ["MEDIA_TYPE", "Counts"]

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Counts:
    """Requests by route and status, and the seconds they took by route.

    `sending` are the bytes of the bodies that clients are taking just now.
    """

    def __init__(self) -> None:
        self.requests: Counter[tuple[str, int]] = Counter()
        self.seconds: dict[str, float] = {}
        self.sending = 0

    def add(self, route: str, status: int, seconds: float) -> None:
        """Count a request; `route` is the address as declared, never as asked."""
        self.requests[route, status] += 1
        self.seconds[route] = self.seconds.get(route, 0.0) + seconds

    def text(self, pool: Mapping[str, float | int]) -> str:
        """Return all figures, those of the pool included."""
        return "".join(f"{line}\n" for line in [*self._lines(), *_gauges(pool)])

    def _lines(self) -> Iterator[str]:
        yield "# HELP begat_http_requests_total Requests by route and status; 499: the client left."
        yield "# TYPE begat_http_requests_total counter"
        for (route, status), count in sorted(self.requests.items()):
            yield f'begat_http_requests_total{{route="{route}",status="{status}"}} {count}'
        yield "# HELP begat_http_request_seconds_total Seconds that requests took, by route."
        yield "# TYPE begat_http_request_seconds_total counter"
        for route, seconds in sorted(self.seconds.items()):
            yield f'begat_http_request_seconds_total{{route="{route}"}} {seconds:.6f}'


def _gauges(pool: Mapping[str, float | int]) -> Iterator[str]:
    for name, value in sorted(pool.items()):
        yield f"# TYPE begat_pool_{name} untyped"
        yield f"begat_pool_{name} {value}"
