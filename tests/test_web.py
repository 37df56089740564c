"""The pages: what they show, that nothing in an article can run or break them, and who may ask for what."""

import re
from html.parser import HTMLParser

import pytest
from record_cases import COPY, ROME, ROME_SAID, SECOND, WARSAW
from web_cases import HARM, HARM_SAID, RTL, fill

from onrecord.types import Read

pytest.importorskip("fastapi")
from starlette.testclient import TestClient

from onrecord.web import Setting, make_app
from onrecord.web.safety import LARGEST

HERE = "http://127.0.0.1:8000"


class Parsed(HTMLParser):
    """A page taken apart: its elements, and its words."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.words = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.words.append(data)

    def all(self, tag, **wanted):
        return [a for t, a in self.elements if t == tag and all(a.get(k) == v for k, v in wanted.items())]

    @property
    def text(self):
        return re.sub(r"\s+", " ", "".join(self.words))


def site(record, **setting):
    return TestClient(
        make_app(record, Setting(reviewer="tester", **setting)), base_url=HERE, raise_server_exceptions=False
    )


@pytest.fixture
def client(record):
    return site(fill(record))


@pytest.fixture
def empty(record):
    return site(record)


def shown(client, path, status=200):
    answer = client.get(path)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].startswith("text/html")
    return Parsed(answer.text)


PAGES = [
    "/", "/articles", f"/articles/{ROME.id}", f"/articles/{HARM.id}", f"/articles/{RTL.id}", "/statements",
    f"/statements/{ROME_SAID[1].id}", f"/statements/{HARM_SAID[0].id}", "/actors", "/actors/Elfriede%20Kos", "/api",
    "/statements?about=matter&actor=Elfriede%20Kos", "/articles?sort=statements&order=down",
]  # fmt: skip


# What is shown


def test_the_overview_counts_what_is_there(client):
    page = shown(client, "/")
    assert "18 statements by 5 named actors in 9 articles" in page.text
    assert page.all("a", href="/articles?outlet=The+Courier")


@pytest.mark.parametrize("path", ["/", "/articles", "/statements", "/actors"])
def test_an_empty_record_says_what_to_do(empty, path):
    text = shown(empty, path).text
    assert any(said in text for said in ("onrecord read", "No article fits", "No statement fits", "No actor fits"))


def test_an_article_is_shown_with_its_words_in_order_and_marked(client):
    answer = client.get(f"/articles/{ROME.id}").text
    body = answer[answer.index('id="text"') : answer.index("<footer")]
    parsed = Parsed(f"<div {body}")
    assert parsed.text.split() == ROME.text.split()
    first = ROME_SAID[0]
    assert [a["class"] for a in parsed.all("span", **{"data-of": first.id})] == ["m source", "m cue"]
    link = parsed.all("a", href=f"/statements/{first.id}")
    assert link[0]["class"] == "m content indirect"
    assert link[0]["aria-describedby"] == f"s-{first.id}"
    assert f'id="s-{first.id}"' in answer


def test_offsets_in_the_page_are_those_of_the_text(client):
    answer = client.get(f"/articles/{WARSAW.id}").text
    body = answer[answer.index('id="text"') : answer.index("<footer")]
    pieces = re.findall(r'data-at="(\d+)">([^<]*)<', body)
    assert len(pieces) > 5
    assert all(WARSAW.text[int(at) :].startswith(words) for at, words in pieces)


def test_near_copies_are_folded_together(client):
    assert "1 near-copy of this article" in shown(client, f"/articles/{WARSAW.id}").text
    assert shown(client, f"/articles/{COPY.id}").all("a", href=f"/articles/{WARSAW.id}")
    assert "9 articles" in shown(client, "/articles").text
    assert "8 articles" in shown(client, "/articles?once=true").text


def test_a_statement_has_its_own_page(client):
    page = shown(client, f"/statements/{ROME_SAID[1].id}")
    assert "“We want peace,”" in page.text
    assert "75 % sure" in page.text
    assert page.all("a", href=f"/articles/{ROME.id}#s-{ROME_SAID[1].id}")


def test_a_statement_no_longer_found_keeps_its_page(client, record):
    assert record.add(ROME, Read(statements=(ROME_SAID[0],)), reading=SECOND)
    page = shown(client, f"/statements/{ROME_SAID[1].id}")
    assert "no longer finds this statement" in page.text
    assert "“We want peace,”" in page.text
    assert "no longer" not in shown(client, f"/statements/{ROME_SAID[0].id}").text


def test_what_else_the_actor_said_on_the_matter(client, record):
    first, second = (
        next(s for s in record.said(article=name, actor="Elfriede Kos")) for name in ("courier-1", "courier-2")
    )
    assert shown(client, f"/statements/{first.statement.id}").all("a", href=f"/statements/{second.statement.id}")


def test_an_actors_page_has_everything_said_and_with_whom(client):
    page = shown(client, "/actors/Elfriede%20Kos")
    assert "3 statements in 3 articles" in page.text
    assert "president, BGV" in page.text
    assert "Jakob Wieser" in page.text
    assert len(page.all("li", **{"class": "said"})) == 3


def test_a_search_shows_words_in_context(client):
    answer = client.get("/statements?about=sett*").text
    assert answer.count('class="m content indirect hit"') == 7
    assert "7 statements" in Parsed(answer).text


def test_lists_are_in_pages(client):
    page = shown(client, "/statements?limit=5&offset=5")
    assert "6 to 10 of 18" in page.text
    (following,) = page.all("a", rel="next")
    assert following["href"] == "/statements?limit=5&offset=10"
    (before,) = page.all("a", rel="prev")
    assert before["href"] == "/statements?limit=5"


def test_filters_stay_in_the_form_and_in_the_downloads(client):
    page = shown(client, "/statements?about=matter&since=2026-04&kind=indirect")
    assert page.all("input", name="about", value="matter", id="f-about")
    assert page.all("a", href="/api/statements.csv?about=matter&since=2026-04&kind=indirect")
    assert "selected" in page.all("option", value="indirect")[0]


def test_empty_fields_of_a_form_ask_nothing(client):
    assert "18 statements" in shown(client, "/statements?about=&actor=&outlet=&kind=&since=").text


# Safety


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_well_guarded(client, path):
    answer = client.get(path)
    assert answer.status_code == 200
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["referrer-policy"] == "same-origin"
    page = Parsed(answer.text)
    for tag, attributes in page.elements:
        assert not [name for name in attributes if name.startswith("on") or name == "style"], (tag, attributes)
        for name in ("href", "src", "action"):
            assert not re.match(r"\s*(javascript|data|vbscript):|//", attributes.get(name) or "", re.IGNORECASE)
            outside = (attributes.get(name) or "").startswith(("http:", "https:"))
            assert not outside or tag == "a"
    assert all((a.get("src") or "").startswith("/static/") for a in page.all("script"))
    assert not page.all("style")
    assert not page.all("img")
    assert len(answer.content) < 300_000


@pytest.mark.parametrize(
    "path", ["/", "/articles", f"/articles/{HARM.id}", f"/statements/{HARM_SAID[1].id}", "/statements"]
)
def test_hostile_text_is_shown_as_text(client, path):
    answer = client.get(path)
    assert (
        "window.harmed" not in re.sub(r"&lt;|&gt;|&#39;|&#34;|&amp;", "", answer.text)
        or "<script>window" not in answer.text
    )
    page = Parsed(answer.text)
    assert not [a for tag, a in page.elements if tag == "script" and not a.get("src")]
    assert not page.all("i")
    assert not page.all("u")
    if path == f"/articles/{HARM.id}":
        assert "{{ 7 * 7 }} {% raise %}" in page.text
        assert "<script>window.harmed = 1</script> said" in page.text


def test_words_that_turn_the_direction_stay_in_their_place(client):
    answer = client.get("/articles").text
    assert re.search(r"<bdi>[^<]*\u202eTitle</bdi>", answer)
    assert 'dir="auto"' in client.get(f"/articles/{RTL.id}").text


@pytest.mark.parametrize(
    "path",
    [
        "/articles/..%2f..%2fetc%2fpasswd", "/articles/%2e%2e", "/statements/%27%20OR%201=1", "/actors/%00", "/static/../app.py",
        "/static/%2e%2e/app.py", "/static/..%2f..%2fapp.py", "/statements/0123456789abcdef0123", "/articles/%ff", "/nothing",
    ],
)  # fmt: skip
def test_addresses_lead_nowhere_outside_the_record(client, path):
    answer = client.get(path)
    assert answer.status_code in (404, 422)
    assert "Traceback" not in answer.text
    assert "make_app" not in answer.text


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/statements?since=yesterday", 400, "“yesterday” is no date: write 2026"),
        ("/actors?country=Utopia", 400, "is no country"),
        ("/statements?kind=shouted", 422, "kind: input should be"),
        ("/statements?colour=red", 422, "colour: there is no such filter"),
        ("/statements?limit=1000000", 422, "limit: input should be less than or equal to 500"),
        ("/statements?min_score=nan", 422, "min_score"),
        ("/statements?actor=Nobody%20Known", 404, "no actor 'Nobody Known'"),
        ("/articles/nothing-like-it", 404, "no article"),
    ],
)
def test_a_bad_question_gets_a_clear_answer(client, path, status, words):
    page = shown(client, path, status)
    assert words in page.text
    answer = client.get("/api" + path)
    assert answer.status_code == status
    assert words in answer.json()["error"]


def test_a_fault_of_ours_is_told_without_a_trace(client, monkeypatch):
    monkeypatch.setattr("onrecord.web.answers.overview", lambda record: 1 / 0)
    assert "Something went wrong here" in shown(client, "/", 500).text
    assert client.get("/api/overview").json() == {
        "error": "Something went wrong here, and nothing was changed. The terminal that runs onrecord tells more."
    }


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8000", "127.0.0.1.evil.example", "", "[::2]:80", "localhost@evil"]
)
def test_another_name_is_not_answered(client, host):
    assert client.get("/", headers={"host": host}).status_code == 421


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1", "[::1]:8000", "LOCALHOST"])
def test_our_own_names_are_answered(client, host):
    assert client.get("/", headers={"host": host}).status_code == 200


def test_a_page_of_another_site_cannot_write(client):
    for headers in (
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:9999"},
        {"cookie": "session=1"},
    ):
        assert client.post("/statements", headers=headers).status_code == 403, headers
    for headers in ({}, {"sec-fetch-site": "same-origin"}, {"origin": HERE}):
        assert client.post("/statements", headers=headers).status_code == 405, headers


def test_a_request_may_not_be_huge(client):
    assert client.post("/", content=b"x" * (LARGEST + 1)).status_code == 413
    assert client.post("/", content=iter([b"x"])).status_code == 411
    assert client.post("/", headers={"content-length": "-1"}).status_code == 413


# Who may do what


@pytest.fixture
def with_accounts(record):
    fill(record)
    for name, role in (("Ada", "admin"), ("Ann", "coder"), ("Rea", "reader")):
        record.add_coder(name, role=role, password="correct horse battery")
    return site(record, accounts=True)


def sign_in(client, name, password="correct horse battery", to="/"):
    return client.post(
        "/sign-in",
        data={"name": name, "password": password, "to": to},
        headers={"origin": HERE},
        follow_redirects=False,
    )


JUDGE = f"/api/statements/{ROME_SAID[0].id}/judgements"


def test_every_address_but_the_way_in_asks_who_it_is(with_accounts):
    client = with_accounts
    for route in client.app.routes:
        path = getattr(route, "path", "")
        if path in ("/sign-in", "/sign-out", "/name", "/static", "/api/openapi.json"):
            continue
        for method in getattr(route, "methods", ()):
            filled = re.sub(r"\{[^}]*\}", "1" * 20, path)
            answer = client.request(
                method, filled, json={} if method == "POST" else None, headers={"origin": HERE}, follow_redirects=False
            )
            assert answer.status_code in (401, 303), (method, path, answer.status_code)
            assert answer.status_code == 401 or answer.headers["location"].startswith("/sign-in?to=")


def test_roles(with_accounts, record):
    client = with_accounts
    for name, judging, assigning in (("Rea", 403, 403), ("Ann", 200, 403), ("Ada", 200, 400)):
        assert sign_in(client, name).status_code == 303
        own = {"origin": HERE}
        assert client.get("/articles").status_code == 200
        assert client.post(JUDGE, json={"verdict": "right"}, headers=own).status_code == judging
        sent = {"name": "x", "coders": ["Ann", "Ada"]}
        assert client.post("/api/assignments", json=sent, headers=own).status_code == assigning
        client.post("/sign-out", headers=own)
        assert client.get("/api/articles").status_code == 401


def test_a_wrong_password_is_told_and_guessing_is_slowed_down(with_accounts):
    answer = sign_in(with_accounts, "Ann", "no such password")
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers
    statuses = [sign_in(with_accounts, "Ann", f"no such password {n}").status_code for n in range(8)]
    assert statuses[-1] == 429
    assert sign_in(with_accounts, "Ann").status_code == 429  # the right one too, for a while


@pytest.mark.parametrize(
    "to", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "\\\\evil"]
)
def test_signing_in_leads_to_no_other_site(with_accounts, to):
    assert sign_in(with_accounts, "Ann", to=to).headers["location"] == "/"
    assert Parsed(with_accounts.get("/sign-in", params={"to": to}).text).all("input", name="to", value="/")


def test_the_session_is_out_of_reach_of_scripts_and_other_sites(with_accounts):
    cookie = sign_in(with_accounts, "Ann").headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie


def test_without_accounts_one_decides_under_a_name(client, record):
    own = {"origin": HERE}
    assert client.post(JUDGE, json={"verdict": "right"}, headers=own).json()["reviewer"] == "tester"
    assert client.post("/name", data={"name": "  Zoë  Ä. "}, headers=own, follow_redirects=False).status_code == 303
    assert client.post(JUDGE, json={"verdict": "wrong"}, headers=own).json()["reviewer"] == "Zoë Ä."
    assert client.post("/name", data={"name": "\u202e"}, headers=own).status_code == 400


def test_who_saw_an_older_state_is_told_and_nothing_is_stored(client, record):
    client.post(JUDGE, json={"verdict": "wrong", "expects": 0})
    answer = client.post(JUDGE, json={"verdict": "right", "expects": 0})
    assert answer.status_code == 409
    assert "tester" in answer.json()["error"]
    assert len(record.judgements()) == 1


@pytest.mark.parametrize(
    ("path", "sent", "status"),
    [
        (JUDGE, {"verdict": "perhaps"}, 422),
        (JUDGE, {"verdict": "right", "by": "me"}, 422),
        (JUDGE.replace("judgements", "corrections"), {}, 400),
        (JUDGE.replace("judgements", "corrections"), {"content": [[5, 3]]}, 400),
        (JUDGE.replace("judgements", "corrections"), {"content": [[0, 999999]]}, 400),
        (JUDGE.replace("judgements", "corrections"), {"source": [1]}, 422),
        ("/api/statements/" + "0" * 20 + "/judgements", {"verdict": "right"}, 404),
        ("/api/undo", {"judgement": "ffff"}, 404),
        ("/api/join", {"statements": [ROME_SAID[0].id, HARM_SAID[0].id]}, 400),
    ],
)
def test_a_decision_that_makes_no_sense_is_refused(client, record, path, sent, status):
    answer = client.post(path, json=sent)
    assert answer.status_code == status, answer.text
    assert answer.json()["error"]
    assert record.judgements() == []
