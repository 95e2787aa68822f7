"""The rules of grading on the generated city: their figures must not fall below what the README says."""

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

BENCH = Path(__file__).parents[2] / "bench" / "grading.py"


def test_the_rules_know_the_departments_columns(tmp_path: Path) -> None:
    spec = spec_from_file_location("bench_grading", BENCH)
    assert spec and spec.loader
    bench = module_from_spec(spec)
    spec.loader.exec_module(bench)
    figures = bench.measured(tmp_path, 0.0005)
    assert figures.recall >= 0.95, figures.wrong
    assert figures.precision >= 0.9, figures.wrong
    assert figures.accuracy >= 0.85, figures.wrong
