"""What is told about overridden templates before a mail is rendered."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cagette_notify.config.load import Style
from cagette_notify.core.errors import ConfigError
from cagette_notify.core.model import Contact
from cagette_notify.mails.renderer import Renderer

if TYPE_CHECKING:
    from collections.abc import Callable


def problems(folder: Path, **sources: str) -> list[tuple[str, int, str]]:
    """Write overrides (``opening="..."`` is fr/opening.txt.j2) and return what check says of them."""
    (folder / "fr").mkdir(parents=True)
    for kind, source in sources.items():
        (folder / "fr" / f"{kind}.txt.j2").write_text(source, encoding="utf-8")
    try:
        Renderer(Style(Contact("noreply@mj.cagette.net"), folder)).check()
    except ConfigError as error:
        return [(Path(one.file).name, one.line, one.message) for one in error.problems]
    return []


def test_all_broken_templates_are_named_in_one_go(tmp_path: Path) -> None:
    found = problems(tmp_path, opening="a\n{% if %}", recap_24h="{{ word|shout }}", recap_4h="fine")

    assert [(file, line) for file, line, _message in found] == [
        ("opening.txt.j2", 2),
        ("recap_24h.txt.j2", 1),
    ]


def test_an_unknown_variable_is_found_in_a_branch_that_is_seldom_taken(tmp_path: Path) -> None:
    found = problems(tmp_path, opening="{% if help_url %}\n{{ disribution.day }}\n{% endif %}")

    assert found == [
        ("opening.txt.j2", 2, "the template fails: 'disribution' is undefined; did you mean 'distribution'?")
    ]


def test_a_template_that_does_not_exist_is_found(tmp_path: Path) -> None:
    found = problems(
        tmp_path, opening='\n{% extends "layuot.txt.j2" %}', recap_4h='{% include "x" ignore missing %}'
    )

    assert found == [("opening.txt.j2", 2, "the template fails: no such template: 'layuot.txt.j2'")]


@pytest.mark.parametrize(
    "source",
    [
        "{{ extra|default('') }}",
        "{% if extra is defined %}{{ extra }}{% endif %}",
        "{% set extra = 1 %}{{ extra }}",
        "{% for extra in distributions %}{{ extra.day }}{{ loop.index }}{% endfor %}",
        "{% macro extra(a) %}{{ a }}{{ caller() }}{% endmacro %}{{ extra(1) }}",
        '{% extends "shipped/fr/opening.txt.j2" %}{% block why %}{{ super() }}{% endblock %}',
        '{% from "parts.txt.j2" import day_box %}{{ day_box(distribution) }}',
        "{{ subject }} {{ member.first_name }} {{ range(3)|list }}",
    ],
)
def test_a_sound_template_is_not_complained_of(tmp_path: Path, source: str) -> None:
    assert problems(tmp_path, opening=source) == []


def test_what_one_template_sets_another_may_read(tmp_path: Path) -> None:
    assert problems(tmp_path, opening="{% set extra = 1 %}", recap_4h="{{ extra }}") == []


@pytest.mark.parametrize("make", [os.mkfifo, Path.mkdir, lambda path: path.symlink_to("nowhere")])
def test_what_would_be_passed_over_in_silence_is_said(tmp_path: Path, make: Callable[[Path], None]) -> None:
    (tmp_path / "fr").mkdir()
    make(tmp_path / "fr" / "opening.txt.j2")

    with pytest.raises(ConfigError, match=r"fr/opening\.txt\.j2: not a plain file"):
        Renderer(Style(Contact("noreply@mj.cagette.net"), tmp_path)).check()


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="nowhere: templates: no such folder"):
        Renderer(Style(Contact("noreply@mj.cagette.net"), tmp_path / "nowhere")).check()
