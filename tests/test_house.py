"""The rules of the house, by reading it: which room knows of which, how long a room may be, what things are called."""

import ast
import re
import statistics
import subprocess

import pytest

from geoportal import catalogue
from tests.checkout import ROOT

ENGINE = [path for path in sorted((ROOT / "geoportal").rglob("*.py")) if "migrations" not in path.parts]
LAYERS = [path for path in sorted((ROOT / "layers").rglob("*.py")) if "migrations" not in path.parts]
SCRIPTS = sorted((ROOT / "static" / "js").rglob("*.js"))
TEMPLATES = sorted((ROOT / "geoportal" / "templates").rglob("*.*"))
STYLES = sorted((ROOT / "static" / "css").glob("*.css"))
BENCH = sorted([*(ROOT / "bench").glob("*.py"), *(ROOT / "bench" / "growth").glob("*.py")])
# DESIGN 2: these names are fixed, some for layers still to come. The engine may know `areas` alone.
NAMES = {layer.name for layer in catalogue.layers()} - {"areas"} | {
    "households", "posyandu", "health_facilities", "markets", "children", "measurements", "pregnancies", "prices",
    "interventions", "events",
}  # fmt: skip
FORBIDDEN = {"utils", "services", "core", "helpers", "mixins", "signals", "common", "misc", "managers", "handlers"}


def against(paths, found) -> dict[str, list]:
    """What `found` finds in the text of each file, of files where it finds anything."""
    return {path.relative_to(ROOT).as_posix(): wrong for path in paths if (wrong := list(found(path.read_text())))}


def texts(module: str) -> list[str]:
    """The string literals of a module that are no docstrings."""
    tree = ast.parse(module)
    rooms = [n for n in ast.walk(tree) if isinstance(n, ast.Module | ast.ClassDef | ast.FunctionDef) and n.body]
    told = {id(room.body[0].value) for room in rooms if isinstance(room.body[0], ast.Expr)}
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return [node.value for node in found if id(node) not in told]


def test_the_engine_imports_no_layer():
    def imports(module):
        for node in ast.walk(ast.parse(module)):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            yield from (name for name in names if name.partition(".")[0] == "layers")

    assert len(ENGINE) > 40 and against(ENGINE, imports) == {}


def test_the_engine_names_no_layer_but_areas():
    """Neither alone nor in a sentence or a piece of SQL. `children` and `events` are words of the engine's own, too."""
    named = re.compile(rf"(?<![\w.])({'|'.join(sorted(NAMES))})(?![\w.])")
    own = {"children", "events"}
    assert against(ENGINE, lambda module: [t for t in texts(module) if set(named.findall(t)) - own]) == {}


def test_no_page_or_script_names_a_layer_but_areas():
    quoted = re.compile(rf"""["'`/]({"|".join(sorted(NAMES))})["'`/.]""")

    def lines(text):
        return [line for line in text.splitlines() if quoted.search(line) and not line.lstrip().startswith("//")]

    assert len(SCRIPTS) > 40 and against([*TEMPLATES, *SCRIPTS], lines) == {}


def test_no_page_knows_one_city():
    """Another city's people must not read of Lhokseumawe, Aceh or gampong: such words come from data and province."""
    city = re.compile(r"lhokseumawe|\baceh|gampong", re.IGNORECASE)
    assert against([*TEMPLATES, *SCRIPTS, *STYLES], city.findall) == {}


def test_a_room_is_no_hall():
    """At most 300 lines, or the reason in the first lines."""

    def long(text):
        lines = text.splitlines()
        return [len(lines)] if len(lines) > 300 and "lines because" not in "\n".join(lines[:15]) else []

    assert against([*ENGINE, *LAYERS, *SCRIPTS, *STYLES, *BENCH], long) == {}


def test_half_the_rooms_are_small():
    assert statistics.median(len(path.read_text().splitlines()) for path in [*ENGINE, *LAYERS]) < 100


def test_rooms_are_called_by_what_is_in_them():
    paths = [*ENGINE, *LAYERS, *SCRIPTS]
    assert [path for path in paths if {path.stem, path.parent.name} & FORBIDDEN] == []


def test_things_are_called_by_what_they_are():
    def names(module):
        tree = ast.parse(module)
        yield from (n.name for n in tree.body if isinstance(n, ast.FunctionDef) and n.name.startswith("get_"))
        classes = [n.name for n in ast.walk(tree) if isinstance(n, ast.ClassDef)]
        yield from (name for name in classes if re.search("Manager|Handler|Helper|Mixin$", name))

    assert against([*ENGINE, *LAYERS], names) == {}


def test_every_room_says_what_is_in_it():
    def silent(module):
        return [] if not module.strip() or ast.get_docstring(ast.parse(module)) else ["no docstring"]

    assert against([*ENGINE, *LAYERS], silent) == {}


def test_views_are_short():
    def long(module):
        functions = [n for n in ast.parse(module).body if isinstance(n, ast.FunctionDef)]
        return [n.name for n in functions if n.end_lineno - n.lineno >= 25]

    assert against([ROOT / "geoportal" / "views.py", ROOT / "geoportal" / "pages.py"], long) == {}


def test_no_logic_hides_in_save():
    models = [ROOT / "geoportal" / "models.py", ROOT / "geoportal" / "places.py", *LAYERS]
    assert against(models, re.compile(r"def save\(").findall) == {}


def test_nothing_is_left_for_later():
    later = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    assert against([*ENGINE, *LAYERS, *SCRIPTS, *TEMPLATES, *STYLES, *BENCH], later.findall) == {}


def test_one_script_reads_leaflets_global_and_one_fetches():
    assert list(against(SCRIPTS, re.compile(r"window\.L\b").findall)) == ["static/js/lib/leaflet.js"]
    assert list(against(SCRIPTS, re.compile(r"\bfetch\(").findall)) == ["static/js/lib/net.js"]


def test_colours_stand_in_the_tokens_alone():
    """Shadows of black apart: they are no colour of the palette."""
    colour = re.compile(r"#[0-9a-fA-F]{3,8}\b(?!\s*\{)|(?:rgb|hsl)a?\((?!0 0 0)")
    assert against([path for path in STYLES if path.name != "tokens.css"], colour.findall) == {}


def test_every_variable_of_the_environment_is_in_the_readme():
    read = re.compile(r'environment\.(?:text|flag|words|number)\(\s*"([A-Z_]+)"')
    names = {name for found in against(ENGINE, read.findall).values() for name in found}
    assert {"DATABASE_URL", "AREA_ROOT", "DEMO"} <= names
    readme = (ROOT / "README.md").read_text()
    inner = {"GEOPORTAL_ROLE"}  # set by manage.py, not by people
    assert sorted(name for name in names - inner if name not in readme) == []


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="a copy without its history")
def test_the_tree_holds_no_links_and_no_environment():
    """A link to one machine's folder, once pulled, takes the place of what stands there, ignored or not."""
    listed = subprocess.run(["git", "ls-files", "--stage"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    files = [line.split(None, 3) for line in listed.splitlines()]
    assert len(files) > 200
    assert [path for mode, _hash, _stage, path in files if mode == "120000" or path.startswith(".venv")] == []
