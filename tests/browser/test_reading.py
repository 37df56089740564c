"""Reading in a real browser: what is marked, what a hostile article can do, and that everybody can use it."""

import pytest
from record_cases import ROME, ROME_SAID, WARSAW
from web_cases import HARM, HARM_SAID, RTL

FIRST = ROME_SAID[0].id
PAGES = [
    "/", "/articles", f"/articles/{ROME.id}", f"/articles/{WARSAW.id}", f"/articles/{RTL.id}", "/statements?about=matter",
    f"/statements/{FIRST}", "/actors", "/actors/Elfriede%20Kos", "/queue", "/decisions", "/positions", "/shifts", "/accuracy", "/assignments",
    "/api", "/nothing", f"/articles/{HARM.id}",
]  # fmt: skip


def test_pointer_and_focus_light_a_statement(opened, site):
    page = opened(site, f"/articles/{ROME.id}")
    card = page.locator(f"#s-{FIRST}")
    page.hover("text=Italy would send no troops >> visible=true")
    assert "on" in card.get_attribute("class")
    page.focus(f'#text a[href="/statements/{ROME_SAID[1].id}"]')
    assert "on" in page.locator(f"#s-{ROME_SAID[1].id}").get_attribute("class")
    assert "on" not in card.get_attribute("class").split()


def test_a_click_opens_the_statement(opened, site):
    page = opened(site, f"/articles/{ROME.id}")
    page.click("#text .source >> nth=0")
    page.wait_for_url(f"**/statements/{FIRST}")
    page.click(".where a")
    page.wait_for_url(f"**/articles/{ROME.id}#s-{FIRST}")
    assert "on" in page.locator(f"#s-{FIRST}").get_attribute("class")


def test_marks_differ_without_colour(opened, site):
    page = opened(site, f"/articles/{ROME.id}", forced_colors="active")
    look = """s => { const c = getComputedStyle(document.querySelector(s)); return [c.borderBottomStyle, c.fontStyle, c.fontWeight] }"""
    looks = {
        tuple(page.evaluate(look, f"#text .{part}")) for part in ("source", "cue", "content.direct", "content.indirect")
    }
    assert len(looks) == 4


def test_search_by_keyboard(opened, site):
    page = opened(site, "/")
    page.keyboard.press("/")
    page.keyboard.type("matter")
    page.keyboard.press("Enter")
    page.wait_for_url("**/statements?about=matter")
    assert page.locator("li.said").count() == 7
    assert page.locator(".hit").first.inner_text() == "matter"


def test_the_keys_are_shown(opened, site):
    page = opened(site, f"/articles/{ROME.id}")
    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()
    assert "right; wrong" in page.locator("#keys").inner_text()
    page.keyboard.press("Escape")
    assert not page.locator("#keys").is_visible()


@pytest.mark.parametrize(
    "path", [f"/articles/{HARM.id}", f"/statements/{HARM_SAID[0].id}", "/articles", "/statements", "/"]
)
def test_nothing_in_an_article_runs(opened, site, path):
    page = opened(site, path)
    page.wait_for_timeout(150)
    assert page.evaluate("window.harmed") is None
    assert page.locator("#main").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")  # a huge word breaks


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("look", ["light", "dark", "phone"])
def test_everybody_can_use_it(opened, site, path, look):
    from axe_playwright_python.sync_playwright import Axe

    size = {"width": 375, "height": 700} if look == "phone" else {"width": 1280, "height": 900}
    page = opened(site, path, viewport=size, color_scheme="dark" if look == "dark" else "light", bypass_csp=True)
    rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
    found = Axe().run(page, options=rules)
    assert found.violations_count == 0, found.generate_report()
    if look == "phone":
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_it_prints_the_text_and_not_the_tools(opened, site):
    page = opened(site, f"/articles/{ROME.id}")
    page.emulate_media(media="print")
    assert page.locator("#text").is_visible()
    assert not page.locator("header.site").is_visible()
    assert not page.locator("#desk").is_visible()


def test_right_to_left_text_runs_from_the_right(opened, site):
    page = opened(site, f"/articles/{RTL.id}")
    assert page.evaluate("getComputedStyle(document.querySelector('#text p')).direction") == "rtl"
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).direction") == "rtl"
    assert page.evaluate("getComputedStyle(document.body).direction") == "ltr"
