"""Nobody is let in by accident: what is refused before the port is opened."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from index.errors import UserError
from rag.settings import Settings, load_settings
from ui.access.identity import Right
from ui.access.keys import Keys
from ui.access.policy import open_access
from ui.access.users import Users


def settings(folder: Path, **given: Any) -> Settings:
    return load_settings({"access": folder, **given})


def test_this_machine_needs_no_login_and_nothing_is_written(tmp_path: Path) -> None:
    access = open_access(settings(tmp_path / "access"))

    assert access.methods == frozenset() and access.audit is None
    assert not (tmp_path / "access").exists()
    assert (found := access.without_login("127.0.0.1")) and found.rights == {Right.ASK, Right.MANAGE}
    assert access.without_login("10.1.2.3") is None
    assert access.without_login("") is None


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.1.2.3", "shuju"])
def test_another_address_without_login_is_refused(tmp_path: Path, host: str) -> None:
    with pytest.raises(UserError) as refused:
        open_access(settings(tmp_path, host=host))
    sentence = str(refused.value)
    assert host in sentence and "login" in sentence and "--allow-anyone" in sentence
    assert sentence.count("。") == 1 and sentence.endswith("。")


def test_allow_anyone_lets_others_ask_but_not_manage(tmp_path: Path) -> None:
    access = open_access(settings(tmp_path, host="0.0.0.0", allow_anyone=True))

    for client in ("10.1.2.3", "127.0.0.1"):
        assert (found := access.without_login(client)) and found.rights == {Right.ASK}
    assert access.audit is not None


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({"login": "password"}, "shuzheng users add"),
        ({"login": "key"}, "shuzheng keys add"),
        ({"login": "header"}, "proxies"),
        ({"login": "header", "proxies": ""}, "proxies"),
        ({"login": "oidc"}, "oidc_issuer、oidc_client_id、public_url"),
        ({"login": "oidc", "oidc_issuer": "https://id.example.cn", "oidc_client_id": "x"}, "public_url"),
    ],
)
def test_a_way_to_log_in_that_lacks_something_is_refused(tmp_path: Path, given: dict[str, str], missing: str) -> None:
    with pytest.raises(UserError, match=missing):
        open_access(settings(tmp_path, host="0.0.0.0", **given))


def test_each_way_to_log_in_opens_where_it_is_complete(tmp_path: Path) -> None:
    Users(tmp_path).add("li", "long enough", manage=False)
    Keys(tmp_path).add("k", [Right.ASK])
    oidc = {"oidc_issuer": "https://id.example.cn", "oidc_client_id": "x", "public_url": "https://qa.example.cn"}

    for given in ({"login": "password"}, {"login": "key"}, {"login": "header", "proxies": "10.0.0.1"}):
        access = open_access(settings(tmp_path, host="0.0.0.0", **given))
        assert access.methods == {given["login"]}
        assert access.without_login("127.0.0.1") is None
    assert open_access(settings(tmp_path, login="oidc，password", **oidc)).methods == {"oidc", "password"}


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("login", "ldap", "password、header、oidc、key"),
        ("proxies", "nginx", "IP 地址或网段"),
        ("rate_limit", "lots", "30/minute"),
        ("rate_limit", "0/minute", "30/minute"),
        ("user_header", "X User", "不能用的字符"),
        ("public_url", "qa.example.cn", "http://"),
        ("oidc_issuer", "https://me:pw@id.example.cn", "不带用户名和密码"),
        ("logs", "xml", "text、json"),
    ],
)
def test_a_wrong_setting_is_one_sentence(name: str, value: str, said: str) -> None:
    with pytest.raises(UserError, match=said):
        load_settings({name: value})


def test_the_client_secret_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHUZHENG_OIDC_CLIENT_SECRET", "s3cret-value")
    assert "s3cret-value" not in repr(load_settings())
