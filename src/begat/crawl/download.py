"""Downloads of one file: resumed where they broke off, bounded in time and size, with a hash at the end."""

import fcntl
import hashlib
import json
import os
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urljoin, urlsplit

from begat.errors import InputError, SourceError
from begat.files import atomic_write, sha256
from begat.version import __version__

if TYPE_CHECKING:
    import httpx2

__all__ = ["Download", "Limits", "download", "following", "public_address"]

REDIRECTS = 5
REDIRECTED = (301, 302, 303, 307, 308)
AGAIN = (408, 425, 429, 500, 502, 503, 504)

Progress = Callable[[int, int | None], None]


@dataclass(frozen=True)
class Limits:
    """Bounds of a download.

    Attributes
    ----------
    size_bytes : int
        The largest file that is taken.
    seconds : float
        The longest that all attempts together may last.
    attempts : int
        Attempts in a row that bring nothing new; one that brings bytes starts the count again.
    pause_seconds, longest_pause_seconds : float
        The first pause after a failed attempt, which doubles, and the longest.
    """

    size_bytes: int = 256 << 30
    seconds: float = 6 * 3600
    attempts: int = 5
    pause_seconds: float = 1.0
    longest_pause_seconds: float = 60.0


@dataclass(frozen=True)
class Download:
    """A file that has arrived whole, and the facts about it that belong to its provenance."""

    path: Path
    locator: str
    sha256: str
    retrieved_at: str


def download(
    address: str,
    folder: Path,
    *,
    token: str = "",
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> Download:
    """Fetch a file into a folder of its own below `folder`; a part that is there already is not asked again.

    Parameters
    ----------
    address : str
        An http or https address.
    folder : Path
        Folder of downloads.
    token : str, optional
        Sent to the origin of `address` only, never to a host that it redirects to.
    limits : Limits, optional
        Bounds.
    progress : function, optional
        Called with the bytes that are there and, where it is known, with all of them.

    Raises
    ------
    InputError
        If the address is no web address.
    SourceError
        If the file can't be had, is larger than allowed or takes longer; the part stays for the next try.

    Notes
    -----
    A part is continued only if the server still names the same strong ETag; else it begins anew. A whole
    file is asked for again with its ETag, and kept if the server says that nothing has changed.
    """
    if not _is_web(address):
        raise InputError(f"{address!r:.100} is no web address", hint="Write http://... or https://...")
    place = folder / hashlib.sha256(address.encode()).hexdigest()[:16]
    place.mkdir(parents=True, exist_ok=True)
    with (place / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise SourceError("another process is fetching it", where=public_address(address)) from error
        return _Fetch(address, place, token, limits or Limits(), progress or _quiet).run()


def public_address(address: str) -> str:
    """Return an address without what may be secret: its user, query and fragment.

    Examples
    --------
    >>> public_address("https://me:secret@example.org:8080/a/models.parquet?signature=x#y")
    'https://example.org:8080/a/models.parquet'
    """
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def _quiet(done: int, total: int | None) -> None:
    """Show nothing."""


def following(address: str, location: str) -> str:
    """Return the address that a redirect leads to.

    Raises
    ------
    SourceError
        If it is no web address, or leaves https for http.
    """
    there = urljoin(address, location)
    if not location or not _is_web(there):
        raise SourceError("a redirect that leads to no web address", where=public_address(address))
    if urlsplit(address).scheme == "https" and urlsplit(there).scheme == "http":
        raise SourceError(
            "a redirect from https to http, which is not followed", where=public_address(address)
        )
    return there


class _Broken(Exception):
    """An attempt that failed and may be tried again, after so many seconds if the server says so."""

    def __init__(self, reason: str, wait: float | None = None) -> None:
        self.wait = wait
        super().__init__(reason)


class _Fetch:
    def __init__(self, address: str, place: Path, token: str, limits: Limits, progress: Progress) -> None:
        self.address = address
        self.token = token
        self.limits = limits
        self.progress = progress
        self.path = place / _file_name(address)
        self.part = place / ".part"
        self.facts_path = place / ".facts.json"
        self.end = time.monotonic() + limits.seconds

    def run(self) -> Download:
        import httpx2

        with httpx2.Client(timeout=httpx2.Timeout(30, connect=10), trust_env=False) as client:
            failed = 0
            while True:
                before = self._held()
                try:
                    return self._attempt(client)
                except (httpx2.TransportError, _Broken) as error:
                    failed = 1 if self._held() > before else failed + 1
                    self._pause(failed, error)

    def _pause(self, failed: int, error: Exception) -> None:
        longest = self.limits.longest_pause_seconds
        wanted = getattr(error, "wait", None)
        wait = min(self.limits.pause_seconds * 2 ** (failed - 1), longest) if wanted is None else wanted
        hopeless = wait > longest or time.monotonic() + wait > self.end
        if failed >= self.limits.attempts or hopeless:
            held = f", {self._held():,} bytes are kept" if self._held() else ""
            reason = str(error) or type(error).__name__
            raise self._failed(
                f"the download broke off ({reason}{held})", "Run it again to go on."
            ) from error
        time.sleep(wait)

    def _attempt(self, client: "httpx2.Client") -> Download:
        facts, kept = self._facts(), self._kept()
        held = self._held() if facts.get("etag") else 0
        headers = {"accept-encoding": "identity", "accept": "*/*", "user-agent": f"begat/{__version__}"}
        if held:
            headers |= {"range": f"bytes={held}-", "if-range": facts["etag"]}
        elif kept is not None and facts.get("etag"):
            headers["if-none-match"] = facts["etag"]
        with self._answer(client, headers) as answer:
            if answer.status_code == 304 and kept is not None:
                return kept
            return self._received(answer, held)

    def _answer(self, client: "httpx2.Client", headers: Mapping[str, str]) -> "_Answer":
        """Ask, and follow redirects: the token stays with the origin that it is for."""
        address, home = self.address, _origin(self.address)
        for _ in range(REDIRECTS + 1):
            sent = dict(headers)
            if self.token and _origin(address) == home:
                sent["authorization"] = f"Bearer {self.token}"
            answer = self._sent(client, address, sent)
            if answer.status_code not in REDIRECTED:
                return _Answer(answer)
            answer.close()
            address = following(address, answer.headers.get("location", ""))
        raise self._failed(f"more than {REDIRECTS} redirects")

    def _sent(self, client: "httpx2.Client", address: str, headers: Mapping[str, str]) -> "httpx2.Response":
        import httpx2

        try:
            return client.send(client.build_request("GET", address, headers=headers), stream=True)
        except httpx2.InvalidURL as error:
            raise self._failed(f"the address can't be used ({error})") from error

    def _received(self, answer: "httpx2.Response", held: int) -> Download:
        status, headers = answer.status_code, answer.headers
        if status in AGAIN:
            raise _Broken(f"the server answered {status}", _retry_after(headers))
        if status == 416:
            self.part.unlink(missing_ok=True)
            raise _Broken("the part that is there does not fit the file any more")
        if status not in (200, 206):
            hint = "It may need a token: set HF_TOKEN." if status in (401, 403) else None
            raise self._failed(f"the server answered {status}", hint)
        if headers.get("content-encoding", "identity") != "identity":
            raise self._failed("the server packed the file, which was not asked for")
        start, total = _extent(headers) if status == 206 else (0, _length(headers))
        same = _strong(headers) in (None, self._facts().get("etag"))
        if status == 206 and (start != held or not same):
            self.part.unlink(missing_ok=True)
            raise _Broken("the server sent another part than was asked for")
        self._allowed(total or 0)
        if status == 200:
            self.part.unlink(missing_ok=True)
        etag = self._facts().get("etag") if status == 206 else _strong(headers)
        facts = {"etag": etag, "modified": headers.get("last-modified")}
        atomic_write(self.facts_path, json.dumps(facts))
        self._append(answer, start, total)
        return self._complete(facts)

    def _append(self, answer: "httpx2.Response", start: int, total: int | None) -> None:
        done = start
        with self.part.open("ab" if start else "wb") as file:
            for chunk in answer.iter_raw():
                file.write(chunk)
                done += len(chunk)
                self._allowed(done)
                if time.monotonic() > self.end:
                    raise self._failed(f"the download takes longer than {self.limits.seconds:,.0f} s")
                self.progress(done, total)
            file.flush()
            os.fsync(file.fileno())
        if total is not None and done != total:
            raise _Broken(f"{done:,} bytes came of {total:,}")

    def _allowed(self, size: int) -> None:
        if size > self.limits.size_bytes:
            self.part.unlink(missing_ok=True)
            raise self._failed(f"the file is larger than {self.limits.size_bytes:,} bytes")

    def _complete(self, facts: Mapping[str, Any]) -> Download:
        whole = {
            **facts,
            "locator": public_address(self.address),
            "sha256": sha256(self.part),
            "retrieved_at": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        if (modified := _moment(facts["modified"])) is not None:
            os.utime(self.part, (modified, modified))
        self.part.replace(self.path)
        atomic_write(self.facts_path, json.dumps(whole))
        return _described(self.path, whole)

    def _kept(self) -> Download | None:
        """Return the whole file that is there, None if there is none or it is not what it was."""
        facts = self._facts()
        whole = self.path.exists() and facts.get("sha256") == sha256(self.path)
        return _described(self.path, facts) if whole else None

    def _facts(self) -> dict[str, Any]:
        """Return what is known of the part or the file that is there; nothing if that can't be read."""
        try:
            facts = json.loads(self.facts_path.read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return facts if isinstance(facts, dict) else {}

    def _held(self) -> int:
        return self.part.stat().st_size if self.part.exists() else 0

    def _failed(self, what: str, hint: str | None = None) -> SourceError:
        return SourceError(what, where=public_address(self.address), hint=hint)


class _Answer:
    """An open answer, closed at the end."""

    def __init__(self, answer: "httpx2.Response") -> None:
        self.answer = answer

    def __enter__(self) -> "httpx2.Response":
        return self.answer

    def __exit__(self, *_: object) -> None:
        self.answer.close()


def _file_name(address: str) -> str:
    """Return a name for the file: the last part of the path, of harmless characters."""
    last = unquote(urlsplit(address).path).rstrip("/").rpartition("/")[2]
    return re.sub(r"[^A-Za-z0-9._-]+", "-", last).lstrip(".")[-120:] or "file"


def _is_web(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _described(path: Path, facts: Mapping[str, Any]) -> Download:
    return Download(path, facts["locator"], facts["sha256"], facts["retrieved_at"])


def _origin(address: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(address)
    return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)


def _strong(headers: Mapping[str, str]) -> str | None:
    etag = headers.get("etag", "")
    return etag if etag.startswith('"') else None


def _length(headers: Mapping[str, str]) -> int | None:
    text = headers.get("content-length", "")
    return int(text) if text.isdigit() else None


def _extent(headers: Mapping[str, str]) -> tuple[int, int | None]:
    """Return where a part begins and how large the whole is; (-1, None) for a header that says neither."""
    match = re.fullmatch(r"bytes (\d+)-\d+/(\d+|\*)", headers.get("content-range", ""))
    if match is None:
        return -1, None
    return int(match[1]), int(match[2]) if match[2] != "*" else None


def _retry_after(headers: Mapping[str, str]) -> float | None:
    text = headers.get("retry-after", "")
    if text.isdigit():
        return float(text)
    moment = _moment(text)
    return max(0.0, moment - time.time()) if moment is not None else None


def _moment(text: str | None) -> float | None:
    try:
        return parsedate_to_datetime(text).timestamp() if text else None
    except ValueError:
        return None
