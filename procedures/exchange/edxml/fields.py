"""The fields of an edXML message (QCVN 102:2016/BTTTT and its Amendment 1:2022), once for the reader and the writer.

The order is the standard's. Names are those of the standard, its misspelling "Bussiness" too. `aliases` and `plain` are
what older dialects and careless senders write instead (http://www.e-doc.vn/Schema/, http://www.go.vn/eDoc).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

NAMESPACE = "http://www.mic.gov.vn/TBT/QCVN_102_2016"
XLINK = "http://www.w3.org/1999/xlink"

#: Code of a status message → what it says (vi, en).
STATUSES = {
    "01": ("đã đến", "arrived"),
    "02": ("từ chối tiếp nhận", "refused"),
    "03": ("đã tiếp nhận", "received"),
    "04": ("chờ phân công", "waits to be assigned"),
    "05": ("đang xử lý", "in work"),
    "06": ("đã xử lý xong", "done"),
    "13": ("thu hồi", "recalled"),
    "15": ("đồng ý thu hồi hoặc cập nhật", "recall or update agreed"),
    "16": ("từ chối thu hồi hoặc cập nhật", "recall or update refused"),
}
#: `BussinessDocType` → what the message does with a document (id, vi, en).
BUSINESS = {
    "0": ("new", "văn bản mới", "new document"),
    "1": ("recall", "thu hồi văn bản", "recall"),
    "2": ("update", "cập nhật văn bản", "update"),
    "3": ("replace", "thay thế văn bản", "replacement"),
}
#: `Priority` → urgency (vi, en). 4 is a habit of messages, no term of the law: 3 with an hour.
PRIORITIES = {
    "0": ("thường", "normal"),
    "1": ("khẩn", "urgent"),
    "2": ("thượng khẩn", "very urgent"),
    "3": ("hỏa tốc", "express"),
    "4": ("hỏa tốc hẹn giờ", "express by the hour"),
}


@dataclass(frozen=True)
class Field:
    """One element. many: it may stand several times, its value is a list. form: what the writer asks of its text
    (``date``, ``time`` or a set of codes). plain: the child that is meant where a group holds plain text only."""

    name: str
    children: tuple[Field, ...] = ()
    many: bool = False
    needed: bool = False
    attributes: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    plain: str = ""
    form: str | frozenset[str] = ""

    @cached_property
    def by_name(self) -> dict[str, Field]:
        """Children by every name that they go by, in small letters."""
        return {name.lower(): one for one in self.children for name in (one.name, *one.aliases)}


def _texts(*names: str) -> tuple[Field, ...]:
    return tuple(Field(name) for name in names)


def _list(name: str, child: Field, **more: object) -> Field:
    return Field(name, (child,), plain=child.name, **more)  # type: ignore[arg-type]


_ORGAN = (
    Field("OrganId", needed=True),
    *_texts("OrganizationInCharge", "OrganName", "OrganAdd", "Email", "Telephone", "Fax", "Website"),
)
_STAFF = Field("StaffInfo", _texts("Department", "Staff", "Email", "Mobile"), plain="Staff")
_RESPONSE = Field(
    "ResponseFor",
    (*_texts("OrganId", "Code", "DocumentId"), Field("PromulgationDate", form="date")),
    many=True,
    plain="DocumentId",
)

MESSAGE_HEADER = Field(
    "MessageHeader",
    (
        Field("From", _ORGAN, needed=True, plain="OrganId"),
        Field("To", _ORGAN, many=True, plain="OrganId"),
        Field("DocumentId"),
        Field("Code", _texts("CodeNumber", "CodeNotation"), plain="CodeNumber"),
        Field(
            "PromulgationInfo",
            (Field("Place"), Field("PromulgationDate", form="date")),
            aliases=("Promulgation",),
            plain="PromulgationDate",
        ),
        Field("DocumentType", _texts("Type", "TypeDetail", "TypeName"), plain="TypeName"),
        Field("Subject"),
        Field("Content"),
        Field(
            "SignerInfo",
            (Field("Competence"), Field("Position"), Field("FullName", aliases=("Signer",))),
            aliases=("Author",),
            plain="FullName",
        ),
        Field("DueDate", form="date", aliases=("ResponseDate",)),
        Field(
            "OtherInfo",
            (
                Field("Priority", form=frozenset(PRIORITIES)),
                Field("SphereOfPromulgation"),
                Field("TyperNotation"),
                Field("PromulgationAmount"),
                Field("PageAmount"),
                Field("Direction"),
                _list("Appendixes", Field("Appendix", many=True)),
            ),
        ),
        _RESPONSE,
        Field("SteeringType"),
        _list("ResponseForTask", Field("TaskCode", many=True)),
        Field("ApplicationType"),
        _list("ToPlaces", Field("Place", many=True)),
        # A status message has the same envelope, and these.
        Field("StatusCode", form=frozenset(STATUSES)),
        Field("Description"),
        Field("Timestamp", form="time"),
        _STAFF,
    ),
)

BUSSINESS = Field(
    "Bussiness",
    (
        Field("DocumentId"),
        Field("BussinessDocType", form=frozenset(BUSINESS), aliases=("BusinessDocType",)),
        Field("BussinessDocReason", aliases=("BusinessDocReason",)),
        Field("Paper"),
        Field(
            "BussinessDocumentInfo",
            (
                *_texts("DocumentInfo", "DocumentReceiver"),
                _list("ReceiverList", Field("Receiver", _texts("OrganId", "ReceiverType"), many=True, plain="OrganId")),
            ),
            aliases=("BusinessDocumentInfo",),
            plain="DocumentInfo",
        ),
        _list(
            "ReplacementInfoList",
            Field(
                "ReplacementInfo",
                (Field("DocumentId"), _list("OrganIdList", Field("OrganId", many=True))),
                many=True,
                plain="DocumentId",
            ),
        ),
        _STAFF,
    ),
    aliases=("Business",),
    plain="BussinessDocType",
)

TRACE_HEADER_LIST = Field(
    "TraceHeaderList",
    (
        Field(
            "TraceHeader",
            (Field("OrganId"), Field("Timestamp", form="time", aliases=("Time",))),
            many=True,
            plain="OrganId",
        ),
        BUSSINESS,
    ),
    attributes=("id", "version", "mustUnderstand", "actor"),
)

MANIFEST = Field(
    "edXMLManifest",
    (
        Field(
            "Reference",
            _texts("ContentId", "ContentType", "Description", "AttachmentName"),
            many=True,
            attributes=("href",),
            plain="ContentId",
        ),
    ),
    attributes=("version",),
    aliases=("Manifest",),
)

ATTACHMENT = Field(
    "Attachment",
    (
        Field("ContentType", aliases=("FileType",)),
        Field("ContentId"),
        Field("AttachmentName", aliases=("FileName",)),
        Field("Description"),
    ),
    many=True,
    attributes=("href",),
)


#: Sections in the order of the standard; a section may stand outside its place.
SECTIONS = (MESSAGE_HEADER, TRACE_HEADER_LIST, MANIFEST)
SECTION_NAMES = {name.lower(): one for one in SECTIONS for name in (one.name, *one.aliases)}
#: What only wraps: the envelope by its names in the standard, in the older dialects, and in SOAP.
WRAPPERS = frozenset(
    {"edxml", "edxmlenvelope", "envelope", "edxmlheader", "header", "edxmlbody", "body", "attachmentencoded"}
)
