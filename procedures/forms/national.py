"""Lists of the nation that forms choose from: the 54 ethnic groups, as the General Statistics Office lists them
(Decision 121-TCTK/PPCĐ of 1979), and the nationalities that registries meet, Vietnamese first."""

from __future__ import annotations

from collections.abc import Mapping

ETHNIC = (
    *("Kinh", "Tày", "Thái", "Hoa", "Khơ-me", "Mường", "Nùng", "Mông", "Dao", "Gia-rai", "Ngái", "Ê-đê", "Ba-na"),
    *("Xơ-đăng", "Sán Chay", "Cơ-ho", "Chăm", "Sán Dìu", "Hrê", "Mnông", "Ra-glai", "Xtiêng", "Bru-Vân Kiều", "Thổ"),
    *("Giáy", "Cơ-tu", "Gié-Triêng", "Mạ", "Khơ-mú", "Co", "Ta-ôi", "Chơ-ro", "Kháng", "Xinh-mun", "Hà Nhì", "Chu-ru"),
    *("Lào", "La Chí", "La Ha", "Phù Lá", "La Hủ", "Lự", "Lô Lô", "Chứt", "Mảng", "Pà Thẻn", "Cơ Lao", "Cống", "Bố Y"),
    *("Si La", "Pu Péo", "Brâu", "Ơ-đu", "Rơ-măm"),
    "Người nước ngoài",
)

NATIONALITY = (
    "Việt Nam",
    *("Ai Cập", "Ấn Độ", "Anh", "Áo", "Ba Lan", "Bra-xin", "Băng-la-đét", "Bỉ", "Bồ Đào Nha", "Bru-nây"),
    *("Bun-ga-ri", "Ca-na-đa", "Cam-pu-chia", "Chi-lê", "Cu-ba", "Đài Loan (Trung Quốc)", "Đan Mạch", "Đức"),
    *("Hà Lan", "Hàn Quốc", "Hoa Kỳ", "Hồng Kông (Trung Quốc)", "Hung-ga-ri", "Hy Lạp", "I-ran", "I-rắc", "I-xra-en"),
    *("I-ta-li-a", "In-đô-nê-xi-a", "Lào", "Ma-lai-xi-a", "Mê-hi-cô", "Mi-an-ma", "Mông Cổ", "Na Uy", "Nam Phi"),
    *("Nê-pan", "Ni-giê-ri-a", "Nga", "Nhật Bản", "Niu Di-lân", "Ô-xtrây-li-a", "Pa-ki-xtan", "Phần Lan", "Pháp"),
    *("Phi-líp-pin", "Ru-ma-ni", "Séc", "Tây Ban Nha", "Thái Lan", "Thổ Nhĩ Kỳ", "Thụy Điển", "Thụy Sĩ", "Triều Tiên"),
    *("Trung Quốc", "U-crai-na", "Xin-ga-po", "Xlô-va-ki-a", "Xri Lan-ca"),
    *("Nước khác", "Không quốc tịch"),
)

#: What ``mc`` of a field may name besides people and agencies.
NATIONAL: Mapping[str, tuple[str, ...]] = {"ethnic": ETHNIC, "nationality": NATIONALITY}
