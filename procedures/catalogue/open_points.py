"""Terms and fees of a record: taken where they are numbers, flagged where they are prose or contradict each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engine.calendar.terms import ClockError, Term
from procedures.catalogue.clean import plain
from procedures.catalogue.values import FEE_KINDS, METHODS, Case, Fee, Flag, TermOf
from procedures.search import fold

UNITS = {
    "WORKING_DAY": "WORKING_DAY",
    "DAY": "DAY",
    "MONTH": "MONTH",
    "HOUR": "WORKING_HOUR",
    "WORKING_HOUR": "WORKING_HOUR",
}
SMALLEST = 1000  # đồng: a smaller amount is in another currency or a slip
# Words by which a text of an amount of 0 leaves the amount to another place, or makes it depend on something.
_PROSE = frozenset(
    (
        "quy",
        "dinh",
        "nghi",
        "quyet",
        "thong",
        "tu",
        "muc",
        "dong",
        "hdnd",
        "hoi",
        "chi",
        "tiet",
        "theo",
        "mien",
        "giam",
        "truong",
        "hop",
        "tra",
        "cuu",
    )
)
_FREE = frozenset(
    (
        "mien phi",
        "mien le phi",
        "khong",
        "khong thu",
        "khong thu phi",
        "khong thu le phi",
        "khong co",
        "mien phi le phi",
        "mien phi va le phi",
        "khong mat phi",
        "0",
        "0 dong",
    )
)


def term_of(quantity: Any, unit: str | None) -> TermOf:
    """The term where it is a positive number in a known unit; else to configure, with the prose kept."""
    known = UNITS.get((unit or "").strip().upper())
    text = plain(quantity) if isinstance(quantity, str) else ""
    if known is None:
        return TermOf(None, None, text if not text.isdigit() else "")
    try:
        term = Term.of(text or quantity, known)
    except ClockError:
        return TermOf(None, None, text)
    return TermOf(term.value, term.unit) if term.value > 0 else TermOf(None, None, text)


def fee_of(record: dict[str, Any]) -> Fee:
    """The fee where its amount is a plausible number; 0 only where nothing makes it depend on a prose."""
    amount, text = record.get("value_vnd"), plain(record.get("text"))
    kind = record.get("type") or "FEE"
    if isinstance(amount, bool) or not isinstance(amount, int | float) or not float(amount).is_integer():
        return Fee(kind, None, text)
    amount = int(amount)
    if amount == 0:
        return Fee(kind, None if _leaves_open(text) else 0, text)
    return Fee(kind, amount if amount >= SMALLEST else None, text)


def _leaves_open(text: str) -> bool:
    folded = fold(text)
    if not folded or folded in _FREE:
        return False
    return bool(set(folded.split()) & _PROSE) or any(letter.isdigit() for letter in folded)


def fee_flags(channels: Sequence[dict[str, Any]]) -> list[Flag]:
    """A flag for each channel that leaves a fee open, with what it says."""
    flags: list[Flag] = []
    for channel in channels:
        for record in channel.get("fees") or ():
            fee = fee_of(record)
            if not fee.to_configure:
                continue
            method, kind = METHODS[channel["method"]], FEE_KINDS.get(fee.kind, FEE_KINDS["FEE"])
            amount = record.get("value_vnd")
            said = f"“{fee.text[:80]}{'…' if len(fee.text) > 80 else ''}”" if fee.text else "–"
            given = ("", "") if amount in (None, 0) else (f" (ghi {amount})", f" (it says {amount})")
            flags.append(
                Flag(
                    "fee",
                    f"{kind[0]}, kênh {method[0]}: mức thu chưa xác định{given[0]}, cần cấu hình: {said}",
                    f"{kind[1]}, channel {method[1]}: amount not determined{given[1]}, to configure: {said}",
                )
            )
    return list(dict.fromkeys(flags))


def cases_of(records: Sequence[dict[str, Any]]) -> tuple[tuple[Case, ...], list[Flag]]:
    """The cases, each once: one that is listed twice is flagged, and to configure where its terms differ."""
    terms: dict[str, list[TermOf]] = {}
    for number, record in enumerate(records, 1):
        code = plain(record.get("case_code")) or f"#{number}"
        terms.setdefault(code, []).append(term_of(record.get("qty"), record.get("unit")))
    cases: list[Case] = []
    flags: list[Flag] = []
    for code, given in terms.items():
        term = given[0]
        if len(given) > 1:
            same = len(set(given)) == 1
            texts = ", ".join(dict.fromkeys(one.vi for one in given))
            flags.append(
                Flag(
                    "term",
                    f"Trường hợp {code} được ghi {len(given)} lần ({texts})"
                    + ("" if same else ": thời hạn mâu thuẫn, cần cấu hình"),
                    f"Case {code} is listed {len(given)} times"
                    + ("" if same else " with different terms: to configure"),
                )
            )
            term = term if same else TermOf(None, None, texts)
        if term.to_configure and len(set(given)) == 1:
            flags.append(
                Flag(
                    "term",
                    f"Trường hợp {code}: thời hạn chưa xác định, cần cấu hình",
                    f"Case {code}: term not determined, to configure",
                )
            )
        cases.append(Case(code, term))
    return tuple(sorted(cases, key=lambda case: case.code)), flags


def whole_term(cases: Sequence[Case], channels: Sequence[dict[str, Any]]) -> tuple[TermOf, list[Flag]]:
    """The term of the whole procedure where it has one, and what speaks against it. A case wins over channels."""
    by_method: dict[str, set[TermOf]] = {}
    for channel in channels:
        processing = channel.get("processing") or {}
        term = term_of(processing.get("qty"), processing.get("unit"))
        by_method.setdefault(channel["method"], set()).add(term)
    given = {term for terms in by_method.values() for term in terms}
    flags: list[Flag] = []
    prose = sorted({term.prose for term in given if term.to_configure})
    if cases:
        known = {case.term for case in cases}
        against = sorted(
            (term for term in given if not term.to_configure and term not in known),
            key=lambda term: (term.unit or "", term.value or 0),
        )
        if against:
            by_case = list(dict.fromkeys(case.term for case in cases))
            flags.append(
                Flag(
                    "term",
                    f"Thời hạn theo kênh ({', '.join(term.vi for term in against)}) khác với trường "
                    f"hợp ({', '.join(term.vi for term in by_case)}): lấy theo trường hợp",
                    f"The terms of channels ({', '.join(term.en for term in against)}) differ from those of "
                    f"the cases ({', '.join(term.en for term in by_case)}): the cases win",
                )
            )
        if prose:
            flags.append(
                Flag(
                    "term",
                    "Thời hạn của kênh để bằng lời hoặc không ghi, cần cấu hình; trường hợp có thời "
                    "hạn thì lấy theo trường hợp",
                    "The term of a channel is left to prose or missing, to "
                    "configure; where a case has a term, the case wins",
                )
            )
        return (cases[0].term if len(known) == 1 else TermOf(None, None)), flags
    if prose or not given:
        flags.append(_prose_flag(prose))
    several = sorted(method for method, terms in by_method.items() if len(terms) > 1)
    if several:
        texts = ", ".join(sorted({term.vi for term in given if not term.to_configure}))
        flags.append(
            Flag(
                "term",
                f"Một kênh có nhiều thời hạn mà không nêu trường hợp ({texts}): cần cấu hình",
                f"A channel gives several terms without cases ({texts}): to configure",
            )
        )
    return (next(iter(given)) if len(given) == 1 else TermOf(None, None, prose[0] if prose else "")), flags


def _prose_flag(prose: Sequence[str]) -> Flag:
    said = next((text for text in prose if text), "")
    shown = f": “{said[:100]}{'…' if len(said) > 100 else ''}”" if said else ""
    return Flag(
        "term",
        f"Thời hạn để bằng lời hoặc không ghi, cần cấu hình{shown}",
        f"A term is left to prose or missing, to configure{shown}",
    )
