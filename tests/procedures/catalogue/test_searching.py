"""Searching the catalogue as people speak: what they type finds what they need."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from engine.yaml import loads
from procedures import catalogue
from procedures.actor import SYSTEM
from procedures.catalogue.ranking import Entry, Index
from procedures.catalogue.spelling import leftovers, word_of
from procedures.catalogue.wording import read, wording
from procedures.search import fold
from tests.procedures.catalogue.record import record
from tests.procedures.places import empty

HERE = Path(__file__).parent
NATIONAL = Path("../shared/data/tthc"), Path("../shared/data/tthc-starter")
EVERYDAY: Mapping[str, list[str]] = loads((HERE / "everyday.yaml").read_text("utf-8"))
SEARCHES: Mapping[str, list[str]] = loads((HERE / "searches.yaml").read_text("utf-8"))


def everyday() -> Iterator[Entry]:
    for field, names in EVERYDAY.items():
        for name in names:
            yield Entry(f"9.{len(name)}.{fold(name)}", name, field, fold(field), ("xa",))


def national() -> Iterator[Entry]:
    for folder in NATIONAL:
        for file in sorted(folder.glob("*.json")):
            found = catalogue.read_record(json.loads(file.read_text("utf-8")))
            rest = fold(" ".join((found.field_name, *found.results, *found.executing)))
            yield Entry(found.code, found.name, found.field_name, rest, found.levels)


@pytest.fixture(scope="module")
def entries() -> dict[str, Entry]:
    return {entry.code: entry for entry in (*everyday(), *national())}


@pytest.fixture(scope="module")
def index(entries: dict[str, Entry]) -> Index:
    return Index(entries.values())


def answers(name: str, wanted: Sequence[str]) -> bool:
    """Whether a name is one of those that were wanted (searches.yaml)."""
    folded = fold(name).removeprefix("thu tuc ")
    return any(folded == one[:-1] if one.endswith("$") else folded.startswith(one) for one in wanted)


def test_what_people_type_finds_what_they_need_among_the_first_three(index: Index, entries: dict[str, Entry]) -> None:
    asked = first = missed = 0
    wrong = []
    for text, wanted in SEARCHES.items():
        if not any(answers(entry.name, wanted) for entry in entries.values()):
            continue  # its record is not here
        names = [entries[code].name for code in list(index.search(text).scores)[:3]]
        asked += 1
        first += bool(names) and answers(names[0], wanted)
        if not any(answers(name, wanted) for name in names):
            missed += 1
            wrong.append(f"{text}: {names}")
    assert asked > 150
    assert missed / asked <= 0.03, "\n".join(wrong)
    assert first / asked >= 0.9


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("đăng ký khai sinh", "Thủ tục đăng ký khai sinh có yếu tố nước ngoài"),
        ("khai tử", "Thủ tục đăng ký khai tử lưu động"),
        ("giám hộ", "Thủ tục đăng ký chấm dứt giám hộ"),
    ],
)
def test_the_everyday_procedure_stands_before_the_rare_one_unless_that_was_asked_for(text: str, name: str) -> None:
    plain = f"Thủ tục {text}" if text.startswith("đăng ký") else f"Thủ tục đăng ký {text}"
    found = Index([Entry("1", name, "Hộ tịch", "", ()), Entry("2", plain, "Hộ tịch", "", ())])
    assert next(iter(found.search(text).scores)) == "2"
    assert next(iter(found.search(name).scores)) == "1"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("kahi sinh", "khai sinh"),
        ("khaisinh", "khai sinh"),
        ("giaays khai sinh", "giấy khai sinh"),
        ("ke6t1 ho6n", "kết hôn"),
        ("tam turu", "tạm trú"),
        ("thường chú", "thường trú"),
        ("dangkykethon", "đăng ký kết hôn"),
    ],
)
def test_slips_are_forgiven_and_what_was_meant_is_told(index: Index, typed: str, meant: str) -> None:
    assert index.search(typed).meant == meant


@pytest.mark.parametrize("typed", ["khai sinh", "Khai Sinh", "đăng kí khai sinh", "cho con", "sổ đỏ"])
def test_what_is_spelt_right_is_left_alone(index: Index, typed: str) -> None:
    assert index.search(typed).meant is None


@pytest.mark.parametrize(
    "text", ["", "  ", "!!!", "vũ trụ bao la", "qwertyuiop", "zzzz zzzz", "x" * 10_000, "\u0300", "🙂"]
)
def test_what_is_nothing_of_the_catalogue_finds_nothing(index: Index, text: str) -> None:
    assert not index.search(text).scores


def test_a_code_comes_first_whole_or_begun(index: Index, entries: dict[str, Entry]) -> None:
    for code in entries:
        if code[0] in "123":
            assert next(iter(index.search(f"mã {code}").scores)) == code
            break
    small = Index([Entry("1.001193", "Một", "", "", ()), Entry("1.001194", "Hai", "", "", ())])
    assert list(small.search("1.0011").scores) == ["1.001193", "1.001194"]


def test_one_name_of_many_provinces_leaves_room_for_others() -> None:
    same = [Entry(f"1.{n}", "Tách thửa đất", "Đất đai", "", ()) for n in range(5)]
    found = list(
        Index([*same, Entry("2", "Tách thửa đất, hợp thửa đất", "Đất đai", "", ())]).search("tách thửa đất").scores
    )
    assert found[0] == "1.0" and "2" in found[:3]


def test_marks_that_were_typed_tell_words_apart() -> None:
    assert word_of("hoá") == word_of("hóa") and word_of("kí") == word_of("ký")
    assert word_of("kêt").is_like(word_of("kết")) and word_of("ket").is_like(word_of("kết"))
    assert not word_of("để").is_like(word_of("đẻ")) and not word_of("đẻ").is_like(word_of("de"))
    assert "dat" in leftovers("ddaats") and "dat" in leftovers("d9at61")


def test_sayings_lead_to_the_laws_terms_in_any_order() -> None:
    told = read("sayings:\n  bìa xanh & mất: cấp lại phiếu\n  bìa xanh: phiếu\nfillers: [bị]\nrare: [lưu động]\n")
    entries = [
        Entry("1", "Cấp lại phiếu", "", "", ()),
        Entry("2", "Cấp phiếu lưu động", "", "", ()),
        Entry("3", "Cấp phiếu", "", "", ()),
    ]
    found = Index(entries, told)
    assert next(iter(found.search("mất bìa xanh").scores)) == "1" == next(iter(found.search("bia xanh bi mat").scores))
    assert next(iter(found.search("bìa xanh").scores)) == "3"


def test_every_saying_of_the_file_has_words_and_terms() -> None:
    for one in wording().sayings:
        assert all(one.parts) and all(one.terms) and one.terms not in [(part,) for part in one.parts]


def test_the_index_follows_the_catalogue() -> None:
    database, _ = empty()

    def found(text: str) -> list[str]:
        return [hit.code for hit in catalogue.find(database, text).hits]

    assert found("bán cá") == []
    catalogue.import_records(database, [("a", record(name="Cấp phép bán cá"))], by=SYSTEM)
    assert found("bán cá") == ["9.000001"]
    catalogue.import_records(database, [("a", record(name="Cấp phép bán tôm"))], by=SYSTEM)
    assert found("bán tôm") == ["9.000001"] and catalogue.find(database, "ban tomm").meant == "bán tôm"


@pytest.mark.slow
def test_five_thousand_records_are_searched_at_once(entries: dict[str, Entry]) -> None:
    known = list(entries.values())
    many = [
        Entry(f"{n}.{entry.code}", f"{entry.name} {n}", entry.field, entry.rest, entry.levels)
        for n in range(-(-5000 // len(known)))
        for entry in known
    ]
    index = Index(many)
    index.search("làm nóng")
    began = time.perf_counter()
    for text in list(SEARCHES)[:20]:
        index.search(text)
    assert (time.perf_counter() - began) / 20 < 1.0
