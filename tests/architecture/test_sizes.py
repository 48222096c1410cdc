"""Small files, a small kernel, and no drawers."""

from tests.architecture.house import PACKAGES, ROOT, ours

LONGEST = 300
DRAWERS = {"utils", "helpers", "common", "manager", "base", "core", "misc", "tools"}


def test_no_python_file_is_longer_than_300_lines() -> None:
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for path in ours(".py")
    }
    assert len(lengths) > 300
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST} == {}


def test_the_kernel_has_at_most_ten_modules() -> None:
    modules = [path.stem for path in (ROOT / "kernel").glob("*.py") if path.stem != "__init__"]
    assert len(modules) <= 10
    assert [path for path in (ROOT / "kernel").iterdir() if path.is_dir()] in ([], [ROOT / "kernel" / "__pycache__"])  # fmt: skip # noqa: E501  one claim


def test_no_module_is_a_drawer() -> None:
    named = {part for path in ours(".py") for part in path.relative_to(ROOT).with_suffix("").parts}
    assert named & DRAWERS == set()


def test_every_module_says_which_question_it_answers() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in ours(".py")
        if path.relative_to(ROOT).parts[0] in PACKAGES
        and not path.read_text(encoding="utf-8").startswith('"""')
    ]
    assert silent == []
