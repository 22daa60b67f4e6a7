from __future__ import annotations

from pathlib import Path

import pytest

from rag.cli import OK, main
from rag.cli.shell import localise_usage_mistake
from tests.rag.cli.conftest import refused, shuzheng


def test_help_is_chinese_by_default_and_english_by_locale(tmp_path: Path) -> None:
    chinese = shuzheng(tmp_path, "ask", "--help")
    english = shuzheng(tmp_path, "ask", "--help", LANG="en_US.UTF-8")

    assert (chinese.returncode, english.returncode) == (0, 0)
    assert "用法：shuzheng ask" in chinese.stdout
    assert "Show this message" not in chinese.stdout
    assert "Usage: shuzheng ask" in english.stdout
    assert not any("\u4e00" <= char <= "\u9fff" for char in english.stdout)


def test_no_command_prints_help(capsys: pytest.CaptureFixture[str]) -> None:
    for group in ([], ["index"], ["models"]):
        assert main(group) == OK
        assert "用法：" in capsys.readouterr().out


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == OK
    assert capsys.readouterr().out.startswith("shuzheng ")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["asq"], "没有命令 asq"),
        (["ask", "--modus", "llm", "问"], "没有选项 --modus"),
        (["ask"], "请给出一个问题"),
        (["ask", "一", "二"], "多余的参数 二"),
        (["ask", "问", "--mode"], "选项 --mode 缺少值"),
        (["ask", "问", "--mode", "magic"], "选项 --mode 的值“magic”不能用"),
        (["ask", "问", "--llm", "qwen"], "选项 --llm 的值“qwen”不能用"),
        (["ask", "问", "--output", "o.jsonl"], "--output 只能和 --batch 一起用"),
        (["ask", "问", "--batch", "b.jsonl"], "只能选一个"),
        (["facts", "--csv", "a.csv", "--json"], "只能选一个"),
        (["models", "pull", "gpt-9"], "没有名为“gpt-9”的模型"),
    ],
)
def test_bad_usage_is_one_sentence(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert said in refused(capsys, *arguments)


def test_usage_mistake_of_an_unknown_kind_is_still_framed_in_chinese() -> None:
    assert (
        localise_usage_mistake("Odd thing.", "shuzheng ask") == "命令用法不对：Odd thing.；用法见 shuzheng ask --help。"
    )
