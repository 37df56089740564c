"""Makes docs/screenshots from the demo record: python tests/browser/screenshots.py demo.db (`make screenshots`)."""

import shutil
import sys
import tempfile
import threading
import time
from pathlib import Path

import uvicorn
from playwright.sync_api import sync_playwright

from onrecord.record import Record
from onrecord.web import Setting, make_app
from onrecord.web.serving import listen

WHERE = Path(__file__).parent.parent.parent / "docs" / "screenshots"
WIDE, PHONE = {"width": 1280, "height": 860}, {"width": 390, "height": 780}


def shots(record):
    """Name, address, size, colours, keys to press first."""
    article = record.article("austria-pensions-1").id
    kos = record.actor("Elfriede Kos").id
    one = next(s for s in record.said(actor=kos)).statement.id
    return [
        ("overview", "/", WIDE, "light", ""),
        ("article", f"/articles/{article}", WIDE, "light", "jjj"),
        ("article-dark", f"/articles/{article}", WIDE, "dark", "jjj"),
        ("article-phone", f"/articles/{article}", PHONE, "light", ""),
        ("articles", "/articles", WIDE, "light", ""),
        ("search", "/statements?about=pension*", WIDE, "light", ""),
        ("statement", f"/statements/{one}", WIDE, "light", ""),
        ("actors", "/actors", WIDE, "light", ""),
        ("actor", f"/actors/{kos}", WIDE, "light", ""),
        ("positions", "/positions", WIDE, "light", ""),
        ("shifts", "/shifts", WIDE, "light", ""),
        ("review", "/queue", WIDE, "light", ""),
        ("keys", f"/articles/{article}", WIDE, "light", "j?"),
        ("whose", f"/articles/{article}", WIDE, "light", "jjjaelf"),
        ("accuracy", "/accuracy", WIDE, "light", ""),
        ("decisions", "/decisions", WIDE, "light", ""),
    ]  # fmt: skip


def main(where):
    """Works on a copy: the demo record stays as it is."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("needs Chromium: apt-get install chromium")
    WHERE.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "demo.db"
        shutil.copy(where, copy)
        with Record.open(copy) as record:
            listening = listen("127.0.0.1", 0)
            address = f"http://127.0.0.1:{listening.getsockname()[1]}"
            server = uvicorn.Server(
                uvicorn.Config(make_app(record, Setting(reviewer="ann")), log_level="warning", lifespan="off")
            )
            thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
            thread.start()
            while not server.started:
                time.sleep(0.01)
            for n, s in enumerate(record.said(article="austria-pensions-1")):
                if n < 6:
                    record.judge_statement(s.statement.id, "wrong" if n == 2 else "right", reviewer="ann")
            try:
                take(chromium, address, shots(record))
            finally:
                server.should_exit = True
                thread.join()


def take(chromium, address, wanted):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for name, path, size, colours, keys in wanted:
            page = browser.new_page(viewport=size, color_scheme=colours, base_url=address)
            page.goto(path)
            page.wait_for_timeout(100)
            for key in keys:
                page.keyboard.press(key)
                page.wait_for_timeout(60)
            page.wait_for_timeout(400)
            page.screenshot(path=WHERE / f"{name}.png")
            page.close()
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1])
