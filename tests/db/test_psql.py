"""psql on the service's database."""

import subprocess

from db.core.address import driver_url
from db.server.psql import psql_command


def psql(url: str, command: str) -> str:
    argv, environment = psql_command(url, ["-X", "-c", command])
    return subprocess.run(argv, env=environment, capture_output=True, text=True, check=True).stdout


def test_psql_opens_on_the_database(scratch_url: str) -> None:
    assert "visage" in psql(scratch_url, "SELECT current_user")


def test_the_tables_explain_themselves(scratch_url: str) -> None:
    listing = psql(scratch_url, "\\dt+")
    assert "People with an account" in listing
    assert "searched at every face login" in listing


def test_the_columns_explain_themselves(scratch_url: str) -> None:
    assert "Every capture's embeddings and how they were made" in psql(scratch_url, "\\d+ users")


def test_the_password_is_not_on_the_command_line() -> None:
    argv, environment = psql_command("postgresql://ada:hunter2@db.example.org:5433/visage?sslmode=require")
    assert argv[1:] == ["postgresql://ada@db.example.org:5433/visage?sslmode=require"]
    assert environment["PGPASSWORD"] == "hunter2"


def test_a_password_among_the_parameters_is_not_on_the_command_line_either() -> None:
    argv, environment = psql_command("postgresql://db.example.org/visage?user=ada&password=hunter2&sslmode=require")
    assert argv[1:] == ["postgresql://db.example.org/visage?sslmode=require&user=ada"]
    assert environment["PGPASSWORD"] == "hunter2"


def test_the_password_among_the_parameters_wins_as_in_the_driver() -> None:
    url = "postgresql://ada:first@host/visage?password=second"
    assert driver_url(url).get_dialect()().create_connect_args(driver_url(url))[1]["password"] == "second"
    assert psql_command(url)[1]["PGPASSWORD"] == "second"


def test_a_passphrase_is_left_to_psql_to_ask_for() -> None:
    argv, environment = psql_command("postgresql://ada@host/visage?sslkey=mine&sslpassword=hunter2")
    assert argv[1:] == ["postgresql://ada@host/visage?sslkey=mine"]
    assert "hunter2" not in environment.values()
