"""A Hub that misbehaves: each fault ends in all the data or in a typed error, and no token gets out."""

import logging
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import traceback
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.cli import begat
from tests.loopback import NOW, Clock, Hub, canary, hub
from tests.replay import SAMPLES

from begat.crawl import Crawl, Rate
from begat.crawl.client import Client, Limits, Token
from begat.errors import HomeError, InputError, SourceError
from begat.snapshot import Home, Snapshot
from begat.snapshot.gc import collect_garbage
from begat.sources.base import source_named
from begat.sync import Synced, client_for, sync
from begat.sync.run import held, runs
from begat.sync.sync import platform_of

SOURCE = source_named("huggingface")
QUICK = Limits(connect=5, read=1, page=2)
SMALL = Limits(connect=5, read=5, page=10, size=2**20)
TIGHT = Limits(connect=5, read=0.3, page=0.4)
SECRET = "hf_NobodyMaySeeThisToken"
CHILD = """
import sys
from pathlib import Path
from begat.crawl import Rate
from begat.crawl.client import Client
from begat.snapshot import Home
from begat.sources.base import source_named
from begat.sync import sync
home, source = Home(Path(sys.argv[1])), source_named("huggingface")
with Client(sys.argv[2], rate=Rate(10**6, 1.0)) as client:
    print(sync(source, home, client).snapshot.digest)
"""


def asking(this: Hub, *, limits: Limits = QUICK, clock: Clock | None = None) -> Client:
    """Return a client of a Hub that does not wait."""
    clock = clock or Clock()
    return Client(
        this.origin,
        rate=Rate(500, 300.0),
        token=Token(SECRET),
        limits=limits,
        clock=clock,
        sleep=clock.sleep,
    )


def run(home: Path, this: Hub, *, clock: Clock | None = None, **options: bool) -> Synced:
    """Sync from a Hub with a client that does not wait."""
    with asking(this, clock=clock) as client:
        return sync(SOURCE, Home(home), client, **options)  # type: ignore[arg-type]


def kept(folder: Path, this: Hub, *, clock: Clock | None = None) -> dict[str, bytes]:
    """Crawl a Hub into a folder; return its answers by their place."""
    with asking(this, clock=clock) as client:
        platform_of(SOURCE).fetch(Crawl(folder, client))
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.gz")}


def of_hub(snapshot: Snapshot, table: str) -> list[dict[str, Any]]:
    """Return the rows of a table that the Hub states, whatever else the snapshot holds."""
    rows = snapshot.table(table).to_pylist()
    return [row for row in rows if SOURCE.name in (row.get("sources") or [row.get("source")])]


def published(home: Path) -> bool:
    """Whether a home holds a snapshot of the Hub."""
    return bool(list(home.glob(f"snapshots/{NOW:%Y-%m-%d}*")))


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home with a small snapshot of another source."""
    home = tmp_path_factory.mktemp("begun") / "home"
    ran = begat("import", "radar", str(SAMPLES / "radar"), "--date", "2026-08-22", home=home)
    assert ran.code == 0
    return home


@pytest.fixture
def home(tmp_path: Path, begun: Path) -> Path:
    """Return a home with a small snapshot of another source, for one test."""
    return shutil.copytree(begun, tmp_path / "home")


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory, begun: Path) -> str:
    """Return the digest of a snapshot from a Hub without faults."""
    with hub(Hub()) as this:
        home = shutil.copytree(begun, tmp_path_factory.mktemp("clean") / "home")
        return run(home, this).snapshot.digest


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Return the answers of a Hub without faults, by their place."""
    with hub(Hub()) as this:
        return kept(tmp_path_factory.mktemp("answers"), this)


PASSING = [
    "status:429,", "status:429,seconds", "status:429,date", "status:429,window", "status:408,",
    "status:500,", "status:502,", "status:503,seconds", "status:504,", "cut", "stall", "drip", "drip-head",
    "type", "html", "text:utf8", "text:nan", "text:twice", "text:deep", "text:empty", "zipped",
    "zipped:short", "zipped:more",
]  # fmt: skip


@pytest.mark.parametrize("fault", PASSING)
def test_a_fault_that_passes_costs_nothing(tmp_path: Path, answers: dict[str, bytes], fault: str) -> None:
    """After a fault that passes the answers are those of a Hub without faults."""
    with hub(Hub(faults={3: [fault], 7: [fault, fault]})) as this:
        assert kept(tmp_path, this) == answers
        assert len(this.requests) == len(answers) + (3 if fault != "zipped" else 0)


def test_a_page_that_comes_twice_counts_once(home: Path, clean: str) -> None:
    """A page that the list repeats under another cursor changes nothing."""
    with hub(Hub(faults={3: ["again"], 7: ["again"]})) as this:
        assert run(home, this).snapshot.digest == clean


LASTING = {
    "!status:500,": "not complete: 1 request failed, the first GET /api/models?.*status 500",
    "!status:418,": "status 418",
    "!status:403,": "status 403",
    "!status:429,": "refuses more requests",
    "!status:429,day": "wants a pause of 86,400 s.*run it again after",
    "!status:403,day": "wants a pause of 86,400 s|refuses more requests|status 429",
    "!cut": "the transfer broke off",
    "!stall": "the transfer broke off",
    "!drip": "the transfer broke off",
    "!drip-head": "the transfer broke off",
    "!type": "its type is 'text/html', not JSON",
    "!html": "it is no JSON",
    "!text:utf8": "it is no JSON",
    "!text:deep": "nested too deep",
    "!bomb:once": "larger than",
    "!bomb:twice": "it is no JSON",
    "!bomb:named": "its encoding 'gzip, gzip' was not asked for",
    "!zipped:short": "end too early",
    "!card": "larger than",
    "!redirect:host": "another origin",
    "!redirect:file": "another origin",
    "!redirect:loop": "redirects more than 5 times",
    "!link:host": "another origin",
    "!link:path": "goes on at another path",
    "!circle:": "runs in a circle",
    "!circle:1": "runs in a circle",
    "!object": "no row has the field",
    "!field:_id,absent,all": "no row has the field _id",
    "!field:id,absent,half": "10 times no field id",
    "!field:id,7,half": "rows can't be read",
    '!field:downloads,"many",half': "not a count",
    "!field:tags,{},half": "not a list of texts",
    '!field:createdAt,"soon",half': "Invalid isoformat",
}  # fmt: skip


@pytest.mark.parametrize("fault", LASTING)
def test_a_fault_that_stays_is_an_error_that_says_so(home: Path, fault: str) -> None:
    """A fault that stays ends in a typed error; nothing is published, and nobody else is asked."""
    with canary() as bird, hub(Hub(faults={5: [fault]}, elsewhere=bird.origin)) as this:
        limits = TIGHT if re.match("!(stall|drip|cut)", fault) else SMALL
        with asking(this, limits=limits) as client, pytest.raises(SourceError) as caught:
            sync(SOURCE, Home(home), client)
        assert re.search(LASTING[fault], str(caught.value), re.DOTALL), str(caught.value)
        assert caught.value.exit_code == 3
        assert len(this.requests) <= 4 + 6 + 6
    assert bird.seen == []
    assert not published(home)


def test_a_platform_that_is_down_is_left_alone(home: Path) -> None:
    """After five requests in a row without an answer no more are made."""
    with hub(Hub()) as this:
        run(home, this)
        this.gone, this.faults = set(range(0, 200, 25)), {}
        answered = this.answer
        this.answer = lambda path: (  # type: ignore[method-assign]
            answered(path) if "?" in path else type(answered(path))(500)
        )
        this.requests.clear()
        with pytest.raises(SourceError, match="5 requests in a row got no answer"):
            run(home, this, full=True, accept_shrink=True)
        assert sum("?" not in path for _, path in this.requests) == 5 * 6


def test_a_poisoned_row_costs_itself(home: Path) -> None:
    """One bad row in a hundred is set aside with its place; the others are published."""
    with hub(Hub(faults={5: ['!field:downloads,"many",one']})) as this:
        snapshot = run(home, this).snapshot
    assert [row["place"] for row in of_hub(snapshot, "set_aside")] == ["item 1"]
    assert sum(row["listed"] for row in of_hub(snapshot, "models")) == 199


def test_a_cursor_that_skips_is_seen_by_the_loss(home: Path) -> None:
    """A list that lost a page publishes nothing, until somebody says that it is right."""
    with hub(Hub()) as this:
        run(home, this)
        this.faults = {4: ["!skip:1"]}
        with pytest.raises(SourceError, match=r"180 models, 200 before.*--accept-shrink"):
            run(home, this, full=True)
        asked = len(this.requests)
        assert published(home)
        run(home, this, full=True, accept_shrink=True)
    assert all("?" not in path for _, path in this.requests[asked:]), "the kept answers were asked for again"


def test_no_token_gets_out(
    home: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The token reaches its origin, and no other host, log, error, file or command line."""
    caplog.set_level(logging.DEBUG)
    told = []
    with canary() as bird, hub(Hub(elsewhere=bird.origin)) as this:
        for fault in ("!redirect:host", "!link:host", "!status:500,", "!cut"):
            this.faults = {3: [fault]}
            with pytest.raises(SourceError) as caught:
                run(home, this)
            told.append("".join(traceback.format_exception(caught.value)) + repr(caught.value))
        this.faults = {}
        run(home, this)
        monkeypatch.setenv("BEGAT_HUGGINGFACE_ORIGIN", this.origin)
        monkeypatch.setenv("BEGAT_HUGGINGFACE_TOKEN", SECRET)
        ran = begat("sync", "huggingface", "--full", home=home)
    assert this.tokens == {f"Bearer {SECRET}"}
    assert bird.seen == []
    assert SECRET not in caplog.text + "".join(told) + ran.out + ran.err + repr(Token(SECRET))
    files = [path for path in home.rglob("*") if path.is_file()]
    assert len(files) > 20
    assert not [path for path in files if SECRET.encode() in path.read_bytes()]


def test_a_token_that_is_echoed_is_not_shown(home: Path) -> None:
    """A platform that quotes our header in its error does not bring the token into ours."""
    with hub(Hub()) as this:
        reply = type(this.answer("/"))
        this.answer = lambda _: reply(400, {}, f"bad header Bearer {SECRET}".encode())  # type: ignore[method-assign]
        with pytest.raises(SourceError, match=r"status 400: bad header Bearer \.\.\.") as caught:
            run(home, this)
    assert SECRET not in "".join(traceback.format_exception(caught.value))
    assert not [path for path in home.rglob("*") if path.is_file() and SECRET.encode() in path.read_bytes()]


def test_a_mirror_does_not_get_the_platforms_token(monkeypatch: pytest.MonkeyPatch) -> None:
    """HF_TOKEN goes to the Hub; a mirror gets its own token or none."""
    monkeypatch.setenv("HF_TOKEN", SECRET)
    with hub(Hub()) as this:
        monkeypatch.setenv("BEGAT_HUGGINGFACE_ORIGIN", this.origin)
        with client_for(source_named("huggingface")) as client:
            client.ask("/api/datasets")
    assert this.tokens == {""}


@pytest.mark.parametrize("secret", ["a b", "a\nb", "schlüssel", "a\x00"])
def test_a_token_that_no_header_can_carry(secret: str) -> None:
    """A token with characters that no token has is refused without being shown."""
    with pytest.raises(InputError) as caught:
        Token(secret)
    assert secret not in str(caught.value)


def test_the_rate_is_kept(tmp_path: Path) -> None:
    """Requests stay within nine tenths of what the headers allow, others behind the same address included."""
    clock = Clock()
    with hub(Hub(models=100, page=2, quota=(20, 30.0), clock=clock)) as this:
        this.requests += [(clock(), "others")] * 10
        kept(tmp_path, this, clock=clock)
        windows = Counter(int(moment // 30) for moment, _ in this.requests)
    assert len(windows) >= 3
    assert max(windows.values()) <= 18
    assert max(clock.waits) <= 31


def test_a_long_pause_is_not_waited_for(home: Path, clean: str) -> None:
    """A pause of a day ends the run at once; run again, it goes on where it stopped."""
    clock = Clock()
    with hub(Hub(faults={6: ["status:429,day"]})) as this:
        with pytest.raises(SourceError, match="a pause of 86,400 s"):
            run(home, this, clock=clock)
        assert clock.waits == []
        assert run(home, this).snapshot.digest == clean
        assert len(this.pages_asked()) == 10 + 1


def test_a_run_goes_on_at_its_origin_only(home: Path, clean: str) -> None:
    """A run that was broken off at one origin is not taken up at another, whose links lead elsewhere."""
    with hub(Hub(faults={6: ["status:429,day"]})) as first, pytest.raises(SourceError):
        run(home, first)
    with hub(Hub()) as second:
        assert run(home, second).snapshot.digest == clean
        assert len(second.pages_asked()) == 10
    assert len(runs(home / "raw" / "huggingface")) == 2


def test_partial_is_published_when_asked_for(home: Path, clean: str) -> None:
    """With --partial what there is is published; the next run asks only for what is missing."""
    with hub(Hub(faults={6: ["!status:500,"]})) as this:
        first = run(home, this, partial=True)
        assert (first.missing, len(of_hub(first.snapshot, "models")), first.run.state) == (1, 100, "open")
        this.faults = {}
        this.requests.clear()
        assert run(home, this).snapshot.digest == clean
        assert len(this.pages_asked()) == 5


def test_command_with_missing_answers_ends_with_3(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`begat sync` publishes a partial crawl only with --partial, and ends with code 3 either way."""
    with hub(Hub()) as this:
        monkeypatch.setenv("BEGAT_HUGGINGFACE_ORIGIN", this.origin)
        words = ("sync", "huggingface", "--limit", "3", "--format", "json")
        refused = begat(*words, home=home)
        assert (refused.code, refused.out) == (3, "")
        assert "the limit of requests was reached" in refused.err
        ran = begat(*words[:2], "--limit", "2", *words[4:], "--partial", home=home)
    assert ran.code == 3
    assert (ran.rows["missing_requests"], ran.rows["since"]) == (2, None)
    assert len(of_hub(Home(home).current(), "models")) == 100
    assert "published without the answers to 2 requests" in ran.err
    assert len(this.requests) == 5


def test_a_loss_is_seen_after_a_clean_up(home: Path) -> None:
    """A clean-up of the home takes the answers of earlier runs, not what a complete list is measured by."""
    with hub(Hub()) as this:
        whole = run(home, this).run
        changes = run(home, this).run
        collect_garbage(Home(home))
        this.faults = {4: ["!skip:1"]}
        with pytest.raises(SourceError, match="180 models, 200 before"):
            run(home, this, full=True)
    assert [path.name for path in whole.folder.iterdir()] == ["run.json"]
    assert [made.folder for made in runs(whole.folder.parent)[:2]] == [whole.folder, changes.folder]


def test_only_what_changed_is_asked_for(home: Path) -> None:
    """After a complete run the latest changes are listed until they are older than the last run."""
    with hub(Hub()) as this:
        run(home, this)
        this.touched = {150: NOW, 20: NOW}
        this.requests.clear()
        second = run(home, this)
    asked = this.pages_asked()
    assert second.run.since is not None
    assert len(asked) == 4
    assert all("sort=lastModified" in path for path in asked)


def test_a_date_in_the_future_does_not_end_the_news(home: Path) -> None:
    """A change dated in the future does not move the start of the next run beyond the present."""
    with hub(Hub(touched={5: datetime(2036, 1, 1, tzinfo=UTC)})) as this:
        run(home, this)
        since = run(home, this).run.since
    assert since is not None
    assert datetime.fromisoformat(since) < NOW


def test_gone_and_renamed_models_are_asked_for(home: Path) -> None:
    """A model that left the list is gone if the platform says so, and has an alias if it moved."""
    with hub(Hub()) as this:
        run(home, this)
        this.requests.clear()
        this.gone, this.renamed = {7}, {9: "lab-new/m9"}
        snapshot = run(home, this, full=True).snapshot
    single = [path for _, path in this.requests if path.startswith("/api/models/")]
    assert single == ["/api/models/lab-7/m7", "/api/models/lab-9/m9", "/api/models/lab-new/m9"]
    gone = [row for row in of_hub(snapshot, "models") if row["removed"]]
    assert [(row["id"], row["last_listed"]) for row in gone] == [("lab-7/m7", NOW.date())]
    aliases = {row["id"]: row["canonical"] for row in of_hub(snapshot, "aliases")}
    assert aliases == {"lab-9/m9": "lab-new/m9"}


def test_private_models_stay_private(home: Path) -> None:
    """What only the owner's token shows is in no table, not even among the rows set aside."""
    with hub(Hub(private={3})) as this:
        snapshot = run(home, this).snapshot
    stated = {row["id"]: row["listed"] for row in of_hub(snapshot, "models")}
    assert (stated["lab-2/m2"], stated["lab-3/m3"]) == (True, False), "only its children name it"
    assert of_hub(snapshot, "set_aside") == []


def test_one_run_at_a_time(home: Path) -> None:
    """A second sync of the same source into the same home is refused."""
    with hub(Hub()) as this:
        with held(home / "raw" / "huggingface"), pytest.raises(HomeError, match="another begat"):
            run(home, this)
        assert this.requests == []


def test_a_damaged_answer_is_asked_for_again(home: Path, clean: str) -> None:
    """An answer whose file lost bytes is not trusted: it is asked for a second time, and no other."""
    with hub(Hub(faults={6: ["status:429,day"]})) as this:
        with pytest.raises(SourceError):
            run(home, this)
        path = next(home.glob("raw/huggingface/*/models/000003.json.gz"))
        path.write_bytes(path.read_bytes()[:-9])
        this.requests.clear()
        assert run(home, this).snapshot.digest == clean
        assert len(this.pages_asked()) == 1 + 5


def test_a_damaged_journal_says_so(home: Path) -> None:
    """A journal that is no database, and a manifest that is no JSON, are errors with their path."""
    with hub(Hub(faults={2: ["status:429,day"]})) as this:
        with pytest.raises(SourceError):
            run(home, this)
        folder = next(home.glob("raw/huggingface/2*"))
        (folder / "journal.sqlite").write_bytes(b"x" * 5000)
        with pytest.raises(SourceError, match=r"journal\.sqlite.*can't be used"):
            run(home, this)
        (folder / "run.json").write_text("{", encoding="utf-8")
        with pytest.raises(SourceError, match=r"run\.json.*can't be read"):
            run(home, this)


def test_a_source_without_a_platform(home: Path) -> None:
    """A source that is only read from files can't be synced, and the message says how it is read."""
    ran = begat("sync", "radar", home=home)
    assert ran.code == 2
    assert "begat import radar PATH" in ran.err


@pytest.fixture
def slow() -> Iterator[Hub]:
    """Return a Hub whose pages take a moment."""
    with hub(Hub(delay=0.01)) as this:
        yield this


def test_killed_at_any_moment(home: Path, clean: str, slow: Hub) -> None:
    """Killed again and again, the crawl goes on where it was: same digest, no page twice but for a kill."""
    chance, kills, words = random.Random(7), 6, (sys.executable, "-c", CHILD)
    for _ in range(kills):
        stop = len(slow.requests) + chance.randint(1, 2)
        child = subprocess.Popen([*words, str(home), slow.origin], stdout=subprocess.PIPE)
        pid = child.pid
        slow.on_request = lambda count, stop=stop, pid=pid: count >= stop and os.kill(pid, signal.SIGKILL)
        child.communicate(timeout=60)
        assert child.returncode == -signal.SIGKILL
    slow.on_request = lambda _: None
    done = subprocess.run([*words, str(home), slow.origin], capture_output=True, timeout=60, check=True)
    assert done.stdout.decode().strip() == clean
    pages = slow.pages_asked()
    assert len(pages) - len(set(pages)) <= kills
    assert len(runs(home / "raw" / "huggingface")) == 1
