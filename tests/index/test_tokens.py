import pytest

from index.tokens import tokens


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        ("潜水泵总数", ["潜水", "水泵", "泵总", "总数"]),
        ("2023年完成121.3亿元,增长9.9%", ["2023", "年完", "完成", "121.3", "亿元", "增长", "9.9"]),
        ("建5G站点", ["建", "5g", "站点"]),
        ("中,国", ["中", "国"]),
        ("AI与GPT-4o", ["ai", "与", "gpt", "4o"]),
        ("1-9月", ["1", "9", "月"]),
        ("中国。", ["中国"]),
        ("20230日,1.2.3", ["20230", "日", "1.2.3"]),
        ("𠮷野家 café", ["𠮷野", "野家", "café"]),
        ("", []),
        ("——!? _", []),
    ],
)
def test_tokens_are_han_pairs_and_whole_words(view: str, expected: list[str]) -> None:
    assert tokens(view) == expected


def test_a_repeated_pair_is_kept_twice() -> None:
    assert tokens("天天向上,天天") == ["天天", "天向", "向上", "天天"]


def test_words_that_mean_the_same_give_the_same_tokens() -> None:
    assert tokens("高企有多少家") == tokens("“高新技术企业”有多少家")
