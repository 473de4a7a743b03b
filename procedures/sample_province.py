"""A sample province to try the system on: Hưng Yên with agencies of two tiers, officials, accounts, days off.

Names of agencies are real as far as public knowledge goes, people are invented. All of it is made through the same
functions that administrators use.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from engine.store import Database, Tx
from engine.store.joining import command
from procedures import accounts, agencies, clients, officials, working_time

SINCE = date(2025, 7, 1)  # two tiers since then
BEFORE = date(2004, 1, 1)
BASIS = "Nghị quyết 1666/NQ-UBTVQH15"
WITH_SATURDAY = {
    **{day: [["07:30", "11:30"], ["13:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
    "sat": [["07:30", "11:30"]],
}

# code, name, short name, level, kind, parent
AGENCIES = (
    ("H31", "Ủy ban nhân dân tỉnh Hưng Yên", "UBND tỉnh", "tinh", "ubnd", None),
    ("H31.1", "Văn phòng Ủy ban nhân dân tỉnh", "Văn phòng UBND tỉnh", "tinh", "van_phong", "H31"),
    ("H31.2", "Trung tâm Phục vụ hành chính công tỉnh", "TTPVHCC tỉnh", "tinh", "trung_tam", "H31.1"),
    ("H31.3", "Sở Tư pháp", "Sở Tư pháp", "tinh", "so", "H31"),
    ("H31.4", "Sở Xây dựng", "Sở Xây dựng", "tinh", "so", "H31"),
    ("H31.5", "Sở Nông nghiệp và Môi trường", "Sở NN&MT", "tinh", "so", "H31"),
    ("H31.6", "Công an tỉnh", "Công an tỉnh", "tinh", "cong_an", "H31"),
    ("H31.7", "Bảo hiểm xã hội tỉnh", "BHXH tỉnh", "tinh", "bhxh", "H31"),
    ("H31.11", "Ủy ban nhân dân phường Phố Hiến", "Phường Phố Hiến", "xa", "ubnd", "H31"),
    ("H31.12", "Ủy ban nhân dân phường Mỹ Hào", "Phường Mỹ Hào", "xa", "ubnd", "H31"),
    ("H31.13", "Ủy ban nhân dân xã Văn Giang", "Xã Văn Giang", "xa", "ubnd", "H31"),
    ("H31.14", "Ủy ban nhân dân xã Khoái Châu", "Xã Khoái Châu", "xa", "ubnd", "H31"),
    ("H31.15", "Ủy ban nhân dân xã Yên Mỹ", "Xã Yên Mỹ", "xa", "ubnd", "H31"),
    ("H31.16", "Ủy ban nhân dân phường Thái Bình", "Phường Thái Bình", "xa", "ubnd", "H31"),
    ("H31.11.1", "Trung tâm Phục vụ hành chính công phường Phố Hiến", "TTPVHCC Phố Hiến", "xa", "trung_tam", "H31.11"),
    ("H31.11.2", "Phòng Kinh tế, Hạ tầng và Đô thị phường Phố Hiến", "Phòng KTHT&ĐT", "xa", "phong", "H31.11"),
    ("H31.11.3", "Công an phường Phố Hiến", "Công an Phố Hiến", "xa", "cong_an", "H31.11"),
)
# username, name, title, home agency, roles ("role" there, "role@agency" elsewhere)
OFFICIALS: tuple[tuple[str, str, str, str, tuple[str, ...]], ...] = (
    ("quantri", "Đỗ Quang Huy", "Quản trị hệ thống", "H31.1", ("quan_tri@H31",)),
    ("phantich", "Lương Thị Hải Yến", "Chuyên viên kiểm soát thủ tục hành chính", "H31.1", ("phan_tich@H31",)),
    ("kiemtra", "Ngô Minh Châu", "Thanh tra viên", "H31.1", ("kiem_tra@H31",)),
    ("lanhdao.tinh", "Phạm Đức Thắng", "Phó Chủ tịch Ủy ban nhân dân tỉnh", "H31", ("lanh_dao",)),
    ("vanthu.tinh", "Trần Thị Nhung", "Văn thư", "H31.1", ("van_thu", "van_thu@H31")),
    ("truongphong.tinh", "Vũ Hồng Quân", "Chánh Văn phòng", "H31.1", ("truong_don_vi", "truong_don_vi@H31")),
    ("chuyenvien.tinh", "Đặng Thu Trang", "Chuyên viên", "H31.1", ("chuyen_vien", "chuyen_vien@H31")),
    ("motcua.tinh", "Nguyễn Thị Hạnh", "Cán bộ một cửa", "H31.2", ("mot_cua", "mot_cua@H31", "mot_cua@H31.4")),
    ("truongphong.xd", "Hoàng Văn Lâm", "Trưởng phòng Quản lý xây dựng", "H31.4", ("truong_don_vi",)),
    ("chuyenvien.xd", "Bùi Minh Tuấn", "Chuyên viên", "H31.4", ("chuyen_vien",)),
    ("lanhdao.xd", "Nguyễn Hữu Nghĩa", "Phó Giám đốc Sở", "H31.4", ("lanh_dao", "van_thu")),
    ("chuyenvien.tp", "Lê Thị Mai Hương", "Chuyên viên", "H31.3", ("chuyen_vien", "truong_don_vi")),
    ("chuyenvien.mt", "Phan Văn Khải", "Chuyên viên", "H31.5", ("chuyen_vien", "truong_don_vi")),
    ("congan.tinh", "Trịnh Xuân Bách", "Cán bộ Phòng Quản lý hành chính", "H31.6", ("chuyen_vien", "mot_cua")),
    ("bhxh.tinh", "Ngô Thị Phượng", "Chuyên viên", "H31.7", ("chuyen_vien", "mot_cua")),
    ("motcua", "Nguyễn Thị Lan Anh", "Cán bộ một cửa", "H31.11.1", ("mot_cua", "mot_cua@H31.11")),
    ("truongdonvi", "Trần Văn Hùng", "Trưởng phòng", "H31.11", ("truong_don_vi",)),
    ("chuyenvien", "Lê Minh Đức", "Công chức tư pháp – hộ tịch", "H31.11", ("chuyen_vien",)),
    ("chuyenvien2", "Phạm Thị Thu Hà", "Công chức tư pháp – hộ tịch", "H31.11", ("chuyen_vien",)),
    ("lanhdao", "Vũ Đình Phong", "Chủ tịch Ủy ban nhân dân phường", "H31.11", ("lanh_dao",)),
    ("vanthu", "Đinh Thị Ngọc", "Văn thư", "H31.11", ("van_thu",)),
    ("hatang", "Tạ Quốc Việt", "Chuyên viên địa chính – xây dựng", "H31.11.2", ("chuyen_vien", "chuyen_vien@H31.11")),
    ("truongphong.hatang", "Đào Thị Vân", "Trưởng phòng", "H31.11.2", ("truong_don_vi",)),
    ("congan", "Hà Mạnh Cường", "Cán bộ công an phường", "H31.11.3", ("chuyen_vien",)),
)
# The other communes: agency, names of clerk, head of unit, official, leader, registry clerk.
COMMUNES = (
    ("H31.12", "myhao", ("Dương Thị Bích", "Cao Xuân Trường", "Lưu Thị Thảo", "Nguyễn Văn Chiến", "Mai Thị Hoa")),
    ("H31.13", "vangiang", ("Phùng Thị Hiền", "Đỗ Văn Toàn", "Trương Thị Oanh", "Lê Quang Vinh", "Hoàng Thị Liên")),
    ("H31.14", "khoaichau", ("Chu Thị Duyên", "Quách Văn Sơn", "Nguyễn Thị Yến", "Đào Duy Anh", "Bùi Thị Xuân")),
    ("H31.15", "yenmy", ("Tô Thị Loan", "Kiều Văn Mạnh", "Vương Thị Thủy", "Trần Đình Long", "Phạm Thị Nga")),
    ("H31.16", "thaibinh", ("Lại Thị Thanh", "Đoàn Văn Hậu", "Nguyễn Ngọc Diệp", "Phạm Gia Khánh", "Vũ Thị Quế")),
)
COMMUNE_ROLES = (
    ("motcua", "mot_cua", "Cán bộ một cửa"),
    ("truongdonvi", "truong_don_vi", "Trưởng phòng"),
    ("chuyenvien", "chuyen_vien", "Công chức tư pháp – hộ tịch"),
    ("lanhdao", "lanh_dao", "Chủ tịch"),
    ("vanthu", "van_thu", "Văn thư"),
)
# The accounts that a demo shows: role → username.
SHOWN = {
    "mot_cua": "motcua",
    "truong_don_vi": "truongdonvi",
    "chuyen_vien": "chuyenvien",
    "lanh_dao": "lanhdao",
    "van_thu": "vanthu",
    "phan_tich": "phantich",
    "quan_tri": "quantri",
    "kiem_tra": "kiemtra",
}
CLIENT_SCOPES = ("dossiers", "tasks", "procedures", "act_for", "status", "statistics")


@dataclass(frozen=True, slots=True)
class SampleProvince:
    """What was made: the accounts to show, in the order of a dossier's way, and the API client."""

    accounts: tuple[Mapping[str, str], ...]  # {role, username, password, name, agency}
    clients: tuple[Mapping[str, Any], ...]  # {client_id, client_secret, scopes}
    communes: tuple[str, ...] = field(default=())


@command
def make(
    tx: Tx,
    *,
    password: str,
    passwords: Mapping[str, str] | None = None,
    client_secret: str | None = None,
    days: bool = True,
) -> SampleProvince:
    """Makes the province. `password` is every account's unless `passwords` names another for a username;
    `days` adds the swap of 2/1/2026 to the province's calendar. Raises Refusal where there are agencies already."""
    _agencies(tx)
    people = [
        *OFFICIALS,
        *_commune_people(),
        (
            "api",
            "Hệ thống kết nối",
            "Tài khoản dịch vụ",
            "H31.11",
            ("mot_cua", "truong_don_vi", "chuyen_vien", "lanh_dao", "van_thu"),
        ),
    ]
    for username, name, title, agency, roles in people:
        officials.add(
            tx, username, name, agency=agency, title=title, since=SINCE, by="mau", email=f"{username}@hungyen.example"
        )
        for role in roles:
            role, _, elsewhere = role.partition("@")
            officials.grant(tx, username, role, elsewhere or agency, since=SINCE, by="mau", reason="Dữ liệu mẫu")
        if username != "api":
            accounts.create(
                tx, username, (passwords or {}).get(username, password), must_change=False, check=False, by="mau"
            )
    secret = clients.create(
        tx,
        "motcua-demo",
        "Ứng dụng mẫu",
        scopes=CLIENT_SCOPES,
        official="api",
        acts_for=[
            username
            for username, *_, roles in people
            if username != "api" and not any(role.partition("@")[0] in ("quan_tri", "kiem_tra") for role in roles)
        ],
        secret=client_secret,
        by="mau",
    )
    working_time.set_hours(tx, "H31.2", SINCE, WITH_SATURDAY, by="mau", reason="Làm việc sáng thứ Bảy")
    working_time.set_hours(tx, "H31.16", SINCE, WITH_SATURDAY, by="mau", reason="Làm việc sáng thứ Bảy")
    if days:
        basis = "Hoán đổi ngày làm việc dịp Tết Dương lịch 2026"
        working_time.set_override(tx, "H31", date(2026, 1, 2), "off", basis=basis, by="mau")
        working_time.set_override(tx, "H31", date(2026, 1, 10), "work", basis=basis, by="mau")
    names = {row[0]: row for row in OFFICIALS}
    return SampleProvince(
        tuple(
            {
                "role": role,
                "username": username,
                "password": (passwords or {}).get(username, password),
                "name": names[username][1],
                "agency": names[username][3],
            }
            for role, username in SHOWN.items()
        ),
        ({"client_id": "motcua-demo", "client_secret": secret, "scopes": list(CLIENT_SCOPES)},),
        tuple(row[0] for row in AGENCIES if row[3] == "xa" and row[4] == "ubnd"),
    )


def made(where: Database | Tx) -> bool:
    """Whether there are agencies: the sample is then not made again."""
    return bool(agencies.listing(where))


def _agencies(tx: Tx) -> None:
    for code, name, short, level, kind, parent in AGENCIES:
        agencies.add(
            tx,
            code,
            name,
            short_name=short,
            level=level,
            kind=kind,
            parent=parent,
            since=BEFORE if code in ("H31", "H31.1", "H31.3", "H31.4", "H31.6", "H31.7") else SINCE,
            old_code=f"000.00.{10 + int(code.rpartition('.')[2])}.H31" if code.count(".") == 1 else None,
            address=f"{name.split(' nhân dân ')[-1]}, tỉnh Hưng Yên",
            by="mau",
        )
    # What stood here before the two tiers: it stays readable.
    agencies.add(
        tx,
        "H31.91",
        "Ủy ban nhân dân thành phố Hưng Yên",
        short_name="TP Hưng Yên",
        level="huyen",
        parent="H31",
        since=BEFORE,
        old_code="000.00.91.H31",
        by="mau",
    )
    agencies.split(tx, "H31.91", ["H31.11"], SINCE, basis=BASIS, by="mau")


def _commune_people() -> list[tuple[str, str, str, str, tuple[str, ...]]]:
    return [
        (f"{prefix}.{suffix}", name, title, agency, (role,))
        for agency, suffix, people in COMMUNES
        for (prefix, role, title), name in zip(COMMUNE_ROLES, people, strict=True)
    ]
