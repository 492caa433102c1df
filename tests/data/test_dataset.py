import os
import subprocess
import sys
from pathlib import Path

import pytest

from cagette_notify.data.dataset import survey
from tests.data.files import ONE_DAY, TWO_MEMBERS, a_folder, lines_of

OWN_MEMBERS = "id;name;members\nlac;Le Lac;lac.csv\nport;Le Port;port.csv\n"


def test_a_survey_of_good_files_finds_nothing(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"members.csv": TWO_MEMBERS, "distributions.csv": ONE_DAY}

    assert survey(a_folder(tmp_path, files)).problems == ()


def test_a_survey_names_what_is_wrong_in_every_file(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "groups.csv": OWN_MEMBERS.replace("lac.csv", "lac.csv;") + "mer;;\n",
        "distributions.csv": "id;group;starts_at;orders\na;lac;soon;\nb;lac;2026-06-12 18:00;b.csv\n"
        "c;lac;2026-06-13 18:00;\n",
        "members.csv": "id;groups;email\n1;lca;ana@\n",
        "lac.csv": "id;email\n2;zoe@\n",
        "port.csv": "",
        "b.csv": "userId;productName;Quantité\n9;Pain;1\n",
        "orders.csv": "member;distribution;product;quantity\n2;c;Pain;-1\n",
    }

    assert [line.split(": ")[0] for line in lines_of(survey(a_folder(tmp_path, files)).problems)] == [
        "groups.csv:4",
        "distributions.csv:2",
        "members.csv:2",
        "members.csv:2",
        "lac.csv:2",
        "port.csv",
        "b.csv:2",
        "orders.csv:2",
    ]


def test_a_survey_goes_on_where_a_run_would_stop(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "groups.csv": "nothing here\n",
        "distributions.csv": "group;starts_at\nlac;soon\n",
        "members.csv": "id;email\n1;ana@\n1;zoe@exemple.example\n",
    }

    assert [line.split(": ")[0] for line in lines_of(survey(a_folder(tmp_path, files)).problems)] == [
        "groups.csv:1",
        "distributions.csv:2",
        "members.csv:2",
        "members.csv:3",
    ]


def test_orders_that_are_not_there_yet_are_no_problem_of_a_survey(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "members.csv": TWO_MEMBERS,
        "distributions.csv": "group;starts_at;orders\nlac;2026-06-12 18:00;exports/{date}*.csv\n",
    }

    assert survey(a_folder(tmp_path, files)).problems == ()


def test_files_elsewhere_are_named_by_their_whole_path(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.csv"
    elsewhere.write_text("id;email\n1;ana@\n")
    folder = tmp_path / "config"
    folder.mkdir()

    [problem] = survey(a_folder(folder, {}, members=elsewhere)).problems
    assert problem.file == str(elsewhere)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_said(tmp_path: Path) -> None:
    sources = a_folder(tmp_path, {"members.csv": TWO_MEMBERS})
    (tmp_path / "members.csv").chmod(0)

    assert lines_of(survey(sources).problems) == ["members.csv: can't be read: Permission denied"]


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")

    assert lines_of(survey(a_folder(tmp_path, {}, members=tmp_path / "pipe.csv")).problems) == [
        "pipe.csv: not a plain file"
    ]


@pytest.mark.dear
def test_a_calendar_of_csv_costs_none_of_the_slow_imports(tmp_path: Path) -> None:
    a_folder(tmp_path, {"distributions.csv": ONE_DAY, "members.csv": TWO_MEMBERS})
    script = (
        "import sys; from pathlib import Path; from zoneinfo import ZoneInfo;"
        "from cagette_notify.data.dataset import load_calendar;"
        "from cagette_notify.config.paths import Sources;"
        "folder = Path(sys.argv[1]);"
        "load_calendar(Sources(folder, folder / 'groups.csv', folder / 'distributions.csv',"
        " folder / 'members.csv', None, None, ZoneInfo('Europe/Paris'), 'fr'));"
        "print(sorted({'jinja2', 'requests', 'babel', 'email_validator', 'difflib'} & set(sys.modules)))"
    )

    ran = subprocess.run([sys.executable, "-c", script, tmp_path], capture_output=True, text=True, check=True)

    assert ran.stdout.strip() == "[]"
