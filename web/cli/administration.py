"""`motcua catalogue …` and `motcua admin …`."""

from __future__ import annotations

import sys

import click

from web.cli.open import config, database, user
from web.cli.output import Misuse, existing, options, print_json, say, stop

MOST_FOUND = 20  # answers of a search


@click.group()
def catalogue() -> None:
    """Danh mục thủ tục hành chính | The catalogue of procedures."""


@catalogue.command("import")
@click.argument("files", nargs=-1, required=True)
@options
def import_(files: tuple[str, ...], as_json: bool, lang: str) -> None:
    """Import national procedure records (JSON files or folders)."""
    from procedures import catalogue as records
    from procedures.actor import operator

    paths = [existing(f) for f in files]
    with database(config(), upgrade=True) as opened:
        answer = records.import_files(opened, paths, lang=lang, by=operator(user(), "catalogue import"))
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


@catalogue.command()
@click.argument("text", nargs=-1, required=True)
@options
def search(text: tuple[str, ...], as_json: bool, lang: str) -> None:
    """Search procedures as the portal does, best first."""
    from procedures import catalogue as records

    asked = " ".join(text)
    if not any(letter.isalnum() for letter in asked):
        raise Misuse("Nêu từ cần tìm", "Say what to search for")
    with database() as opened:
        found = records.find(opened, asked, size=MOST_FOUND)
    if as_json:
        print_json([{"code": one.code, "name": one.name} for one in found.hits])
        return
    if found.meant:
        say({"vi": f"Tìm theo: {found.meant}", "en": f"Searched for: {found.meant}"}[lang])
    for one in found.hits:
        say(f"{one.code}  {one.name}")
    if not found.hits:
        say({"vi": "Không tìm thấy thủ tục nào.", "en": "No procedure was found."}[lang])


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


@admin.command()
@click.argument("username", required=False)
@click.option("--dossier", help="mã hồ sơ | code of a dossier")
@click.option("--address", help="địa chỉ máy | network address")
@options
def unlock(username: str | None, dossier: str | None, address: str | None, as_json: bool, lang: str) -> None:
    """Forget wrong passwords of an account, wrong look-ups of a dossier, or failures from an address."""
    from engine.refusal import Refusal
    from procedures import accounts, attempts, dossiers

    if not (username or dossier or address):
        raise Misuse("Nêu tên đăng nhập, --dossier hoặc --address", "Name a username, --dossier or --address")
    with database() as opened:
        try:
            if username:
                accounts.unlock(opened, username.strip().lower(), by="motcua admin unlock")
            if dossier:
                dossiers.unlock(opened, dossier)
            if address:
                opened.run(lambda tx: attempts.forget_origin(tx, address))
        except Refusal as refusal:
            say(refusal.en if lang == "en" else refusal.vi, error=True)
            stop(1)
    if as_json:
        print_json({"username": username, "dossier": dossier, "address": address})
    else:
        say({"vi": "Không còn ai phải chờ ở đó.", "en": "Nobody has to wait there any more."}[lang])


@admin.command("end-demo")
@options
def end_demo(as_json: bool, lang: str) -> None:
    """Take the demo's printed passwords away; their accounts wait for a reset link."""
    from engine.refusal import Refusal
    from procedures import accounts

    with database() as opened:
        try:
            ended = accounts.end_sample(opened, by="motcua admin end-demo")
        except Refusal as refusal:
            say(refusal.en if lang == "en" else refusal.vi, error=True)
            say(
                {
                    "vi": "Tạo quản trị viên bằng “motcua admin create --username TÊN” trước.",
                    "en": "Make an administrator first: 'motcua admin create --username NAME'.",
                }[lang],
                error=True,
            )
            stop(1)
    if as_json:
        print_json({"accounts": ended})
    else:
        say(
            {
                "vi": f"Đã bỏ mật khẩu mẫu của {len(ended)} tài khoản.",
                "en": f"{len(ended)} accounts lost their demo password.",
            }[lang]
        )


@admin.command("client")
@click.argument("client")
@click.option("--acts-for", multiple=True, help="tên đăng nhập, lặp lại được; trống: không ai | username, repeatable")
@options
def client_acts_for(client: str, acts_for: tuple[str, ...], as_json: bool, lang: str) -> None:
    """Say as which officials a client may act (scope act_for), in place of those before."""
    from engine.refusal import Refusal
    from procedures import clients

    with database() as opened:
        try:
            clients.set_acts_for(opened, client, acts_for, by="motcua admin client")
        except Refusal as refusal:
            say(refusal.en if lang == "en" else refusal.vi, error=True)
            stop(1)
    if as_json:
        print_json({"client_id": client, "acts_for": sorted(set(acts_for))})
    else:
        say(f"{client}: {', '.join(sorted(set(acts_for))) or '–'}")
