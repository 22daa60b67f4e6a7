"""`shuzheng users` and `shuzheng keys`: who may log in, and which programs may ask."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from rag.cli.shell import Command, new_group, note, setting
from rag.cli.table import print_table
from rag.locale_text import tr
from rag.settings import load_settings
from ui.access.identity import Right
from ui.access.keys import Keys
from ui.access.users import Users

users_app = new_group(tr("管理能用密码登录的用户。", "Manage the users who log in with a password."))
keys_app = new_group(tr("管理程序用的密钥。", "Manage the keys that programs use."))

AccessOption = Annotated[Path | None, setting("access", "DIR")]
NameArgument = Annotated[str, typer.Argument(metavar=tr("名字", "NAME"), show_default=False)]
ManageOption = Annotated[
    bool, typer.Option("--manage", help=tr("也能增删文档、重建索引。", "May also change documents and index."))
]
StdinOption = Annotated[
    bool, typer.Option("--stdin", help=tr("从标准输入读一行密码，不询问。", "Read the password from stdin, one line."))
]
ScopeOption = Annotated[
    list[Right],
    typer.Option(
        "--scope",
        help=tr("权限：ask 提问，manage 管理文档和索引；可写多次。", "Right: ask, manage; may be given twice."),
        metavar="ask|manage",
        show_default=False,
    ),
]


def _folder(access: Path | None) -> Path:
    return load_settings({"access": access}).access


@users_app.command(
    "add", cls=Command, help=tr("添加用户；已有的改密码和权限。", "Add a user, or change password and right of one.")
)
def add_user(
    name: NameArgument, manage: ManageOption = False, stdin: StdinOption = False, access: AccessOption = None
) -> None:
    """Add a user."""
    if stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    else:
        password = typer.prompt(
            tr("密码", "Password"), hide_input=True, confirmation_prompt=tr("再输一次", "Again"), err=True
        )
    Users(_folder(access)).add(name, password, manage=manage)
    note(tr(f"已保存用户 {name}。", f"User {name} saved."))


@users_app.command("remove", cls=Command, help=tr("删除用户，其登录立即失效。", "Remove a user, at once."))
def remove_user(name: NameArgument, access: AccessOption = None) -> None:
    """Remove a user."""
    Users(_folder(access)).remove(name)
    note(tr(f"已删除用户 {name}。", f"User {name} removed."))


@users_app.command("list", cls=Command, help=tr("列出用户。", "List the users."))
def list_users(access: AccessOption = None) -> None:
    """List the users."""
    rows = [[user.name, "ask, manage" if user.manage else "ask", user.added] for user in Users(_folder(access)).all()]
    print_table([tr("名字", "name"), tr("权限", "rights"), tr("添加日期", "added")], rows)


@keys_app.command("add", cls=Command, help=tr("生成密钥；只显示这一次。", "Make a key; it is shown only once."))
def add_key(name: NameArgument, scope: ScopeOption, access: AccessOption = None) -> None:
    """Make a key and print it."""
    key = Keys(_folder(access)).add(name, scope)
    typer.echo(key)
    note(tr("请现在保存，以后不再显示；用在请求头 Authorization: Bearer 之后。", "Save it now; it is not shown again."))


@keys_app.command("revoke", cls=Command, help=tr("作废密钥，立即生效。", "Revoke a key, at once."))
def revoke_key(name: NameArgument, access: AccessOption = None) -> None:
    """Revoke a key."""
    Keys(_folder(access)).revoke(name)
    note(tr(f"已作废密钥 {name}。", f"Key {name} revoked."))


@keys_app.command("list", cls=Command, help=tr("列出密钥的名字和权限。", "List the keys' names and rights."))
def list_keys(access: AccessOption = None) -> None:
    """List the keys."""
    rows = [[key.name, ", ".join(key.scopes), key.added] for key in Keys(_folder(access)).all()]
    print_table([tr("名字", "name"), tr("权限", "rights"), tr("添加日期", "added")], rows)
