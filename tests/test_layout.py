"""The shape of the code: imports go one way, torch and onnxruntime stay where they belong, modules stay readable."""

import ast
from pathlib import Path

import onrecord

ROOT = Path(onrecord.__file__).parent
LAYERS = (
    ("types", "errors", "version", "evidence", "facts"), ("reading",), ("evaluation", "codebook"), ("record",),
    ("analysis",), ("charts", "exchange"), ("coverage", "learning", "suggesting"), ("coding",), ("verbs",), ("web",),
    ("cli",),
)  # fmt: skip
LEVEL = {name: i for i, names in enumerate(LAYERS) for name in names}
MODULES = sorted(p for p in ROOT.rglob("*.py") if p.name != "__init__.py" or p.parent != ROOT)


def part(path):
    """The module or package directly below onrecord."""
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def imported(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (
                f"{node.module}.{alias.name}" if node.module == "onrecord" else node.module for alias in node.names
            )


def test_imports_go_one_way():
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in MODULES
        for name in imported(path)
        if name.startswith("onrecord.") and LEVEL[name.split(".")[1]] > LEVEL[part(path)]
    ]
    # network.plot(), in a notebook: loaded when it is called
    assert wrong in ([], ["analysis/networks.py imports onrecord.charts"])


def test_every_module_has_its_layer():
    assert {part(p) for p in MODULES} <= set(LEVEL)


def test_only_the_encoder_knows_onnxruntime_and_nobody_torch():
    users = {str(p.relative_to(ROOT)) for p in MODULES for name in imported(p) if name.startswith("onnxruntime")}
    assert users == {"reading/encoder.py"}
    assert not [p for p in MODULES for name in imported(p) if name.split(".")[0] in {"torch", "transformers"}]


def test_only_the_record_knows_the_database():
    users = {
        (part(p), p.parent.name) for p in MODULES for n in imported(p) if n.split(".")[0] in {"sqlalchemy", "sqlite3"}
    }
    assert users == {("record", "record"), ("exchange", "dna")}, "a .dna file is an SQLite database"


def test_modules_stay_readable():
    long = {
        str(p.relative_to(ROOT)): n for p in MODULES if (n := len(p.read_text(encoding="utf-8").splitlines())) > 500
    }
    assert not long


def test_the_map_names_every_part():
    text = (ROOT / "__init__.py").read_text(encoding="utf-8")
    assert not [p for p in LEVEL if p not in text and p not in {"version", "verbs", "terminal"}]


def test_what_is_exported_is_there():
    assert all(getattr(onrecord, name) is not None for name in onrecord.__all__)
