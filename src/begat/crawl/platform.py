"""What a source declares about the live platform that it fetches from."""

from collections.abc import Callable
from dataclasses import dataclass

from begat.crawl.crawl import Crawl
from begat.crawl.pace import Rate

__all__ = ["Platform", "Rate"]


@dataclass(frozen=True)
class Platform:
    """A live platform.

    Attributes
    ----------
    origin : str
        Scheme and host of its API; ``BEGAT_<SOURCE>_ORIGIN`` in the environment takes its place (a mirror).
    fetch : function
        Asks for everything that the source's parser reads. A pure function of the answers: run again, it
        asks for the same in the same order.
    rate : Rate
        What begat allows itself.
    terms : str
        Address of its terms of use, and in a sentence what they say about programs.
    limits : str
        What the platform allows and withholds, in words.
    state : str
        How the connector was tested: against answers in a ``recorded shape DATE``, in one that is
        ``documented``, taken from a ``client`` or ``assumed``, or ``live DATE``; further words after ``;``.
    token : str
        Environment variable that may hold a token, "" if it takes none.
    token_header : str
        Header that carries it; ``{}`` stands for the token.
    asks : tuple of (str, str), optional
        Table and column of the current snapshot with the things to ask for (`Crawl.wanted`); None for a
        platform that lists everything by itself.
    single : str, optional
        Path of one model, ``{}`` stands for its name: whether one that is no longer listed has gone or has
        another name. "" if it can't be asked for.
    """

    origin: str
    fetch: Callable[[Crawl], None]
    rate: Rate
    terms: str
    limits: str
    state: str
    token: str = ""
    token_header: str = "Authorization: Bearer {}"
    asks: tuple[str, str] | None = None
    single: str = ""
