"""edXML: every field there and back, every sample whole, older dialects, and what is not taken."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import random
import re
import tracemalloc
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from procedures.exchange import edxml
from procedures.exchange.edxml import fields
from procedures.exchange.edxml.fields import Field

SAMPLES = sorted(Path(__file__).parents[3].parent.joinpath("shared/data/edxml").glob("*.edxml"))
ORGAN = {"From": {"OrganId": "H31.12"}, "To": [{"OrganId": "H31.13"}], "Subject": "V/v phối hợp"}


def read(text: str | bytes) -> dict[str, Any]:
    return edxml.read(io.BytesIO(text.encode() if isinstance(text, str) else text)).fields


def written(message: dict[str, Any]) -> bytes:
    into = io.BytesIO()
    edxml.write(message, into)
    return into.getvalue()


def refusal(text: str | bytes) -> edxml.EdxmlRefused:
    with pytest.raises(edxml.EdxmlRefused) as refused:
        read(text)
    assert refused.value.vi and refused.value.en.isascii()
    return refused.value


TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=12).map(
    str.strip
)


def values(shape: Field) -> st.SearchStrategy[Any]:
    """Every field of a shape, in any combination that the standard allows."""
    if shape.children:
        needed = {one.name: values(one) for one in shape.children if one.needed}
        free = {one.name: values(one) for one in shape.children if not one.needed}
        one: st.SearchStrategy[Any] = st.fixed_dictionaries(
            needed, optional={**free, **dict.fromkeys(shape.attributes, TEXT)}
        )
    elif isinstance(shape.form, frozenset):
        one = st.sampled_from(sorted(shape.form))
    elif shape.form:
        pattern = "%Y/%m/%d" if shape.form == "date" else "%Y/%m/%d %H:%M:%S"
        one = st.datetimes(
            datetime(1950, 1, 1)  # noqa: DTZ001
        ).map(lambda at: at.strftime(pattern))
    else:
        one = TEXT
    return st.lists(one, min_size=1, max_size=3) if shape.many else one


def attachments() -> st.SearchStrategy[Any]:
    def entry(body: bytes, name: str) -> dict[str, Any]:
        digest = hashlib.sha256(body).hexdigest()
        content = base64.b64encode(body).decode()
        return {"name": name, "type": "text/plain", "size": len(body), "sha256": digest, "content": content}

    return st.lists(st.builds(entry, st.binary(max_size=200).map(lambda b: b"." + b), TEXT), max_size=2)


def messages() -> st.SearchStrategy[Any]:
    header = values(fields.MESSAGE_HEADER).map(
        lambda one: {**ORGAN, "ResponseFor": [{"OrganId": "H31"}], **one, "Subject": "Đề"}
    )
    return st.fixed_dictionaries(
        {
            "MessageHeader": header,
            "TraceHeaderList": values(fields.TRACE_HEADER_LIST),
            "edXMLManifest": values(fields.MANIFEST),
            "attachments": attachments(),
        }
    )


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(messages())
def test_every_field_comes_back(message: dict[str, Any]) -> None:
    again = read(written(message))
    assert again["unknown"] == []
    assert {key: again[key] for key in message} == message
    assert written(again) == written(message)


@pytest.mark.skipif(not SAMPLES, reason="the samples are not here")
@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_real_message_is_read_whole_and_written_again(path: Path) -> None:
    message = read(path.read_bytes())
    assert [one for one in message["unknown"] if one["value"] != "1212"] == []
    raw = path.read_bytes()[path.read_bytes().index(b"<") :].decode()
    said = set(re.findall(r">([^<>]*\S[^<>]*)<", raw))
    told = json.dumps(message, ensure_ascii=False)
    assert {text.strip() for text in said} - {
        json.loads(f'"{one}"') for one in re.findall(r'"((?:[^"\\]|\\.)*)"', told)
    } == set()
    again = read(written(message))
    assert {**again, "unknown": message["unknown"]} == message


@pytest.mark.parametrize("code", sorted(fields.STATUSES))
def test_every_status_is_understood(code: str) -> None:
    header = {
        "From": {"OrganId": "H31"},
        "ResponseFor": [{"OrganId": "G22", "Code": "7816/VPCP-TTĐT"}],
        "StatusCode": code,
    }
    message = read(written({"MessageHeader": header}))
    assert message["kind"] == "status" and message["meaning"]["StatusCode"]["vi"] == fields.STATUSES[code][0]


@pytest.mark.parametrize("code", sorted(fields.BUSINESS))
def test_every_kind_of_business_is_understood(code: str) -> None:
    message = read(written({"MessageHeader": ORGAN, "TraceHeaderList": {"Bussiness": {"BussinessDocType": code}}}))
    assert message["kind"] == "document" and message["meaning"]["BussinessDocType"]["vi"] == fields.BUSINESS[code][1]


FLAT = """<EdXMLEnvelope xmlns="http://www.go.vn/eDoc"><MessageHeader><To><OrganId>H37.2</OrganId></To>
<From><OrganId>H37.1</OrganId></From><Code><CodeNumber>1</CodeNumber></Code>
<PromulgationInfo><Promulgator>Sở</Promulgator><PromulgationDate>2026-05-20</PromulgationDate></PromulgationInfo>
<DocumentType>Công văn</DocumentType><Subject>Đề</Subject><SignerInfo><Signer>Mẫu</Signer></SignerInfo>
<OtherInfo><Appendixes>Phụ lục</Appendixes></OtherInfo><DocumentId>a</DocumentId>
<TraceHeaderList><TraceHeader><Time>2026/05/20 08:00:00</Time><Path><From>a</From></Path></TraceHeader>
</TraceHeaderList></MessageHeader><Manifest><Attachment><Content>aGVsbG8=</Content><FileName>a.txt</FileName>
<FileType>text/plain</FileType></Attachment></Manifest></EdXMLEnvelope>"""


def test_the_flat_dialect_is_read_by_the_same_names() -> None:
    message = read(FLAT)
    header = message["MessageHeader"]
    assert header["DocumentType"] == {"TypeName": "Công văn"} and header["SignerInfo"] == {"FullName": "Mẫu"}
    assert header["OtherInfo"] == {"Appendixes": {"Appendix": ["Phụ lục"]}}
    assert message["TraceHeaderList"]["TraceHeader"] == [{"Timestamp": "2026/05/20 08:00:00"}]
    (one,) = message["attachments"]
    assert (one["name"], one["type"], one["size"]) == ("a.txt", "text/plain", 5)
    assert [(one["path"].rpartition("/")[2], one["value"]) for one in message["unknown"]] == [
        ("Promulgator", "Sở"),
        ("Path", {"From": "a"}),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "<e:Envelope xmlns:e='urn:x'><e:Header><e:MessageHeader>{}</e:MessageHeader></e:Header></e:Envelope>",
        "<S:Envelope><S:Body><SendDocument><edXML:MessageHeader>{}</edXML:MessageHeader></SendDocument></S:Body></S:Envelope>",
        "<edXML><EDXMLENVELOPE>{}</EDXMLENVELOPE></edXML>",
        "<Doc>{}</Doc>",
        "\ufeff \n<edXML:edXML><edXML:MessageHeader>{}</edXML:MessageHeader></edXML:edXML>\n thừa",
    ],
    ids=["other namespace", "no namespace in SOAP", "no MessageHeader", "flat", "text around it"],
)
def test_order_prefixes_namespaces_and_wrappers_do_not_matter(text: str) -> None:
    inner = "<Subject>Đề</Subject><edXML:To><OrganId>B</OrganId></edXML:To><From><x:OrganId>A</x:OrganId></From>"
    message = read(text.format(inner))
    assert message["MessageHeader"] == {"From": {"OrganId": "A"}, "To": [{"OrganId": "B"}], "Subject": "Đề"}


def test_what_is_not_understood_is_kept_with_its_place() -> None:
    header = "<From x='1'><OrganId>A</OrganId><La>b</La></From><From><OrganId>C</OrganId></From>"
    header += "<Nhom><a>1</a><a>2</a></Nhom>"
    told = read(f"<edXML><MessageHeader>{header}</MessageHeader></edXML>")["unknown"]
    assert [(one["path"], one["value"]) for one in told] == [
        ("edXML/MessageHeader/From/@x", "1"),
        ("edXML/MessageHeader/From/La", "b"),
        ("edXML/MessageHeader/From", {"OrganId": "C"}),
        ("edXML/MessageHeader/Nhom", {"a": ["1", "2"]}),
    ]


def attached(content: str) -> str:
    encoded = f"<ContentTransferEncoded>{content}</ContentTransferEncoded>"
    encoded = f"<Attachment><AttachmentName>a</AttachmentName>{encoded}</Attachment>"
    return (
        f"<edXML><MessageHeader><From>A</From></MessageHeader><AttachmentEncoded>{encoded}</AttachmentEncoded></edXML>"
    )


@pytest.mark.parametrize("content", ["a?b=", "YQ=", "YQ==YQ==", "ướ"])
def test_an_attachment_that_is_no_base64_is_told_and_the_rest_is_read(content: str) -> None:
    message = edxml.read(io.BytesIO(attached(content).encode()))
    assert message.fields["MessageHeader"]["From"] == {"OrganId": "A"}
    assert len(message.faults) == 1 and message.fields["attachments"][0]["sha256"] is None


def test_an_attachment_is_hashed_whatever_its_line_breaks() -> None:
    body = random.Random(1).randbytes(100_000)
    (one,) = read(attached(base64.encodebytes(body).decode()))["attachments"]
    assert one["size"] == len(body) and one["sha256"] == hashlib.sha256(body).hexdigest()


def test_a_zip_that_unpacks_to_too_much_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("procedures.exchange.edxml.attachments.UNPACKED", 1_000_000)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as into:
        into.writestr("so-khong", b"\0" * 2_000_000)
    assert refusal(attached(base64.b64encode(packed.getvalue()).decode())).rule == "zip-bomb"


def test_a_zip_of_very_many_files_is_not_taken_before_its_list_is_read() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as into:
        for n in range(2_500):
            into.writestr(f"{n}", b"")
    assert refusal(attached(base64.b64encode(packed.getvalue()).decode())).rule == "zip-bomb"


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "not-xml"),
        ("không phải XML", "not-xml"),
        ("<edXML><MessageHeader>", "not-xml"),
        ("<a><b/></a>", "no-edxml"),
        ("<edXML><MessageHeader/></edXML>", "no-edxml"),
        ('<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', "doctype"),
        ("<a>" * 100 + "</a>" * 100, "too-many"),
        ("<a>" + "<b/>" * 30_000 + "</a>", "too-many"),
        ("<a>" + "b" * 9_000_000 + "</a>", "too-long"),
        ("<a b='" + "x" * 2_000_000 + "'/>", "too-long"),
        ("<a><!--" + "x" * 2_000_000 + "--></a>", "too-long"),
        ('<?xml version="1.0" encoding="la-lung"?><a/>', "encoding"),
        ("<edXML><MessageHeader>&chua-khai-bao;</MessageHeader></edXML>", "not-xml"),
    ],
)
def test_what_is_no_message_or_not_safe_is_refused(text: str, rule: str) -> None:
    assert refusal(text).rule == rule


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"MessageHeader": None}, "MessageHeader"),
        ({"MessageHeader": {**ORGAN, "To": []}}, "To"),
        ({"MessageHeader": {**ORGAN, "To": {"OrganId": "A"}}}, "To"),
        ({"MessageHeader": {**ORGAN, "To": [{"OrganName": "A"}]}}, "OrganId"),
        ({"MessageHeader": {**ORGAN, "Subjekt": "x"}}, "Subjekt"),
        ({"MessageHeader": {**ORGAN, "Subject": 1}}, "Subject"),
        ({"MessageHeader": {**ORGAN, "Subject": "\0"}}, "Subject"),
        ({"MessageHeader": {**ORGAN, "DueDate": "2026-01-02"}}, "DueDate"),
        ({"MessageHeader": {**ORGAN, "DueDate": "2026/02/30"}}, "DueDate"),
        ({"MessageHeader": {**ORGAN, "StatusCode": "99", "ResponseFor": [{"OrganId": "A"}]}}, "StatusCode"),
        ({"MessageHeader": {**ORGAN, "StatusCode": "01"}}, "ResponseFor"),
        ({"TraceHeaderList": {"Bussiness": {"BussinessDocType": "9"}}}, "BussinessDocType"),
        ({"attachments": [{"name": "a"}]}, "attachments[0]"),
        ({"attachments": [{"name": "a", "content": "YQ==", "size": 2}]}, "size"),
        ({"attachments": [{"name": "a", "content": "?"}]}, "content"),
        ({"attachments": [{"name": "a", "file": "/khong/co"}]}, "attachments[0]"),
        ({"them": 1}, "them"),
    ],
)
def test_the_writer_is_strict_and_names_the_field(change: dict[str, Any], named: str) -> None:
    into = io.BytesIO()
    with pytest.raises(edxml.EdxmlRefused) as refused:
        edxml.write({"MessageHeader": ORGAN, **change}, into)
    assert named in refused.value.vi and named in refused.value.en and into.getvalue() == b""


@pytest.mark.skipif(not SAMPLES, reason="the samples are not here")
@pytest.mark.parametrize("count", [100, pytest.param(1000, marks=pytest.mark.slow)])
def test_a_mutated_message_is_read_or_refused_and_never_a_fault(count: int) -> None:
    chance = random.Random(count)
    bodies = [path.read_bytes() for path in SAMPLES]
    for _ in range(count):
        body = bytearray(chance.choice(bodies))
        for _ in range(chance.randrange(1, 6)):
            at = chance.randrange(len(body))
            kind = chance.randrange(3)
            if kind == 0:
                body[at] = chance.randrange(256)
            elif kind == 1:
                del body[at : at + chance.randrange(1, 200)]
            else:
                body[at:at] = body[at : at + chance.randrange(1, 200)]
        try:
            told = edxml.read(io.BytesIO(bytes(body))).fields
        except edxml.EdxmlRefused:
            continue
        json.dumps(told)


def test_memory_does_not_grow_with_an_attachment(tmp_path: Path) -> None:
    path = tmp_path / "lon.edxml"
    before, after = attached("@").encode().split(b"@")
    body = b"x" * 57_000
    with path.open("wb") as file:
        file.write(before)
        for _ in range(400):
            file.write(base64.b64encode(body))
        file.write(after)
    tracemalloc.start()
    with path.open("rb") as stream:
        message = edxml.read(stream, tmp_path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert message.fields["attachments"][0]["size"] == 400 * 57_000 and peak < 6_000_000
    assert Path(message.fields["attachments"][0]["file"]).stat().st_size == 400 * 57_000
