"""A reader that is killed at any moment leaves whole articles, and reading again completes the record."""

import json
import random
import signal
import sqlite3
import subprocess
import sys
import time

from onrecord.exchange.tables import export_jsonl
from onrecord.record import Record

TIMES = 12


def start(source, record):
    return subprocess.Popen(
        [sys.executable, "-m", "onrecord.cli", "read", str(source), "--record", str(record), "--jobs", "2"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def exported(record, out):
    with Record.open(record, read_only=True) as opened:
        export_jsonl(opened, out)
    return out.read_bytes()


def test_killed_at_any_moment(tmp_path):
    rng = random.Random(5)
    people = ("Ann Lee", "Bob Ray", "the minister", "a spokeswoman for the union")
    source = tmp_path / "articles.jsonl"
    with source.open("w", encoding="utf-8") as out:
        for i in range(150):
            sentences = [
                f"“We will {rng.choice(('go', 'stay', 'pay'))} {rng.random():.3f},” said {rng.choice(people)}."
                for _ in range(12)
            ]
            out.write(json.dumps({"id": f"a{i}", "text": "\n\n".join(sentences)}) + "\n")
    begun = time.monotonic()
    assert start(source, tmp_path / "whole.db").wait() == 0
    took = time.monotonic() - begun
    whole = exported(tmp_path / "whole.db", tmp_path / "whole.jsonl")

    killed, partial = tmp_path / "killed.db", set()
    for _ in range(TIMES):
        process = start(source, killed)
        time.sleep(rng.uniform(0.1, 0.5) * took)
        process.send_signal(signal.SIGKILL)
        process.wait()
        if not killed.exists():
            continue
        with sqlite3.connect(killed) as db:
            assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        db.close()
        with Record.open(killed) as opened:
            held = list(opened.coverage())
            assert not list(opened.check())
        partial.add(len(held))
        assert all(json.dumps(c.article.text, ensure_ascii=False).encode() in whole for c in held)
    assert any(0 < n < 150 for n in partial), f"never killed halfway: {sorted(partial)}"
    assert start(source, killed).wait() == 0
    assert exported(killed, tmp_path / "killed.jsonl") == whole
