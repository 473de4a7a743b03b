"""What is said of a signature: facts, reasons as plain sentences, and one of three verdicts.

Valid needs everything; one reason of the severity `INVALID` makes it invalid, else one of `INDETERMINATE` says that it
cannot be judged. A `NOTE` is told and changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

Verdict = Literal["valid", "indeterminate", "invalid"]
INVALID, INDETERMINATE, NOTE = "invalid", "indeterminate", "note"

#: Code of a reason → severity, sentence in Vietnamese and in English, with braces for facts.
REASONS: dict[str, tuple[str, str, str]] = {
    "unreadable": (
        INVALID,
        "Tệp hoặc chữ ký trong tệp bị hỏng nên không đọc được. Hãy xin nơi gửi bản khác.",
        "The file or a signature in it is damaged and cannot be read. Ask its sender for another copy.",
    ),
    "unsafe": (
        INVALID,
        "Tệp được viết theo cách có thể gây hại cho phần mềm đọc nó (DOCTYPE, quá sâu, quá nhiều phần): không đọc.",
        "The file is written in a way that may harm what reads it (DOCTYPE, too deep, too many parts): not read.",
    ),
    "empty": (INDETERMINATE, "Tệp trống, không có nội dung.", "The file is empty."),
    "too-slow": (
        INVALID,
        "Tệp cần quá nhiều thời gian hoặc bộ nhớ để kiểm tra, có thể được tạo ra để làm treo hệ thống.",
        "The file takes too much time or memory to be verified; it may have been made to stall the system.",
    ),
    "too-large": (
        INDETERMINATE,
        "Tệp lớn hơn {limit} MB nên không kiểm tra được.",
        "The file has more than {limit} MB and is not verified.",
    ),
    "no-signature": (INDETERMINATE, "Tệp không có chữ ký số.", "The file has no digital signature."),
    "unknown-kind": (
        INDETERMINATE,
        "Tệp không phải PDF, XML hay edXML nên không có chữ ký số mà hệ thống đọc được.",
        "The file is no PDF, XML or edXML: it has no digital signature that can be read.",
    ),
    "altered": (
        INVALID,
        "Nội dung đã bị thay đổi sau khi ký.",
        "The content was changed after it was signed.",
    ),
    "broken": (
        INVALID,
        "Chữ ký số không khớp với chứng thư của người ký.",
        "The signature does not fit the signer's certificate.",
    ),
    "no-certificate": (
        INVALID,
        "Chữ ký không kèm chứng thư của người ký, hoặc chứng thư không đọc được.",
        "The signature carries no certificate of its signer, or one that cannot be read.",
    ),
    "coverage": (
        INVALID,
        "Chữ ký không bảo vệ trọn tệp: có phần nằm ngoài vùng được ký.",
        "The signature does not cover the whole file: a part lies outside of what was signed.",
    ),
    "gap": (
        INVALID,
        "Chỗ dành cho chữ ký chứa dữ liệu lạ hoặc rộng hơn chữ ký; nội dung khác có thể được giấu ở đó.",
        "The room of the signature holds other data, or is larger than it: something may hide there.",
    ),
    "changed-after": (
        INVALID,
        "Sau khi ký, nội dung hoặc hình hiển thị của tệp đã bị sửa theo cách không được phép.",
        "After signing, the content or its appearance was changed in a way that is not allowed.",
    ),
    "unsigned-tail": (
        INDETERMINATE,
        "Sau chữ ký cuối cùng, tệp còn được thêm nội dung mà không ai ký.",
        "After the last signature something was added to the file that nobody signed.",
    ),
    "part-only": (
        INDETERMINATE,
        "Chữ ký chỉ bảo vệ một phần của tệp; phần còn lại không ai ký.",
        "The signature covers a part of the file only; nobody signed the rest.",
    ),
    "stray": (
        INDETERMINATE,
        "Chữ ký kèm theo dữ liệu không được ký và không kiểm tra được ({what}).",
        "The signature carries data that is neither signed nor verifiable ({what}).",
    ),
    "content-inside": (
        INVALID,
        "Chữ ký mang theo một nội dung khác với nội dung của tệp.",
        "The signature carries a content of its own beside that of the file.",
    ),
    "reference": (
        INVALID,
        "Chữ ký trỏ đến nội dung không có trong tệp, trùng tên, hoặc qua phép biến đổi không an toàn.",
        "The signature points to content that is not in the file, is not unique, or is transformed in an unsafe way.",
    ),
    "untrusted": (
        INDETERMINATE,
        "Chứng thư do “{issuer}” cấp; nơi cấp này chưa có trong danh sách tin cậy của hệ thống.",
        "The certificate was issued by “{issuer}”, which is not among the authorities that this system trusts.",
    ),
    "chain-broken": (
        INVALID,
        "Chuỗi chứng thư không hợp lệ: một chứng thư không do nơi ghi trên đó cấp, hoặc không được phép cấp.",
        "The chain of certificates is not valid: one was not issued by whom it names, or must not issue others.",
    ),
    "expired": (
        INVALID,
        "Chứng thư của người ký đã hết hạn trước khi ký (hết hạn ngày {date}).",
        "The signer's certificate had expired before the signing (on {date}).",
    ),
    "expired-since": (
        INDETERMINATE,
        "Chứng thư đã hết hạn ngày {date} và không có dấu thời gian chứng minh chữ ký có trước ngày đó.",
        "The certificate expired on {date}, and no timestamp proves that the signature is older.",
    ),
    "not-yet": (
        INVALID,
        "Chứng thư của người ký chưa có hiệu lực khi ký (có hiệu lực từ {date}).",
        "The signer's certificate was not yet valid when signing (from {date}).",
    ),
    "revoked": (
        INVALID,
        "Chứng thư của người ký hoặc của nơi cấp đã bị thu hồi ngày {date}.",
        "The certificate of the signer or of its issuer was revoked on {date}.",
    ),
    "revocation-unknown": (
        INDETERMINATE,
        "Chưa có thông tin thu hồi (CRL hoặc OCSP) để biết chứng thư còn hiệu lực khi ký hay không.",
        "There is no revocation information (CRL or OCSP) that tells whether the certificate was good when signing.",
    ),
    "usage": (
        INVALID,
        "Chứng thư này không được cấp để ký văn bản.",
        "The certificate was not issued for signing documents.",
    ),
    "timestamp": (
        INVALID,
        "Dấu thời gian kèm chữ ký không hợp lệ.",
        "The timestamp of the signature is not valid.",
    ),
    "timestamp-untrusted": (
        INDETERMINATE,
        "Dấu thời gian do nơi chưa được hệ thống tin cậy cấp, nên chưa rõ thời điểm ký.",
        "The timestamp was issued by an authority that is not trusted here: the time of signing is not proven.",
    ),
    "forbidden-algorithm": (
        INVALID,
        "Chữ ký dùng thuật toán đã bị phá hoặc không được phép ({algorithm}).",
        "The signature uses an algorithm that is broken or not allowed ({algorithm}).",
    ),
    "weak": (
        NOTE,
        "Chữ ký dùng thuật toán cũ, yếu ({algorithm}).",
        "The signature uses an old, weak algorithm ({algorithm}).",
    ),
    "claimed-time": (
        NOTE,
        "Thời điểm ký do người ký tự ghi, không có dấu thời gian chứng minh.",
        "The time of signing is the signer's own claim: there is no timestamp.",
    ),
    "test": (
        NOTE,
        "Chứng thư do cơ quan chứng thực THỬ NGHIỆM cấp, không có giá trị pháp lý.",
        "The certificate was issued by a TEST authority and has no legal value.",
    ),
    "not-confirmed": (
        INVALID,
        "Chữ ký không qua được kiểm tra tổng thể.",
        "The signature does not pass the final check.",
    ),
}


@dataclass(frozen=True)
class Reason:
    """Why a signature is not simply valid."""

    code: str
    facts: dict[str, str] = field(default_factory=dict)

    @property
    def severity(self) -> str:
        return REASONS[self.code][0]

    def sentence(self, lang: str) -> str:
        """In Vietnamese, or in English."""
        return REASONS[self.code][2 if lang == "en" else 1].format(**self.facts)

    def as_dict(self) -> dict[str, str]:
        return {"code": self.code, "vi": self.sentence("vi"), "en": self.sentence("en")}


def reason(code: str, **facts: object) -> Reason:
    return Reason(code, {name: " ".join(str(value).split())[:120] for name, value in facts.items()})


def not_read(rule: str) -> Reason:
    """Why XML was not read, by the rule of safe reading that it breaks."""
    return reason("unreadable" if rule == "not-xml" else "unsafe", what=f"XML: {rule}")


@dataclass
class Signature:
    """One signature. time: ISO 8601; proven where a timestamp says it. changes_after: what came after it in the file,
    as codes ``signature``, ``timestamp``, ``form``, ``annotation``, ``content``. chain: ``trusted``, ``unknown``,
    ``expired``, ``broken``. revocation: ``good``, ``revoked``, ``unknown``. strength: ``strong``, ``weak``,
    ``forbidden``."""

    signer: str = ""
    issuer: str = ""
    kind: str = "signature"  # or `timestamp`, of the whole document
    time: str | None = None
    time_proven: bool = False
    covers_whole: bool = False
    changes_after: list[str] = field(default_factory=list)
    chain: str = "unknown"
    revocation: str = "unknown"
    strength: str = "strong"
    algorithm: str = ""
    reasons: list[Reason] = field(default_factory=list)

    def add(self, code: str, **facts: object) -> None:
        """Adds a reason, once."""
        if all(one.code != code for one in self.reasons):
            self.reasons.append(reason(code, **facts))

    @property
    def verdict(self) -> Verdict:
        return worst(self.reasons)


def worst(reasons: list[Reason]) -> Verdict:
    severities = {one.severity for one in reasons}
    return "invalid" if INVALID in severities else "indeterminate" if INDETERMINATE in severities else "valid"


@dataclass
class Judged:
    """What is said of one file: `reasons` are those of the file itself (no signature, not readable)."""

    signatures: list[Signature] = field(default_factory=list)
    reasons: list[Reason] = field(default_factory=list)

    @property
    def verdict(self) -> Verdict:
        every = [*self.reasons, *(one for signature in self.signatures for one in signature.reasons)]
        return worst(every if self.signatures or self.reasons else [reason("no-signature")])

    def as_dict(self) -> dict[str, Any]:
        """JSON, with every sentence in both languages."""
        return {
            "verdict": self.verdict,
            "reasons": [one.as_dict() for one in self.reasons],
            "signatures": [
                {
                    "verdict": one.verdict,
                    **{name: getattr(one, name) for name in _FIELDS},
                    "reasons": [each.as_dict() for each in sorted(one.reasons, key=lambda each: _FIRST[each.severity])],
                }
                for one in self.signatures
            ],
        }


#: What is wrong is told before what is only to be known.
_FIRST = {INVALID: 0, INDETERMINATE: 1, NOTE: 2}
_FIELDS = ("signer", "issuer", "kind", "time", "time_proven", "covers_whole", "changes_after", "chain", "revocation",
           "strength", "algorithm")  # fmt: skip
