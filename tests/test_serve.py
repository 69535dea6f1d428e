"""The server: protocol, negotiation, guard, limits, feeds, and a process that comes and goes."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from html import unescape
from pathlib import Path
from urllib.parse import urljoin
from xml.etree import ElementTree as ET

import httpx
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient
from test_site import NASTY, store_of
from toy import toy_record

from kcgraph.annotations import Annotated
from kcgraph.build import build_from_records
from kcgraph.dossier import dossier
from kcgraph.errors import NotFound
from kcgraph.model import Article
from kcgraph.serve.accept import GRAPH, HTML, ROWS, choose
from kcgraph.serve.app import application
from kcgraph.serve.guard import Rules
from kcgraph.serve.pool import Limits
from kcgraph.serve.sites import Settings, Sites
from kcgraph.store import open_graph

ID = "https://w3id.org/kcgraph/id/"
HOST = "http://localhost"
ALL = "SELECT * { ?s ?p ?o }"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
# too large for any machine to finish, and without a row before its end
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


@contextmanager
def client_of(store: Path, **settings: object) -> Iterator[TestClient]:
    settings.setdefault("workers", 1)
    with TestClient(application(store, Settings(**settings)), HOST) as client:  # type: ignore[arg-type]
        client.follow_redirects = False
        yield client


@pytest.fixture(scope="module")
def client(two_articles: Path) -> Iterator[TestClient]:
    with client_of(two_articles, title="Kansas City") as client:
        yield client


def ask(client: TestClient, query: str, accept: str = "*/*", **more: object) -> httpx.Response:
    return client.get("/sparql", params={"query": query, **more}, headers={"Accept": accept})


def one_line(response: httpx.Response) -> str:
    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    assert response.text.count("\n") == 1
    return response.text


# --- SPARQL 1.1 Protocol -------------------------------------------------------------------------


def test_three_ways_to_ask_give_one_answer(client: TestClient) -> None:
    by_get = ask(client, COUNT)
    by_form = client.post("/sparql", data={"query": COUNT})
    typed = {"Content-Type": "application/sparql-query; charset=UTF-8"}
    direct = client.post("/sparql", content=COUNT, headers=typed)
    assert by_get.status_code == by_form.status_code == direct.status_code == 200
    assert by_get.json() == by_form.json() == direct.json()
    assert int(by_get.json()["results"]["bindings"][0]["n"]["value"]) > 1000


@pytest.mark.parametrize(
    ("accept", "given"),
    [
        ("*/*", "application/sparql-results+json"),
        ("", "application/sparql-results+json"),
        ("application/sparql-results+xml", "application/sparql-results+xml"),
        ("text/csv", "text/csv; charset=utf-8"),
        ("text/tab-separated-values", "text/tab-separated-values; charset=utf-8"),
        ("application/json", "application/json"),
        ("text/csv;q=0.5, application/sparql-results+xml;q=0.9", "application/sparql-results+xml"),
        ("text/html, application/xml;q=0.9, */*;q=0.8", "application/xml"),
        ("text/turtle, */*;q=0.1", "application/sparql-results+json"),
        ("application/sparql-results+json;q=0, */*", "application/sparql-results+xml"),
    ],
)
@pytest.mark.parametrize("query", [f"{ALL} LIMIT 3", "ASK { ?s ?p ?o }"])
def test_rows_come_as_they_are_asked_for(client, accept, given, query) -> None:
    answer = ask(client, query, accept)
    assert (answer.status_code, answer.headers["content-type"]) == (200, given)
    assert "Accept" in answer.headers["vary"]
    if "json" in given:
        assert answer.json()["head"] is not None
    elif "xml" in given:
        assert ET.fromstring(answer.text).tag.endswith("sparql")


@pytest.mark.parametrize(
    ("accept", "given", "parser"),
    [
        ("*/*", "text/turtle; charset=utf-8", "turtle"),
        ("application/n-triples", "application/n-triples", "nt"),
        ("application/ld+json", "application/ld+json", "json-ld"),
        ("application/rdf+xml", "application/rdf+xml", "xml"),
    ],
)
@pytest.mark.parametrize(
    "query", ["CONSTRUCT WHERE { ?s a kc:Demand }", f"DESCRIBE <{ID}stakeholder/quinton-lucas>"]
)
def test_graphs_come_as_they_are_asked_for(client, accept, given, parser, query) -> None:
    answer = ask(client, query, accept)
    assert (answer.status_code, answer.headers["content-type"]) == (200, given)
    assert len(rdflib.Graph().parse(data=answer.text, format=parser)) > 1


@pytest.mark.parametrize("query", ["SELECT * { ?s ?p ?o } LIMIT 1", "CONSTRUCT WHERE { ?s ?p ?o }"])
def test_what_cannot_be_given_is_not_acceptable(client: TestClient, query: str) -> None:
    assert ask(client, query, "image/png").status_code == 406
    fitting, other = ("text/csv", "text/turtle")[:: 1 if "SELECT" in query else -1]
    assert ask(client, query, fitting).status_code == 200
    assert ask(client, query, other).status_code == 406


def test_format_is_a_parameter_for_links(client: TestClient) -> None:
    assert ask(client, "ASK {}", format="csv").text == "true\n"
    assert ask(client, "ASK {}", format="xml").headers["content-type"].endswith("results+xml")
    assert ask(client, "ASK {}", format="pdf").status_code == 406


def test_dataset_of_the_request(client: TestClient, two_articles: Path) -> None:
    graphs = ask(client, "SELECT DISTINCT ?g { GRAPH ?g {} } ORDER BY ?g", "text/csv").text.split()
    one, other, *_ = graphs[1:]

    def count(query: str = COUNT, **parameters: object) -> int:
        answer = ask(client, query, **parameters)
        assert answer.status_code == 200, answer.text
        return int(answer.json()["results"]["bindings"][0]["n"]["value"])

    alone = count(**{"default-graph-uri": one})
    both = count(**{"default-graph-uri": [one, other]})
    assert 0 < alone < both < count()
    assert both == alone + count(**{"default-graph-uri": other})
    assert count(**{"named-graph-uri": one}) == 0
    in_named = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
    assert count(in_named, **{"named-graph-uri": one}) == alone
    assert count(in_named, **{"default-graph-uri": one}) == 0
    # the request has precedence over FROM
    from_other = COUNT.replace("{", f"FROM <{other}> {{", 1)
    assert count(from_other, **{"default-graph-uri": one}) == alone
    posted = client.post(
        "/sparql",
        params={"default-graph-uri": one},
        content=COUNT,
        headers={"Content-Type": "application/sparql-query"},
    )
    form = client.post("/sparql", data={"query": COUNT, "default-graph-uri": [one]})
    assert posted.json() == form.json() == ask(client, COUNT, **{"default-graph-uri": one}).json()


TYPED = {"Content-Type": "application/sparql-query"}
LATIN = {"Content-Type": "application/sparql-query;charset=latin-1"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.mark.parametrize(
    ("method", "options", "status"),
    [
        ("GET", {"params": [("query", "ASK {}"), ("query", "ASK {}")]}, 400),
        ("GET", {"params": {"query": "SELECT nonsense"}}, 400),
        ("GET", {"params": {"query": ""}}, 400),
        ("GET", {"params": {"query": "ASK {}", "default-graph-uri": "not an iri"}}, 400),
        ("GET", {"params": {"query": "ASK {}", "default-graph-uri": "http://x/none"}}, 400),
        ("GET", {"params": {"query": "ASK { SERVICE <http://127.0.0.1:9/> {} }"}}, 400),
        ("GET", {"params": {"query": "INSERT DATA { <x:a> <x:b> <x:c> }"}}, 400),
        ("GET", {"params": {"update": "CLEAR ALL"}}, 403),
        ("POST", {"content": "query=%ff", "headers": FORM}, 400),
        ("POST", {"content": "q=ASK", "headers": FORM}, 400),
        ("POST", {"content": "update=CLEAR+ALL", "headers": FORM}, 403),
        ("POST", {"content": "query=ASK{}", "headers": FORM, "params": {"query": "ASK {}"}}, 400),
        ("POST", {"content": b"ASK { \xff }", "headers": TYPED}, 400),
        ("POST", {"content": "ASK {}", "headers": TYPED, "params": {"query": "ASK {}"}}, 400),
        ("POST", {"content": "", "headers": TYPED}, 400),
        ("POST", {"content": "ASK {}"}, 415),
        ("POST", {"content": "ASK {}", "headers": {"Content-Type": "text/plain"}}, 415),
        (
            "POST",
            {
                "content": "ASK {}",
                "headers": {"Content-Type": f"{TYPED['Content-Type']};charset=latin-1"},
            },
            415,
        ),
        ("POST", {"json": {"query": "ASK {}"}}, 415),
        ("POST", {"content": "x", "headers": {"Content-Type": "application/sparql-update"}}, 403),
        ("POST", {"content": b"#" * (1 << 20) + b"ASK {}", "headers": TYPED}, 413),
        ("PUT", {"content": "ASK {}", "headers": TYPED}, 405),
        ("DELETE", {}, 405),
    ],
)
def test_errors_of_the_protocol(
    client: TestClient, method: str, options: dict, status: int
) -> None:
    answer = client.request(method, "/sparql", **options)
    assert answer.status_code == status, answer.text
    one_line(answer)


def test_syntax_error_names_the_place(client: TestClient) -> None:
    assert "line 2, column 3" in one_line(ask(client, "SELECT *\n  WHER { ?s ?p ?o }"))


def test_service_describes_itself(client: TestClient) -> None:
    answer = client.get("/sparql", headers={"Accept": "text/turtle"})
    sd = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
    graph = rdflib.Graph().parse(data=answer.text, format="turtle")
    (endpoint,) = graph.objects(None, sd.endpoint)
    assert str(endpoint) == f"{HOST}/sparql"
    assert (endpoint, sd.supportedLanguage, sd.SPARQL11Query) in graph
    assert len(list(graph.objects(None, sd.namedGraph))) == 4
    assert sd.BasicFederatedQuery not in set(graph.objects())
    assert client.get("/sparql", headers={"Accept": "text/html"}).headers["location"] == "query"


# --- limits --------------------------------------------------------------------------------------


def test_a_query_that_takes_too_long_is_stopped_and_others_go_on(two_articles: Path) -> None:
    with client_of(two_articles, limits=Limits(seconds=1.5)) as client:
        refused = ask(client, ENDLESS)
        assert refused.status_code == 500
        assert "took longer than 1.5 seconds" in one_line(refused)
        assert ask(client, "ASK { ?s ?p ?o }").json()["boolean"] is True


def test_answers_are_whole_or_refused(two_articles: Path) -> None:
    with client_of(two_articles, limits=Limits(rows=10, bytes=20_000)) as client:
        assert len(ask(client, f"{ALL} LIMIT 10").json()["results"]["bindings"]) == 10
        many = ask(client, f"{ALL} LIMIT 11")
        assert (many.status_code, "more than 10 rows" in one_line(many)) == (500, True)
        large = ask(client, "SELECT * { ?s schema:articleBody ?o, ?p, ?q, ?r, ?t, ?u, ?v }")
        assert (large.status_code, "bytes" in one_line(large)) == (500, True)
        triples = ask(client, "CONSTRUCT WHERE { ?s ?p ?o }", "application/n-triples")
        assert triples.status_code == 500
        assert ask(client, "ASK {}").status_code == 200


def test_more_than_its_turn_nobody_waits(two_articles: Path) -> None:
    limits = Limits(seconds=5, patience=0.3)
    with client_of(two_articles, limits=limits) as client:
        blocker = threading.Thread(target=ask, args=(client, ENDLESS))
        blocker.start()
        time.sleep(1)
        refused = ask(client, "ASK {}")
        blocker.join()
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "10")
        assert ask(client, "ASK {}").status_code == 200


# --- guard ---------------------------------------------------------------------------------------


def test_other_names_of_the_host_are_refused(client: TestClient) -> None:
    for host in ("localhost", "localhost:8000", "127.0.0.1:1", "[::1]:8000", "LOCALHOST"):
        assert client.get("/query", headers={"Host": host}).status_code == 200, host
    for host in ("evil.example", "localhost.evil.example", "", "127.0.0.1@evil.example", "["):
        assert client.get("/", headers={"Host": host}).status_code == 421, host


def test_requests_from_other_sites_are_refused(client: TestClient) -> None:
    others = ("https://evil.example", "http://localhost:1", "http://localhost.evil")
    for origin in (*others, "null", "", "http://[", "http://a]", "http://"):
        assert client.get("/sparql", headers={"Origin": origin}).status_code == 403, origin
    assert client.get("/sparql", headers={"Origin": HOST}).status_code == 200
    script = {
        "Sec-Fetch-Site": "cross-site",
        "Sec-Fetch-Mode": "no-cors",
        "Sec-Fetch-Dest": "script",
    }
    assert client.get("/feed.json", headers=script).status_code == 403
    frame = {**script, "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"}
    assert client.get("/", headers=frame).status_code == 403
    link = {**frame, "Sec-Fetch-Dest": "document"}
    assert client.get("/", headers=link).status_code == 200


def test_an_allowed_origin_may_ask(two_articles: Path) -> None:
    friend, secret = "https://friend.example", "s" * 20
    rules = Rules(origins=frozenset((friend,)), token=secret)
    with client_of(two_articles, rules=rules) as client:
        allowed = {"Origin": friend, "Authorization": f"Bearer {secret}"}
        answer = client.get("/sparql?query=ASK{}", headers=allowed)
        assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, friend)
        preflight = {
            "Origin": friend,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization",
        }
        assert client.options("/sparql", headers=preflight).status_code == 200
        other = client.options("/sparql", headers={**preflight, "Origin": "https://evil.example"})
        assert other.status_code == 403
        assert "access-control-allow-origin" not in other.headers


def test_without_the_token_nothing_is_told(two_articles: Path) -> None:
    secret = "correct-horse-battery"
    with client_of(two_articles, rules=Rules(hosts=None, token=secret)) as client:
        for path in ("/", "/sparql", "/assets/site.css", "/openapi.json", "/nowhere"):
            refused = client.get(path)
            assert refused.status_code == 401
            assert "Basic" in refused.headers["www-authenticate"]
            assert "Kansas" not in refused.text
        for wrong in ("Bearer", "Bearer x", f"Basic {secret}", "Basic !!!", f"Digest {secret}"):
            assert client.get("/", headers={"Authorization": wrong}).status_code == 401
        assert client.get("/", headers={"Authorization": f"Bearer {secret}"}).status_code == 200
        assert client.get("/", auth=("anybody", secret)).status_code == 200
        assert client.get("/", auth=(secret, "")).status_code == 401


def test_every_answer_has_the_headers_that_browsers_heed(client: TestClient) -> None:
    for path in ("/", "/nowhere", "/sparql", "/assets/site.js", "/feed.xml", "/demands/0"):
        headers = client.get(path).headers
        assert headers["x-content-type-options"] == "nosniff", path
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "no-referrer"
        assert "server" not in headers
    assert client.get("/picture.html").headers["x-frame-options"] == "SAMEORIGIN"


# --- pages and data ------------------------------------------------------------------------------


def test_pages_are_those_of_the_folder(client: TestClient) -> None:
    assert "Who has most to say" in client.get("/").text
    for path in ("/stakeholders", "/issues", "/articles", "/demands", "/network", "/search"):
        answer = client.get(path)
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert 'href="./"' in answer.text
    body = client.get("/article/kcpd-new-policies").text
    assert body.count("<mark") > 10


def test_every_link_of_the_site_leads_somewhere(client: TestClient) -> None:
    seen, to_see = set(), ["/"]
    while to_see:
        path = to_see.pop()
        if path in seen or path == "/picture.html":
            continue
        seen.add(path)
        answer = client.get(path, headers={"Accept": "text/html"})
        assert answer.status_code == 200, path
        if "html" in answer.headers["content-type"]:
            for href in re.findall(r'\b(?:href|src)="([^"#]+)', answer.text):
                url = httpx.URL(f"{HOST}{path}").join(href.replace("&amp;", "&"))
                if url.host == "localhost" and url.scheme == "http":
                    to_see.append(url.raw_path.decode())
        if len(seen) > 120:
            break
    assert len(seen) > 100


@pytest.mark.parametrize("path", ["stakeholder/quinton-lucas", "issue/body-cameras"])
@pytest.mark.parametrize(
    ("accept", "suffix", "parser"),
    [
        ("text/turtle", "", "turtle"),
        ("application/ld+json", "", "json-ld"),
        ("text/html", ".ttl", "turtle"),
        ("text/html", ".jsonld", "json-ld"),
        ("*/*", ".rdf", "xml"),
        ("*/*", ".nt", "nt"),
    ],
)
def test_a_thing_answers_at_its_iri(client, path, accept, suffix, parser) -> None:
    there = client.get(f"/kcgraph/id/{path}{suffix}", headers={"Accept": accept})
    assert there.status_code == 303
    url = httpx.URL(f"{HOST}/kcgraph/id/{path}").join(there.headers["location"])
    assert url.path == f"/{path}{suffix}"
    answer = client.get(str(url), headers={"Accept": accept})
    graph = rdflib.Graph().parse(data=answer.text, format=parser)
    labels = list(graph.objects(rdflib.URIRef(ID + path), rdflib.RDFS.label))
    assert len(labels) == 1
    claims = list(graph.subjects(None, rdflib.URIRef(ID + path)))
    assert claims, "what refers to it is told as well"


def test_every_node_of_the_graph_answers(client: TestClient) -> None:
    query = "SELECT DISTINCT ?class (SAMPLE(?s) AS ?one) { ?s a ?class } GROUP BY ?class"
    rows = ask(client, query).json()["results"]["bindings"]
    assert len(rows) > 15
    for row in rows:
        iri = row["one"]["value"]
        path = httpx.URL(iri).path
        answer = client.get(path, headers={"Accept": "text/html"}, follow_redirects=True)
        assert answer.status_code == 200, iri
        turtle = client.get(f"{path}.ttl", follow_redirects=True).text
        assert rdflib.URIRef(iri) in set(rdflib.Graph().parse(data=turtle).subjects())


@pytest.mark.parametrize(
    "path",
    [
        *("/stakeholder/nobody", "/kcgraph/id/stakeholder/no body", "/kcgraph/id/%00", "/x"),
        *("/.ttl", "/demands/0", "/demands/99", "/issue/", "/assets/../pages.py"),
        *("/assets/base.html.j2", "/stakeholder/quinton-lucas.exe", "/%2e%2e/%2e%2e/etc/passwd"),
    ],
)
def test_what_is_not_there_is_not_found(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404
    page = client.get(path, headers={"Accept": "text/html"})
    assert page.status_code == 404 and "<h1>Not Found</h1>" in page.text


def test_an_unchanged_page_is_not_sent_again(client: TestClient) -> None:
    first = client.get("/issues")
    again = client.get("/issues", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.head("/issues").headers["content-length"] == str(len(first.content))
    assert client.head("/issues").content == b""


def test_a_page_is_made_once_however_many_ask_and_few_are_kept(
    two_articles: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = Sites(two_articles, Settings()).get()
    made: list[str] = []

    def make() -> str:
        made.append("a")
        time.sleep(0.1)
        return "x" * 40

    with ThreadPoolExecutor(8) as threads:
        pages = list(threads.map(lambda _: site.page("/a?", make), range(8)))
    assert made == ["a"] and set(pages) == {"x" * 40}
    monkeypatch.setattr("kcgraph.serve.sites.MOST_KEPT", 100)
    for address in ("/b?", "/c?"):
        site.page(address, make)
    site.page("/a?", make)  # went to make room, and is made anew
    assert len(made) == 4
    with pytest.raises(NotFound):
        site.page("/none?", lambda: site.pages.thing(site.pages.about("issue/none")))


def test_long_lists_go_on_on_further_pages(
    two_articles: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kcgraph.site.sections.MOST_SHOWN", 3)
    monkeypatch.setattr("kcgraph.site.pages.MOST_SHOWN", 3)
    stands = dossier(open_graph(two_articles), f"{ID}stakeholder/quinton-lucas").stands
    seen, address = [], "/stakeholder/quinton-lucas"
    with client_of(two_articles) as client:
        assert f"Shown are the first 3 of {len(stands)}" in client.get(address).text
        while address:
            text = client.get(address).text
            wants = re.search(r'id="wants".*?</section>', text, re.DOTALL)
            text = wants[0] if wants else text
            seen += map(unescape, re.findall(r"<h3><a href=[^>]*><bdi>(.*?)</bdi>", text))
            further = re.search(r'<a rel="next" href="([^"]*)"', text)
            address = urljoin(address, further[1]) if further else ""
        assert seen == [stand.target.label for stand in stands]
        for wrong in ("wants/1", "wants/99", "wants/x", "none/2"):
            assert client.get(f"/stakeholder/quinton-lucas/{wrong}").status_code == 404
        assert client.get("/stakeholder/nobody/wants/2").status_code == 404
        assert 'href="search?q=a&amp;page=2"' in client.get("/search?q=a").text
        assert 'href="search?q=a&amp;page=1"' in client.get("/search?q=a&page=2").text
        assert client.get("/search?q=a&page=0").status_code == 400
        assert client.get("/search?q=a&page=999").status_code == 200


def test_search(client: TestClient) -> None:
    assert "Quinton Lucas" in client.get("/search?q=mayor+luc").text
    assert "0 found" in client.get("/search?q=zzz").text
    assert client.get("/search", params={"q": "x" * 201}).status_code == 400
    assert "<script>alert" not in client.get("/search", params={"q": "<script>alert(1)"}).text


def test_query_page_answers_without_script(client: TestClient) -> None:
    page = client.get("/query", params={"name": "stakeholders"}).text
    assert '<th scope="col">name</th>' in page and "Quinton Lucas" in page
    asked = client.get("/query", params={"name": "quotes", "p-who": "the mayor"}).text
    assert "Quinton Lucas" in asked and "Rick Smith" not in asked
    wrong = client.get("/query", params={"query": "SELEC"}).text
    assert "line 1, column 1" in wrong and "\nSELEC</textarea>" in wrong
    linked = client.get("/query", params={"query": "SELECT ?who { ?who a foaf:Person }"}).text
    assert '<a href="stakeholder/quinton-lucas">' in linked
    graph = client.get("/query", params={"query": "CONSTRUCT WHERE { ?s a kc:Demand }"}).text
    assert "kc:Demand" in graph
    assert '<h2 id="answer">Answer</h2>' in client.get("/query", params={"query": "ASK {}"}).text
    assert "no named query" in client.get("/query?name=nonsense").text


def test_terms_for_completion_come_from_the_graph(client: TestClient) -> None:
    data = client.get("/terms.json").json()
    terms = {term["term"]: term for term in data["terms"]}
    assert terms["kc:Demand"]["kind"] == "class" and terms["kc:holder"]["kind"] == "property"
    assert terms["kc:Demand"]["about"]
    assert data["prefixes"]["foaf"] == "http://xmlns.com/foaf/0.1/"


def test_feeds_tell_demands_and_answers(client: TestClient) -> None:
    feed = client.get("/feed.json").json()
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    kinds = {item["tags"][0] for item in feed["items"]}
    assert {"demand", "commitment"} <= kinds
    assert len({item["id"] for item in feed["items"]}) == len(feed["items"])
    for item in feed["items"][:5]:
        assert client.get(item["url"]).status_code == 200
    rss = ET.fromstring(client.get("/feed.xml").content)
    items = rss.findall("channel/item")
    assert [i.findtext("guid") for i in items] == [i["id"] for i in feed["items"]]
    assert any(item.findtext("pubDate") == "Thu, 04 Jun 2020 00:00:00 +0000" for item in items)


def test_openapi_names_every_way_in(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    assert {"/", "/sparql", "/query", "/search", "/feed.xml", "/stakeholder/{key}"} <= set(paths)
    assert set(paths["/sparql"]) == {"get", "post"}


# --- hostile articles ----------------------------------------------------------------------------


def test_hostile_text_stays_text_in_every_format(tmp_path: Path) -> None:
    articles = [
        Article(f"n{n}", f"Ann Lee demands {t} of Bob Ray.\n{t}", title=t, publisher=t, url=u)
        for n, (t, u) in enumerate(
            zip(NASTY, ["javascript:alert(1)", "data:text/html,x"] * len(NASTY), strict=False)
        )
    ]
    store = store_of(tmp_path / "store", *articles)
    with client_of(store, title=NASTY[0]) as client:
        for path in (
            "/",
            "/articles",
            "/demands",
            "/issues",
            "/article/n0",
            "/stakeholder/ann-lee",
        ):
            page = client.get(path).text
            assert "<script>window" not in page and "<img" not in page and "<svg" not in page
            assert not re.search(r'href="\s*(javascript|data:text)', page, re.IGNORECASE)
        query = {"query": "SELECT ?t ?u { ?a dcterms:title ?t ; dcterms:source ?u }"}
        assert "<img" not in client.get("/query", params=query).text
        assert client.get("/feed.json").json()["title"] == NASTY[0]
        ET.fromstring(client.get("/feed.xml").content)
        answer = ask(client, "SELECT ?t { ?a dcterms:title ?t }", "application/sparql-results+xml")
        assert answer.status_code == 200


@given(st.text(max_size=60))
def test_any_accept_header_is_understood_or_ignored(accept: str) -> None:
    for offers in (ROWS, GRAPH, (HTML, *GRAPH)):
        assert choose(accept, offers) in (*offers, None)


# --- a process -----------------------------------------------------------------------------------


@contextmanager
def process(
    store: Path, *arguments: object, **more: object
) -> Iterator[tuple[subprocess.Popen, str]]:
    """A server that listens, and its URL; killed afterwards if it still runs."""
    running = subprocess.Popen(
        [*(sys.executable, "-m", "kcgraph", "serve", "--store", str(store)), *map(str, arguments)],
        stderr=subprocess.PIPE,
        text=True,
        **more,
    )
    assert running.stderr
    said = ""
    for line in running.stderr:
        said += line
        if " at http" in line:
            break
    url = re.search(r" at (http\S+)", said)
    assert url, said
    running.said = said  # type: ignore[attr-defined]
    try:
        wait_for(url[1])
        yield running, url[1]
    finally:
        running.kill()
        running.wait()
        running.stderr.close()


def wait_for(url: str) -> None:
    for _ in range(600):
        try:
            httpx.get(f"{url}assets/site.css", timeout=5)
            return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError(f"{url} does not answer")


def children_of(pid: int) -> set[int]:
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True)
    return {int(word) for word in found.stdout.split()}


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks at processes in /proc")
def test_killed_and_started_again_it_serves_what_was_there(two_articles: Path) -> None:
    with process(two_articles, "--port", 0, "--workers", 1) as (running, url):
        before = httpx.get(f"{url}sparql", params={"query": COUNT}, timeout=60).json()
        workers = children_of(running.pid)
        assert workers
        busy = threading.Thread(target=lambda: _ignore(url))
        busy.start()
        time.sleep(1)
        running.kill()
        busy.join()
    for _ in range(100):
        if not any(map(alive, workers)):
            break
        time.sleep(0.1)
    assert not any(map(alive, workers)), "no query outlives its server"
    with process(two_articles, "--port", httpx.URL(url).port) as (_, url):
        assert httpx.get(f"{url}sparql", params={"query": COUNT}, timeout=60).json() == before


def _ignore(url: str) -> None:
    with suppress(httpx.TransportError):
        httpx.get(f"{url}sparql", params={"query": ENDLESS}, timeout=60)


@pytest.mark.skipif(os.name == "nt", reason="sends a signal")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_told_to_stop_it_stops_cleanly(two_articles: Path, number: signal.Signals) -> None:
    with process(two_articles, "--port", 0, "--workers", 1) as (running, _):
        running.send_signal(number)
        assert running.wait(30) == 0
        assert running.stderr.read() == ""


def test_a_new_build_is_picked_up(tmp_path: Path) -> None:
    store = store_of(tmp_path / "store", Article("one", "Ann Lee demands buses of Bob Ray."))
    with client_of(store) as client:
        first = client.get("/issues")
        assert "buses" in first.text
        later = Article("two", "Cy Fox demands trams of Bob Ray.", origin="two.txt")
        build_from_records(store, [Annotated(later, toy_record(later))])
        third = Article("three", "Cy Fox opposes ferries.", origin="three.txt")
        build_from_records(store, [Annotated(third, toy_record(third))])
        assert "trams" in client.get("/issues").text
        labels = ask(client, "SELECT ?l { ?i a kc:Issue ; rdfs:label ?l }", "text/csv").text
        assert "ferries" in labels
        unchanged = {"If-None-Match": first.headers["etag"]}
        assert client.get("/issues", headers=unchanged).status_code == 200


def test_all_networks_need_a_token(two_articles: Path) -> None:
    environment = {k: v for k, v in os.environ.items() if k != "KCGRAPH_TOKEN"}
    arguments = ("--host", "0.0.0.0", "--port", 0, "--workers", 1)
    with process(two_articles, *arguments, env=environment) as (running, url):
        token = re.search(r"password of any user: (\S+)", running.said)[1]
        here = url.replace("0.0.0.0", "127.0.0.1")
        assert httpx.get(here).status_code == 401
        assert httpx.get(here, auth=("me", token), timeout=60).status_code == 200
    mine = environment | {"KCGRAPH_TOKEN": "my own long token"}
    with process(two_articles, *arguments, env=mine) as (running, url):
        assert "token" not in running.said
        here = url.replace("0.0.0.0", "127.0.0.1")
        assert httpx.get(here, auth=("me", "my own long token"), timeout=60).status_code == 200


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kcgraph", "serve", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120)


def test_wrong_calls_are_one_line(two_articles: Path, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        cases: list[tuple[list[object], int, str]] = [
            (["--store", tmp_path / "none"], 2, "no store here"),
            (["--store", two_articles, "--port", port], 3, f"port {port} is in use"),
            (["--store", two_articles, "--token", "short"], 2, "at least 12 characters"),
            (["--store", two_articles, "--host", "no.such.host.invalid"], 2, "no such address"),
            (["--store", two_articles, "--allow-origin", "example.org"], 2, "scheme and name"),
            (["--store", two_articles, "--allow-host", "https://x.org/"], 2, "a name alone"),
        ]
        for arguments, status, words in cases:
            done = run(*arguments)
            assert done.returncode == status, done.stderr
            assert words in done.stderr
            assert done.stderr.count("\n") == 1
            assert done.stdout == ""


def test_many_clients_at_a_time_lose_nothing(two_articles: Path) -> None:
    """A short form of benchmarks/serve.py."""
    failures: list[str] = []
    with process(two_articles, "--port", 0, "--workers", 2) as (_, url):

        def client() -> None:
            with httpx.Client(base_url=url, timeout=120) as session:
                for path in (
                    "sparql?query=ASK{}",
                    "",
                    "sparql?format=csv&query=" + COUNT,
                    "issues",
                ):
                    answer = session.get(path)
                    if answer.status_code != 200:
                        failures.append(f"{path}: {answer.status_code} {answer.text}")

        threads = [threading.Thread(target=client) for _ in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert failures == []
