"""Settings: what is told from outside, by whom, and what stops the start."""

import re
from pathlib import Path

import pytest

from commands.settings import NAMES, Settings, SettingsError, outside, read, shown

NOWHERE = Path("/nonexistent/ioc.toml")


def faults(environment: dict[str, str], file: Path = NOWHERE) -> list[str]:
    with pytest.raises(SettingsError) as e:
        read(environment, file)
    return str(e.value).splitlines()


def toml(folder: Path, text: str) -> Path:
    (folder / "ioc.toml").write_text(text, "utf-8")
    return folder / "ioc.toml"


def test_nothing_told_gives_the_contracts_defaults() -> None:
    told = read({}, NOWHERE)
    s = told.settings
    assert (s.repository_url.get_secret_value(), s.city, s.poll_seconds, s.locale) == ("", "hue", 5, None)
    assert (s.host, s.port, s.data_dir) == ("127.0.0.1", 8050, Path.cwd() / "var")
    assert set(told.origins.values()) == {"default"}


def test_the_environment_goes_before_the_file(tmp_path: Path) -> None:
    told = read({"IOC_PORT": "9001"}, toml(tmp_path, 'IOC_PORT = 9000\nIOC_CITY = "boston"\n'))
    assert (told.settings.port, told.origins["port"]) == (9001, "environment")
    assert (told.settings.city, told.origins["city"]) == ("boston", "ioc.toml")


@pytest.mark.parametrize("name", ["IOC_PORT", "ioc_port", "PORT", "port"])
def test_the_file_takes_a_name_with_or_without_the_prefix(tmp_path: Path, name: str) -> None:
    assert read({}, toml(tmp_path, f"{name} = 9000")).settings.port == 9000


def test_an_unknown_name_is_one_line_with_the_near_name() -> None:
    assert faults({"IOC_PROT": "1"}) == ["IOC_PROT (environment): there is no such setting; did you mean IOC_PORT?"]


def test_an_unknown_name_in_the_file_is_refused_as_well(tmp_path: Path) -> None:
    (line,) = faults({}, toml(tmp_path, "poll_second = 1"))
    assert line == "IOC_POLL_SECOND (ioc.toml): there is no such setting; did you mean IOC_POLL_SECONDS?"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("IOC_PORT", "abc"),
        ("IOC_PORT", "70000"),
        ("IOC_POLL_SECONDS", "0"),
        ("IOC_POLL_SECONDS", "nan"),
        ("IOC_LOCALE", "fr"),
        ("IOC_REPOSITORY_URL", "no url"),
        ("IOC_ORIGINS", "ioc.example.org"),
        ("IOC_ORIGINS", "https://ioc.example.org/wall"),
    ],
)
def test_a_bad_value_is_one_line_that_names_it(name: str, value: str) -> None:
    (line,) = faults({name: value})
    assert line.startswith(f"{name} (environment): ")


def test_every_fault_is_said_at_once() -> None:
    assert len(faults({"IOC_PORT": "x", "IOC_LOCALE": "y", "IOC_NOTHING_LIKE_IT": "z"})) == 3


def test_an_empty_word_is_no_word() -> None:
    assert read({"IOC_LOCALE": "", "IOC_PORT": ""}, NOWHERE).settings.port == 8050


def test_a_file_that_is_no_toml_is_a_line(tmp_path: Path) -> None:
    (line,) = faults({}, toml(tmp_path, "port = = 1"))
    assert "ioc.toml" in line


def test_a_secret_comes_from_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "url"
    secret.write_text("postgresql://ioc:s3cret@db/ioc\n")
    told = read({"IOC_REPOSITORY_URL_FILE": str(secret)}, NOWHERE)
    assert told.settings.repository_url.get_secret_value() == "postgresql://ioc:s3cret@db/ioc"
    assert told.origins["repository_url"] == f"environment: {secret}"


def test_a_secrets_file_that_is_missing_stops_the_start() -> None:
    (line,) = faults({"IOC_REPOSITORY_URL_FILE": "/nonexistent/secret"})
    assert line == "IOC_REPOSITORY_URL_FILE: /nonexistent/secret: No such file or directory"


def test_a_secret_given_twice_is_refused(tmp_path: Path) -> None:
    (line,) = faults({"IOC_REPOSITORY_URL": "postgresql://h/d", "IOC_REPOSITORY_URL_FILE": str(tmp_path / "x")})
    assert "give one of them" in line


def test_only_secrets_come_from_files() -> None:
    assert faults({"IOC_PORT_FILE": "x"})[0].startswith("IOC_PORT_FILE (environment): there is no such setting")


@pytest.mark.parametrize("url", ["postgresql+psycopg://u:hunter2@h/d", "postgresql://u:hunter2@h:5/d?sslmode=require"])
def test_a_password_is_never_shown(url: str) -> None:
    settings = read({"IOC_REPOSITORY_URL": url}, NOWHERE).settings
    assert "hunter2" not in repr(settings) + str(settings.model_dump()) + shown(
        "repository_url", settings.repository_url
    )
    assert ":***@h" in shown("repository_url", settings.repository_url)


def test_a_bad_url_does_not_show_its_password() -> None:
    for url in ("postgresql://u:hunter2@h:port/d", "u:hunter2@h"):
        assert "hunter2" not in "".join(faults({"IOC_REPOSITORY_URL": url}))


@pytest.mark.parametrize("text", ["https://a.example http://b:8080", "https://A.example/,http://b:8080"])
def test_origins_are_a_list(text: str) -> None:
    settings = read({"IOC_ORIGINS": text}, NOWHERE).settings
    assert settings.origins == ("https://a.example", "http://b:8080")
    assert shown("origins", settings.origins) == "https://a.example http://b:8080"


def test_origins_may_be_a_list_in_the_file(tmp_path: Path) -> None:
    assert read({}, toml(tmp_path, 'origins = ["https://a.example"]')).settings.origins == ("https://a.example",)


def test_every_setting_has_help_and_a_name_of_its_own() -> None:
    assert len(NAMES) >= 7
    for field, info in Settings.model_fields.items():
        assert info.description and re.fullmatch(r"IOC_[A-Z_]+", outside(field)), field


def test_secrets_of_feeds_are_told_by_the_names_a_city_file_gives_them(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(" from a file\n")
    env = {"IOC_SECRET_AIR": "from here", "IOC_SECRET_RIVER_KEY_FILE": str(tmp_path / "key"), "IOC_SECRET_NONE": ""}
    told = read(env, tmp_path / "ioc.toml")
    assert {n: s.get_secret_value() for n, s in told.secrets.items()} == {
        "air": "from here",
        "river_key": "from a file",
    }
    assert "from here" not in repr(told) and "from a file" not in repr(told)


def test_a_secret_told_twice_or_by_a_file_that_is_not_there_stops_the_start(tmp_path: Path) -> None:
    env = {"IOC_SECRET_A": "x", "IOC_SECRET_A_FILE": "f", "IOC_SECRET_B_FILE": str(tmp_path / "none")}
    with pytest.raises(SettingsError) as e:
        read(env, tmp_path / "ioc.toml")
    first, second = str(e.value).splitlines()
    assert first.startswith("IOC_SECRET_A_FILE (environment): IOC_SECRET_A is given as well")
    assert second.startswith("IOC_SECRET_B_FILE: ") and "No such file" in second


def test_networks_of_feeds_are_networks(tmp_path: Path) -> None:
    told = read({"IOC_FEED_NETWORKS": "10.20.0.0/16, fd00::/8"}, tmp_path / "ioc.toml")
    assert [str(n) for n in told.settings.feed_networks] == ["10.20.0.0/16", "fd00::/8"]
    with pytest.raises(SettingsError, match="IOC_FEED_NETWORKS"):
        read({"IOC_FEED_NETWORKS": "here"}, tmp_path / "ioc.toml")
