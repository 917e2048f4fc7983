"""What whoever starts the server decides, with defaults that suit one's own machine."""

from dataclasses import dataclass, field

from begat.server.question import Limits

__all__ = ["LOOPBACK", "Settings"]

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


@dataclass(frozen=True)
class Settings:
    """How the HTTP side behaves. Times in seconds, sizes in bytes; docs/concept/server.md explains each.

    Attributes
    ----------
    limits : Limits
        Of queries.
    hosts : tuple of str
        Names that a request may call the server by.
    origins : tuple of str
        Web origins whose pages may read answers; ``*`` for all.
    trust_proxy : bool
        Whether the last address of ``X-Forwarded-For`` is the client's.
    body, head, target : int
        Largest body of a request, all its header fields together, and its path with parameters.
    patience : float
        Longest time for the head, and again for the body, of a request, and for each 64 KiB of an answer.
    sending : int
        Most bytes of answers that clients are taking at once.
    calls, call_seconds, waiting : int, float, int
        Of the JSON API and of pages: calls at once, the time of one, and how many may wait.
    costly : int
        Of those calls and pages that read all that the snapshot has: at once, besides the others.
    written : int
        Most bytes of pages kept for whoever asks again.
    """

    limits: Limits = field(default_factory=Limits)
    hosts: tuple[str, ...] = LOOPBACK
    origins: tuple[str, ...] = ()
    trust_proxy: bool = False
    body: int = 64 << 10
    head: int = 16 << 10
    target: int = 64 << 10
    patience: float = 10.0
    sending: int = 256 << 20
    calls: int = 4
    call_seconds: float = 20.0
    waiting: int = 16
    costly: int = 1
    written: int = 32 << 20
