"""Reading files, folders and standard input: what comes out, and what bad input costs."""

from __future__ import annotations

import io
import json
import os
import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from kcgraph.errors import InputError
from kcgraph.model import Article
from kcgraph.read import MAX_BYTES, Duplicate, Metadata, Notice, Problem, read, read_one

FIXTURES = Path(__file__).parent / "fixtures" / "read"
SHIPPED = Path(__file__).parent.parent / "data" / "articles"
PROSE = "The council voted on Monday to close three schools, and parents promised a lawsuit.\n"


def from_stdin(data: bytes, **options):
    return list(read(["-"], stdin=io.BytesIO(data), **options))


def articles(found):
    return [item for item in found if isinstance(item, Article)]


def problems(found):
    return [item for item in found if isinstance(item, Problem)]


def write(folder: Path, **files: str | bytes) -> Path:
    for name, content in files.items():
        path = folder / name.replace("__", "/").replace("_dot_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


# --- text ---------------------------------------------------------------------------------------


def test_the_shipped_articles_give_what_their_text_says():
    found = {a.id: a for a in articles(read([SHIPPED]))}
    kcpd, lucas = found["kcpd-new-policies"], found["lucas-announces-changes"]
    assert (kcpd.title, kcpd.date, kcpd.publisher) == (
        "Kansas City Police Set New Policies To Improve Interactions", None, "AP",
    )  # fmt: skip
    assert (lucas.title, lucas.date, lucas.publisher) == (None, "2020-06-04", "KCTV")
    assert kcpd.text.encode() == (SHIPPED / "kcpd-new-policies.txt").read_bytes()


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00\ufeff")))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_plain_text_is_the_decoded_file_unchanged(tmp_path, text):
    path = tmp_path / "one.txt"
    path.write_bytes(text.encode())
    [found] = read([path])
    if text.strip():
        if isinstance(found, Article):
            assert found.text == text
        else:
            assert "looks like" in found.message or "front matter" in found.message
    else:
        assert isinstance(found, Problem)


ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be",
             "cp1252", "mac_roman"]  # fmt: skip


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("ending", ["txt", "md", "jsonl"])
def test_encodings(tmp_path, encoding, ending):
    prose = "“We don’t know,” said José Ibáñez of the café. It costs £3 — no more."
    content = json.dumps({"text": prose}, ensure_ascii=False) if ending == "jsonl" else prose
    path = tmp_path / f"one.{ending}"
    path.write_bytes(content.encode(encoding))
    [article] = read([path])
    assert article.text == prose


def test_a_long_text_in_another_script(tmp_path):
    prose = "Мэр города заявил, что полиция будет носить камеры. Активисты требуют отставки. " * 5
    path = tmp_path / "one.txt"
    path.write_bytes(prose.encode("cp1251"))
    assert read_one(path).text == prose


def test_front_matter(tmp_path):
    text = (
        "---\ntitle: 'Council: votes'\ndate: June 4, 2020\nsource: Lakes Wire\n"
        "link: https://example.org/a\n---\n" + PROSE
    )
    article = read_one(write(tmp_path, one_dot_txt=text) / "one.txt")
    assert article.text == text
    assert article.title == "Council: votes"
    assert (article.date, article.publisher) == ("2020-06-04", "Lakes Wire")
    assert article.url == "https://example.org/a"


def test_dashes_are_not_always_front_matter(tmp_path):
    text = "---\n\nA rule above.\n\n---\n" + PROSE
    assert read_one(write(tmp_path, one_dot_txt=text) / "one.txt").text == text


def test_a_sidecar_goes_before_front_matter_and_the_caller_before_both(tmp_path):
    write(
        tmp_path,
        one_dot_txt="---\ndate: 2020-01-01\npublisher: A\ntitle: T\n---\n" + PROSE,
        one_dot_meta_dot_yaml="date: 2021-02-02\npublisher: B\n",
    )
    article = read_one(tmp_path / "one.txt", overrides=Metadata(publisher="C"))
    assert (article.title, article.date, article.publisher) == ("T", "2021-02-02", "C")
    assert len(list(read([tmp_path]))) == 1


def test_markdown_is_read_as_its_words(tmp_path):
    source = (
        "---\ndate: 2020-06-04\n---\n# Council *votes*\n\nMayor [Vance](https://example.org) said "
        "**no**\nto it &amp; left.\n\n- one\n- two\n\n> “Stop,” he said.\n<script>x</script>\n"
    )
    article = read_one(write(tmp_path, one_dot_md=source) / "one.md")
    assert article.text == (
        "Council votes\n\nMayor Vance said no to it & left.\n\none\n\ntwo\n\n“Stop,” he said."
    )
    assert (article.title, article.date) == ("Council votes", "2020-06-04")


# --- dates --------------------------------------------------------------------------------------


def test_no_date_but_the_articles_own(tmp_path):
    path = write(tmp_path, one_dot_txt="LUSAKA, Sept 27 (Rift News) - " + PROSE) / "one.txt"
    os.utime(path, (1_000_000_000, 1_000_000_000))
    assert read_one(path).date is None


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("2020-06-04T23:30:00-05:00", "2020-06-04"),
        ("Thu, 04 Jun 2020 10:00:00 GMT", "2020-06-04"),
        ("June 2020", "2020-06"),
        (2020, "2020"),
        ("13/4/2020", "2020-04-13"),
        ("3/4/2020", None),
        ("March 3", None),
        ("yesterday", None),
        ("2020-02-30", None),
        ("", None),
    ],
)
def test_dates_of_records(written, iso):
    found = from_stdin(json.dumps({"text": PROSE, "date": written}).encode())
    assert articles(found)[0].date == iso
    assert any(isinstance(item, Notice) for item in found) == (iso is None and written != "")


@pytest.mark.parametrize("bad", ["March 3", "tomorrow", "2020-13-01", ""])
def test_a_malformed_date_from_the_caller(bad):
    with pytest.raises(InputError, match="YYYY-MM-DD"):
        read([SHIPPED], overrides=Metadata(date=bad))


# --- web pages ----------------------------------------------------------------------------------


def test_a_saved_page():
    article = read_one(FIXTURES / "page.html")
    assert article.title == "Council backs body cameras"
    assert (article.date, article.publisher) == ("2024-03-05", "Calder Courier")
    assert article.url == "https://www.example.org/news/2024/body-cams.html"
    assert "residents & groups" in article.text
    assert "said Dana Ortiz" in article.text
    assert "Home" not in article.text
    assert "2026" not in article.text


def page_with(head: str, body: str = "", foot: str = "") -> bytes:
    return (
        f"<html><head><title>Water plan</title>{head}</head><body><article><h1>Water plan</h1>"
        f"{body}<p>{PROSE * 5}</p></article><footer>{foot}</footer></body></html>"
    ).encode()


LINKED = {
    "@context": "https://schema.org",
    "@graph": [
        {"@type": "WebSite", "datePublished": "1999-01-01"},
        {"@type": ["NewsArticle"], "datePublished": "2023-11-09T08:00:00Z",
         "publisher": {"@type": "Organization", "name": "Example Times"}},
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("head", "body", "date", "publisher"),
    [
        (f'<script type="application/ld+json">{json.dumps(LINKED)}</script>', "",
         "2023-11-09", "Example Times"),
        ('<script type="application/ld+json">{"@type": [}</script>', "", None, None),
        ('<meta name="DC.date.issued" content="2023-11-09"><meta name="date" content="2020">', "",
         "2023-11-09", None),
        ("", '<time datetime="2023-11-09T08:00">Thursday</time>', "2023-11-09", None),
        ('<link rel="canonical" href="https://ex.org/2023/11/09/water/">', "", "2023-11-09", None),
        ('<link rel="canonical" href="https://ex.org/water/">', "", None, None),
        ("", "<p>The plan was refused on March 3, 2020, by the council, and then again.</p>",
         None, None),
    ],
)  # fmt: skip
def test_a_page_has_the_date_and_publisher_that_it_states(head, body, date, publisher):
    foot = "© 2026. Updated November 22, 2026. <time datetime='2026-11-22'>today</time>"
    [article] = from_stdin(page_with(head, body, foot))
    assert (article.date, article.publisher) == (date, publisher)
    assert article.title == "Water plan"


def test_a_page_with_a_declared_encoding(tmp_path):
    page = (FIXTURES / "page.html").read_text().replace("utf-8", "koi8-r")
    page = page.replace("residents", "жители")
    path = tmp_path / "page.html"
    path.write_bytes(page.replace("“", '"').replace("”", '"').replace("—", "-").encode("koi8-r"))
    assert "жители" in read_one(path).text


@pytest.mark.parametrize(
    "page",
    [
        b"<html><body><p>Please log in</p></body></html>",
        b"<html></html>",
        b"<html><body>" + b"<div>" * 20_000 + b"x",
        b"<html><script>" + b"var a = 'the council voted'; " * 100,
        b"<!DOCTYPE html><html><body><nav>" + b"<a href='/'>News</a> " * 50 + b"</nav>",
        b"<html><!--" + b"<p>" * 1000,
    ],
)
def test_a_page_without_an_article_is_one_problem(tmp_path, page):
    (tmp_path / "page.html").write_bytes(page)
    [problem] = read([tmp_path])
    assert isinstance(problem, Problem)
    assert "no article" in problem.message


# --- JSON ---------------------------------------------------------------------------------------


def test_a_broken_line_is_named_and_costs_no_other(tmp_path):
    lines = [
        '{"text": "One."}',
        '{"text": "Two."',
        "",
        '{"title": "no text"}',
        '{"text": "Three."}',
    ]
    path = write(tmp_path, many_dot_jsonl="\n".join(lines)) / "many.jsonl"
    found = list(read([path]))
    assert [a.text for a in articles(found)] == ["One.", "Three."]
    assert [p.origin for p in problems(found)] == [f"{path}:2", f"{path}:4"]
    assert articles(found)[1].origin == f"{path}:5"


@pytest.mark.parametrize(
    "content",
    [
        {"text": PROSE},
        [{"body": PROSE}],
        {"status": "ok", "articles": [{"content": PROSE}]},
        {"response": {"results": [{"Full_Text": PROSE}]}},
        [{"text": "<p>" + PROSE.strip() + "</p><p><br/></p>"}],
    ],
)
def test_shapes_of_json(tmp_path, content):
    path = write(tmp_path, a_dot_json=json.dumps(content)) / "a.json"
    assert read_one(path).text.strip() == PROSE.strip()


def test_usual_names_of_fields():
    record = {
        "content": PROSE,
        "headline": "Council votes",
        "publishedAt": "2020-06-04T10:00:00Z",
        "source": {"id": None, "name": "KCTV"},
        "link": "https://example.org/a",
        "id": 7,
    }
    [article] = from_stdin(json.dumps(record).encode())
    assert (article.id, article.title, article.date, article.publisher, article.url) == (
        "7", "Council votes", "2020-06-04", "KCTV", "https://example.org/a",
    )  # fmt: skip


def test_names_of_fields_can_be_given():
    record = {"fields": {"bodyText": PROSE}, "text": "not this", "when": "2020-06-04"}
    names = {"text": "fields.bodyText", "date": "when"}
    [article] = from_stdin(json.dumps(record).encode(), fields=names)
    assert (article.text, article.date) == (PROSE, "2020-06-04")
    with pytest.raises(InputError, match="'headlin'"):
        read(["-"], fields={"headlin": "x"})


def test_a_record_beside_its_text_is_no_article(tmp_path):
    gold = {"article": "one", "date": None, "stakeholders": [], "positions": []}
    write(tmp_path, one_dot_txt=PROSE, one_dot_json=json.dumps(gold))
    assert [item.id for item in read([tmp_path])] == ["one"]


def test_half_a_surrogate_pair_becomes_a_replacement_character():
    [article] = from_stdin(b'{"text": "a \\ud83d b", "title": "\\udc00t"}')
    assert article.text == "a \ufffd b"
    assert article.title == "\ufffdt"


# --- folders, ids, duplicates ---------------------------------------------------------------------


def test_folders_are_read_in_the_order_of_names(tmp_path):
    write(tmp_path, b_dot_txt="B.", a__z_dot_txt="Z.", a__y_dot_md="Y.")
    write(tmp_path, C_dot_jsonl='{"text": "C."}', scan_dot_pdf=b"%PDF-1.4")
    write(tmp_path, _dot_hidden_dot_txt="no", _dot_git__x_dot_txt="no", notes_dot_py="no")
    write(tmp_path, README_dot_md="no")
    found = list(read([tmp_path]))
    assert [a.text for a in articles(found)] == ["C.", "B.", "Y.", "Z."]
    assert [p.origin for p in problems(found)] == [f"{tmp_path}/scan.pdf"]


def test_what_is_about_the_folder_is_passed_over_and_that_is_said(tmp_path):
    write(tmp_path, a_dot_txt=PROSE, Notice_dot_txt="B.", LICENSE="C.", README_dot_md="D.")
    found = list(read([tmp_path]))
    assert [a.text for a in articles(found)] == [PROSE]
    said = {item.origin for item in found if isinstance(item, Notice)}
    assert said == {f"{tmp_path}/Notice.txt"}
    assert [a.text for a in read([tmp_path / "Notice.txt"])] == ["B."]


def test_links_to_folders_are_followed_and_each_folder_is_read_once(tmp_path):
    write(tmp_path, pool__b_dot_txt="B.", in__a_dot_txt="A.", in__deep__c_dot_txt="C.")
    for link, target in (("z", "pool"), ("circle", "in"), ("again", "in/deep"), ("all", ".")):
        (tmp_path / "in" / link).symlink_to(tmp_path / target, target_is_directory=True)
    found = list(read([tmp_path / "in"]))
    assert sorted(a.text for a in found) == ["A.", "B.", "C."]


def test_a_name_as_long_as_names_may_be_is_read(tmp_path):
    write(tmp_path, **{"x" * 250 + "_dot_txt": PROSE})
    [article] = read([tmp_path])
    assert article.text == PROSE


def test_the_same_text_twice_is_one_article(tmp_path):
    write(tmp_path, a_dot_txt=PROSE, b_dot_txt=PROSE, c_dot_jsonl=json.dumps({"text": PROSE}))
    article, second, third = read([tmp_path])
    assert article.id == "a"
    assert isinstance(second, Duplicate)
    assert (second.article, second.first) == ("a", f"{tmp_path}/a.txt")
    assert third.origin == f"{tmp_path}/c.jsonl:1"
    assert article.origin in second.message


def test_ids_do_not_depend_on_the_order_of_reading(tmp_path):
    lines = "\n".join(json.dumps({"text": letter, "title": "Z"}) for letter in "EFG")
    write(tmp_path, one__x_dot_txt="A.", two__x_dot_txt="B.", two__z_dot_txt="C.")
    write(tmp_path, two_x_dot_txt="D.", e_dot_jsonl=lines)
    paths = sorted(tmp_path.rglob("*.*"))
    ids = {a.text: a.id for a in read(paths)}
    assert len(set(ids.values())) == len(ids) == 7
    random.Random(1).shuffle(paths)
    assert {a.text: a.id for a in read(paths)} == ids
    within = {a.text: a.id for a in read([tmp_path])}
    assert within["A."] == "one-x"
    assert within["B."] != within["D."]


def test_ids_are_slugs(tmp_path):
    write(tmp_path, **{"Garda numbers (Áth Cliath)_dot_txt": "A.", "市長_dot_txt": "B."})
    ids = [a.id for a in read([tmp_path])]
    assert ids[0] == "garda-numbers-ath-cliath"
    assert ids[1].startswith("article-")


# --- bad input ------------------------------------------------------------------------------------

BAD = [
    (b"", "empty"),
    (b" \r\n\t\xc2\xa0", "empty"),
    (b"---\ntitle: x\n---\n", "empty"),
    (b"---\ntitle: [x\n---\nText.", "front matter"),
    (b"%PDF-1.4 ...", "PDF"),
    (b"\x89PNG\r\n\x1a\n\x00\x00", "image"),
    (b"PK\x03\x04\x00\x00word/document.xml", "office document"),
    (b"\x1f\x8b\x08\x00", "archive"),
    (rb"{\rtf1\ansi Council}", "rich text"),
    (b"\x7fELF\x02\x01", "program"),
    (b"Council\x00\x01\x02\x00voted", "binary"),
    (b"\xff\xfeA", "UTF-16"),
    ("“Council” voted".encode() + b" \xff and left", "damage at byte 20"),
    (b"x" * (MAX_BYTES + 1), "larger than 10 MB"),
]


@pytest.mark.parametrize(("data", "said"), BAD, ids=[said for _, said in BAD])
def test_bad_files_are_named_and_cost_no_neighbour(tmp_path, data, said):
    write(tmp_path, a_dot_txt="A.", b_dot_txt=data, c_dot_txt="C.")
    first, problem, last = read([tmp_path])
    assert (first.text, last.text) == ("A.", "C.")
    assert problem.origin == f"{tmp_path}/b.txt"
    assert said in problem.message
    assert "\n" not in problem.message
    with pytest.raises(InputError, match=r"b\.txt: "):
        read_one(tmp_path / "b.txt")


def test_broken_sidecars_name_the_file(tmp_path):
    write(tmp_path, a_dot_txt="A.", a_dot_meta_dot_json="{", b_dot_txt="B.")
    problem, article = read([tmp_path])
    assert "a.meta.json" in problem.message
    assert article.text == "B."


@pytest.mark.parametrize("path", ["no-such-file.txt", "no/such/folder", "a\x00b", "x" * 5000])
def test_a_path_that_is_not_there(path):
    [problem] = read([path])
    assert isinstance(problem, Problem)


def test_a_folder_without_articles(tmp_path):
    write(tmp_path, notes_dot_py="x")
    [problem] = read([tmp_path])
    assert "folder without articles" in problem.message


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in this system's folders")
def test_a_pipe_in_a_folder_is_not_waited_for(tmp_path):
    write(tmp_path, a_dot_txt=PROSE)
    os.mkfifo(tmp_path / "b.txt")
    found = list(read([tmp_path]))
    assert [a.id for a in articles(found)] == ["a"]
    assert "pipe" in problems(found)[0].message


@pytest.mark.parametrize(
    ("name", "said"), [("tool.py", "ends in .py"), ("scan.pdf", "looks like a PDF")]
)
def test_a_named_file_of_another_kind(tmp_path, name, said):
    (tmp_path / name).write_bytes(b"%PDF-1.4" if name == "scan.pdf" else b"import this")
    [problem] = read([tmp_path / name])
    assert said in problem.message


def test_a_file_without_an_ending_is_told_by_its_content(tmp_path):
    (tmp_path / "council").write_text(PROSE)
    (tmp_path / "page").write_bytes((FIXTURES / "page.html").read_bytes())
    (tmp_path / "lines").write_text('{"text": "A."}\n{"text": "B."\n{"text": "C."}')
    found = list(read([tmp_path / name for name in ("council", "page", "lines")]))
    assert [a.title for a in articles(found)] == [None, "Council backs body cameras", None, None]
    assert [p.origin for p in problems(found)] == [f"{tmp_path}/lines:2"]


def test_nothing_but_a_record_holds_no_article(tmp_path):
    path = write(tmp_path, a_dot_json='{"article": "a", "stakeholders": []}') / "a.json"
    with pytest.raises(InputError, match="no article"):
        read_one(path)


def test_a_json_line_that_is_too_long_costs_no_other(tmp_path):
    long = json.dumps({"text": "x" * (MAX_BYTES + 10)})
    path = write(tmp_path, a_dot_jsonl='{"text": "A."}\n' + long + '\n{"text": "C."}\n') / "a.jsonl"
    found = list(read([path]))
    assert [a.text for a in articles(found)] == ["A.", "C."]
    assert [p.origin for p in problems(found)] == [f"{path}:2"]


@pytest.mark.parametrize("content", ["[" * 100_000, '{"a": ' + "9" * 5000 + "}", "nul", "[1, 2"])
def test_hostile_json(tmp_path, content):
    path = write(tmp_path, a_dot_json=content) / "a.json"
    [problem] = read([path])
    assert isinstance(problem, Problem)


CONTENT = st.binary(max_size=200) | st.sampled_from(
    [
        b"<html><p>",
        b'{"text": ',
        b"[{}]",
        b"---\na: b\n---\n",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"\x00",
    ]
)


@given(
    st.sampled_from(["txt", "md", "html", "json", "jsonl", "meta.json", "bin"]),
    st.lists(CONTENT, max_size=4).map(b"".join),
)
@example("json", b"\xef\xbb\xbf")
@example("jsonl", b'{"text": "a\\u0000b", "date": {"name": []}, "url": "https://\xc3\xa9 x"}')
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_bytes_give_an_article_or_a_problem(tmp_path, ending, data):
    path = tmp_path / f"one.{ending}"
    path.write_bytes(data)
    found = list(read([path])) + from_stdin(data)
    path.unlink()
    assert found
    for item in found:
        assert isinstance(item, Article | Problem | Notice | Duplicate)
        if isinstance(item, Article):
            assert item.text.strip()
            item.text.encode("utf-8")
        else:
            assert item.message
            assert "\n" not in item.message
