"""A tree of 150,000 derivatives (synthetic) on screen: begat beside pyvis, sigma.js, ECharts and Plotly.

python benchmarks/bench_views.py [descendants]

The rivals come from npm by name and version (`LIBRARIES`), into a folder that is thrown away. CPU seconds are
of all processes of one headless Chromium, from navigation until the page says that its picture is drawn; a
rival that has not drawn after `PATIENCE` seconds is stopped. All get the same tree: begat draws its budget of
it, the rivals all of it, with positions of our own where they take any, so that none has to compute a layout.
"""

import json
import math
import shutil
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import psutil
from bench_descendants import BASE, SYNTHETIC

from begat.records import Derivation, Model, Observation, Record
from begat.registry import Registry, open_registry
from begat.resolve import gather
from begat.snapshot import Home, compile_snapshot
from begat.views.page.base import Page, html

RELATIONS = ("finetune", "adapter", "quantized", "merge", "distilled")
COLOURS = ("#0072b2", "#007a58", "#e69f00", "#cc79a7", "#b34700")
LICENCES = ("apache-2.0", "mit", "cc-by-nc-4.0", "llama3.1", None)
LIBRARIES = ("sigma@3.0.3", "graphology@0.26.0", "echarts@6.1.0", "plotly.js-dist-min@4.1.2")
FORMS = ("outline", "icicle", "hourglass", "timeline", "pyvis")
PATIENCE = 120
SOFTWARE_GL = (
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
)
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--remote-debugging-port=0",
    "--window-size=1440,900",
)
TWO_FRAMES = "function drawn(){requestAnimationFrame(()=>requestAnimationFrame(()=>{window.drawn_=true}))}"

write = sys.stdout.write


class Tree(NamedTuple):
    """A tree as arrays: parent and relation of each node, the root first."""

    names: list[str]
    parent: np.ndarray
    relation: np.ndarray
    x: np.ndarray
    y: np.ndarray


def tree(descendants: int) -> Tree:
    """Make a tree: each model is made from an earlier one, the earliest most often."""
    rng = np.random.default_rng(0)
    parent = np.append(0, (np.arange(1, descendants + 1) * rng.random(descendants) ** 4).astype(int))
    relation = rng.choice(5, descendants + 1, p=[0.36, 0.32, 0.22, 0.06, 0.04])
    names = [BASE, *(f"made-up-{n * n % 19_997}/model-{n}" for n in range(1, descendants + 1))]
    return Tree(names, parent, relation, *_radial(parent))


def _radial(parent: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Place nodes on rings by depth, each in the middle of an angle as wide as its share of leaves."""
    n = len(parent)
    inner = np.bincount(parent[1:], minlength=n)
    leaves = (inner == 0).astype(float)
    for node in range(n - 1, 0, -1):
        leaves[parent[node]] += leaves[node]
    depth, start, used = np.zeros(n), np.zeros(n), np.zeros(n)
    for node in range(1, n):
        above = parent[node]
        depth[node] = depth[above] + 1
        start[node] = start[above] + used[above]
        used[above] += leaves[node]
    angle = (start + leaves / 2) / leaves[0] * 2 * math.pi
    return depth * 260 * np.cos(angle), depth * 260 * np.sin(angle)


def records(made: Tree) -> Iterator[Record]:
    """Yield the statements of the tree, with dates, licences and downloads."""
    rng = np.random.default_rng(1)
    days, licences = rng.integers(0, 700, len(made.names)), rng.integers(0, 5, len(made.names))
    for name, day, licence in zip(made.names, days.tolist(), licences.tolist(), strict=True):
        published = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=day)
        yield Model(name, created_at=published, licence_raw=LICENCES[licence])
    for child in range(1, len(made.names)):
        parent, relation = made.names[made.parent[child]], RELATIONS[made.relation[child]]
        yield Derivation(made.names[child], parent, relation, "tags")
    for name, count in zip(made.names, rng.zipf(1.6, len(made.names)).clip(max=10**8).tolist(), strict=True):
        yield Observation(name, "model", "downloads_30d", count, observed_on=date(2026, 1, 1))


def registry(made: Tree, folder: Path) -> Registry:
    """Return a registry that holds the tree."""
    folder.mkdir()
    parts = [gather(SYNTHETIC, records(made), on=date(2026, 1, 1))]
    facts = {"synthetic": {"synthetic": {"nodes": len(made.names)}}}
    Home(folder).take(lambda path: compile_snapshot(parts, path, provenance=facts))
    return open_registry(folder)


def libraries(folder: Path) -> dict[str, str]:
    """Fetch the rivals by name and version; their scripts by library."""
    found = {}
    scripts = {
        "sigma": "dist/sigma.min.js",
        "graphology": "dist/graphology.umd.min.js",
        "echarts": "dist/echarts.min.js",
        "plotly.js-dist-min": "plotly.min.js",
    }
    for wanted in LIBRARIES:
        packed = subprocess.run(
            ["npm", "pack", wanted], cwd=folder, check=True, capture_output=True, text=True
        )
        with tarfile.open(folder / packed.stdout.strip().splitlines()[-1]) as archive:
            name = wanted.partition("@")[0]
            member = archive.extractfile(f"package/{scripts[name]}")
            assert member is not None
            found[name] = member.read().decode()
    return found


def _page(body: str, *scripts: str) -> str:
    """Return a page of a rival, all in one file."""
    code = "".join(
        f"<script>{text.replace('</script', '<' + chr(92) + '/script')}</script>" for text in scripts
    )
    style = "<style>html,body,#c{width:100%;height:100%;margin:0}</style>"
    return (
        f"<!doctype html><meta charset=utf-8>{style}<div id=c></div>{code}<script>{TWO_FRAMES}{body}</script>"
    )


def _columns(made: Tree) -> str:
    columns = {
        "name": made.names,
        "parent": made.parent.tolist(),
        "relation": made.relation.tolist(),
        "x": made.x.round(1).tolist(),
        "y": made.y.round(1).tolist(),
        "colour": COLOURS,
    }
    return f"const t={json.dumps(columns)};"


def sigma_page(made: Tree, scripts: dict[str, str]) -> str:
    """All nodes and edges at our positions."""
    body = """const g=new graphology.Graph();
t.name.forEach((n,i)=>g.addNode(i,{label:n,x:t.x[i],y:t.y[i],size:2,color:t.colour[t.relation[i]]}));
t.parent.forEach((p,i)=>{if(i)g.addEdge(i,p,{color:t.colour[t.relation[i]]})});
const s=new Sigma(g,document.getElementById("c"));s.once("afterRender",drawn);s.refresh();"""
    return _page(_columns(made) + body, scripts["graphology"], scripts["sigma"])


NESTED = """const kids=t.name.map(()=>[]);for(let i=1;i<t.parent.length;i++)kids[t.parent[i]].push(i);
const node=t.name.map((n,i)=>({name:n,value:1,itemStyle:{color:t.colour[t.relation[i]]}}));
kids.forEach((k,i)=>{if(k.length)node[i].children=k.map(j=>node[j])});"""


def echarts_page(made: Tree, scripts: dict[str, str], series: str) -> str:
    """The nested tree as a treemap or a radial tree, without animation."""
    body = f"""{NESTED}const e=echarts.init(document.getElementById("c"));e.on("finished",drawn);
e.setOption({{animation:false,series:[{series}]}});"""
    return _page(_columns(made) + body, scripts["echarts"])


def plotly_page(made: Tree, scripts: dict[str, str]) -> str:
    """An icicle of four levels, as Plotly recommends for large trees."""
    body = """Plotly.newPlot("c",[{type:"icicle",ids:t.name.map((_,i)=>String(i)),labels:t.name,
parents:t.parent.map((p,i)=>i?String(p):""),marker:{colors:t.relation.map(r=>t.colour[r])},maxdepth:4}],
{margin:{l:0,r:0,t:0,b:0}}).then(drawn);"""
    return _page(_columns(made) + body, scripts["plotly.js-dist-min"])


def pyvis_page(made: Tree, _scripts: dict[str, str]) -> str:
    """All nodes at our positions without physics; lists are filled directly, for add_node is quadratic."""
    from pyvis.network import Network

    network = Network(height="900px", width="100%", directed=True, notebook=False, cdn_resources="in_line")
    shown = zip(made.names, made.relation.tolist(), made.x.tolist(), made.y.tolist(), strict=True)
    network.nodes = [
        {"id": number, "label": name, "shape": "dot", "size": 4, "color": COLOURS[relation], "x": x, "y": y}
        for number, (name, relation, x, y) in enumerate(shown)
    ]
    network.edges = [{"from": child, "to": int(made.parent[child])} for child in range(1, len(made.names))]
    network.set_options(
        '{"physics":{"enabled":false},"layout":{"improvedLayout":false},"edges":{"smooth":false}}'
    )
    text = str(network.generate_html())
    return text.replace("drawGraph();", f'{TWO_FRAMES}drawGraph();network.once("afterDrawing",drawn);')


RIVALS: dict[str, Callable[[Tree, dict[str, str]], str]] = {
    "sigma.js 3.0.3, positions given, software WebGL": sigma_page,
    "ECharts 6.1.0 treemap": lambda made, scripts: echarts_page(
        made, scripts, '{type:"treemap",data:[node[0]]}'
    ),
    "ECharts 6.1.0 radial tree": lambda made, scripts: echarts_page(
        made,
        scripts,
        '{type:"tree",layout:"radial",initialTreeDepth:-1,symbolSize:2,label:{show:false},data:[node[0]]}',
    ),
    "Plotly.js 4.1.2 icicle, maxdepth 4": plotly_page,
    "pyvis 0.3.2, positions given, no physics": pyvis_page,
}


class Chromium:
    """A browser of its own for one page, and what it takes."""

    def __init__(self, *flags: str) -> None:
        self.profile = tempfile.mkdtemp()
        program = shutil.which("chromium") or "/usr/bin/chromium"
        command = [program, *FLAGS, *flags, f"--user-data-dir={self.profile}", "about:blank"]
        self.started = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.process = psutil.Process(self.started.pid)
        file = Path(self.profile) / "DevToolsActivePort"
        while not file.exists() or not file.read_text().strip():
            time.sleep(0.05)
        self.port = file.read_text().splitlines()[0]
        time.sleep(1.5)

    def processes(self) -> list[psutil.Process]:
        """Its processes, none after its end."""
        try:
            return [self.process, *self.process.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def cpu(self) -> float:
        """CPU seconds of all its processes so far; those that ended are not in it."""
        total = 0.0
        for process in self.processes():
            try:
                times = process.cpu_times()
            except psutil.NoSuchProcess:
                continue
            total += times.user + times.system
        return total

    def memory(self) -> float:
        """MiB of the largest process that draws."""
        sizes = []
        for process in self.processes():
            try:
                if "--type=renderer" in process.cmdline():
                    sizes.append(process.memory_full_info().uss / 2**20)
            except psutil.NoSuchProcess:
                continue
        return max(sizes, default=0)

    def close(self) -> None:
        """End its processes, by their ids."""
        for process in reversed(self.processes()):
            try:
                process.kill()
            except psutil.NoSuchProcess:
                continue
        self.started.wait()
        shutil.rmtree(self.profile, ignore_errors=True)


class Taken(NamedTuple):
    """CPU and wall seconds until drawn, MiB of the renderer; nothing drawn if `drawn` is false."""

    drawn: bool
    cpu: float
    wall: float
    memory: float


def opened(path: Path, drawn: str, *flags: str, then: Callable[[Any], None] | None = None) -> Taken:
    """Open a page in a browser of its own and wait until `drawn` holds there."""
    from playwright.sync_api import Error, sync_playwright

    browser = Chromium(*flags)
    last = [0.0]
    watch = Watch(browser, last)
    try:
        with sync_playwright() as driver:
            page = driver.chromium.connect_over_cdp(f"http://127.0.0.1:{browser.port}").contexts[0].pages[0]
            before, begun = browser.cpu(), time.monotonic()
            watch.start()
            try:
                page.goto(path.as_uri(), wait_until="commit", timeout=0)
                while not page.evaluate(drawn):
                    time.sleep(0.05)
            except Error:
                return Taken(drawn=False, cpu=last[0] - before, wall=time.monotonic() - begun, memory=0)
            cpu, wall = browser.cpu() - before, time.monotonic() - begun
            taken = Taken(drawn=True, cpu=cpu, wall=wall, memory=browser.memory())
            if then is not None:
                then(page)
            return taken
    finally:
        watch.over.set()
        browser.close()


class Watch(threading.Thread):
    """Notes the CPU seconds of a browser from time to time, and ends it when patience is over."""

    def __init__(self, browser: Chromium, last: list[float]) -> None:
        super().__init__(daemon=True)
        self.browser, self.last, self.over = browser, last, threading.Event()

    def run(self) -> None:
        """Watch."""
        begun = time.monotonic()
        while not self.over.wait(1):
            self.last[0] = max(self.last[0], self.browser.cpu())
            if time.monotonic() - begun > PATIENCE:
                self.browser.close()
                return


def expand(page: Any) -> None:
    """Say how long each of up to ten closed rows of an outline takes to open, two frames included."""
    script = """async () => {
      const frames = () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
      const times = [];
      for (let count = 0; count < 10; count++) {
        const row = document.querySelector('[role=row][aria-expanded=false]');
        if (!row) break;
        const begun = performance.now();
        (row.querySelector('[data-open], .twist') || row).click();
        await frames();
        times.push(performance.now() - begun);
      }
      return times;
    }"""
    times = page.evaluate(script)
    if times:
        between = f"{min(times):.0f} to {max(times):.0f} ms"
        write(f"  a row opens in {between}, two frames included ({len(times)} rows)\n")


def main() -> None:
    """Make the tree, draw it with each, print a table."""
    descendants = int((sys.argv[1:] or ["150000"])[0])
    made = tree(descendants)
    lines = []
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work)
        blank = folder / "blank.html"
        blank.write_text(_page("drawn();"), encoding="utf-8")
        idle = opened(blank, "window.drawn_ === true")
        write(f"{descendants:,} derivatives, synthetic; a blank page takes {idle.cpu:.2f} CPU s\n")
        reg = registry(made, folder / "home")
        for form in FORMS:
            begun = time.process_time()
            drawn = reg.draw(BASE, form)
            text = html(drawn) if isinstance(drawn, Page) else str(drawn)
            spent = time.process_time() - begun
            path = folder / f"{form}.html"
            path.write_text(text, encoding="utf-8")
            ready = (
                "document.querySelector('canvas') !== null"
                if form == "pyvis"
                else ("document.documentElement.hasAttribute('data-ready')")
            )
            taken = opened(path, ready, then=expand if form == "outline" else None)
            lines.append((f"begat {form}", spent, path.stat().st_size, taken))
            write(f"{_line(*lines[-1])}\n")
        scripts = libraries(folder)
        for name, rival in RIVALS.items():
            begun = time.process_time()
            text = rival(made, scripts)
            spent = time.process_time() - begun
            path = folder / "rival.html"
            path.write_text(text, encoding="utf-8")
            taken = opened(
                path, "window.drawn_ === true", *(SOFTWARE_GL if "sigma" in name else ("--disable-gpu",))
            )
            lines.append((name, spent, path.stat().st_size, taken))
            write(f"{_line(*lines[-1])}\n")
    own = lines[0][3].cpu
    for name, *_, taken in lines[len(FORMS) :]:
        if taken.drawn:
            write(f"{name}: {taken.cpu / own:.1f} times the CPU of begat's outline\n")


def _line(name: str, spent: float, size: int, taken: Taken) -> str:
    drawn = (
        f"{taken.cpu:.2f} | {taken.wall:.1f} | {taken.memory:.0f}"
        if taken.drawn
        else (f"not drawn after {taken.cpu:.0f} CPU s | {taken.wall:.0f} |")
    )
    return f"| {name} | {spent:.2f} | {size / 1e6:.2f} | {drawn} |"


if __name__ == "__main__":
    main()
