"""What a template can't do, and how it is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cagette_notify.mails.jinja_environment import MailEnvironment, TemplateProblem

if TYPE_CHECKING:
    from pathlib import Path


def rendered(folder: Path, source: str, name: str = "x.txt.j2") -> str:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(source, encoding="utf-8")
    return MailEnvironment(folder).render(name, {"word": "<b>"})


@pytest.mark.parametrize(
    "source",
    [
        "{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}",
        "{% for a in range(10 ** 9) %}{% endfor %}",
        "{% for a in 'x' * 99999 %}{% for b in 'x' * 99999 %}{% endfor %}{% endfor %}",
        "{% macro f(n) %}{% if n %}{{ f(n - 1) }}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(60) }}",
        "{% for a in [1, 1] recursive %}{{ loop([1, 1]) }}{% endfor %}",
        "{% include 'x.txt.j2' %}",
        "{{ 9 ** 999999999 }}",
        "{{ 'x' * 10 ** 9 }}",
        "{{ 10 ** 9 * [1] }}",
        "{% for a in range(40000) %}{{ 'x' * 90000 }}{% endfor %}",
        "{{ 'x'|center(10 ** 9) }}",
        "{{ [1]|slice(10 ** 9)|list }}",
        "{{ 'x'|indent(width=10 ** 9) }}",
        "{{ lipsum(10 ** 6) }}",
        "{{ 'x'.ljust(10 ** 9) }}",
        "{% set s = namespace(n=10 ** 60) %}{% for a in range(40) %}{% set s.n = s.n * s.n %}{% endfor %}",
        "{% set s = namespace(n=10 ** 60) %}{% for a in range(40) %}{% set s.n = s.n ** 60 %}{% endfor %}",
    ],
)
def test_work_without_an_end_is_stopped(tmp_path: Path, source: str) -> None:
    with pytest.raises(TemplateProblem):
        rendered(tmp_path, source)


@pytest.mark.parametrize(
    "source",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ word.__class__ }}",
        "{{ ''.join.__globals__ }}",
        "{{ '{0.__class__}'.format(word) }}",
        "{% include '/etc/passwd' %}",
        "{% include '../secret' %}",
    ],
)
def test_nothing_beyond_the_mail_can_be_reached(tmp_path: Path, source: str) -> None:
    with pytest.raises(TemplateProblem):
        rendered(tmp_path, source)


def test_an_honest_loop_runs_to_its_end(tmp_path: Path) -> None:
    assert rendered(tmp_path, "{% for n in range(3) %}{{ loop.last }} {% endfor %}") == "False False True "


def test_large_numbers_are_shown_as_any_others(tmp_path: Path) -> None:
    assert rendered(tmp_path, "{{ 1234567|string }} {{ 1234567.5|round|int }} {{ 10 ** 9 * 2 }}") == (
        "1234567 1234568 2000000000"
    )


def test_each_render_has_its_own_share_of_steps(tmp_path: Path) -> None:
    (tmp_path / "x.txt.j2").write_text("{% for n in range(40000) %}{% endfor %}done", encoding="utf-8")
    environment = MailEnvironment(tmp_path)

    assert [environment.render("x.txt.j2", {}) for _ in range(3)] == ["done"] * 3


@pytest.mark.parametrize(
    ("name", "shown"),
    [("x.html.j2", "&lt;b&gt;"), ("x.j2", "&lt;b&gt;"), ("x.txt.j2", "<b>"), ("x.subject.j2", "<b>")],
)
def test_everything_is_escaped_but_texts_and_subjects(tmp_path: Path, name: str, shown: str) -> None:
    assert rendered(tmp_path, "{{ word }}", name) == shown


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("a\n{{ nobody }}", 2),
        ("a\n\n{% if %}", 3),
        ("a\n{{ word|shout }}", 2),
        ("{{ word }}\n{{ 1 / 0 }}", 2),
        ("a\n{% for x in word.y %}{% endfor %}", 2),
    ],
)
def test_a_problem_has_its_file_and_line(tmp_path: Path, source: str, line: int) -> None:
    with pytest.raises(TemplateProblem) as caught:
        rendered(tmp_path, source)

    (problem,) = caught.value.problems
    assert (problem.file, problem.line) == (str(tmp_path / "x.txt.j2"), line)


def test_a_template_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.txt.j2").write_bytes(b"\xff\xfe\x00")

    with pytest.raises(TemplateProblem) as caught:
        MailEnvironment(tmp_path).render("x.txt.j2", {})

    assert caught.value.problems[0].file == str(tmp_path / "x.txt.j2")


def test_a_shipped_template_is_named_as_in_its_folder() -> None:
    with pytest.raises(TemplateProblem) as caught:
        MailEnvironment(None).render("fr/opening.subject.j2", {})

    (problem,) = caught.value.problems
    assert (problem.file, problem.line) == ("templates/fr/opening.subject.j2", 1)


def test_a_mark_left_by_a_windows_editor_is_not_shown(tmp_path: Path) -> None:
    assert rendered(tmp_path, "\ufeffBonjour") == "Bonjour"


def test_french_templates_get_the_spaces_that_keyboards_lack(tmp_path: Path) -> None:
    source = "« {{ word }} » : ça va ? Oui !\n{% if 1 != 2 %}bien ;{% endif %}"

    assert (
        rendered(tmp_path, source, "fr/x.txt.j2")
        == "«\u00a0<b>\u00a0»\u00a0: ça va\u00a0? Oui\u00a0!\nbien ;"
    )
    assert rendered(tmp_path, source, "x.txt.j2") == "« <b> » : ça va ? Oui !\nbien ;"


def test_a_machine_without_memory_is_no_fault_of_a_template(tmp_path: Path) -> None:
    def refuse() -> str:
        raise MemoryError

    with pytest.raises(MemoryError):
        MailEnvironment(tmp_path).guarded("x.txt.j2", refuse)
