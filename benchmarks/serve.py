"""How the server bears load: clients that ask without pause, then a kill and a second start.

    python benchmarks/serve.py --store kcgraph-store --clients 50 --seconds 60

Each client asks in turn for a count, a named question's worth of rows, a graph, and pages. Every
request must be answered with 200 and a whole body. Prints rates, quantiles of the time to the
answer, and the memory of the server and its workers (Linux: peak of each process, from /proc).
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import httpx

QUERIES = [
    ("count", "SELECT (COUNT(*) AS ?n) { ?s a kc:Position }", "application/sparql-results+json"),
    (
        "rows",
        "SELECT ?name ?what { ?p a kc:Demand ; kc:holder/rdfs:label ?name ;"
        " kc:target/rdfs:label ?what } LIMIT 200",
        "text/csv",
    ),
    ("graph", "CONSTRUCT WHERE { ?s a kc:Commitment ; kc:holder ?who } LIMIT 200", "text/turtle"),
]


class Server:
    def __init__(self, store: Path, workers: int) -> None:
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "kcgraph", "serve", "--store", str(store)),
                *("--port", "0", "--workers", str(workers)),
            ],
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stderr
        line = self.process.stderr.readline()
        found = re.search(r"http://\S+/", line)
        assert found, line
        self.url = found[0]

    def processes(self) -> list[int]:
        out = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", str(self.process.pid)], capture_output=True, text=True
        ).stdout
        return [self.process.pid, *map(int, out.split())]

    def peaks(self) -> list[int]:
        """Peak memory of the server and of each worker, in MB."""
        found = []
        for pid in self.processes():
            status = Path(f"/proc/{pid}/status").read_text()
            peak = re.search(r"VmHWM:\s+(\d+)", status)
            found.append(int(peak[1]) // 1024 if peak else 0)
        return found


async def client(url: str, pages: list[str], until: float, seen: list, number: int) -> None:
    chance = random.Random(number)
    async with httpx.AsyncClient(base_url=url, timeout=120) as session:
        while time.perf_counter() < until:
            kind, path, options = chance.choice(
                [
                    (name, "sparql", {"params": {"query": q}, "headers": {"Accept": accept}})
                    for name, q, accept in QUERIES
                ]
                + [("page", chance.choice(pages), {})]
            )
            start = time.perf_counter()
            try:
                answer = await session.get(path, **options)
                outcome = str(answer.status_code) if answer.content else "empty"
            except httpx.HTTPError as error:
                outcome = type(error).__name__
            seen.append((kind, outcome, time.perf_counter() - start))


async def load(url: str, pages: list[str], clients: int, seconds: float) -> list:
    seen: list[tuple[str, str, float]] = []
    until = time.perf_counter() + seconds
    await asyncio.gather(*(client(url, pages, until, seen, n) for n in range(clients)))
    return seen


def count(url: str) -> str:
    query = {"query": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"}
    return httpx.get(f"{url}sparql", params=query, timeout=120).text


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", type=Path, required=True)
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--workers", type=int, default=min(4, os.cpu_count() or 1))
    options = parser.parse_args()

    server = Server(options.store, options.workers)
    listing = httpx.get(f"{server.url}stakeholders", timeout=300).text
    pages = ["", "issues", "demands", *re.findall(r'href="(stakeholder/[^"]+)"', listing)[:20]]
    before = count(server.url)
    start = time.perf_counter()
    seen = asyncio.run(load(server.url, pages, options.clients, options.seconds))
    took = time.perf_counter() - start
    peaks = server.peaks()
    busy = os.getloadavg()[0]
    print(f"{options.clients} clients, {took:.0f} s, {options.workers} workers, load {busy:.0f}")
    for kind in ("count", "rows", "graph", "page"):
        times = sorted(t for k, _, t in seen if k == kind)
        outcomes = dict(Counter(o for k, o, _ in seen if k == kind))
        if times:
            last = len(times) - 1
            quantiles = [times[min(last, int(len(times) * q))] for q in (0.5, 0.95, 0.99)]
            shown = ", ".join(f"{t:.2f}" for t in (*quantiles, times[-1]))
            rate = len(times) / took
            print(
                f"{kind:6} {len(times):6} {rate:6.1f}/s  median, 95 %, 99 %, max {shown} s",
                outcomes,
            )
    print(f"peak memory of server and workers: {peaks} MB")

    left = server.processes()
    server.process.send_signal(signal.SIGKILL)
    server.process.wait()
    time.sleep(2)
    running = [pid for pid in left[1:] if Path(f"/proc/{pid}").exists()]
    again = Server(options.store, options.workers)
    same = count(again.url) == before
    again.process.terminate()
    print(f"killed: {len(running)} workers left; started again it answers the same: {same}")
    failed = [o for _, o, _ in seen if o != "200"]
    return 0 if not failed and same and not running else 1


if __name__ == "__main__":
    sys.exit(main())
