"""Figures of documents: what each counts, and that it opens exactly those."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import update

from engine import audit
from procedures.documents import figures
from procedures.store.documents import document, document_line
from tests.procedures.documents.office import directed, registered
from tests.procedures.town import AGENCY, Town


def test_each_figure_counts_what_it_says_and_opens_exactly_that(either_office: Town) -> None:
    town = either_office
    day = town.now.date()
    made = [registered(town, notation=f"{n}/UBND-NC") for n in range(1, 6)]
    directed(town, made[0].id)
    directed(town, made[1].id)
    clerk, database = town["giang"], town.database

    def put(tx) -> None:  # type: ignore[no-untyped-def]
        tx.execute(update(document).where(document.c.id.in_([one.id for one in made[:3]])).values(medium="dien_tu"))
        tx.execute(update(document).where(document.c.id == made[3].id).values(medium="song_song"))
        tx.execute(
            update(document).where(document.c.id == made[4].id).values(received_at=town.now - timedelta(hours=30))
        )
        late = document_line.c.root_id == made[0].id, document_line.c.role == "chu_tri"
        tx.execute(update(document_line).where(*late).values(due=town.now - timedelta(hours=1)))
        done = document_line.c.root_id == made[1].id, document_line.c.role == "chu_tri"
        tx.execute(update(document_line).where(*done).values(due=town.now + timedelta(days=1), closed_at=town.now))
        for one, kinds in ((made[2], ("document.signed",)), (made[3], ("document.signed", "document.sealed"))):
            tx.execute(
                update(document)
                .where(document.c.id == one.id)
                .values(register="di", dispatched_at=town.now, series="CV")
            )
            for kind in kinds:
                audit.append(tx, one.id, kind, "dung", {})

    database.run(put)
    rows = figures.figures(database, clerk, day, day)
    expected = {
        "den": 3, "den-dien-tu": 2, "den-song-song": 0, "den-giay": 1, "trong-ngay": 2, "dung-han": 1, "qua-han": 1,
        "di": 2, "di-dien-tu": 1, "di-song-song": 1, "di-giay": 0, "ky-mot": 1, "ky-hai": 1,
    }  # fmt: skip
    assert [row.agency for row in rows] == [AGENCY, ""] and rows[0].counts == rows[1].counts == expected
    assert rows[0].electronic == 60 and rows[0].with_paper == 20
    for name, count in expected.items():
        found = figures.documents(database, clerk, name, day, day)
        assert found.total == len(found.rows) == count, name
    assert figures.figures(database, clerk, day - timedelta(days=9), day - timedelta(days=1))[-1].electronic is None
    assert figures.figures(database, town["lien"], day, day)[-1].counts["den"] == 0, "another agency's are not theirs"
    assert figures.documents(database, town["khanh"], "den", day, day).rows == ()
    assert ("Đủ hai chữ ký số", "1", "1") in figures.sheet(database, clerk, day, day).rows
