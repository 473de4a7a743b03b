"""`motcua simulate`: stand-ins for systems of others, each a small server of its own."""

from __future__ import annotations

from contextlib import suppress
from http.server import ThreadingHTTPServer
from pathlib import Path

import click

from web.cli.output import Misuse, say
from web.simulators.faulty import FAULTS

#: Beside those of every simulator.
SIGNING_FAULTS = (*FAULTS, "hash", "expires")


@click.group()
def simulate() -> None:
    """Mô phỏng hệ thống bên ngoài để chạy thử | Stand-ins for systems of others."""


@simulate.command("payments")
@click.option("--port", default=8095, show_default=True)
@click.option("--secret", required=True, help="MOTCUA_PAYMENT_SECRET")
@click.option("--fault", type=click.Choice(("none", "fail", "twice", "late", "wrong", "never")), default="none")
@click.option("--late", default=3.0, show_default=True, help="giây chờ của --fault late | seconds of --fault late")
def simulate_payments(port: int, secret: str, fault: str, late: float) -> None:
    """Cổng thanh toán mô phỏng, sai hỏng theo lệnh | A payment gateway that misbehaves on demand."""
    from web.simulators.payments import serve

    server, _gateway = serve(secret, port, fault, late)
    _run(server)


@simulate.command("identity")
@click.option("--port", default=8096, show_default=True)
@click.option("--client-id", required=True, help="MOTCUA_OIDC_CLIENT_ID")
@click.option("--client-secret", required=True, help="MOTCUA_OIDC_CLIENT_SECRET")
def simulate_identity(port: int, client_id: str, client_secret: str) -> None:
    """Nhà cung cấp định danh mô phỏng (OpenID Connect) | An identity provider with invented people."""
    from web.simulators.identity import serve

    server, _provider = serve(client_id, client_secret, port)
    _run(server)


@simulate.command("portal")
@click.option("--port", default=8097, show_default=True)
@click.option("--username", required=True, help="[portal] username")
@click.option("--password", required=True, help="[portal] password")
@click.option("--fault", type=click.Choice(FAULTS), default="none")
def simulate_portal(port: int, username: str, password: str, fault: str) -> None:
    """Cổng dịch vụ công quốc gia mô phỏng | A national portal that misbehaves on demand."""
    from web.simulators.portal import serve

    server, _portal = serve(username, password, port, fault)
    _run(server)


@simulate.command("axis")
@click.option("--port", default=8098, show_default=True)
@click.option("--system", "systems", multiple=True, required=True, help="MOTCUA_AXIS_SYSTEM=MOTCUA_AXIS_SECRET")
@click.option("--agency", "agencies", multiple=True, help="mã=tên của đơn vị do trục đóng vai | played by the axis")
@click.option("--fault", "faults", multiple=True, help="late, twice, cut, wrong-hash, wrong-order, refused")
@click.option("--late", default=3.0, show_default=True, help="giây chờ của --fault late | seconds of --fault late")
def simulate_axis(
    port: int, systems: tuple[str, ...], agencies: tuple[str, ...], faults: tuple[str, ...], late: float
) -> None:
    """Trục liên thông văn bản mô phỏng: chỉ để thử nghiệm | The document axis, marked as a test everywhere."""
    from web.simulators.axis import FAULTS as KNOWN
    from web.simulators.axis import serve

    wrong = [one for one in faults if one not in KNOWN] + [one for one in (*systems, *agencies) if "=" not in one]
    if wrong:
        raise Misuse(f"Không hiểu tùy chọn: {', '.join(wrong)}", f"This is no option: {', '.join(wrong)}")
    played = dict(one.split("=", 1) for one in agencies) or {"000.00.00.G22": "Văn phòng Chính phủ (mô phỏng)"}
    server, _axis = serve(dict(one.split("=", 1) for one in systems), played, port, faults, late)
    _run(server)


@simulate.command("remote-signing")
@click.argument("folder", type=click.Path(exists=True, file_okay=False))
@click.argument("names", nargs=-1, required=True)
@click.option("--port", default=8098, show_default=True)
@click.option(
    "--code", default="", help="mã xác thực phải nhập; trống: xác nhận ở /phone | code to type; empty: /phone"
)
@click.option("--fault", type=click.Choice(SIGNING_FAULTS), default="none")
def simulate_remote_signing(folder: str, names: tuple[str, ...], port: int, code: str, fault: str) -> None:
    """Dịch vụ ký số từ xa mô phỏng, khóa của CA thử nghiệm | Remote signing (CSC), by keys of a test authority."""
    from procedures.signatures.authority import Authority
    from web.simulators.remote_signing import Service, serve

    authority = Authority(Path(folder))
    keys = {name: authority.saved(name) for name in names}
    chain = [authority.issuer.asn1.dump(), authority.root.asn1.dump()]
    _run(serve(Service(credentials=keys, chain=chain, code=code, fault=fault), port))


@simulate.command("lgsp")
@click.option("--port", default=8101, show_default=True)
@click.option("--client-id", required=True, help="[lgsp] client_id")
@click.option("--client-secret", required=True, help="[lgsp] client_secret")
@click.option("--fault", type=click.Choice(FAULTS), default="none")
def simulate_lgsp(port: int, client_id: str, client_secret: str, fault: str) -> None:
    """Nền tảng LGSP mô phỏng | A service bus that misbehaves on demand."""
    from web.simulators.lgsp import serve

    server, _bus = serve(client_id, client_secret, port, fault)
    _run(server)


@simulate.command("population")
@click.option("--port", default=8102, show_default=True)
@click.option("--fault", type=click.Choice(FAULTS), default="none")
def simulate_population(port: int, fault: str) -> None:
    """Dữ liệu dân cư mô phỏng | A population database of invented people."""
    from web.simulators.population import serve

    server, _people = serve(port, fault)
    _run(server)


@simulate.command("receiver")
@click.option("--port", default=8103, show_default=True)
@click.option("--secret", required=True, help="[webhooks.…] secret")
@click.option("--fault", type=click.Choice(FAULTS), default="none")
def simulate_receiver(port: int, secret: str, fault: str) -> None:
    """Bên nhận webhook mô phỏng | A receiver of webhooks that misbehaves on demand."""
    from web.simulators.receiver import serve

    server, _receiver = serve(secret, port, fault)
    _run(server)


def _run(server: ThreadingHTTPServer) -> None:
    say(f"http://127.0.0.1:{server.server_address[1]}")
    with suppress(KeyboardInterrupt):
        server.serve_forever()
    server.server_close()
