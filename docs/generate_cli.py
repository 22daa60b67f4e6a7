"""Write docs/cli.md from the real `--help` texts and the settings. Run: make docs (a test fails where it is stale)."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path

# The page is Chinese and 100 columns wide wherever it is made; help texts are chosen when the command line is imported.
for _name in ("LC_ALL", "LC_MESSAGES"):
    os.environ.pop(_name, None)
os.environ.update(LANG="C.UTF-8", COLUMNS="100")

from typer.core import TyperGroup  # noqa: E402
from typer.main import get_command  # noqa: E402

from rag.cli import app, main  # noqa: E402
from rag.cli.rooms import load_room, room_entries  # noqa: E402
from rag.settings import ENV_PREFIX, Settings  # noqa: E402

PAGE = Path(__file__).resolve().parent / "cli.md"
_HEAD = """# 命令与设置

本页由 `make docs` 从程序自己的 `--help` 生成，请勿手改。

退出码：0 成功（拒答也是成功）；2 输入、设置、索引或模型有问题，标准错误输出里有一句说明；130 被 Ctrl-C 中断。
"""
_SETTINGS = """## 设置

先后次序：命令的选项、环境变量、设置文件、默认值。
设置文件是当前文件夹里的 `shuzheng.toml`，或环境变量 `SHUZHENG_CONFIG` 指定的文件。
`shuzheng settings` 列出生效的值及其来源。设置文件里不认识的名称会被拒绝；其中的相对路径以设置文件所在的文件夹为准。

| 名称 | 环境变量 | 默认值 | 说明 |
| --- | --- | --- | --- |
"""
_DEFAULT_FOLDERS = {
    "access": "用户数据文件夹的 `shuzheng/access`",
    "corpus": "项目的 `seeds`",
    "index": "项目的 `.index`",
    "models": "用户缓存文件夹的 `shuzheng`",
}


def page() -> str:
    """Return the whole page."""
    return "\n".join([_HEAD, *map(_section, command_paths()), _SETTINGS + "\n".join(_setting_lines()), ""])


def command_paths() -> list[tuple[str, ...]]:
    """Return every command as the words after `shuzheng`, groups included."""
    paths = list(_walk(get_command(app), ()))
    for entry in room_entries():
        paths += _walk(get_command(load_room(entry)), (entry.name,))
    return list(dict.fromkeys(paths))


def _walk(command: object, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    yield path
    if isinstance(command, TyperGroup):
        for name, child in command.commands.items():
            yield from _walk(child, (*path, name))


def _section(path: tuple[str, ...]) -> str:
    printed = io.StringIO()
    with redirect_stdout(printed):
        main([*path, "--help"])
    return f"## {' '.join(('shuzheng', *path))}\n\n```text\n{printed.getvalue().strip()}\n```\n"


def _setting_lines() -> Iterator[str]:
    for name, field in Settings.model_fields.items():
        value = str(field.get_default()) if name not in _DEFAULT_FOLDERS else ""
        default = _DEFAULT_FOLDERS.get(name) or (f"`{value}`" if value else "（空）")
        yield f"| `{name}` | `{ENV_PREFIX}{name.upper()}` | {default} | {field.description} |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
