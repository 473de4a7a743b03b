"""The indexes of the search of dossiers and documents: by parts of words, where PostgreSQL has them (`pg_trgm`), and of
documents by their words (PostgreSQL's full text, SQLite's FTS5).

They are no part of the tables' description: each database has its own, and neither SQLite nor every PostgreSQL has all.
Without them a search finds the same, and reads all of them for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, column, event, func, literal_column, select, table, text
from sqlalchemy.exc import DBAPIError

from engine.store import Tx
from engine.store.raw import TRIGGERS
from procedures.store.documents import document

#: Index → the table and its column whose parts it finds.
INDEXES = {
    "ix_dossier_words": ("dossier", "folded"),
    "ix_dossier_code_words": ("dossier", "code"),
}
#: The words of documents: on SQLite a table of the words alone, kept by triggers, and its rows' documents.
WORDS, ROWS = "document_text", "document_row"
_KEPT = (
    f"CREATE VIRTUAL TABLE {WORDS} USING fts5(folded, content='', detail='none', prefix='2 3')",
    f"CREATE TABLE {ROWS} (n INTEGER PRIMARY KEY, root_id VARCHAR(36) NOT NULL UNIQUE)",
    f"INSERT INTO {ROWS} (root_id) SELECT id FROM document ORDER BY received_at, id",
    f"INSERT INTO {WORDS} (rowid, folded) SELECT n, folded FROM {ROWS} JOIN document ON id = root_id",
    f"""CREATE TRIGGER {WORDS}_in AFTER INSERT ON document BEGIN
  INSERT INTO {ROWS} (root_id) VALUES (new.id);
  INSERT INTO {WORDS} (rowid, folded) SELECT n, new.folded FROM {ROWS} WHERE root_id = new.id; END""",
    f"""CREATE TRIGGER {WORDS}_on AFTER UPDATE OF folded ON document WHEN old.folded <> new.folded BEGIN
  INSERT INTO {WORDS} ({WORDS}, rowid, folded) SELECT 'delete', n, old.folded FROM {ROWS} WHERE root_id = old.id;
  INSERT INTO {WORDS} (rowid, folded) SELECT n, new.folded FROM {ROWS} WHERE root_id = new.id; END""",
    f"""CREATE TRIGGER {WORDS}_out AFTER DELETE ON document BEGIN
  INSERT INTO {WORDS} ({WORDS}, rowid, folded) SELECT 'delete', n, old.folded FROM {ROWS} WHERE root_id = old.id;
  DELETE FROM {ROWS} WHERE root_id = old.id; END""",
)
document.metadata.info.setdefault(TRIGGERS, set()).update(one for one in _KEPT if one.startswith("CREATE TRIGGER"))
#: So many documents with these words are looked up by them; where there are more, the newest are read until there are
#: enough.
FEW = 3000


def index_words(connection: Connection) -> bool:
    """Makes the indexes that the database can have; whether that of parts of words is there now. A transaction is open
    on the connection, and goes on whatever comes of it."""
    if connection.dialect.name != "postgresql":
        return False
    connection.exec_driver_sql("SAVEPOINT trigrams")
    try:
        connection.exec_driver_sql("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        for name, (of, named) in INDEXES.items():
            connection.exec_driver_sql(f"CREATE INDEX IF NOT EXISTS {name} ON {of} USING gin ({named} gin_trgm_ops)")
    except DBAPIError:  # not installed on the server, or this role may not: then an administrator may, later
        connection.exec_driver_sql("ROLLBACK TO SAVEPOINT trigrams")
        return False
    connection.exec_driver_sql("RELEASE SAVEPOINT trigrams")
    return True


def index_documents(connection: Connection) -> None:
    """Makes the index of the words of documents."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("DROP INDEX IF EXISTS ix_document_words")
        connection.exec_driver_sql(
            f"CREATE INDEX IF NOT EXISTS ix_{WORDS} ON document USING gin (to_tsvector('simple', folded))"
        )
        return
    for statement in _KEPT:
        connection.exec_driver_sql(statement)


def drop_documents(connection: Connection) -> None:
    """Takes it away again."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"DROP INDEX IF EXISTS ix_{WORDS}")
        return
    for trigger in ("in", "on", "out"):
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {WORDS}_{trigger}")
    for one in (WORDS, ROWS):
        connection.exec_driver_sql(f"DROP TABLE IF EXISTS {one}")


@event.listens_for(document, "after_create")
def _created(_table: Any, connection: Connection, **_more: Any) -> None:
    index_documents(connection)


@event.listens_for(document, "before_drop")
def _dropped(_table: Any, connection: Connection, **_more: Any) -> None:
    drop_documents(connection)


def with_words(tx: Tx, texts: Sequence[str]) -> list[ColumnElement[bool]]:
    """The conditions of documents in which each word of these folded texts stands; the last of each may go on."""
    words: dict[str, bool] = {}  # word → whether it may go on
    for said in texts:
        *whole, end = said.split() or [""]
        words |= {**dict.fromkeys(whole, False), **({end: True} if end else {})}
    if not words:
        return []
    if not tx.database.sqlite:
        asked = " & ".join(f"{word}:*" if last else word for word, last in words.items())
        found = func.to_tsvector(literal_column("'simple'"), document.c.folded)
        return [found.op("@@")(func.to_tsquery(literal_column("'simple'"), asked))]
    asked = " AND ".join(f'"{word}"*' if last else f'"{word}"' for word, last in words.items())
    few = text(f"SELECT count(*) FROM (SELECT 1 FROM {WORDS} WHERE {WORDS} MATCH :asked LIMIT {FEW + 1})")
    if tx.read(few, {"asked": asked}).scalar_one() > FEW:
        padded = literal_column("' '").op("||")(document.c.folded).op("||")(literal_column("' '"))
        return [padded.like(f"% {word}%" if last else f"% {word} %") for word, last in words.items()]
    rows, found_rows = table(ROWS, column("n"), column("root_id")), table(WORDS, column("rowid"))
    matched: Any = select(found_rows.c.rowid).where(text(f"{WORDS} MATCH :asked").bindparams(asked=asked))
    return [document.c.id.in_(select(rows.c.root_id).where(rows.c.n.in_(matched)))]


_MARKS = {
    "a": "áàảãạăắằẳẵặâấầẩẫậ",
    "e": "éèẻẽẹêếềểễệ",
    "i": "íìỉĩị",
    "o": "óòỏõọôốồổỗộơớờởỡợ",
    "u": "úùủũụưứừửữự",
    "y": "ýỳỷỹỵ",
    "d": "đ",
}


def in_field(tx: Tx, field: ColumnElement[Any], word: str) -> ColumnElement[bool]:
    """Whether a folded word stands in that column, read without its marks: for the few documents that other conditions
    leave."""
    if tx.database.sqlite:
        letters = [f"{one}{_MARKS.get(one, '')}" for one in word]
        return field.op("GLOB")("*" + "".join(f"[{one}{one.upper()}]" for one in letters) + "*")
    pairs = [(one, letter) for letter, marked in _MARKS.items() for one in marked]
    plain = func.translate(func.lower(field), "".join(one for one, _ in pairs), "".join(letter for _, letter in pairs))
    return plain.like(f"%{word}%")
