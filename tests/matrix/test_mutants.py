"""Whether the matrix would notice: every `access` line of every declaration changed, by mutations.py, a process for each layer."""

import os
import re
import subprocess
import sys

import pytest

from geoportal import catalogue
from tests.checkout import ROOT


@pytest.mark.soak
@pytest.mark.parametrize("layer", [layer.name for layer in catalogue.layers()])
def test_any_access_line_changed_breaks_the_matrix(layer):
    command = [sys.executable, "-m", "pytest", "-q", "-s", "-p", "no:cacheprovider", "tests/matrix/mutations.py"]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | {"MUTATED": layer}, text=True, capture_output=True)
    made, killed = map(int, re.search(r"(\d+) made, (\d+) killed", done.stdout).groups())
    print(f"mutants of {layer}: {made} made, {killed} killed")
    survivors = re.findall(r"^.*SURVIVES$", done.stdout, re.MULTILINE)
    assert (done.returncode, killed, survivors) == (0, made, []), done.stdout[-3000:]
