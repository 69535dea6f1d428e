"""What people install is the wheel, so the wheel is what must do the main job."""

import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the checkout by the backend that pyproject.toml names."""
    folder = tmp_path_factory.mktemp("dist")
    program = f"from hatchling.build import build_wheel; print(build_wheel({str(folder)!r}))"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return folder / done.stdout.split()[-1]


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel, and what it depends on, but without the checkout."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False)
    site = next(folder.glob("lib/python*/site-packages"))
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    # A folder named in a .pth file is searched, but the .pth files in it are not read: so the
    # dependencies are there and the editable install of the checkout is not.
    (site / "dependencies.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")
    return folder / "bin" / "python"


def test_wheel_carries_what_is_read_at_run_time(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for folder in ("ontology", "data/models", "data/articles"):
        in_checkout = {p.name for p in (ROOT / folder).rglob("*") if p.is_file()}
        in_wheel = {Path(n).name for n in names if n.startswith(f"kcgraph/_shipped/{folder}/")}
        assert in_checkout <= in_wheel
    assert not [n for n in names if "training" in n or "/gold/" in n or n.startswith("tests/")]


def test_demo_runs_from_the_wheel_alone(installed: Path, tmp_path: Path) -> None:
    where = subprocess.run(
        [installed, "-c", "import kcgraph; print(kcgraph.__file__)"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert str(ROOT / "kcgraph") not in where.stdout
    done = subprocess.run(
        [installed, "-m", "kcgraph", "demo"], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert " demands: " in done.stdout
    assert "Quinton Lucas" in done.stdout
    assert (tmp_path / "kcgraph-demo" / "kansas-city.html").stat().st_size > 100_000
