"""A site with the tests' record, and a real browser to open it with."""

import shutil
import threading
import time

import pytest

pytest.importorskip("playwright")
import uvicorn
from playwright.sync_api import sync_playwright
from web_cases import fill

from onrecord.record import Record
from onrecord.web import Setting, make_app
from onrecord.web.serving import listen

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@pytest.fixture(scope="session")
def browser():
    if CHROMIUM is None:
        pytest.skip("needs Chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


class Site:
    """A served record, and where."""

    def __init__(self, record, setting):
        listening = listen("127.0.0.1", 0)
        self.record = record
        self.address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        app = make_app(record, setting)
        self._server = uvicorn.Server(uvicorn.Config(app, log_level="warning", ws="none", lifespan="off"))
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [listening]})
        self._thread.start()
        while not self._server.started:
            time.sleep(0.01)

    def stop(self):
        self._server.should_exit = True
        self._thread.join()


@pytest.fixture
def serve(tmp_path):
    """Serves a record with these settings; what the caller does to the record before is there."""
    sites = []

    def start(record=None, **setting):
        opened = record or fill(Record.open(tmp_path / "record.db"))
        sites.append(Site(opened, Setting(reviewer=setting.pop("reviewer", "ann"), **setting)))
        return sites[-1]

    yield start
    for site in sites:
        site.stop()
        site.record.close()


@pytest.fixture
def site(serve):
    return serve()


@pytest.fixture
def opened(browser):
    """Opens a page; whatever the browser complains of, or asks of another address, fails the test."""
    contexts, faults = [], []

    def open_(site, path="/", **options):
        context = browser.new_context(base_url=site.address, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on(
            "console",
            lambda m: faults.append(m.text) if m.type == "error" and "status of 4" not in m.text else None,
        )
        page.on("request", lambda r: faults.append(r.url) if not r.url.startswith(site.address) else None)
        page.goto(path)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert not faults
