"""`motcua catalogue …` and `motcua admin …`."""

from __future__ import annotations

import sys

import click

from web.cli.open import config, database
from web.cli.output import Misuse, existing, options, print_json, say, stop


@click.group()
def catalogue() -> None:
    """Danh mục thủ tục hành chính | The catalogue of procedures."""


@catalogue.command("import")
@click.argument("files", nargs=-1, required=True)
@options
def import_(files: tuple[str, ...], as_json: bool, lang: str) -> None:
    """Import national procedure records (JSON files or folders)."""
    from procedures import catalogue as records

    paths = [existing(f) for f in files]
    with database(config(), upgrade=True) as opened:
        answer = records.import_files(opened, paths, lang=lang)
    if as_json:
        print_json(answer)
    else:
        for kind in ("rejected", "flagged"):
            for one in answer[kind]:
                say(f"{'✗' if kind == 'rejected' else '!'} {one['file']}: {one['reason']}")
        say(
            {
                "vi": "Mới {imported}, cập nhật {updated}, không đổi {unchanged}, ",
                "en": "{imported} new, {updated} updated, {unchanged} unchanged, ",
            }[lang].format(**answer)
            + {
                "vi": f"bị loại {len(answer['rejected'])}, cần cấu hình {len(answer['flagged'])}.",
                "en": f"{len(answer['rejected'])} rejected, {len(answer['flagged'])} to configure.",
            }[lang]
        )
    stop(1 if answer["rejected"] else 0)


@click.group()
def admin() -> None:
    """Quản trị | Administration."""


@admin.command()
@click.option("--username", default="quantri", show_default=True)
@click.option("--name", default="Quản trị hệ thống", show_default=True)
@click.option("--password-stdin", is_flag=True, help="đọc mật khẩu từ đầu vào chuẩn | read it from standard input")
@options
def create(username: str, name: str, password_stdin: bool, as_json: bool, lang: str) -> None:
    """Make the first administrator; asks for the password."""
    from engine.refusal import Refusal
    from procedures import accounts

    if password_stdin:
        password = sys.stdin.readline().rstrip("\n")
    elif sys.stdin.isatty():
        password = click.prompt({"vi": "Mật khẩu", "en": "Password"}[lang], hide_input=True, confirmation_prompt=True)
    else:
        raise Misuse("Không có màn hình để hỏi mật khẩu: dùng --password-stdin", "No terminal: use --password-stdin")
    with database(config(), upgrade=True) as opened:
        try:
            accounts.create_admin(opened, username, password, name=name)
        except Refusal as refusal:
            say(refusal.en if lang == "en" else refusal.vi, error=True)
            stop(1)
    if as_json:
        print_json({"username": username})
    else:
        say({"vi": f"Đã tạo quản trị viên “{username}”.", "en": f"Administrator '{username}' is made."}[lang])
