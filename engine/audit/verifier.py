#!/usr/bin/env python3
"""The verifier of the log, in one file: `python3 verifier.py EXPORT --key KEYS [--published LINES]`.

It needs neither the house's code nor its database: the standard library and `cryptography`, the file that
`motcua audit export` wrote, and the public keys (the file ``.pub`` beside the log's key). It computes every hash anew,
looks for gaps, holds each row against what the log says of it, and each chain against the seals; the seals against
their numbers, their chain, their signatures, and the lines that were published elsewhere. Memory does not grow with the
log. Exit status: 0 nothing is wrong, 1 something is, 2 it cannot be checked.

A record is a JSON list on a line of its own, its kind first, in this order and no other: ``about``; each ``old_seal``;
each ``seal`` with its ``head`` lines; each ``root`` with its ``event`` lines, then its ``instance``, then its ``row``
lines; each ``read``; ``end``; ``signed``. ``unreadable`` stands beside what cannot be read.

What the file says of itself is believed where it is signed by a key of the log (``signed``: over every line before
it). Where it is not, what is sealed is held all the same, and the output says what nobody vouches for.
"""

from __future__ import annotations

import argparse
import base64
import gzip
import hashlib
import json
import sqlite3
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

FIRST = "0" * 64
FORMAT = 2
#: The parts of an export, in their order, and the records of each. A record of an earlier part stands in a wrong place.
PARTS: tuple[tuple[str, ...], ...] = (
    ("about",),
    ("old_seal",),
    ("seal", "head"),
    ("root", "event", "instance", "row"),
    ("read",),
    ("end",),
    ("signed",),
)
PART = {kind: number for number, kinds in enumerate(PARTS) for kind in kinds}
ONCE = ("about", "end", "signed")
#: Under a root its events come first: what they told last is what its rows are held against.
WITHIN = {"event": 1, "instance": 2, "row": 3}
#: The chain whose events tell that records of reading were thrown away when their time was over.
READS_LOG, READS_FORGOTTEN = "administration/log", "log.reads_forgotten"
#: Each day has its seal, also where nothing happened. That none was made for longer is a fault, where there is a key.
LATE = timedelta(hours=36)
#: Each hour in which something was committed has its seal; so long the worker may take to its first one.
FIRST_SEAL = timedelta(hours=2)
#: So far stamps may go back in a chain (a transaction is stamped when it begins), or lie ahead (clocks differ).
SKEW = timedelta(hours=1)

Record = list[Any]
Key = tuple[int, str, bytes, str]  # first seal it signs, its name, its 32 bytes, when it was made

REASONS = {
    "missing": ("thiếu sự kiện", "an event is missing"),
    "changed": ("sự kiện bị sửa", "an event was changed"),
    "end": ("đoạn cuối nhật ký không khớp", "the end of the log does not agree"),
    "row changed": ("dòng dữ liệu bị sửa ngoài hệ thống", "a row was changed behind the log"),
    "content": ("tệp mô hình bị sửa ngoài hệ thống", "a model's file was changed behind the log"),
    "table missing": ("bảng dữ liệu bị xóa", "a table is gone"),
    "column missing": ("cột dữ liệu bị xóa", "a column is gone"),
    "index missing": ("chỉ mục hoặc ràng buộc của bảng bị xóa", "an index or constraint of a table is gone"),
    "trigger": (
        "cơ sở dữ liệu có lệnh tự chạy (trigger, rule, policy) không phải của hệ thống",
        "the database has a trigger, rule or policy that is not ours",
    ),
    "unreadable": ("giá trị không đọc được: đã bị sửa ngoài hệ thống", "what cannot be read: changed behind the log"),
    "row unknown": ("dòng dữ liệu không có trong nhật ký", "a row that the log does not know"),
    "row missing": ("dòng dữ liệu bị xóa ngoài hệ thống", "a row was taken out behind the log"),
    "sealed": ("nhật ký không khớp với niêm phong", "the log is not what was sealed"),
    "seal": ("niêm phong không khớp", "a seal does not agree"),
    "seal missing": ("thiếu niêm phong", "a seal is missing"),
    "signature": ("chữ ký niêm phong sai", "a seal's signature is wrong"),
    "unsigned": ("niêm phong không có chữ ký", "a seal is not signed"),
    "published": ("niêm phong đã công bố không khớp", "a published seal does not agree"),
    "time": ("thời điểm ghi không thể có", "a record is stamped at a time that cannot be"),
    "published missing": (
        "nơi lưu niêm phong ngoài cơ sở dữ liệu bị mất hoặc trống",
        "a place outside the database that keeps the seals is gone or empty",
    ),
    "key missing": (
        "thiếu hoặc hỏng tệp khóa công khai: không kiểm tra được chữ ký niêm phong",
        "the file of public keys is gone or garbled: signatures cannot be checked",
    ),
    "release": (
        "cấu trúc cơ sở dữ liệu không phải của bản phần mềm này",
        "the database is not of this release",
    ),
    "unsealed": (
        "không có niêm phong hằng ngày từ lâu: niêm phong bị xóa hoặc không được lập",
        "no daily seal for too long: seals were taken out, or not made",
    ),
    "file damaged": ("tệp lưu trữ bị hỏng hoặc bị thay", "a stored file is damaged or was replaced"),
    "file missing": ("tệp lưu trữ bị mất", "a stored file is gone"),
    "read changed": ("dòng nhật ký truy cập bị sửa", "a record of reading was changed"),
    "read missing": ("thiếu dòng nhật ký truy cập", "a record of reading is missing"),
    "projection": ("bảng trạng thái không khớp với nhật ký", "a projection is not what the log says"),
    "underivable": ("không dựng lại được trạng thái từ nhật ký", "the state cannot be made of the log"),
    "broken off": ("nhật ký không đọc được đến hết", "the log could not be read to its end"),
    "cut": ("tệp xuất không đầy đủ", "the export is not whole"),
    "order": (
        "dòng đứng sai chỗ trong tệp xuất: bị chèn, lặp lại hoặc đảo thứ tự",
        "a line stands in a wrong place in the export: put in, repeated or moved",
    ),
    "export": (
        "chữ ký của tệp xuất sai: tệp đã bị sửa sau khi xuất, hoặc khóa không phải của hệ thống",
        "the export's signature is wrong: it was changed after it was made, or the key is none of the log's",
    ),
    "export unsigned": ("tệp xuất không có chữ ký", "the export is not signed"),
}


def link(previous: str, chain: str, seq: int, at: str, who: str | None, kind: str, of: str | None, data: str) -> str:
    """The hash of a record of a chain: SHA-256 over a JSON list of the hash before it and all it says."""
    said = json.dumps([previous, chain, seq, at, who, kind, of, data], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(said.encode()).hexdigest()


class Check:
    """Takes the records one by one; `report` says what was found.

    keys: public keys, none where signatures cannot be checked. published: lines of seals as they were published.
    """

    def __init__(self, keys: Iterable[Key] = (), published: Iterable[str] = (), most: int = 1000) -> None:
        self.keys = sorted(keys, key=lambda known: known[0])  # of two that begin at once the later line is in force
        self.published: dict[int, set[tuple[str, ...]]] = {}
        self._garbled: list[str] = []
        for line in published:
            if line.strip():
                self._line(line.split())
        self.most = most
        self.broken: list[dict[str, Any]] = []
        self.faults = 0
        self.lines = len(self.published)
        self.counts = dict.fromkeys(
            ("roots", "events", "rows", "reads", "seals", "old_seals", "signed", "unchecked", "unsealed"), 0
        )
        self.about: dict[str, Any] = {}
        self.whole = False
        self._disk = sqlite3.connect("")  # a temporary file that goes by itself: sealed ends of all roots
        self._disk.execute("CREATE TABLE head (root TEXT, seq INTEGER, hash TEXT)")
        self._disk.execute("CREATE TABLE root (id TEXT PRIMARY KEY) WITHOUT ROWID")
        self._disk.execute("CREATE TABLE day (day TEXT, root TEXT, hash TEXT, PRIMARY KEY (day, root)) WITHOUT ROWID")
        self._old: list[Record] = []
        self._seal: Record | None = None
        self._said: dict[str, Any] = {}
        self._closed = False  # whether the heads of the last seal were held against it
        self._previous = FIRST
        self._digest, self._heads = hashlib.sha256(), 0
        self._root: tuple[str, int, str] | None = None
        self._seq, self._hash = 0, FIRST
        self._rows: dict[tuple[str, str], str | None] = {}
        self._sealed: dict[int, str] = {}
        self._sealed_to = 0
        self._oldest = ""
        self._latest: datetime | None = None
        self._last_seal = ""
        self._instance: dict[str, str] = {}
        self._indexed = False
        self._part, self._within = -1, 0
        self._mark = 0  # the last head that a seal was found to have been made over
        self._forgotten = ""  # the first day whose records of reading a sealed event says are kept
        self.signed_by: str | None = None

    # -- the records --------------------------------------------------------------------------------------------------

    def take(self, record: Record) -> None:
        """One record, in the order of the export."""
        kinds: dict[str, Callable[..., None]] = {
            "old_seal": self._old_seal,
            "seal": self._new_seal,
            "head": self._head,
            "root": self._new_root,
            "event": self._event,
            "instance": self._found_instance,
            "row": self._row,
            "unreadable": self._unreadable,
            "read": self._read,
            "end": self._end,
            "signed": self._exported,
        }
        if not self._in_place(record[0]):
            self.fault("order", what=json.dumps(record, ensure_ascii=False)[:120])
            return
        if record[0] == "about":
            self._about(*record[1:])
            return
        try:
            kinds[record[0]](*record[1:])
        except (ValueError, TypeError, LookupError, AttributeError, OverflowError, sqlite3.Error):
            if record[0] not in kinds:
                raise
            self._lost(record)

    def _in_place(self, kind: str) -> bool:
        """Whether a record of that kind may stand here: what does not is told, and not believed."""
        if kind not in PART:  # what is unreadable is a fault wherever it stands; unknown kinds end the reading
            return kind != "unreadable" or 0 <= self._part < PART["end"]
        part, before = PART[kind], self._part
        if part < before or (before < 0 and kind != "about") or (part == before and kind in ONCE):
            return False
        if (kind == "head" and self._seal is None) or (kind == "signed" and before != PART["end"]):
            return False
        if kind in WITHIN:
            if self._root is None or WITHIN[kind] < self._within:
                return False
            self._within = WITHIN[kind]
        self._part = part
        return True

    def _line(self, words: list[str]) -> None:
        """A published line: its number, and the hash, key and signature of the seal."""
        try:
            name, n, _at, *said = words
            if name != "motcua-seal" or len(said) != 3:
                raise ValueError(name)
            self.published.setdefault(int(n), set()).add(tuple(said))
        except ValueError:
            self._garbled.append(" ".join(words)[:80])

    def _lost(self, record: Record) -> None:
        """A record that says nothing which could be checked: what was written there is not ours."""
        where = self._root[0] if self._root else None
        if record[0] in ("seal", "old_seal", "head"):
            self.fault("seal", seal=self._seal[1] if record[0] == "head" and self._seal else record[1])
        elif record[0] == "read":
            self.fault("read changed", str(record[1]), record[2])
        else:
            self.fault("unreadable", where, record[1] if record[0] == "event" else None)

    def fault(self, reason: str, root: str | None = None, seq: int | None = None, **more: Any) -> None:
        """Something is wrong: named by its root and number, or row."""
        self.faults += 1
        if len(self.broken) < self.most:
            self.broken.append({"root_id": root, "seq": seq, "reason": reason, **more})

    def report(self) -> dict[str, Any]:
        """``{"roots", "events", …, "broken": […], "faults": n}``; nothing broken means all is well."""
        if not self.whole:
            self.fault("cut")
        checked = bool(self.keys) or not self.counts["signed"]
        return {
            **self.counts,
            "at": self.about.get("at"),
            "unsealed_since": self._oldest or None,
            "published": self.lines,
            "signatures_checked": checked,
            "faults": self.faults,
            "broken": self.broken,
        }

    def _about(self, said: dict[str, Any]) -> None:
        if said.get("format") != FORMAT:
            raise ValueError(
                f"an export of another format ({said.get('format')}): the verifier of its release reads it"
            )
        self.about = said
        for table, columns in said.get("lacking", ()):
            self.fault("column missing" if columns else "table missing", table=table, key=[], columns=columns)
        for name, table in said.get("besides", ()):
            self.fault("trigger", table=table, key=[name])

    def _end(self) -> None:
        self._close_seal()
        self._close_root()
        self._old_seals()
        self._gone()
        self.whole = True
        for n in [*sorted(self.published), *self._garbled]:
            self.fault("published", seal=n)
        self._days()

    def _days(self) -> None:
        """Since when there is a key, each day has its seal; those before a key that is in force were made, too. No seal
        is newer than what it is said to be of."""
        if (
            self._last_seal
            and datetime.fromisoformat(self._last_seal) > datetime.fromisoformat(self.about["at"]) + SKEW
        ):
            self.fault("time", seal=self._seal[1] if self._seal else None)
        if not self.keys:
            return
        last = self._seal[1] if self._seal else 0
        if last < self.keys[-1][0] - 1:
            self.fault("seal missing", seal=last + 1)
        moments = [datetime.fromisoformat(one) for one in (self._last_seal, self.keys[0][3]) if one]
        now = datetime.fromisoformat(self.about["at"])
        begun = max(datetime.fromisoformat(one) for one in (self._oldest, self.keys[0][3]) if one)
        if max(moments) < now - LATE or (not self._last_seal and self._oldest and begun < now - FIRST_SEAL):
            self.fault("unsealed", since=max(moments).isoformat())

    # -- seals --------------------------------------------------------------------------------------------------------

    def _old_seal(self, day: str, previous: str, hash: str) -> None:
        """A seal of a release that did not sign: checked by the stamps of the events, when those have passed."""
        self._old.append(["", day, previous, hash])
        self._previous = hash

    def _new_seal(self, n: int, text: str, hash: str, key: str | None, signature: str | None, at: str | None) -> None:
        self._close_seal()
        self.counts["seals"] += 1
        try:
            self._said = json.loads(text)
            self._last_seal = datetime.fromisoformat(self._said["at"]).isoformat()
        except (ValueError, TypeError, KeyError):
            self._said = {}
        expected = (self._seal[1] if self._seal else 0) + 1
        if n != expected:
            self.fault("seal missing", seal=expected)
        elif self._said.get("previous") != self._previous:
            self.fault("seal", seal=n)
        if hashlib.sha256(text.encode()).hexdigest() != hash or self._said.get("seal") != n:
            self.fault("seal", seal=n)
        elif at != self._said.get("at"):
            self.fault("seal", seal=n, columns=["sealed_at"])
        self._signature(n, text, key, signature)
        line = (hash, key or "-", signature or "-")
        if self.published.pop(n, {line}) != {line}:
            self.fault("published", seal=n)
        self._seal, self._previous, self._closed = ["seal", n], hash, False
        self._digest, self._heads = hashlib.sha256(), 0

    def _signature(self, n: int, text: str, key: str | None, signature: str | None) -> None:
        if signature is not None:
            self.counts["signed"] += 1
        if not self.keys:
            return
        due = [known for known in self.keys if known[0] <= n]
        if not due:  # older than the first key: there was none to sign it
            if signature is not None:
                self.fault("signature", seal=n)
            else:
                self.counts["unchecked"] += 1
        elif signature is None:
            self.fault("unsigned", seal=n)
        elif due[-1][1] != key or not _signed(due[-1][2], text, signature):
            self.fault("signature", seal=n)

    def _head(self, root: str, seq: int, hash: str) -> None:
        if self._closed:  # its seal could not be read
            self.fault("seal", seal=self._seal[1] if self._seal else None)
            return
        self._digest.update(f"{root}\t{seq}\t{hash}\n".encode())
        self._heads += 1
        self._disk.execute("INSERT INTO head VALUES (?, ?, ?)", (root, seq, hash))

    def _close_seal(self) -> None:
        """The seal's own heads have all come: they are what it was made over. Others are not believed."""
        if self._seal is None or self._closed:
            return
        self._closed = True
        if (self._said.get("heads"), self._said.get("count")) == (self._digest.hexdigest(), self._heads):
            self._mark += self._heads
        else:
            self.fault("seal", seal=self._seal[1])
            self._disk.execute("DELETE FROM head WHERE rowid > ?", (self._mark,))

    def _gone(self) -> None:
        """Chains that were sealed and are there no more; those of reads go when their time of keeping is over, as a
        sealed event of the log told."""
        kept_from = f"read/{min(self.about.get('reads_from') or '', self._forgotten)}"
        for root, seq in self._disk.execute("SELECT root, max(seq) FROM head GROUP BY root ORDER BY root"):
            if not root.startswith("read/") or root >= kept_from:
                self.fault("sealed", root, seq)

    def _old_seals(self) -> None:
        previous = FIRST
        for _, day, said, hash in self._old:
            self.counts["old_seals"] += 1
            digest = hashlib.sha256(previous.encode())
            for root, end in self._disk.execute("SELECT root, hash FROM day WHERE day = ? ORDER BY root", (day,)):
                digest.update(f"{root}:{end}\n".encode())
            if said != previous or digest.hexdigest() != hash:
                self.fault("seal", seal=day)
            previous = hash

    # -- roots, their events and rows ---------------------------------------------------------------------------------

    def _new_root(self, root: str, seq: int, hash: str) -> None:
        self._close_seal()
        self._close_root()
        self.counts["roots"] += 1
        if root.startswith("read/"):
            self.fault("order", root)
        self._begin(root, seq, hash)

    def _begin(self, root: str, seq: int, hash: str) -> None:
        if not self._indexed:
            self._disk.execute("CREATE INDEX ix_head ON head (root)")
            self._indexed = True
        if not self._disk.execute("INSERT OR IGNORE INTO root VALUES (?)", (root,)).rowcount:
            self.fault("order", root)  # each chain stands there once
        self._root = (root, seq, hash)
        self._seq, self._hash, self._rows, self._instance, self._within = 0, FIRST, {}, {}, 0
        self._latest = None
        heads = self._disk.execute("SELECT seq, hash FROM head WHERE root = ?", (root,)).fetchall()
        self._sealed = dict(heads)
        if len(self._sealed) < len(set(heads)):
            self.fault("sealed", root)  # two seals say two things of one event
        self._sealed_to = max(self._sealed, default=0)
        self._disk.execute("DELETE FROM head WHERE root = ?", (root,))

    def _event(self, seq: int, at: str, who: str | None, kind: str, element: str | None, data: str, hash: str) -> None:
        root = self._root[0] if self._root else ""
        self.counts["events"] += 1
        self._follow(root, ("missing", "changed"), seq, at, who, kind, element, data, hash)
        if self._old and at[:10] <= self._old[-1][1]:
            self._disk.execute("INSERT OR REPLACE INTO day VALUES (?, ?, ?)", (at[:10], root, hash))
        if kind == "rows":
            for table, key, row in json.loads(data)["rows"]:
                self._rows[table, json.dumps(key, ensure_ascii=False, separators=(",", ":"))] = row
        if kind == READS_FORGOTTEN and root == READS_LOG and seq <= self._sealed_to:
            before = str(json.loads(data)["before"])
            if before <= at[:10]:
                self._forgotten = max(self._forgotten, before)
        if '"instance":{' in data:
            said = json.loads(data).get("instance")
            self._instance.update(said if isinstance(said, dict) else {})

    def _follow(
        self,
        chain: str,
        reasons: tuple[str, str],
        seq: int,
        at: str,
        who: str | None,
        kind: str,
        of: str | None,
        data: str,
        hash: str,
    ) -> None:
        """The next record of a chain: no gap, its hash over the one before, and as it was sealed."""
        if seq != self._seq + 1:
            self.fault(reasons[0], chain, self._seq + 1)
        elif link(self._hash, chain, seq, at, who, kind, of, data) != hash:
            self.fault(reasons[1], chain, seq)
        if self._sealed.pop(seq, hash) != hash:
            self.fault("sealed", chain, seq)
        moment = _moment(at)
        if seq > self._sealed_to:
            self.counts["unsealed"] += 1
            if moment is not None and self._may_be(moment):
                self._oldest = min(self._oldest or at, at)
            else:
                self.fault("time", chain, seq)
        self._latest = moment or self._latest
        self._seq, self._hash = seq, hash

    def _may_be(self, moment: datetime) -> bool:
        """Whether what no seal vouches for may have been stamped so: after what stands before it in its chain, not long
        before the last seal (which covers what was committed), and not in the future."""
        now, sealed = _moment(self.about.get("at", "")), _moment(self._last_seal)
        return (
            (self._latest is None or moment >= self._latest - SKEW)
            and (sealed is None or moment >= sealed - LATE)
            and (now is None or moment <= now + SKEW)
        )

    def _row(self, table: str, key: str, text: str) -> None:
        root = self._root[0] if self._root else ""
        self.counts["rows"] += 1
        said = self._rows.pop((table, key), None)
        if said is None:
            self.fault("row unknown", root, table=table, key=json.loads(key))
        elif said != hashlib.sha256(text.encode()).hexdigest():
            self.fault("row changed", root, table=table, key=json.loads(key))

    def _found_instance(self, text: str, state: str) -> None:
        """The row of an instance, and its state: what its events told last."""
        root = self._root[0] if self._root else ""
        self.counts["rows"] += 1
        told, self._instance = self._instance, {}
        if not told:
            self.fault("row unknown", root, table="instance", key=[root])
        elif told.get("row") != hashlib.sha256(text.encode()).hexdigest():
            self.fault("row changed", root, table="instance", key=[root])
        elif told.get("state") != state:
            self.fault("row changed", root, table="instance", key=[root], columns=["state"])

    def _unreadable(self, table: str, key: str, columns: list[str]) -> None:
        self.counts["rows"] += 1
        self._rows.pop((table, key), None)
        if table == "instance":
            self._instance = {}
        self.fault("unreadable", self._root[0] if self._root else "", table=table, key=json.loads(key), columns=columns)

    def _close_root(self) -> None:
        if self._root is None:
            return
        root, seq, hash = self._root
        if (seq, hash) != (self._seq, self._hash):
            self.fault("end", root, self._seq)
        for sealed in sorted(self._sealed):
            self.fault("sealed", root, sealed)
        if self._instance:
            self.fault("row missing", root, table="instance", key=[root])
        there = self.about.get("there", ())
        gone = {table for table, columns in self.about.get("lacking", ()) if not columns}
        for (table, key), said in self._rows.items():
            if there and table not in there and table not in gone:  # told once, not for each of its rows
                self.about.setdefault("lacking", []).append([table, []])
                gone.add(table)
                self.fault("table missing", table=table, key=[])
            if said is not None and table not in gone:
                self.fault("row missing", root, table=table, key=json.loads(key))
        self._root = None

    # -- who read what ------------------------------------------------------------------------------------------------

    def _read(self, chain: str, seq: int, at: str, who: str, act: str, of: str | None, data: str, hash: str) -> None:
        self._close_seal()
        if self._root is None or self._root[0] != chain:
            self._close_root()
            self._begin(chain, 0, "")
        self.counts["reads"] += 1
        self._follow(chain, ("read missing", "read changed"), seq, at, who, act, of, data, hash)
        self._root = (chain, self._seq, self._hash)  # no row says where it ends: the seals do

    # -- the export itself --------------------------------------------------------------------------------------------

    def _exported(self, key: str, signature: str, digest: str) -> None:
        """The signature over every line before it: by a key that was in force when the last seal was made, or since."""
        last = self._seal[1] if self._seal else 0
        begun = [known for known in self.keys if known[0] <= last]
        due = [*begun[-1:], *(known for known in self.keys if known[0] == last + 1)]
        if any(known[1] == key and _signed(known[2], export_text(digest), signature) for known in due):
            self.signed_by = key
        elif self.keys:
            self.fault("export")


def export_text(digest: str) -> str:
    """What a key signs of an export: the SHA-256 of its lines, each with its end of line."""
    return f"motcua-export {digest}"


def _moment(text: str) -> datetime | None:
    """The moment of a stamp; None where it is none."""
    try:
        found = datetime.fromisoformat(text)
    except (ValueError, TypeError):
        return None
    return found if found.tzinfo is not None else None


def _signed(public: bytes, text: str, signature: str) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(public).verify(base64.b64decode(signature), text.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def read_keys(text: str) -> list[Key]:
    """The public keys of a ``.pub`` file: lines ``<first seal> <key, base64> <made at>``. ValueError for others."""
    keys = []
    for line in text.splitlines():
        if line.strip():
            first, encoded, made_at = line.split()
            public = base64.b64decode(encoded, validate=True)
            keys.append((int(first), hashlib.sha256(public).hexdigest()[:16], public, made_at))
    return keys


def records(path: Path) -> Iterator[Record]:
    """The records of an export, plain or packed (.gz); its signature with the SHA-256 of the lines before it."""
    digest = hashlib.sha256()
    with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as lines:
        for line in lines:
            record = json.loads(line)
            if record[0] == "signed":
                record.append(digest.hexdigest())
            digest.update(line)
            yield record


def sentence(fault: dict[str, Any], lang: str = "vi") -> str:
    """A fault in words."""
    said = REASONS.get(fault["reason"], (fault["reason"],) * 2)[lang == "en"]
    place = [
        " ".join(str(one) for one in (fault["table"], fault.get("key")) if one) if "table" in fault else "",
        f"{'niêm phong' if lang == 'vi' else 'seal'} {fault['seal']}" if "seal" in fault else "",
        str(fault["root_id"] or ""),
        f"#{fault['seq']}" if fault.get("seq") else "",
        str(fault.get("since") or fault.get("what") or ", ".join(fault.get("columns", ()))),
    ]
    return f"{said}: {' · '.join(part for part in place if part)}"


def _unvouched(check: Check, report: dict[str, Any]) -> Iterator[str]:
    """What no key vouches for, in words: an export that is not signed, and what is not sealed yet in it."""
    if not report["signatures_checked"] or not check.keys:
        yield (
            "Chưa kiểm tra chữ ký: không có khóa công khai (--key) | "
            "No public keys (--key): signatures were not checked"
        )
    elif check.signed_by is None:
        yield (
            "Tệp xuất không có chữ ký: phần đã niêm phong vẫn được kiểm tra đầy đủ, nhưng không có gì bảo đảm cho thời "
            "điểm xuất, cấu trúc cơ sở dữ liệu và phần chưa niêm phong | The export is not signed: what is sealed is "
            "held all the same; nothing vouches for when it was made, for what it says of the database's structure, "
            "and for what is not sealed yet"
        )
    if report["unsealed"]:
        yield (
            f"{report['unsealed']} dòng nhật ký từ {report['unsealed_since']} chưa niêm phong | "
            f"{report['unsealed']} records since {report['unsealed_since']} are not sealed yet"
        )
    if not check.lines:
        yield (
            "Không có niêm phong đã công bố để đối chiếu (--published): tệp xuất cũ hơn, hoặc bị cắt các niêm phong "
            "cuối, thì chưa phát hiện được | Held against no published seals (--published): an older export, or one "
            "whose last seals were cut off, would not be found"
        )


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Kiểm tra nhật ký đã xuất | verify an exported log")
    parser.add_argument("export", type=Path)
    parser.add_argument("--key", type=Path, help="khóa công khai (tệp .pub) | the public keys")
    parser.add_argument("--published", type=Path, help="các dòng niêm phong đã công bố | lines of published seals")
    parser.add_argument(
        "--signed",
        action="store_true",
        help="tệp xuất không có chữ ký là lỗi | an export that is not signed is a fault",
    )
    given = parser.parse_args(arguments)
    try:
        check = Check(
            read_keys(given.key.read_text("ascii")) if given.key else (),
            given.published.read_text("utf-8").splitlines() if given.published else (),
        )
        for record in records(given.export):
            check.take(record)
        if given.signed and check.signed_by is None:
            check.fault("export unsigned")
        if datetime.fromisoformat(str(check.about.get("at"))) > datetime.now(UTC) + SKEW:
            check.fault("time", what=check.about["at"])
        report = check.report()
    except (OSError, EOFError, ValueError, KeyError, TypeError, IndexError, ImportError) as error:
        print(f"Không kiểm tra được | It cannot be checked: {type(error).__name__}: {error}", file=sys.stderr)
        return 2
    for fault in report["broken"]:
        print(f"✗ {sentence(fault, 'vi')} | {sentence(fault, 'en')}")
    for line in _unvouched(check, report):
        print(f"! {line}", file=sys.stderr)
    said = {**report, "export_signed_by": check.signed_by}
    print(json.dumps({key: value for key, value in said.items() if key != "broken"}))
    return 1 if report["faults"] else 0


if __name__ == "__main__":
    sys.exit(main())
