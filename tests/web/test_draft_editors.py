"""The editors of a draft's files: what each may offer, what it needs of the content policy, how much it weighs."""

from __future__ import annotations

import gzip
import html
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from engine.store import Database
from procedures.forms.kinds import KINDS
from tests.web.filling import Forms
from tests.web.test_drafting import EXTRACT, begun, saved
from web import untranslated

People = Callable[[str], FlaskClient]
DIST = Path(untranslated.__file__).parent / "static" / "dist"
MOST = 600_000

TABS = {"so-do": "modeler", "bieu-mau": "form-editor", "quyet-dinh": "decision-editor"}


def test_a_tab_loads_its_own_editor_alone_and_stays_small(signed_in: People, database: Database) -> None:
    analyst = signed_in("phantich")
    address = begun(analyst, database)
    dmn = '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="urn:d"/>'
    saved(analyst, address, "decisions/d.dmn", dmn, 1)
    for tab, own in TABS.items():
        answer = analyst.get(f"{address}?phan={tab}")
        loaded = re.findall(r'(?:src|href)="[^"]*/static/dist/([\w-]+\.(?:js|css))', answer.text)
        assert f"{own}.js" in loaded and not {f"{other}.js" for other in TABS.values() if other != own} & set(loaded)
        size = len(gzip.compress(answer.data)) + sum(len(gzip.compress((DIST / one).read_bytes())) for one in loaded)
        assert size < MOST, (tab, size)
        assert "style-src-attr 'unsafe-inline'" in answer.headers["Content-Security-Policy"]
    for other in ("giay-to", "kich-ban", "ban-ghi", "kiem-tra", "lich-su"):
        assert "unsafe" not in analyst.get(f"{address}?phan={other}").headers["Content-Security-Policy"], other


def test_a_form_is_offered_what_runs_and_shown_as_its_users_see_it(signed_in: People, database: Database) -> None:
    analyst = signed_in("phantich")
    address = begun(analyst, database)
    page = analyst.get(f"{address}?phan=bieu-mau&tep=forms/to-khai.form&xem=can-bo-hep")
    pickers = json.loads(html.unescape(re.search(r'data-pickers="([^"]*)"', page.text)[1]))  # type: ignore[index]
    assert set(pickers["kinds"]) == set(KINDS) and pickers["tiers"]["xa"] == "Cấp xã"
    assert "mc-shown__frame--390" in page.text
    shown = html.unescape(re.search(r'<iframe[^>]* src="([^"]*)"', page.text)[1])  # type: ignore[index]
    official = analyst.get(shown)
    assert "frame-ancestors 'self'" in official.headers["Content-Security-Policy"] and "mc-dense" in official.text
    citizen = analyst.get(shown.replace("can-bo-hep", "cong-dan")).text
    assert citizen.count("<h2") > official.text.count("<h2"), "a page for each group"
    assert analyst.get(f"{address}/xem-bieu-mau?tep=forms/khong-co.form").status_code == 404
    broken = saved(analyst, address, "forms/to-khai.form", '{"components": [{"type": "iframe"}]}', 1)
    assert broken.status_code == 302
    assert "chưa được hỗ trợ" in analyst.get(shown).text


@pytest.mark.parametrize("who", ["motcua", "lanhdao"])
def test_only_keepers_see_a_form_of_a_draft(signed_in: People, database: Database, who: str) -> None:
    address = begun(signed_in("phantich"), database)
    assert signed_in(who).get(f"{address}/xem-bieu-mau?tep=forms/to-khai.form").status_code == 403


def test_a_letter_is_seen_beside_its_text_after_each_save(signed_in: People, database: Database) -> None:
    analyst = signed_in("phantich")
    address = begun(analyst, database)
    page = analyst.get(f"{address}?phan=giay-to").text
    assert 'data-insert="#field(&#34;noi_dang_ky&#34;)"' in page
    picture = html.unescape(re.search(r'<img[^>]* src="([^"]*\.png[^"]*)"', page)[1])  # type: ignore[index]
    assert analyst.get(picture).data.startswith(b"\x89PNG")
    assert analyst.get(picture.replace(".png", ".pdf")).data.startswith(b"%PDF")
    assert analyst.get(picture.replace("trang=1", "trang=99")).status_code == 404
    assert analyst.get(picture.replace("ban-sao-trich-luc", "khong-co")).status_code == 404
    json = {"headers": {"Accept": "application/json"}}
    told = saved(analyst, address, "letters/ban-sao-trich-luc.typ", "= A\n#khong_co", 1, phan="giay-to", **json).json
    assert "Chưa lập được, dòng 2" in told["seen"] and "không có tên “khong_co”" in told["here"]
    broken = picture.replace("lan=1", f"lan={told['number']}")
    assert analyst.get(broken).status_code == 404
    other = signed_in("motcua")
    assert {other.get(one).status_code for one in (picture, picture.replace(".png", ".pdf"))} == {403}


def as_shown(page: str) -> dict[str, Any]:
    """What a browser sends of the form of the record."""
    form = next(one for one in Forms(page).found if one.action.endswith("/ban-ghi"))
    return {**dict(form.carried), **{name: seen.shown for name, seen in form.fields.items()}}


def test_the_record_is_a_form_with_its_errors_at_their_fields(signed_in: People, database: Database) -> None:
    analyst = signed_in("phantich")
    address = begun(analyst, database)
    page = analyst.get(f"{address}?phan=ban-ghi").text
    names = re.findall(r'<(?:input|textarea)[^>]* name="([^"]+)"', page)
    assert {"components.0.name", "fees.0.amount", "legal_basis.0.until", "supplement.max_rounds"} <= set(names)
    assert '<option value="cap_ban_sao_trich_luc" selected>' in page, "the process is picked"
    form = as_shown(page)
    answer = analyst.post(
        f"{address}/ban-ghi", data={**form, "fees.0.amount": "ba nghìn", "effective_from": "1/8/2026"}
    )
    assert answer.status_code == 302
    page = analyst.get(f"{address}?phan=ban-ghi").text
    assert 'id="fees.0.amount-error"' in page and 'value="ba nghìn"' in page and "01/08/2026" in page
    form = as_shown(page)
    assert analyst.post(f"{address}/ban-ghi", data={**form, "fees.0.amount": "8000"}).status_code == 302
    assert "govuk-error-message" not in analyst.get(f"{address}?phan=ban-ghi").text
    late = analyst.post(f"{address}/ban-ghi", data={**form, "fees.0.amount": "9000", "goc": "1"})
    assert late.headers["Location"].endswith("phan=lich-su")
    assert analyst.post(f"{address}/ban-ghi", data={**form, "goc": "99"}).status_code == 404
    assert analyst.post(f"{address}/ban-ghi", data={**form, "ten": EXTRACT}).status_code == 404
    saved(analyst, address, "procedure.yaml", "a: [1", 3)
    assert "mc-record" not in analyst.get(f"{address}?phan=ban-ghi").text, "what cannot be read is mended as text"
