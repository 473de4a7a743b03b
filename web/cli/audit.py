"""`motcua audit …`: the log is verified, exported, sealed; the key of the seals is made."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from engine.refusal import Refusal
from web.cli.open import config, database, user
from web.cli.output import Misuse, existing, options, print_json, say, stop


@click.group()
def audit() -> None:
    """Nhật ký | The event log."""


@audit.command()
@click.option("--published", default=None, help="tệp các dòng niêm phong đã công bố | file of published lines of seals")
@options
def verify(published: str | None, as_json: bool, lang: str) -> None:
    """Verify the log: every chain, row, projection, seal and signature, in one moment of a running system."""
    from engine import store
    from engine.audit import verifier
    from procedures import sealing

    lines = existing(published).read_text("utf-8", errors="replace").splitlines() if published else []
    with database(config(), looking=True) as opened:
        report = sealing.verify(opened, lines)
        at, newest = store.current(opened)
    if at != newest:  # a table or column that is missing is named by itself
        report["faults"] += 1
        report["broken"].insert(0, {"root_id": None, "seq": None, "reason": "release", "what": f"{at} ≠ {newest}"})
    if as_json:
        print_json(report)
    else:
        for fault in report["broken"]:
            say(f"✗ {verifier.sentence(fault, lang)}", error=True)
        say(_summary(report, lang))
        say(_open_end(report, lang))
    stop(1 if report["faults"] else 0)


@audit.command()
@click.argument("file")
@options
def export(file: str, as_json: bool, lang: str) -> None:
    """Write the log into FILE (packed where it ends in .gz) for the separate verifier. It holds personal data."""
    from engine.audit import export as exporting
    from engine.audit import verifier
    from engine.audit.keys import ring_of
    from procedures import sealing
    from procedures.actor import operator

    settings = config()
    with database(settings) as opened:
        try:
            signer = sealing.signer(opened)
        except OSError:  # who may read the database and not the key: the export says that it is not signed
            signer = None
        except Refusal as refusal:
            raise Misuse(refusal.vi, refusal.en) from None
        sealing.handed_out(opened, "log.exported", file, operator(user(), "audit export"))
        with opened.snapshot() as tx:
            count = exporting.write(tx, Path(file), sealing.reads_from(opened), signer)
    ring, by = ring_of(settings.audit_key_file), signer.name if signer else None
    if as_json:
        told = {"file": file, "records": count, "signed_by": by, "verifier": verifier.__file__, "keys": str(ring)}
        print_json(told)
        return
    say(
        {
            "vi": f"Đã xuất {count} dòng nhật ký vào {file} (có dữ liệu cá nhân: giữ kín). Kiểm tra độc lập bằng:",
            "en": f"{count} records of the log written into {file} (personal data: keep it close). Verify it with:",
        }[lang]
    )
    say(f"  python3 {verifier.__file__} {file} --key {ring}")
    if by is None:
        say(
            {
                "vi": "Tệp xuất không có chữ ký vì không đọc được khóa ký: chỉ phần đã niêm phong kiểm tra được.",
                "en": "The export is not signed, as no key could be read: only what is sealed is held by it.",
            }[lang]
        )


@audit.command()
@options
def key(as_json: bool, lang: str) -> None:
    """Make the key that signs the seals; where there is one, a new one takes its place from the next seal on."""
    from engine import audit as log
    from engine.audit import keys

    settings = config()
    path = settings.audit_key_file
    with database(settings) as opened:
        made = keys.make(path, log.next_number(opened), opened.clock())
    if as_json:
        print_json({"key": str(path), "public": str(keys.ring_of(path)), "name": made.name})
        return
    say(
        {
            "vi": f"Đã tạo khóa {made.name} tại {path}.\nKhóa công khai (mọi khóa đã dùng): {keys.ring_of(path)}. "
            "Hãy sao tệp công khai này đến nơi khác: người kiểm tra cần nó.",
            "en": f"The key {made.name} was made in {path}.\nPublic keys (all that were ever used): "
            f"{keys.ring_of(path)}. Keep a copy of that file elsewhere: whoever verifies needs it.",
        }[lang]
    )


@audit.command()
@options
def seal(as_json: bool, lang: str) -> None:
    """Seal now what is committed; the worker does it once a day by itself."""
    from procedures import sealing

    with database(config()) as opened:
        try:
            made = sealing.now(opened)
        except Refusal as refusal:
            raise Misuse(refusal.vi, refusal.en) from None
    if as_json:
        print_json(None if made is None else {"n": made.n, "hash": made.hash, "key": made.key, "line": made.line()})
    elif made is None:
        say({"vi": "Chưa có gì để niêm phong.", "en": "There is nothing to seal yet."}[lang])
    else:
        say(made.line())


@audit.command()
@options
def seals(as_json: bool, lang: str) -> None:
    """Print every seal, a line each: what can be published."""
    from engine import audit as log

    with database(config()) as opened:
        made = log.seals(opened)
    if as_json:
        print_json([{"n": one.n, "at": one.at.isoformat(), "hash": one.hash, "line": one.line()} for one in made])
    else:
        for one in made:
            say(one.line())


def _summary(report: dict[str, Any], lang: str) -> str:
    signed = report["signed"] if report["signatures_checked"] else 0
    unsigned = report["seals"] - report["signed"] + report["old_seals"]
    vi = (
        f"{report['events']} sự kiện của {report['roots']} chuỗi, {report['rows']} dòng dữ liệu, "
        f"{report['reads']} lượt truy cập; {signed} niêm phong có chữ ký đúng, {unsigned} niêm phong chưa ký; "
        f"{report['faults']} chỗ sai."
    )
    en = (
        f"{report['events']} events in {report['roots']} chains, {report['rows']} rows, {report['reads']} reads; "
        f"{signed} seals with a good signature, {unsigned} unsigned; "
        f"{report['faults']} faults."
    )
    if report["unchecked"]:
        vi += f" {report['unchecked']} niêm phong lập trước khi có khóa đầu tiên, không có chữ ký để kiểm tra."
        en += f" {report['unchecked']} seals are older than the first key: there is no signature to check."
    if not report["signatures_checked"]:
        vi += " Chưa kiểm tra chữ ký: không có khóa công khai."
        en += " Signatures were not checked: there are no public keys."
    return {"vi": vi, "en": en}[lang]


def _open_end(report: dict[str, Any], lang: str) -> str:
    """What nobody can vouch for yet, and what the seals were held against."""
    since, lines = report["unsealed_since"], report["published"]
    vi = (
        f"Từ {since} (UTC) chưa niêm phong: {report['unsealed']} dòng nhật ký. Đoạn này chưa được xác nhận: nếu phần "
        "cuối bị cắt thì chưa phát hiện được. Niêm phong ngay: motcua audit seal."
        if since
        else "Toàn bộ nhật ký đã được niêm phong."
    )
    en = (
        f"From {since} (UTC) not sealed yet: {report['unsealed']} records. These are not vouched for: an end that was "
        "cut off would not be found. Seal now: motcua audit seal."
        if since
        else "The whole log is sealed."
    )
    vi += (
        f" Đã đối chiếu {lines} niêm phong lưu ngoài cơ sở dữ liệu."
        if lines
        else " Không có niêm phong nào lưu ngoài cơ sở dữ liệu để đối chiếu: niêm phong bị xóa thì chưa phát hiện được."
    )
    en += (
        f" Held against {lines} seals kept outside the database."
        if lines
        else " No seal is kept outside the database to hold it against: seals taken out would not be found."
    )
    return {"vi": vi, "en": en}[lang]
