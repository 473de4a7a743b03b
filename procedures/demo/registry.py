"""A registry at work: documents come to the commune and go out from it, in every state that its clerk meets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from engine import worklist
from engine.calendar import VIETNAM
from engine.store import Database
from procedures import agencies, files, tasks
from procedures.actor import Actor
from procedures.documents import drafting, incoming, meetings, outgoing
from procedures.documents.outgoing import Draft
from procedures.documents.values import Document, Incoming
from procedures.letters.rendering import render
from procedures.vocabulary.documents import kind_name

MORNING = timedelta(hours=2)  # in which all of a day happens
AGENCY, UNIT, OTHER = "H31.11", "H31.11.2", "H31.15"
PROVINCE = "H31"
ROOMS = (("Phòng họp số 1", 40), ("Hội trường phường", 150))
BRIDGES = (
    *("Ủy ban nhân dân tỉnh", "Trung tâm Phục vụ hành chính công tỉnh", "Sở Tư pháp", "Sở Xây dựng"),
    *("Sở Nông nghiệp và Môi trường", "Công an tỉnh", "Bảo hiểm xã hội tỉnh", "phường Phố Hiến", "phường Mỹ Hào"),
    *("xã Văn Giang", "xã Khoái Châu", "xã Yên Mỹ", "phường Thái Bình", "xã Như Quỳnh", "xã Ân Thi"),
)
#: notation, issuer, subject, kind, urgency, days ago, how far it came.
CAME: tuple[tuple[str, str, str, str, int, int, str], ...] = (
    ("1187/UBND-NC", "Ủy ban nhân dân tỉnh Hưng Yên", "báo cáo cải cách hành chính quý IV", "CV", 0, 9, "done"),
    ("245/KH-UBND", "Ủy ban nhân dân tỉnh Hưng Yên", "Kiểm tra trật tự xây dựng cuối năm", "KH", 0, 7, "assigned"),
    ("88/TB-SXD", "Sở Xây dựng", "Kết luận cuộc họp về cấp phép xây dựng", "TB", 0, 6, "directed"),
    ("1204/UBND-KGVX", "Ủy ban nhân dân tỉnh Hưng Yên", "rà soát chế độ bảo trợ xã hội", "CV", 1, 4, "directed"),
    ("312/STP-HCTP", "Sở Tư pháp", "hướng dẫn đăng ký hộ tịch trực tuyến", "CV", 0, 3, "registered"),
    ("17/GM-UBND", "Ủy ban nhân dân tỉnh Hưng Yên", "Họp trực tuyến về chuyển đổi số", "GM", 2, 1, "registered"),
    ("1215/UBND-TH", "Ủy ban nhân dân tỉnh Hưng Yên", "đăng ký lịch làm việc năm 2027", "CV", 0, 0, "tray"),
    ("95/BC-SNNMT", "Sở Nông nghiệp và Môi trường", "Kết quả quan trắc nước mặt tháng 11", "BC", 0, 0, "tray"),
)
#: kind, subject, unit, days ago, how far it goes.
SENT: tuple[tuple[str, str, str, int, str], ...] = (
    ("QĐ", "Về việc kiện toàn Ban Chỉ đạo chuyển đổi số phường", "", 8, "dispatched"),
    ("CV", "Về việc phối hợp kiểm tra trật tự xây dựng", "KTHT", 5, "dispatched"),
    ("BC", "Kết quả cải cách hành chính quý IV năm 2026", "", 3, "approved"),
    ("KH", "Tổ chức lấy ý kiến người dân về quy hoạch", "", 2, "initialled"),
    ("TB", "Lịch tiếp công dân tháng 12 năm 2026", "", 1, "draft"),
)
PAPER = """#set page(paper: "a4", margin: (top: 20mm, bottom: 20mm, left: 30mm, right: 18mm))
#set text(font: "Tinos", size: 13pt, lang: "vi")
#grid(columns: (45%, 55%), align: center,
  [#upper[{issuer}]\\ #v(2mm) Số: {notation}{about}],
  [*CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM*\\ *Độc lập - Tự do - Hạnh phúc*\\ #v(2mm)
   _Hưng Yên, ngày {d:%d} tháng {d:%m} năm {d:%Y}_])
#v(6mm)
{title}
Căn cứ chức năng, nhiệm vụ được giao, {issuer} đề nghị các cơ quan, đơn vị thực hiện nội dung nêu trên và báo cáo
kết quả đúng thời hạn.
"""


def paper(database: Database, issuer: str, notation: str, subject: str, kind: str, day: date) -> files.Stored:
    """A document as its issuer would have made it, in the store."""
    letter = kind == "CV"
    text = PAPER.format(
        issuer=issuer,
        notation=notation,
        d=day,
        about=f"\\ V/v {subject}" if letter else "",
        title="" if letter else f"#align(center)[*{kind_name(kind).upper()}*\\ *{subject}*]",
    )
    at = datetime.combine(day, datetime.min.time(), VIETNAM)
    name = notation.replace("/", "-") if "/" in notation else "du-thao"
    return files.put(database, render(text.encode(), {}, at=at), f"{name}.pdf")


def last_morning(end: datetime) -> datetime:
    """When the last day's work began that is over at `end`: yesterday's, where the demo is made early in the day."""
    morning = end.astimezone(VIETNAM).replace(hour=8, minute=5, second=0, microsecond=0)
    return morning if morning + MORNING <= end else morning - timedelta(days=1)


def agenda(
    database: Database, end: datetime, actor: Callable[[str], Actor]
) -> list[tuple[datetime, Callable[[], None]]]:
    """What happens in the registry, each with its moment. Nothing where the commune or its routes are not there."""
    with database.begin() as tx:
        if agencies.get(tx, AGENCY) is None or not incoming.has_route(tx, AGENCY):
            return []
    morning = last_morning(end)
    found: list[tuple[datetime, Callable[[], None]]] = [
        (morning - timedelta(days=10), lambda: _furnished(database, actor))
    ]
    for place, came in enumerate(CAME):
        moment = morning - timedelta(days=came[5]) + timedelta(minutes=7 * place)
        found.append((moment, lambda came=came, moment=moment: _came(database, actor, came, moment.date())))  # type: ignore[misc]
    for place, sent in enumerate(SENT):
        moment = morning - timedelta(days=sent[3]) + timedelta(hours=1, minutes=9 * place)
        found.append((moment, lambda sent=sent, moment=moment: _sent(database, actor, sent, moment.date())))  # type: ignore[misc]
    return found


def _furnished(database: Database, actor: Callable[[str], Actor]) -> None:
    """Where meetings are held: the rooms of the commune, the bridge points of the province."""
    for name, seats in ROOMS:
        meetings.add_resource(database, AGENCY, meetings.ROOM, name, seats, actor("vanthu"))
    for name in BRIDGES:
        meetings.add_resource(database, PROVINCE, meetings.BRIDGE, f"Điểm cầu {name}", None, actor("vanthu.tinh"))


def _came(database: Database, actor: Callable[[str], Actor], came: tuple[Any, ...], day: date) -> None:
    notation, issuer, subject, kind, urgency, _ago, far = came
    clerk, written = actor("vanthu"), day - timedelta(days=2)
    made = incoming.arrive(database, AGENCY, paper(database, issuer, notation, subject, kind, written), clerk)
    if far == "tray":
        return
    said = Incoming(notation, issuer, subject, kind, written, urgency, signer="Phạm Đức Thắng", pages=2)
    made = incoming.register(database, made.code, said, clerk)
    if far == "registered":
        return
    _do(
        database, actor("lanhdao"), made, "but_phe", "giao_xu_ly",
        but_phe="Giao đơn vị chủ trì tham mưu thực hiện, báo cáo kết quả đúng hạn.",
        don_vi_chu_tri=AGENCY if far != "assigned" else UNIT,
        don_vi_phoi_hop=[UNIT] if far == "directed" else [],
        han_xu_ly=(day + timedelta(days=10)).isoformat(),
    )  # fmt: skip
    if far == "directed":
        return
    head, official = ("truongdonvi", "chuyenvien") if far == "done" else ("truongphong.hatang", "hatang")
    unit = AGENCY if far == "done" else UNIT
    _do(database, actor(head), made, "phan_cong", "phan_cong", nguoi_xu_ly=official, don_vi_chu_tri=unit)
    if far == "done":
        _do(database, actor(official), made, "xu_ly", "xong", ket_qua_xu_ly="Đã tổng hợp, báo cáo.")
        _do(database, actor(official), made, "bao_cao", "trinh", bao_cao="Đã gửi báo cáo đúng hạn.")
        _do(database, actor(head), made, "duyet_bao_cao", "dat")
        _do(database, actor("vanthu"), made, "luu_ho_so", "da_luu", ho_so_cong_viec="CCHC-2026", thoi_han_luu="10")


def _sent(database: Database, actor: Callable[[str], Actor], sent: tuple[Any, ...], day: date) -> None:
    kind, subject, unit, _ago, far = sent
    said = Draft(AGENCY, kind, subject, unit=unit, recipients=(OTHER,), others="Đảng ủy phường")
    made = outgoing.draft(database, said, None, actor("chuyenvien"))
    parts = drafting.begun(database, made)
    drafting.compose(database, made.code, replace(parts, body=_body(kind, subject)), "", actor("chuyenvien"))
    steps = {
        "draft": 0,
        "initialled": 3,
        "approved": 4,
        "dispatched": 6,
    }[far]
    for who, element, outcome, more in (
        ("chuyenvien", "soan_thao", "trinh", {}),
        ("truongdonvi", "ky_nhay_don_vi", "ky_nhay", {}),
        ("truongdonvi", "ky_nhay_van_phong", "ky_nhay", {}),
        ("lanhdao", "ky_duyet", "duyet", {"tham_quyen": "TM"}),
        ("vanthu", "cap_so", "cap_so", {}),
        ("vanthu", "phat_hanh", "phat_hanh", {}),
    )[:steps]:
        _do(database, actor(who), made, element, outcome, **more)


def _body(kind: str, subject: str) -> str:
    about = subject[:1].lower() + subject[1:]
    if kind in ("QĐ", "NQ"):
        return (
            f"Điều 1. Ban hành kèm theo Quyết định này nội dung {about}.\n"
            "Điều 2. Quyết định này có hiệu lực kể từ ngày ký.\n"
            "Điều 3. Văn phòng và các đơn vị có liên quan chịu trách nhiệm thi hành Quyết định này."
        )
    return (
        f"Thực hiện chỉ đạo của Ủy ban nhân dân tỉnh, Ủy ban nhân dân phường thông báo nội dung {about}.\n"
        "1. Các đơn vị phân công người phụ trách, tổ chức thực hiện đúng tiến độ.\n"
        "2. Văn phòng theo dõi, đôn đốc, tổng hợp báo cáo."
    )


def _do(database: Database, by: Actor, made: Document, element: str, outcome: str, **said: Any) -> None:
    item = next(one for one in worklist.of_instance(database, made.id) if one.element == element)
    tasks.complete(database, item.id, outcome, said, by)
