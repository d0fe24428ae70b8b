"""The demo's stage, on which one is anybody with one click: only in the demo, and only on this machine."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from desks import TOKEN
from factories import Office, settings_for
from flask import Flask

from app import create_app
from campaigns.cli import demo_web
from campaigns.demo import stage
from campaigns.settings import PREFIX
from campaigns.store import migrations
from campaigns.store.engine import make_engine
from campaigns.work.workplace import open_workplace

HERE = "http://127.0.0.1:8000"


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """A data folder with the police and their two people in it."""
    settings = settings_for(tmp_path)
    engine = make_engine(settings.database_url)
    migrations.upgrade(engine)
    Office(open_workplace(settings, engine, clock=lambda: Office.NOW))
    engine.dispose()
    return tmp_path


def demo_app(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The demo's own application over a folder."""
    for name in ("DATA_DIR", "SECRET_KEY", "SMTP_URL"):
        monkeypatch.setenv(PREFIX + name, {"DATA_DIR": str(folder), "SECRET_KEY": "x" * 40}.get(name, ""))
    return demo_web.create_demo_app()


def test_one_click_and_one_is_somebody(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The cast is shown, a click signs in, and the workplace opens."""
    demo_web.mark(data_dir)
    client = demo_app(data_dir, monkeypatch).test_client()
    page = client.get(stage.ADDRESS, base_url=HERE)
    assert page.status_code == 200
    fields = _first_part(page.get_data(as_text=True))
    answer = client.post(stage.ADDRESS, data=fields, base_url=HERE)
    assert answer.status_code == 303
    assert client.get("/arbete/", base_url=HERE).status_code == 200


def _first_part(html: str) -> dict[str, str]:
    token = TOKEN.search(html)
    assert token is not None
    organisation = html.partition('name="organisation" value="')[2].partition('"')[0]
    member = html.partition('name="member" value="')[2].partition('"')[0]
    return {"csrf_token": token[1], "organisation": organisation, "member": member}


@pytest.mark.parametrize(
    ("base_url", "headers", "address"),
    [
        ("http://samklang.example.se", {}, "127.0.0.1"),
        ("http://127.0.0.1.example.se", {}, "127.0.0.1"),
        (HERE, {}, "192.0.2.7"),
        (HERE, {}, "::ffff:192.0.2.7"),
        (HERE, {"X-Forwarded-For": "192.0.2.7"}, "127.0.0.1"),
        (HERE, {"Forwarded": "for=192.0.2.7"}, "127.0.0.1"),
    ],
)
def test_the_stage_is_not_there_for_anyone_but_this_machine(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, base_url: str, headers: dict[str, str], address: str
) -> None:
    """Not under another name, from another address, or through a proxy."""
    demo_web.mark(data_dir)
    client = demo_app(data_dir, monkeypatch).test_client()
    found = client.get(stage.ADDRESS, base_url=base_url, headers=headers, environ_base={"REMOTE_ADDR": address})
    assert found.status_code == 404


def test_the_demos_application_opens_over_a_demos_folder_only(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that could be real is refused."""
    with pytest.raises(demo_web.NotADemo):
        demo_app(data_dir, monkeypatch)


SETTINGS: Sequence[dict[str, str]] = (
    {},
    {"LANGUAGE": "en"},
    {"BASE_URL": HERE, "ALLOW_PRIVATE_RECEIVERS": "1", "LIFT_STEP": "1", "TRUSTED_PROXIES": "1"},
)


@pytest.mark.parametrize("given", SETTINGS)
def test_no_setting_brings_the_stage_up_elsewhere(data_dir: Path, given: dict[str, str]) -> None:
    """Not even over a demo's folder: the application that is served has no such page."""
    demo_web.mark(data_dir)
    app = create_app(settings_for(data_dir, **given))
    assert stage.stage.name not in app.blueprints
    for method in ("GET", "POST"):
        for query in ("", "?demo=1", "/"):
            found = app.test_client().open(stage.ADDRESS + query, method=method, base_url=HERE)
            assert found.status_code in {400, 404, 405}
            assert "Set-Cookie" not in found.headers
