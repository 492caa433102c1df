from __future__ import annotations

import re
import stat
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from cagette_notify.cli import main
from cagette_notify.cli.setup.starting_files import comments
from cagette_notify.core.package_files import example_config

if TYPE_CHECKING:
    from pathlib import Path

FILES = ["config.yaml", "distributions.yaml", "groups.yaml", "members.csv", "orders.csv"]


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_what_init_writes_passes_check_as_it_is(tmp_path: Path) -> None:
    folder = tmp_path / "co-op"

    made, checked = run("init", folder), run("check", "--config", folder / "config.yaml")

    assert (made.exit_code, made.stderr) == (0, "")
    assert names_in(folder) == FILES
    assert checked.exit_code == 0
    assert "0 membre, 0 adresse, 0 distribution" in checked.stderr
    assert checked.stderr.count("\n") == 1


def test_what_init_writes_sends_nothing(tmp_path: Path) -> None:
    run("init", tmp_path)

    sent = run("send-due", "--config", tmp_path / "config.yaml")

    assert (sent.exit_code, sent.output) == (0, "")


def test_the_configuration_is_the_shipped_example(tmp_path: Path) -> None:
    run("init", tmp_path)

    assert (tmp_path / "config.yaml").read_bytes() == example_config().read_bytes()


def test_where_french_is_spoken_the_comments_are_french_and_the_settings_the_same(tmp_path: Path) -> None:
    run("init", tmp_path / "en", "--systemd")
    made = run("--lang", "fr", "init", tmp_path / "fr", "--systemd")

    assert made.exit_code == 0
    for name in ["config.yaml", "cagette-notify.service", "cagette-notify.timer"]:
        english, french = ((tmp_path / one / name).read_text("utf-8") for one in ("en", "fr"))
        assert settings_in(french) == settings_in(english).replace(str(tmp_path / "en"), str(tmp_path / "fr"))
        assert set(comments(english)).isdisjoint(comments(french))
    texts = {file.name: file.read_text("utf-8") for file in (tmp_path / "fr").iterdir()}
    assert "# Un chemin relatif part du dossier de ce fichier." in texts["config.yaml"]
    assert "Description=Envoyer les notifications" in texts["cagette-notify.service"]
    assert texts["orders.csv"].startswith("membre;distribution;produit;quantité;")
    assert "id: mon-groupe\n  nom: Mon groupe" in texts["groups.yaml"]
    assert run("check", "-c", tmp_path / "fr/config.yaml").exit_code == 0


def settings_in(text: str) -> str:
    for comment in comments(text):
        text = text.replace(comment, "")
    return re.sub("^Description=.*$", "", text, flags=re.MULTILINE)


@pytest.mark.parametrize(("language", "field"), [("en", "starts_at"), ("fr", "début")])
def test_the_example_of_a_distribution_is_right_once_uncommented(
    tmp_path: Path, language: str, field: str
) -> None:
    run("--lang", language, "init", tmp_path)
    file = tmp_path / "distributions.yaml"
    head, rows = file.read_text(encoding="utf-8").split("distributions:")
    file.write_text(f"{head}distributions:{rows.replace('#', '')}", encoding="utf-8")

    checked = run("check", "--config", tmp_path / "config.yaml")

    assert f"#  {field}: 2027-06-11 18:00" in rows
    assert checked.exit_code == 0
    assert "distribution" not in checked.stderr


def test_nobody_else_can_read_what_init_writes(tmp_path: Path) -> None:
    folder = tmp_path / "co-op"

    run("init", folder, "--systemd")

    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_there_is_kept_and_said(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("mine", encoding="utf-8")

    made = run("init", tmp_path)

    assert made.exit_code == 0
    assert (tmp_path / name).read_text(encoding="utf-8") == "mine"
    assert f"{tmp_path / name} is there: kept\n" in made.stdout
    assert names_in(tmp_path) == FILES


def test_a_link_to_nowhere_is_kept(tmp_path: Path) -> None:
    (tmp_path / "members.csv").symlink_to(tmp_path / "elsewhere")

    made = run("init", tmp_path)

    assert made.exit_code == 0
    assert not (tmp_path / "elsewhere").exists()


def test_the_folder_one_stands_in_is_the_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    made = run("init")

    assert "wrote config.yaml" in made.stdout
    assert names_in(tmp_path) == FILES


def test_the_crontab_line_names_this_command_and_the_configuration_in_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = tmp_path / "bin" / "cagette-notify"
    command.parent.mkdir()
    command.touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["bin/cagette-notify"])

    made = run("init", "co-op")

    assert f"  */10 * * * * {command} --config {tmp_path}/co-op/config.yaml send-due\n" in made.stdout


def test_with_systemd_a_service_and_a_timer_are_written_and_no_crontab_line(tmp_path: Path) -> None:
    made = run("init", tmp_path, "--systemd")

    assert names_in(tmp_path) == sorted([*FILES, "cagette-notify.service", "cagette-notify.timer"])
    assert "systemctl enable --now cagette-notify.timer" in made.stdout
    assert "*/10" not in made.stdout


def test_a_file_where_the_folder_should_be_is_said_in_a_line(tmp_path: Path) -> None:
    (tmp_path / "co-op").touch()

    made = run("init", tmp_path / "co-op")

    assert (made.exit_code, made.stderr) == (2, f"{tmp_path}/co-op: File exists\n")


def test_a_folder_that_no_crontab_could_name_is_refused(tmp_path: Path) -> None:
    made = run("init", tmp_path / "two\nlines")

    assert made.exit_code == 2
    assert names_in(tmp_path) == []
