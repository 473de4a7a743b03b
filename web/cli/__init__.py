"""The command `motcua`: one module per family of commands, loaded when it is asked for.

Exit status everywhere: 0 done, 1 found wrong, 2 misused (docs/reference/commands.md).
"""

from __future__ import annotations

import importlib
import os
import sys

import click

from engine.libraries import of_file
from web.cli.output import Misuse, language, say

#: command → (module, attribute, what it does)
COMMANDS = {
    "demo": ("web.cli.server", "demo", "Dữ liệu mẫu, máy chủ và tiến trình nền | Sample province, server and worker"),
    "serve": ("web.cli.server", "serve", "Một máy chủ web | One web server"),
    "worker": ("web.cli.server", "worker", "Một tiến trình xử lý việc đến hạn | One ticking worker"),
    "db": ("web.cli.database", "db", "Cơ sở dữ liệu | The database"),
    "catalogue": ("web.cli.administration", "catalogue", "Danh mục thủ tục | The catalogue of procedures"),
    "admin": ("web.cli.administration", "admin", "Quản trị viên đầu tiên | The first administrator"),
    "documents": ("web.cli.documents", "documents", "Thể thức văn bản | The format of documents"),
    "migrate": ("web.cli.migrate", "migrate", "Chuyển hồ sơ đang chạy sang phiên bản khác | Migrate running instances"),
    "log": ("web.cli.log", "log", "Nhật ký quy trình: XES, CSV, OCEL | Process logs: XES, CSV, OCEL"),
    "models": ("web.cli.models", "models", "Mô hình BPMN | BPMN models"),
    "feel": ("web.cli.expressions", "feel", "Tính một biểu thức FEEL | Evaluate a FEEL expression"),
    "dmn": ("web.cli.expressions", "dmn", "Ra một quyết định DMN | Decide by a DMN model"),
    "clock": ("web.cli.expressions", "clock", "Tính hạn theo luật | Compute legal deadlines"),
    "bench": ("web.cli.bench", "bench", "Đo tốc độ | Measure the speed"),
    "bench-timers": ("web.cli.bench", "bench_timers", "Đo tốc độ của việc đến hạn | Measure how fast timers fire"),
    "signatures": ("web.cli.signatures", "signatures", "Kiểm tra chữ ký số | Verify digital signatures"),
    "test-authority": (
        "web.cli.signatures",
        "test_authority",
        "Cơ quan chứng thực THỬ NGHIỆM | A TEST certification authority",
    ),
    "edxml": ("web.cli.edxml", "edxml", "Thông điệp của trục liên thông văn bản | Messages of the document axis"),
    "archive": ("web.cli.packages", "archive", "Gói lưu trữ của hồ sơ công việc | Archive packages of work files"),
    "connectors": ("web.cli.connectors", "connectors", "Kết nối liên thông | Lines to other systems"),
    "axis": ("web.cli.axis", "axis", "Trục liên thông văn bản | The document axis"),
    "payments": ("web.cli.payments", "payments", "Thanh toán trực tuyến | Online payments"),
    "simulate": ("web.cli.simulate", "simulate", "Mô phỏng hệ thống bên ngoài | Stand-ins for systems of others"),
    "audit": ("web.cli.audit", "audit", "Nhật ký: kiểm tra, niêm phong | The log: verify, seal"),
    "backup": ("web.cli.database", "backup", "Sao lưu | Back up"),
    "restore": ("web.cli.database", "restore", "Phục hồi | Restore"),
    "status": ("web.cli.status", "status", "Tình trạng của bản cài đặt | How this installation stands"),
    "config": ("web.cli.server", "config", "Cấu hình đang có hiệu lực | The configuration in force"),
}


class Commands(click.Group):
    """Loads a command's module only when that command is called, so that `motcua feel` starts without Flask."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module, attribute, _ = COMMANDS[name]
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Runs the command; what is wrong with the call is told in the language that it asks for."""
        try:
            return super().invoke(ctx)
        except Misuse as error:
            say(error.sentence(language(ctx)), error=True)
            return 2
        except (BrokenPipeError, click.ClickException):
            raise
        except OSError as error:
            if os.environ.get("MOTCUA_DEBUG"):
                raise
            why, name = of_file(error), error.filename or ""
            said = Misuse(f"Không dùng được “{name}”: {why.vi}.", f"“{name}” cannot be used: {why.en}.")
            say(said.sentence(language(ctx)), error=True)
            return 2

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Lệnh | Commands"):
            formatter.write_dl([(name, does) for name, (_, _, does) in COMMANDS.items()])


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--lang", type=click.Choice(["vi", "en"]), default=None, help="Ngôn ngữ | language")
def root(lang: str | None) -> None:
    """Một Cửa: thủ tục hành chính chạy trên mô hình BPMN | administrative procedures as executable BPMN models."""


def main() -> None:
    """Runs the command line; no stack trace reaches the user unless MOTCUA_DEBUG is set."""
    os.umask(0o077)  # database, files, letters, backups: what any command makes is its owner's alone
    try:
        status = root.main(prog_name="motcua", standalone_mode=False)  # what `stop` gave
        sys.exit(status if isinstance(status, int) else 0)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except BrokenPipeError:  # before OSError: whoever reads has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
    except Exception as error:
        if os.environ.get("MOTCUA_DEBUG"):
            raise
        say(
            f"Lệnh dừng vì một lỗi không lường trước: {type(error).__name__}: {str(error)[:500]} "
            "(đặt MOTCUA_DEBUG=1 để xem chi tiết) | The command stopped on an unforeseen error "
            "(set MOTCUA_DEBUG=1 for details)",
            error=True,
        )
        sys.exit(1)
