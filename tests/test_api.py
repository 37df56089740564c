"""The API: what it answers is what the record holds, page by page; it is described, and no question breaks it."""

import csv
import io

import pytest
from record_cases import ROME, ROME_SAID, WARSAW, WARSAW_SAID
from web_cases import HARM, HARM_SAID, fill

pytest.importorskip("fastapi")
from starlette.testclient import TestClient

from onrecord.exchange import tables
from onrecord.web import Setting, make_app


@pytest.fixture
def app(record):
    return make_app(fill(record), Setting(reviewer="tester"))


@pytest.fixture
def client(app):
    return TestClient(app, base_url="http://127.0.0.1:8000", raise_server_exceptions=False)


def got(client, path, status=200):
    answer = client.get(path)
    assert answer.status_code == status, answer.text
    return answer.json()


def ids(answer):
    return [item["said"]["statement"]["id"] for item in answer["items"]]


def test_statements_are_those_of_the_record_in_pages(client, record):
    all_of_them = [s.statement.id for s in record.said()]
    collected = []
    while len(collected) < len(all_of_them):
        page = got(client, f"/api/statements?limit=5&offset={len(collected)}")
        assert page["total"] == len(all_of_them)
        collected += ids(page)
    assert collected == all_of_them
    assert ids(got(client, "/api/statements?offset=1000")) == []


@pytest.mark.parametrize(
    "filters",
    [
        {"about": "troops"}, {"about": '"peacekeeping force"'}, {"by": "minister"}, {"actor": "Elfriede Kos"}, {"outlet": "the courier"},
        {"since": "2026-04-16"}, {"until": "2026-04"}, {"kind": "direct"}, {"min_score": 0.8}, {"once": True}, {"article": ROME.id},
        {"words": "Wałęsa", "once": True}, {"about": "***"}, {"about": '"'}, {"by": "%"},
    ],
)  # fmt: skip
def test_filters_are_those_of_the_record(client, record, filters):
    answer = client.get("/api/statements", params=filters | {"limit": 500}).json()
    assert ids(answer) == [s.statement.id for s in record.said(**filters)]
    assert answer["total"] == len(answer["items"])


def test_statements_come_in_the_order_asked_for(client, record):
    newest = got(client, "/api/statements?order=down")["items"]
    dates = [item["said"]["article"]["published"] or "" for item in newest]
    assert dates == sorted(dates, reverse=True)
    scores = [item["said"]["statement"]["score"] for item in got(client, "/api/statements?sort=score")["items"]]
    assert scores == sorted(scores)
    of_rome = [i for i in ids({"items": newest}) if i in {s.id for s in ROME_SAID}]
    assert of_rome == [s.id for s in ROME_SAID]  # within an article as it is read


def test_each_statement_comes_with_the_words_around_it(client, record):
    for item in got(client, "/api/statements?limit=500")["items"]:
        article = record.article(item["said"]["article"]["id"])
        around, content = item["around"], item["said"]["statement"]["content"]
        assert article.text[around["start"] :].startswith(around["text"])
        assert around["start"] <= content[0][0]
        assert content[-1][1] <= around["start"] + len(around["text"])
        assert around["more"] == (around["start"] + len(around["text"]) < len(article.text))


def test_an_article_has_its_text_and_statements(client):
    read = got(client, f"/api/articles/{WARSAW.id}")
    assert read["article"]["text"] == WARSAW.text
    assert [s["statement"]["id"] for s in read["said"]] == [s.id for s in WARSAW_SAID]
    assert [c["name"] for c in read["copies"]] == ["copy.txt"]
    assert got(client, "/api/articles/rome.txt")["article"]["id"] == ROME.id


@pytest.mark.parametrize("sort", ["date", "title", "outlet", "statements", "length"])
@pytest.mark.parametrize("order", ["up", "down"])
def test_articles_are_sorted(client, sort, order):
    items = got(client, f"/api/articles?sort={sort}&order={order}")["items"]
    keys = {
        "date": lambda x: x["article"]["published"] or "",
        "title": lambda x: (x["article"]["title"] or x["article"]["name"]).lower(),
        "outlet": lambda x: x["article"]["outlet"] or "",
        "statements": lambda x: x["statements"],
        "length": lambda x: x["characters"],
    }
    listed = [keys[sort](x) for x in items]
    assert len(items) == 9
    assert listed == sorted(listed, reverse=order == "down")


def test_actors_are_those_of_the_record(client, record):
    assert [a["name"] for a in got(client, "/api/actors")["items"]] == [a.name for a in record.actors()]
    up = got(client, "/api/actors?order=up")["items"]
    assert [a["statements"] for a in up] == sorted(a["statements"] for a in up)
    assert got(client, "/api/actors?limit=1&offset=1")["items"][0]["name"] == record.actors()[1].name
    assert got(client, "/api/actors?organisation=bgv&kind=person")["total"] == 1


def test_an_actor_has_its_months_and_company(client):
    one = got(client, "/api/actors/Elfriede%20Kos")
    assert one["months"] == [
        {"month": "2026-04", "articles": 2, "statements": 2},
        {"month": "2026-05", "articles": 1, "statements": 1},
    ]
    beside = {c["name"]: c["articles"] for c in one["company"]}
    assert beside == {"Jakob Wieser": 1, "BGV": 1, "Rail Union": 1, "Tom Rennie": 1}


def test_months_count_what_the_filters_ask_for(client):
    assert sum(m["articles"] for m in got(client, "/api/months")) == 9
    assert got(client, "/api/months")[0] == {"month": "undated", "articles": 1, "statements": 1}
    assert got(client, "/api/months?kind=direct&since=2026-04-15") == [
        {"month": "2026-04", "articles": 2, "statements": 2}
    ]


@pytest.mark.parametrize(("typed", "found"), [("el", ["Elfriede Kos"]), ("KOS elf", ["Elfriede Kos"]), ("ra un", ["Rail Union"]), ("x", []), ("%", []), ("", [])])  # fmt: skip
def test_names_are_found_as_they_are_typed(client, typed, found):
    assert [n["actor"] for n in client.get("/api/names", params={"typed": typed}).json()] == found


def test_downloads_hold_the_whole_list_with_the_same_filters(client, record, tmp_path):
    answer = client.get("/api/statements.csv?kind=direct&limit=1")
    tables.export_csv(record, tmp_path / "out.csv", kind="direct")
    assert answer.content == (tmp_path / "out.csv").read_bytes()
    assert answer.headers["content-disposition"] == 'attachment; filename="statements.csv"'
    as_json = got(client, "/api/statements.json?kind=direct")
    assert [s["statement"]["id"] for s in as_json] == [s.statement.id for s in record.said(kind="direct")]
    for what, number in (("articles", 9), ("actors", 5)):
        rows = list(csv.DictReader(io.StringIO(client.get(f"/api/{what}.csv").text)))
        assert len(rows) == number == len(got(client, f"/api/{what}.json"))
    assert got(client, "/api/articles.json?words=nothingofthekind") == []


def test_nothing_in_a_download_runs_in_a_spreadsheet(client, record):
    from record_cases import FIRST, article

    assert record.add(article("=1+1", "Nothing.", outlet="@SUM(A1)", title="+cmd"), (), reading=FIRST)
    rows = list(csv.reader(io.StringIO(client.get("/api/articles.csv").text)))
    assert not [cell for row in rows for cell in row if cell[:1] in set("=+-@")]


@pytest.mark.parametrize(
    "path", ["/api/statements.csv", "/api/statements.json", "/api/articles.csv", "/api/actors.json"]
)
def test_what_is_wrong_with_a_download_is_told_before_it_begins(client, path):
    assert "is no date" in got(client, f"{path}?since=soon", 400)["error"]


def test_no_file_is_left_behind(client, monkeypatch, tmp_path):
    (tmp_path / "own").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "own"))
    assert client.get("/api/statements.csv").status_code == 200
    assert client.get("/api/statements.csv?since=soon").status_code == 400
    assert list((tmp_path / "own").iterdir()) == []


def test_hostile_words_come_back_as_they_are(client):
    one = got(client, f"/api/statements/{HARM_SAID[0].id}")
    assert one["said"]["source"] == "<script>window.harmed = 1</script>"
    assert one["present"] is True
    assert client.get(f"/api/articles/{HARM.id}").headers["content-type"] == "application/json"


def test_the_pages_have_no_address_without_an_answer(app):
    """Every page to read has its JSON: the same address under /api."""
    from onrecord.web import api, deciding, pages

    answered = {route.path for part in (api, deciding) for route in part.router.routes}
    for route in pages.router.routes:
        path = "/api" + (route.path if route.path != "/" else "/overview")
        assert path in answered or route.path == "/api", path


def test_all_is_described(client):
    described = got(client, "/api/openapi.json")
    for path, methods in described["paths"].items():
        for operation in methods.values():
            assert operation["description"], path
            assert {"400", "404", "422"} <= set(operation["responses"])


def test_no_question_breaks_it(app):
    """Fuzzed from its own description (schemathesis): never a fault of ours, and every answer as described."""
    schemathesis = pytest.importorskip("schemathesis")
    from hypothesis import HealthCheck, Phase, settings
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi.checks import (
        content_type_conformance,
        response_schema_conformance,
        status_code_conformance,
    )

    checks = (not_a_server_error, response_schema_conformance, content_type_conformance, status_code_conformance)
    schema = schemathesis.openapi.from_asgi("/api/openapi.json", app, headers={"host": "127.0.0.1"})
    calls = 0
    for operation in schema.get_all_operations():
        case = operation.ok().as_strategy()

        @settings(
            max_examples=30, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        def fuzz(asked):
            nonlocal calls
            calls += 1
            asked.call_and_validate(checks=list(checks), headers={"host": "127.0.0.1"})

        from hypothesis import given

        given(asked=case)(fuzz)()
    assert calls > 250
