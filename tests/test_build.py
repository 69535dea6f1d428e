"""Building: what is new, changed, unchanged, gone; and whatever interrupts it, whole articles."""

from __future__ import annotations

import io
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from toy import ToyExtractor, toy_record
from typer.testing import CliRunner

from kcgraph.annotations import read_annotated
from kcgraph.build import Options, Summary, build, build_from_records, refresh
from kcgraph.cli import build as commands
from kcgraph.cli.app import app
from kcgraph.contents import contents
from kcgraph.errors import InputError, WorkError
from kcgraph.extract.protocol import Unread
from kcgraph.model import Article, Extraction, to_json
from kcgraph.read import Metadata, Problem, Result, read
from kcgraph.resolve import Judgement
from kcgraph.shapes import violations
from kcgraph.store import Writer, nquads, open_graph, open_records
from kcgraph.vocab import Iris

GOLD = Path(__file__).parent.parent / "data" / "gold"
BUSES = Article("buses", "Ann Lee demands more buses of Bob Ray.", date="2024-01-02", origin="b")
ANSWER = Article("answer", "Bob Ray promises more buses.", date="2024-02-03", origin="a")
MET = Article("met", "Ann Lee met Bob Ray on 2024-03-01.", origin="m")
ALL = [BUSES, ANSWER, MET]


def lines(store: Path) -> list[str]:
    return list(nquads(open_graph(store)))


def ids(store: Path) -> list[str]:
    with open_records(store) as records:
        return [row.id for row in records.rows()]


def built(store: Path, articles: Iterable[Article], **options: bool | float) -> Summary:
    return build(store, articles, ToyExtractor(), Options(**options))  # type: ignore[arg-type]


# --- same input, same bytes ---------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(3))
def test_order_and_folder_make_no_difference(tmp_path: Path, seed: int) -> None:
    shuffled = random.Random(seed).sample(ALL, len(ALL))
    built(tmp_path / "one", ALL)
    built(tmp_path / "deep" / "er" / "two", shuffled)
    assert lines(tmp_path / "one") == lines(tmp_path / "deep" / "er" / "two")


def test_one_by_one_gives_the_same_as_all_at_once(tmp_path: Path) -> None:
    built(tmp_path / "one", ALL)
    for article in ALL:
        built(tmp_path / "two", [article])
    assert lines(tmp_path / "one") == lines(tmp_path / "two")


def test_the_gold_corpus_in_another_process_gives_the_same(
    ten_articles: Path, tmp_path: Path
) -> None:
    files = sorted(GOLD.glob("*.json"), reverse=True)
    command = [sys.executable, "-m", "kcgraph", "build", "--from-records", *map(str, files)]
    env = os.environ | {"PYTHONHASHSEED": "7", "KCGRAPH_STORE": str(tmp_path / "again")}
    subprocess.run(command, env=env, check=True, capture_output=True)
    assert lines(tmp_path / "again") == lines(ten_articles)


def test_every_shape_holds_for_the_gold_corpus(ten_articles: Path) -> None:
    assert violations(open_graph(ten_articles)) == []


# --- only what is new ---------------------------------------------------------------------------


def test_what_has_not_changed_is_not_extracted_again(tmp_path: Path) -> None:
    built(tmp_path, ALL)
    before = lines(tmp_path)
    extractor = ToyExtractor()
    summary = build(tmp_path, ALL, extractor)
    assert extractor.read == []
    assert sorted(summary.unchanged) == ["answer", "buses", "met"]
    assert lines(tmp_path) == before


@pytest.mark.parametrize(
    ("changed", "extractor"),
    [
        (Article("buses", "Ann Lee demands more trams.", date="2024-01-02"), ToyExtractor()),
        (Article("buses", BUSES.text, date="2024-05-05"), ToyExtractor()),
        (Article("buses", BUSES.text, date="2024-01-02", publisher="Post"), ToyExtractor()),
        (BUSES, ToyExtractor("toy 2")),
    ],
    ids=["text", "date", "publisher", "extractor"],
)
def test_what_has_changed_is(tmp_path: Path, changed: Article, extractor: ToyExtractor) -> None:
    built(tmp_path, ALL)
    summary = build(tmp_path, [changed], extractor)
    assert (extractor.read, summary.changed, summary.new) == (["buses"], ["buses"], [])
    fresh = tmp_path / "fresh"
    build(fresh, [ANSWER, MET], ToyExtractor())
    build(fresh, [changed], ToyExtractor(extractor.name))
    assert lines(tmp_path) == lines(fresh)


def test_force_extracts_again(tmp_path: Path) -> None:
    built(tmp_path, ALL)
    extractor = ToyExtractor()
    assert len(build(tmp_path, ALL, extractor, Options(force=True)).changed) == 3
    assert sorted(extractor.read) == sorted(ids(tmp_path))


def test_prune_drops_what_has_vanished(tmp_path: Path) -> None:
    built(tmp_path / "all", ALL)
    summary = built(tmp_path / "all", [BUSES, MET], prune=True)
    built(tmp_path / "two", [BUSES, MET])
    assert summary.removed == ["answer"]
    assert lines(tmp_path / "all") == lines(tmp_path / "two")


def test_prune_keeps_what_could_not_be_read(tmp_path: Path) -> None:
    built(tmp_path, ALL)
    found = [BUSES, MET, Problem(ANSWER.origin, "is locked")]
    summary = build(tmp_path, found, ToyExtractor(), Options(prune=True))
    assert summary.removed == []
    assert ids(tmp_path) == ["answer", "buses", "met"]


@pytest.mark.parametrize("name", ["many.json", "many.jsonl"])
def test_prune_keeps_all_articles_of_a_file_that_could_not_be_read(
    tmp_path: Path, name: str
) -> None:
    given, one, store = tmp_path / name, tmp_path / "one.txt", tmp_path / "store"
    records = [json.dumps({"text": article.text}) for article in ALL]
    given.write_text(f"[{','.join(records)}]" if name == "many.json" else "\n".join(records))
    one.write_text("Ann Lee met Cy Day.")
    build(store, read([given, one]), ToyExtractor())
    given.write_bytes(given.read_bytes()[:-20] if name == "many.json" else b"")
    summary = build(store, read([given, one]), ToyExtractor(), Options(prune=True))
    assert (len(ids(store)), summary.removed, len(summary.problems)) == (4, [], 1)
    given.write_text(records[0])
    summary = build(store, read([given, one]), ToyExtractor(), Options(prune=True))
    assert (len(ids(store)), len(summary.removed)) == (2, 2)


def test_prune_keeps_what_lies_in_a_folder_that_could_not_be_read(tmp_path: Path) -> None:
    folder = tmp_path / "articles" / "closed"
    articles = [replace(BUSES, origin=str(folder / "deep" / "buses.txt")), MET]
    built(tmp_path / "store", [*articles, replace(ANSWER, origin=f"{folder} too/answer.txt")])
    found = [MET, Problem(str(folder), "may not be read; check its permissions")]
    summary = build(tmp_path / "store", found, ToyExtractor(), Options(prune=True))
    assert summary.removed == ["answer"]


def test_without_prune_nothing_is_dropped(tmp_path: Path) -> None:
    built(tmp_path, ALL)
    built(tmp_path, [BUSES])
    assert ids(tmp_path) == ["answer", "buses", "met"]


def test_an_answer_in_a_later_build_answers(tmp_path: Path) -> None:
    built(tmp_path, [BUSES])
    assert any("#status" in line and "#Open" in line for line in lines(tmp_path))
    built(tmp_path, [ANSWER])
    assert any("#status" in line and "#Answered" in line for line in lines(tmp_path))
    assert not any("#Open" in line for line in lines(tmp_path))


def test_min_confidence_goes_for_the_graph_and_is_remembered(tmp_path: Path) -> None:
    build(tmp_path, ALL, ToyExtractor(confidence=0.4), Options(min_confidence=0.5))
    assert contents(tmp_path).counts["positions"] == 0
    build(tmp_path, ALL, ToyExtractor(confidence=0.4))
    assert contents(tmp_path).counts["positions"] == 0
    build(tmp_path, ALL, ToyExtractor(confidence=0.4), Options(min_confidence=0.0))
    assert contents(tmp_path).counts["positions"] == 2


def test_a_judgement_changes_the_graph_and_not_the_records(tmp_path: Path) -> None:
    articles = [BUSES, Article("x", "Anna Leeds backs trams.")]
    built(tmp_path, articles)
    before = contents(tmp_path)
    assert before.counts["people"] == 3
    with Writer(tmp_path) as writer:
        one, other = "buses#Ann Lee", "x#Anna Leeds"
        writer.records.put_judgement(Judgement("stakeholder", one, other, same=True))
        refresh(writer)
    assert contents(tmp_path).counts["people"] == 2
    assert contents(tmp_path).counts["positions"] == before.counts["positions"]


def test_near_copies_are_linked(tmp_path: Path) -> None:
    text = " ".join(f"Ann Lee demands bus number {n} for street {n * n}." for n in range(20))
    built(tmp_path, [Article("one", text), Article("two", text + "\nAnn Lee met Bob Ray.")])
    iris = Iris()
    assert any(
        f"<{iris.article('two')}>" in line and "#variantOf" in line and iris.article("one") in line
        for line in lines(tmp_path)
    )


# --- input that is not as it should be ----------------------------------------------------------


def test_nothing_to_build_from(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"gone\.txt"):
        build(tmp_path / "s", [Problem("gone.txt", "no such file")], ToyExtractor())


def test_an_article_that_cannot_be_extracted_costs_no_other(tmp_path: Path) -> None:
    class Picky(ToyExtractor):
        def extract(  # type: ignore[override]
            self, articles: Iterable[Article]
        ) -> Iterator[Extraction | Unread]:
            for article in articles:
                if article.id == "buses":
                    yield Unread(article.id, "refused")
                else:
                    yield from super().extract([article])

    summary = build(tmp_path, ALL, Picky())
    assert summary.problems == [("b", "refused")]
    assert ids(tmp_path) == ["answer", "met"]


def write(file: Path, text: str) -> Path:
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def test_two_files_with_one_name_are_two_articles(tmp_path: Path) -> None:
    store, one, other = tmp_path / "store", tmp_path / "a" / "x.txt", tmp_path / "b" / "x.txt"
    build(store, read([write(one, BUSES.text)]), ToyExtractor())
    build(store, read([write(other, ANSWER.text)]), ToyExtractor())
    first, second = ids(store)
    summary = build(store, read([write(other, MET.text)]), ToyExtractor())
    assert (summary.changed, summary.new, ids(store)) == ([second], [], [first, second])


def test_a_file_that_moved_and_changed_is_the_same_article(tmp_path: Path) -> None:
    old = write(tmp_path / "old" / "x.txt", BUSES.text)
    build(tmp_path / "store", read([old]), ToyExtractor())
    old.unlink()
    moved = write(tmp_path / "new" / "x.txt", ANSWER.text)
    summary = build(tmp_path / "store", read([moved]), ToyExtractor())
    assert (summary.changed, ids(tmp_path / "store")) == (["x"], ["x"])


def test_a_new_text_under_the_old_name_of_a_renamed_file(tmp_path: Path) -> None:
    write(tmp_path / "in" / "x.txt", BUSES.text)
    build(tmp_path / "store", read([tmp_path / "in"]), ToyExtractor())
    (tmp_path / "in" / "x.txt").rename(tmp_path / "in" / "y.txt")
    write(tmp_path / "in" / "x.txt", ANSWER.text)
    summary = build(tmp_path / "store", read([tmp_path / "in"]), ToyExtractor())
    assert (summary.unchanged, len(summary.new), len(ids(tmp_path / "store"))) == (["x"], 1, 2)


def test_a_file_that_was_renamed_is_the_same_article(tmp_path: Path) -> None:
    (tmp_path / "old.txt").write_text(BUSES.text, encoding="utf-8")
    build(tmp_path / "store", read([tmp_path / "old.txt"]), ToyExtractor())
    (tmp_path / "old.txt").rename(tmp_path / "new.txt")
    extractor = ToyExtractor()
    summary = build(tmp_path / "store", read([tmp_path / "new.txt"]), extractor)
    assert (summary.unchanged, extractor.read) == (["old"], [])


def jsonl(file: Path, **texts: str) -> Path:
    """JSON lines of articles by their ids, which begin with an underscore here."""
    records = ({"id": id.strip("_"), "text": text} for id, text in texts.items())
    return write(file, "".join(f"{json.dumps(record)}\n" for record in records))


def test_a_second_list_with_the_same_ids_costs_the_first_no_article(tmp_path: Path) -> None:
    store = tmp_path / "store"
    january = jsonl(tmp_path / "jan.jsonl", _1=BUSES.text, _2=ANSWER.text)
    february = jsonl(tmp_path / "feb.jsonl", _1=MET.text, _2="Cy Fox backs trams.")
    build(store, read([january]), ToyExtractor())
    summary = build(store, read([february]), ToyExtractor())
    assert (len(summary.new), summary.changed, len(ids(store))) == (2, [], 4)
    # what has changed in the second list is found again there
    jsonl(february, _1="Ann Lee met Bob Ray.", _2="Cy Fox backs trams.")
    again = build(store, read([february]), ToyExtractor())
    assert (len(again.changed), len(again.unchanged), len(ids(store))) == (1, 1, 4)
    # and what is in place of a list that is gone is a new state of the same articles
    january.unlink()
    march = jsonl(tmp_path / "mar.jsonl", _1="Bob Ray opposes trams.", _2=ANSWER.text)
    moved = build(store, read([march]), ToyExtractor())
    assert (moved.changed, moved.unchanged, len(ids(store))) == (["1"], ["2"], 4)


def piped(*texts: str) -> Iterator[Result]:
    """Articles with one title, as from standard input."""
    lines = "".join(f"{json.dumps({'title': 'Council briefs', 'text': t})}\n" for t in texts)
    return read(["-"], stdin=io.BytesIO(lines.encode()))


def test_another_text_of_one_title_from_standard_input_is_another_article(tmp_path: Path) -> None:
    build(tmp_path, piped(BUSES.text), ToyExtractor())
    summary = build(tmp_path, piped(ANSWER.text), ToyExtractor())
    assert (len(summary.new), summary.changed, len(ids(tmp_path))) == (1, [], 2)


def test_a_corrected_text_from_standard_input_is_the_same_article(tmp_path: Path) -> None:
    words = " ".join(f"word{n}" for n in range(100))
    build(tmp_path, piped(f"{BUSES.text} {words}"), ToyExtractor())
    summary = build(tmp_path, piped(f"{ANSWER.text} {words}"), ToyExtractor())
    assert (summary.new, len(summary.changed), len(ids(tmp_path))) == ([], 1, 1)


def test_one_relative_path_in_two_folders_is_two_articles(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = tmp_path / "store"
    for folder, article in (("p1", BUSES), ("p2", ANSWER)):
        write(tmp_path / folder / "article.txt", article.text)
        monkeypatch.chdir(tmp_path / folder)
        summary = build(store, read(["article.txt"]), ToyExtractor())
        assert (len(summary.new), summary.changed) == (1, [])
    assert len(ids(store)) == 2
    monkeypatch.chdir(tmp_path / "p1")
    write(Path("article.txt"), MET.text)
    assert build(store, read(["article.txt"]), ToyExtractor()).changed == ["article"]


def test_files_and_store_that_were_copied_together_belong_together(tmp_path: Path) -> None:
    write(tmp_path / "one" / "x.txt", BUSES.text)
    build(tmp_path / "one" / "store", read([tmp_path / "one" / "x.txt"]), ToyExtractor())
    shutil.copytree(tmp_path / "one", tmp_path / "two")
    write(tmp_path / "two" / "x.txt", ANSWER.text)
    summary = build(tmp_path / "two" / "store", read([tmp_path / "two" / "x.txt"]), ToyExtractor())
    assert (summary.changed, summary.new) == (["x"], [])
    kept = (tmp_path / "one" / "store" / "records.sqlite").read_bytes()
    assert str(tmp_path).encode() not in kept


def test_the_text_of_another_file_is_read_once_and_that_is_said(tmp_path: Path) -> None:
    store, first = tmp_path / "store", write(tmp_path / "same.txt", BUSES.text)
    copy = write(tmp_path / "same2.txt", BUSES.text)
    said = Metadata(date="2020-01-01"), Metadata(date="2021-01-01")
    build(store, read([first], overrides=said[0]), ToyExtractor())
    summary = build(store, read([copy], overrides=said[1]), ToyExtractor(), Options(force=True))
    ((origin, message),) = summary.remarks
    assert (origin, message) == (str(copy), f"the same text as {first} (same); read once")
    with open_records(store) as records:
        assert [row.date for row in records.rows()] == ["2020-01-01"]
    # once the first says something else, the copy is all that says this
    write(first, ANSWER.text)
    summary = build(store, read([copy], overrides=said[1]), ToyExtractor())
    assert (summary.changed, summary.remarks) == (["same"], [])


def test_a_damaged_graph_is_written_anew(ten_articles: Path, tmp_path: Path) -> None:
    build(shutil.copytree(ten_articles, tmp_path / "sound"), [BUSES], ToyExtractor())
    files = [f.name for f in ten_articles.glob("graph-*/rdf/*.sst")]
    sizes = {f: next(ten_articles.glob(f"graph-*/rdf/{f}")).stat().st_size for f in files}
    for n, name in enumerate(sorted(files, key=sizes.__getitem__)[-3:]):
        store = shutil.copytree(ten_articles, tmp_path / str(n))
        file = next(store.glob(f"graph-*/rdf/{name}"))
        content = bytearray(file.read_bytes())
        content[30:60] = (byte ^ 255 for byte in content[30:60])
        file.write_bytes(content)
        build(store, [BUSES], ToyExtractor())
        assert lines(store) == lines(tmp_path / "sound")


def test_a_record_beside_a_copy_of_the_text_takes_the_place_of_the_first(tmp_path: Path) -> None:
    for folder, extractor in (("one", "Ann"), ("two", "Bob")):
        text = write(tmp_path / folder / "x.txt", BUSES.text)
        record = toy_record(replace(BUSES, id="x"), extractor)
        text.with_suffix(".json").write_text(json.dumps(to_json(record)), encoding="utf-8")
        summary = build_from_records(tmp_path / "store", read_annotated([tmp_path / folder]))
    ((origin, message),) = summary.remarks
    assert (origin, summary.changed) == (f"{tmp_path}/two/x.txt", ["x"])
    assert message == f"the same text as {tmp_path}/one/x.txt (x); this record takes its place"
    with open_records(tmp_path / "store") as records:
        assert records.record("x").extractor == "Bob"


def test_a_store_that_keeps_paths_as_they_were_typed_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "p" / "x.txt", BUSES.text)
    write(tmp_path / "q" / "x.txt", MET.text)
    monkeypatch.chdir(tmp_path)
    build(Path("store"), read(["p/x.txt"]), ToyExtractor())
    with closing(sqlite3.connect("store/records.sqlite")) as database, database:
        database.execute("UPDATE article SET origin = 'p/x.txt'")
    write(Path("p/x.txt"), ANSWER.text)
    assert build(Path("store"), read(["p/x.txt"]), ToyExtractor()).changed == ["x"]
    monkeypatch.chdir(tmp_path / "q")
    assert len(build(tmp_path / "store", read(["x.txt"]), ToyExtractor()).new) == 1


HOSTILE = (
    "Ann\"<script>alert(1)</script> O'Lee{} backs a \\\"plan\\n}} ; DROP ALL <b>\n\t&amp; ']'."
)


def test_hostile_text_comes_back_as_it_went_in(tmp_path: Path) -> None:
    article = Article("x", HOSTILE, title="\"}<script>\n'", publisher="{}\\", url="java script:<x>")
    built(tmp_path, [article])
    built(tmp_path, [Article("x", HOSTILE + " \x00\x1f\u2028", title='"}'), BUSES])
    graph = open_graph(tmp_path)
    assert violations(graph) == []
    texts = {
        row[0].value
        for row in graph.query(
            "SELECT ?text { GRAPH ?g { ?a <https://schema.org/articleBody> ?text } }"
        )
    }
    assert texts == {HOSTILE + " \x00\x1f\u2028", BUSES.text}


# --- records beside their texts -----------------------------------------------------------------


def test_extracted_records_build_the_same_store_again(tmp_path: Path) -> None:
    built(tmp_path / "one", ALL)
    kept = tmp_path / "kept"
    kept.mkdir()
    with open_records(tmp_path / "one") as records:
        for article, record in records.items():
            (kept / f"{article.id}.txt").write_text(article.text, encoding="utf-8")
            data = json.dumps(to_json(record))
            (kept / f"{article.id}.json").write_text(data, encoding="utf-8")
    build_from_records(tmp_path / "two", read_annotated([kept]))
    assert lines(tmp_path / "one") == lines(tmp_path / "two")
    assert build_from_records(tmp_path / "two", read_annotated([kept])).changed == []


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("x.json", b"{", "not JSON"),
        ("x.json", b"[]", "record"),
        ("x.json", b'{"article": "x", "positions": [{"kind": "wish"}]}', "positions[0]"),
        ("x.json", b'{"article": "\\ud800"}', "UTF-8"),
        ("x.json", b'{"article": "x", "date": "2020-13-45"}', "'date' is '2020-13-45'"),
        ("x.json", b'{"article": "x", "date": "Monday"}', "'date' is 'Monday'"),
        ("x.json", b"[" * 50_000, "nested too deeply"),
        ("x.json", b"\xff\xfe\x00", "UTF-8"),
    ],
)
def test_a_bad_record_is_named_and_costs_no_other(
    tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    (tmp_path / name).write_bytes(content)
    (tmp_path / "x.txt").write_text("Some text.", encoding="utf-8")
    found = read_annotated([tmp_path, GOLD / "kcpd-new-policies.json"])
    summary = build_from_records(tmp_path / "store", found)
    ((origin, message),) = summary.problems
    assert origin.endswith(name)
    assert said in message
    assert summary.new == ["kcpd-new-policies"]


def test_what_a_record_says_and_its_text_does_not_is_dropped(tmp_path: Path) -> None:
    record = {
        "article": "x",
        "stakeholders": [{"id": "ann", "kind": "person", "name": "Ann Lee"}],
        "positions": [
            {
                "kind": "demand",
                "holder": "ann",
                "polarity": "support",
                "target": {"issue": [issue]},
                "evidence": f"Ann Lee demands {issue}",
            }
            for issue in ("buses", "trams")
        ],
    }
    (tmp_path / "x.txt").write_text("Ann Lee demands buses.", encoding="utf-8")
    (tmp_path / "x.json").write_text(json.dumps(record), encoding="utf-8")
    summary = build_from_records(tmp_path / "store", read_annotated([tmp_path]))
    assert sum(summary.dropped.values()) == 1
    assert contents(tmp_path / "store").counts["positions"] == 1


# --- interruption -------------------------------------------------------------------------------

SLOW_BUILD = """
import sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from toy import ToyExtractor
from kcgraph.build import build
from kcgraph.model import Article
articles = [Article(f"a{n}", f"Ann Lee demands bus {n}.") for n in range(200)]
build(Path(sys.argv[2]), articles, ToyExtractor(pause=0.02),
      progress=lambda what, done, of: print(what, done, flush=True))
"""


def interrupted_build(store: Path, by: signal.Signals, after: int) -> int:
    """Stops a build of 200 articles when so many are read; how many it said it had stored."""
    arguments = [sys.executable, "-c", SLOW_BUILD, str(Path(__file__).parent), str(store)]
    with subprocess.Popen(
        arguments,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        # a shell that starts the tests in the background has them ignore Ctrl-C
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as process:
        assert process.stdout is not None
        done = 0
        for line in process.stdout:
            done = int(line.split()[1])
            if done >= after:
                process.send_signal(by)
                break
        process.stdout.read()
    return done


@pytest.mark.parametrize("by", [signal.SIGKILL, signal.SIGINT])
def test_an_interrupted_build_leaves_whole_articles_and_goes_on(
    tmp_path: Path, by: signal.Signals
) -> None:
    built(tmp_path / "store", ALL)
    before = lines(tmp_path / "store")
    done = interrupted_build(tmp_path / "store", by, after=7)

    assert lines(tmp_path / "store") == before
    stored = len(ids(tmp_path / "store")) - len(ALL)
    assert done <= stored < 200
    assert contents(tmp_path / "store").pending == stored

    articles = [Article(f"a{n}", f"Ann Lee demands bus {n}.") for n in range(30)]
    extractor = ToyExtractor()
    build(tmp_path / "store", articles, extractor)
    assert len(extractor.read) == max(0, 30 - stored)
    assert violations(open_graph(tmp_path / "store")) == []
    assert contents(tmp_path / "store").pending == 0


def test_a_first_build_that_was_killed_leaves_a_store_that_opens(tmp_path: Path) -> None:
    interrupted_build(tmp_path / "store", signal.SIGKILL, after=3)
    assert lines(tmp_path / "store") == []
    found = contents(tmp_path / "store")
    assert found.counts["articles"] == 0
    assert found.pending >= 3


def test_killed_at_any_moment_of_writing(tmp_path: Path) -> None:
    """The RDF is either as before or as after, at whatever moment the process dies."""
    store = tmp_path / "store"
    build(store, ALL, ToyExtractor())
    seen = {"".join(lines(store))}
    program = SLOW_BUILD.replace("pause=0.02", "").replace("range(200)", "range(60)")
    arguments = [sys.executable, "-c", program, str(Path(__file__).parent), str(store)]
    for attempt in range(6):
        with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            for line in process.stdout:
                if line.startswith("writing"):
                    time.sleep(0.01 * attempt)
                    process.kill()
                    break
        seen.add("".join(lines(store)))
    build(store, [MET], ToyExtractor())
    seen.add("".join(lines(store)))
    assert len(seen) <= 2
    assert violations(open_graph(store)) == []


def test_a_second_writer_is_told_to_wait(tmp_path: Path) -> None:
    with Writer(tmp_path), pytest.raises(WorkError, match="another"):
        built(tmp_path, ALL)
    built(tmp_path, ALL)


def test_readers_keep_what_they_opened(tmp_path: Path) -> None:
    built(tmp_path, [BUSES])
    reader = open_graph(tmp_path)
    before = sorted(map(str, reader))
    built(tmp_path, [ANSWER, MET])
    assert sorted(map(str, reader)) == before
    assert len(open_graph(tmp_path)) > len(before)


# --- the command --------------------------------------------------------------------------------


def kcgraph(*arguments: str) -> tuple[int, str, str]:
    assert commands  # registers them
    done = CliRunner().invoke(app, list(arguments))
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.stdout, done.stderr


def test_the_command_builds_what_it_can_and_says_what_it_cannot(tmp_path: Path) -> None:
    (tmp_path / "broken.json").write_text("{", encoding="utf-8")
    (tmp_path / "broken.txt").write_text("Text.", encoding="utf-8")
    store = str(tmp_path / "store")
    good = str(GOLD / "quarry-permit.json")
    code, out, err = kcgraph(
        "build", "--from-records", good, str(tmp_path), "--store", store, "--format", "json"
    )
    assert code == 2
    assert "broken.json" in err
    told = json.loads(out)
    assert told["articles"]["new"] == ["quarry-permit"]
    assert told["store"]["articles"] == 1
    assert [p["origin"] for p in told["problems"]] == [str(tmp_path / "broken.json")]


def test_info_tells_what_is_in_the_store(ten_articles: Path) -> None:
    code, out, _ = kcgraph("info", "--store", str(ten_articles), "--format", "json")
    told = json.loads(out)
    assert code == 0
    assert (told["first"], told["last"], told["undated"]) == ("2020-06-04", "2023-11-09", 7)
    assert told["counts"]["articles"] == 10
    assert told["outlets"]["AP"] == 1
    assert told["extractors"] == {"annotation": 10}


def test_what_info_has_counted_once_follows_the_articles(tmp_path: Path) -> None:
    built(tmp_path, ALL[:1])
    first = contents(tmp_path)
    assert contents(tmp_path) == first
    (kept,) = tmp_path.glob("graph-*/contents.json")
    kept.write_text("[1", encoding="utf-8")
    assert contents(tmp_path) == first
    built(tmp_path, ALL[1:])
    found = contents(tmp_path)
    assert (found.counts["articles"], found.quads) == (3, len(open_graph(tmp_path)))


def test_one_of_a_kind_is_told_in_the_singular(tmp_path: Path) -> None:
    for end in ("json", "txt"):
        source = GOLD / f"lucas-announces-changes.{end}"
        (tmp_path / source.name).write_bytes(source.read_bytes())
    done = CliRunner().invoke(
        app, ["build", "--from-records", str(tmp_path), "--store", str(tmp_path / "store")]
    )
    assert "store: 1 article, 1 person, 4 organizations" in done.stdout


def test_wrong_rules_are_told_before_anything_is_read(tmp_path: Path) -> None:
    article, store = tmp_path / "a.txt", tmp_path / "store"
    article.write_text(BUSES.text, encoding="utf-8")
    call = ["build", str(article), "--rules", str(tmp_path / "none"), "--store", str(store)]
    assert isinstance(CliRunner().invoke(app, call).exception, InputError)
    assert not store.exists()


def test_rules_are_in_utf_8_with_or_without_a_mark(tmp_path: Path) -> None:
    rule = tmp_path / "rules" / "meets.rq"
    rule.parent.mkdir()
    text = "# Who met: René's rule.\nCONSTRUCT { ?a kc:metWith ?b } WHERE { ?a kc:no ?b }\n"
    rule.write_text(text, encoding="utf-8-sig")
    build(tmp_path / "store", ALL, ToyExtractor(), Options(rules=rule.parent))
    rule.write_text(text, encoding="latin-1")
    with pytest.raises(InputError, match=r"meets\.rq: is not in UTF-8"):
        build(tmp_path / "store", ALL, ToyExtractor(), Options(rules=rule.parent))
