"""Correcting in a real browser: by keyboard alone, by selecting words, by two people at once."""

import pytest
from record_cases import ROME, ROME_SAID
from web_cases import STORIES

FIRST, SECOND, THIRD = (s.id for s in ROME_SAID)
SELECT = """([words, from]) => {
  const walk = document.createTreeWalker(document.getElementById("text"), NodeFilter.SHOW_TEXT);
  const nodes = []; while (walk.nextNode()) nodes.push(walk.currentNode);
  const whole = nodes.map((n) => n.data).join("");
  const start = whole.indexOf(words, from); const end = start + words.length;
  let at = 0; const range = document.createRange();
  for (const n of nodes) {
    if (start >= at && start < at + n.length) range.setStart(n, start - at);
    if (end > at && end <= at + n.length) range.setEnd(n, end - at);
    at += n.length;
  }
  getSelection().removeAllRanges(); getSelection().addRange(range);
}"""


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def decided(page, *keys):
    """Presses keys of which the last decides, and waits for the page that shows it."""
    press(page, *keys[:-1])
    with page.expect_navigation():
        page.keyboard.press(keys[-1])
    page.wait_for_selector("#told:not([hidden])")
    return page.inner_text("#told")


def said(site, article=ROME.id, **filters):
    return list(site.record.said(article=article, **filters))


def test_right_wrong_undo_redo_by_keyboard_alone(opened, site):
    page = opened(site, f"/articles/{ROME.id}")
    assert decided(page, "j", "r").startswith("Right")
    assert said(site)[0].checked.verdict == "right"
    assert said(site)[0].checked.reviewer == "ann"
    assert "✓ right, ann" in page.inner_text(f"#s-{FIRST}")
    decided(page, "j", "w")  # the page came back to the first: the next one
    assert [s.statement.id for s in said(site)] == [FIRST, THIRD]
    assert page.locator("details.aside").inner_text().startswith("1 entry set aside")
    assert decided(page, "u").startswith("Taken back")
    assert len(said(site)) == 3
    assert decided(page, "U").startswith("It stands again")
    assert len(said(site)) == 2
    history = site.record.history(SECOND)
    assert [h.what for h in history] == ["judged", "undone", "redone"]


def test_the_actor_is_changed_by_keyboard_alone_and_shown_everywhere(opened, site):
    of, _ = STORIES[0]
    wieser = next(s for s in said(site, of.id) if s.speakers[0].name == "Jakob Wieser")
    page = opened(site, f"/articles/{of.id}#s-{wieser.statement.id}")
    press(page, "a")
    page.keyboard.type("elfr")
    page.wait_for_selector('[role="option"] >> text=Elfriede Kos')
    decided(page, "Enter")
    kos = site.record.actor("Elfriede Kos")
    assert wieser.statement.id in [s.statement.id for s in site.record.said(actor=kos.id)]
    page.goto(f"/actors/{kos.id}")
    assert "4 statements in 3 articles" in page.inner_text("main")
    page.goto(f"/statements/{wieser.statement.id}")
    assert "actor: Jakob Wieser → Elfriede Kos" in page.inner_text(".history")
    exported = page.request.get("/api/statements.csv").text()
    assert f"{wieser.statement.id}," in exported
    row = next(line for line in exported.splitlines() if line.startswith(wieser.statement.id))
    assert "Elfriede Kos" in row.replace(wieser.source or "", "")


def test_a_new_name_becomes_an_actor(opened, site):
    page = opened(site, f"/articles/{ROME.id}#s-{FIRST}")
    press(page, "a")
    page.keyboard.type("Giorgia Meloni")
    page.wait_for_selector('[role="option"] >> text=a new name')
    decided(page, "Enter")
    assert said(site)[0].speakers[0].name == "Giorgia Meloni"


def test_a_span_is_changed_by_selecting_words(opened, site):
    page = opened(site, f"/articles/{ROME.id}#s-{FIRST}")
    page.evaluate(SELECT, ["Italy would send no", 0])
    page.wait_for_selector("#words:not([hidden])")
    decided(page, "3")
    assert said(site)[0].content == ("Italy would send no",)
    page.evaluate(SELECT, [" Giorgia Meloni ", 0])
    decided(page, "1")
    assert said(site)[0].source == "Giorgia Meloni"
    assert page.url.endswith(said(site)[0].statement.id)
    page.goto(f"/statements/{FIRST}")
    assert "In its place stands a corrected statement" in page.inner_text(".notice")


def test_a_span_is_changed_by_keyboard_alone(opened, site):
    page = opened(site, f"/articles/{ROME.id}#s-{FIRST}")
    decided(page, "[")
    assert said(site)[0].content == ("Italy would send no",)
    decided(page, "]")
    assert said(site)[0].content == ("Italy would send no troops.",) or said(site)[0].content == (
        "Italy would send no troops",
    )
    decided(page, "}")
    assert said(site)[0].content[0].startswith("would send no")


def test_a_missed_statement_is_added(opened, site):
    page = opened(site, f"/articles/{ROME.id}")
    page.evaluate(SELECT, ["the Melonist press", 0])
    press(page, "n")
    page.keyboard.type("Somebody New")
    page.wait_for_selector('[role="option"] >> text=a new name')
    decided(page, "Enter")
    (added,) = [s for s in said(site) if s.checked]
    assert (added.checked.verdict, added.content, added.speakers[0].name) == (
        "added",
        ("the Melonist press",),
        "Somebody New",
    )


def test_split_and_join(opened, site):
    page = opened(site, f"/articles/{ROME.id}#s-{SECOND}")
    assert decided(page, "x").startswith("Split into 2")
    assert [s.content for s in said(site)][1:3] == [("“We want peace,”",), ("“and soon.”",)]
    decided(page, "m")
    assert said(site)[1].content == ("“We want peace,”", "“and soon.”")


def test_a_note_is_kept(opened, site):
    page = opened(site, f"/statements/{FIRST}")
    press(page, "e")
    page.keyboard.type("Look at r and w again.")
    decided(page, "Control+Enter")
    assert "Look at r and w again." in page.inner_text(".history")
    assert said(site)[0].checked is None  # letters in the note were no commands


def test_two_at_once_do_not_overwrite_each_other(opened, site):
    ann, bob = (opened(site, f"/articles/{ROME.id}#s-{FIRST}") for _ in range(2))
    bob.fill("#name", "Bob")
    bob.click(".name button")
    bob.goto(f"/articles/{ROME.id}#s-{FIRST}")
    decided(bob, "w")
    ann.keyboard.press("r")
    ann.wait_for_selector("#changed[open]")
    assert "Bob" in ann.inner_text("#changed-words")
    assert len(said(site)) == 2
    with ann.expect_navigation():
        ann.keyboard.press("Enter")
    assert ann.locator(f"#s-{FIRST}").count() == 0


def test_the_queue_goes_on_to_the_next(opened, site):
    page = opened(site, "/queue")
    first = page.locator(".entry").first.get_attribute("data-subject")
    decided(page, "r")
    assert page.locator(".entry").first.get_attribute("data-subject") != first
    second = page.locator(".entry").first.get_attribute("data-subject")
    decided(page, "l")
    assert page.locator(".entry").first.get_attribute("data-subject") != second


def test_the_log_takes_back_any_decision(opened, site):
    site.record.judge_statement(FIRST, "wrong", reviewer="bob")
    site.record.judge_statement(SECOND, "right", reviewer="ann")
    page = opened(site, "/decisions")
    with page.expect_navigation():
        page.click("li:has-text('wrong') button")
    assert len(said(site)) == 3
    assert page.locator("li.withdrawn").count() == 1


@pytest.mark.parametrize("keys", [["j", "r", "r"], ["j", "w", "w"]])
def test_a_key_held_down_decides_once(opened, site, keys):
    page = opened(site, f"/articles/{ROME.id}")
    press(page, *keys)
    page.wait_for_selector("#told:not([hidden])")
    page.wait_for_timeout(300)
    assert len(site.record.judgements()) <= 2
    assert len({j.subject for j in site.record.judgements()}) == len(site.record.judgements()) or keys[1] == "r"
