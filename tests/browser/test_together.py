"""Several people: signing in, roles, coding blind, settling; and positions in the matrix. In a real browser."""

import pytest
from record_cases import ROME, ROME_SAID
from test_deciding import decided
from web_cases import fill

from onrecord.record import Record
from onrecord.types import Coding, Concept, Condition, Span, coding_id

PASSWORD = "correct horse battery"


@pytest.fixture
def shared(serve, tmp_path):
    """A record with accounts."""
    record = fill(Record.open(tmp_path / "shared.db"))
    for name, role in (("Ada", "admin"), ("Ann", "coder"), ("Bob", "coder"), ("Rea", "reader")):
        record.add_coder(name, role=role, password=PASSWORD)
    return serve(record, accounts=True)


def signed_in(opened, site, name, path="/"):
    page = opened(site, path)
    assert "/sign-in" in page.url
    page.fill("#in-name", name)
    page.fill("#in-password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{path}")
    return page


def test_nothing_is_read_without_signing_in(opened, shared):
    page = opened(shared, f"/articles/{ROME.id}")
    assert "/sign-in" in page.url
    assert page.request.get("/api/statements").status == 401
    page.fill("#in-name", "Ann")
    page.fill("#in-password", "wrong password")
    page.keyboard.press("Enter")
    page.wait_for_selector("[role=alert]")
    page.fill("#in-password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/articles/{ROME.id}")
    assert "Signed in as Ann" in page.inner_text("footer.site")
    (cookie,) = page.context.cookies()
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Strict")
    page.click("text=Sign out")
    page.wait_for_url("**/sign-in")
    page.goto("/")
    assert "/sign-in" in page.url


def test_a_reader_reads_and_does_not_decide(opened, shared):
    page = signed_in(opened, shared, "Rea", f"/articles/{ROME.id}")
    assert page.locator("#desk").count() == 0
    path = f"/api/statements/{ROME_SAID[0].id}/judgements"
    assert page.request.post(path, data={"verdict": "right"}, headers={"origin": shared.address}).status == 403
    assert shared.record.judgements() == []


def test_decisions_carry_the_name_of_who_signed_in(opened, shared):
    page = signed_in(opened, shared, "Ann", f"/articles/{ROME.id}")
    decided(page, "j", "r")
    assert shared.record.judgements()[0].reviewer == "Ann"


def test_two_code_blind_and_a_third_settles(opened, shared):
    ada = signed_in(opened, shared, "Ada", "/assignments")
    ada.fill("#f-name", "First round")
    ada.fill("#f-size", "500")
    ada.uncheck("[value=Ada]")
    ada.click("text=Hand out >> nth=-1")
    ada.wait_for_url("**/assignments/1")
    ann, bob = (signed_in(opened, shared, name, f"/assignments/1/articles/{ROME.id}") for name in ("Ann", "Bob"))
    decided(ann, "j", "r")
    decided(ann, "j", "r")
    bob.reload()
    assert "Ann" not in bob.inner_text("main")
    decided(bob, "j", "w")
    assert "✓ you: wrong" in bob.inner_text("main")
    assert len(list(shared.record.said(article=ROME.id))) == 3  # nothing follows from it yet
    bob.goto("/assignments/1")
    assert "How far they agree" not in bob.inner_text("main")
    ada.reload()
    assert "verdict" in ada.inner_text("main")
    with ada.expect_navigation():
        ada.click("ul.plain > li:has-text('Bob: wrong') >> text=Let this stand")
    assert len(list(shared.record.said(article=ROME.id))) == 2
    assert "Settled by Ada" in ada.inner_text("main")
    with ada.expect_navigation():
        ada.click("[data-close]")
    assert shared.record.assignment(1).closed_at


@pytest.fixture
def coded(site):
    """Kos and Wieser on one concept; Kos changed her mind."""
    record = site.record
    record.load_codebook([Concept(id="settle", proposition="The matter should be settled")], reviewer="ann")
    concepts = record.concepts()
    for name, stance in (("courier-1", "oppose"), ("courier-2", "support"), ("mail-1", "support")):
        covered = next(record.coverage(article=name))
        made = []
        for r in covered.read.resolutions:
            s = next(s for s in covered.statements if s.id == r.statement_id)
            span = s.content[0]
            conditions = (Condition(span=Span(span.start, span.start + 4)),) if name == "mail-1" else ()
            made.append(
                Coding(
                    id=coding_id(covered.article.id, r.appearance_id, "settle", span), article_id=covered.article.id,
                    appearance_id=r.appearance_id, concept="settle", version=1, stance=stance, score=0.9,
                    chances=(0.9, 0.05, 0.05), evidence=span, statement_id=s.id, conditions=conditions,
                )
            )  # fmt: skip
        record.add_codings(covered.article, made, coder="test", concepts=concepts, settings={})
    return site


def test_where_everybody_stands_and_why(opened, coded):
    page = opened(coded, "/positions")
    assert "The matter should be settled" in page.inner_text("thead")
    row = page.locator("tr", has_text="Elfriede Kos")
    assert "for" in row.locator(".stance").inner_text()
    assert row.locator("td .if").count() == 1
    row.locator("a.cell").click()
    page.wait_for_url("**/positions/*/settle")
    assert page.locator("li.entry").count() == 3
    with page.expect_navigation():
        page.locator("li.entry").last.locator("[data-stance=oppose]").click()
    assert "✓ decided, ann" in page.inner_text("main")
    assert "the machine found support" in page.inner_text("main")
    page.goto("/positions")
    assert "✓" in page.locator("tr", has_text="Elfriede Kos").inner_text()


def test_who_changed_position_and_on_what_words(opened, coded):
    page = opened(coded, "/positions")
    page.click("text=Who changed")
    shown = page.inner_text("main")
    assert "Elfriede Kos" in shown
    assert "oppose →" in shown
    assert page.locator("li.shift blockquote").count() == 2


def test_an_honest_figure_from_a_sample(opened, site):
    page = opened(site, "/accuracy")
    assert "Nobody has checked anything yet" in page.inner_text("main")
    page.fill("#f-size", "3")
    page.click("text=Draw a sample")
    page.wait_for_url("**/samples/1")
    for key in ("r", "r", "w"):
        decided(page, key)
    assert "All checked" in page.inner_text("main")
    page.click("text=How right it is")
    page.wait_for_url("**/accuracy?sample=1")
    assert "Of 3 checked statements 2 were right" in page.inner_text("main")
