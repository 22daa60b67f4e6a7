from __future__ import annotations

import pytest

from index.errors import UserError
from rag.settings import load_settings
from rag.web_settings import origins, sub_path


@pytest.mark.parametrize(("given", "kept"), [("", ""), ("/", ""), ("/shuzheng/", "/shuzheng"), ("/a/b-c", "/a/b-c")])
def test_sub_path_has_no_slash_at_its_end(given: str, kept: str) -> None:
    assert load_settings({"root_path": given}).root_path == kept


@pytest.mark.parametrize("given", ["shuzheng", "//evil.example", "/a b", "/a?b", "/../x", "/数证", "/a;b"])
def test_what_is_no_sub_path_is_refused(given: str) -> None:
    with pytest.raises(UserError, match="--root-path"):
        load_settings({"root_path": given})


def test_embedding_sites_are_split_at_commas_and_blanks() -> None:
    given = "https://oa.example.cn， http://10.1.2.3:8080,https://*.example.cn"

    parents = load_settings({"embed_parents": given}).embed_parents

    assert origins(parents) == ("https://oa.example.cn", "http://10.1.2.3:8080", "https://*.example.cn")
    assert origins(load_settings().embed_parents) == ()


@pytest.mark.parametrize(
    "given",
    ["oa.example.cn", "https://oa.example.cn/", "*", "https://a; script-src *", "'self'", "ftp://a", "https://"],
)
def test_what_is_no_site_is_refused(given: str) -> None:
    with pytest.raises(UserError, match="embed-parents"):
        load_settings({"embed_parents": given})


@pytest.mark.parametrize(
    ("root_path", "public_url", "expected"),
    [
        ("", "", ""),
        ("/a", "https://x.cn/b", "/a"),
        ("", "https://x.cn/b", "/b"),
        ("", "https://x.cn/", ""),
        ("", "https://x.cn", ""),
    ],
)
def test_sub_path_in_force(root_path: str, public_url: str, expected: str) -> None:
    assert sub_path(root_path, public_url) == expected
