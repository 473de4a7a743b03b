"""What a worker does every hour: one step that breaks does not stop the others."""

from __future__ import annotations

from typing import Any

import pytest

from procedures import certificates, installation, sealing
from procedures.exchange.axis import receiving
from procedures.exchange.connectors import arriving, calling, lgsp, webhooks


def test_a_step_that_breaks_is_logged_by_its_type_and_the_others_are_done(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    done: list[str] = []

    def breaks(_database: Any) -> None:
        raise ValueError("what stands in it")

    for where, name in (
        (sealing, "due"), (receiving, "begin"), (arriving, "due"), (lgsp, "due"), (calling, "forget"),
        (webhooks, "forget"),
    ):  # fmt: skip
        monkeypatch.setattr(where, name, lambda _database, said=where.__name__: done.append(said))
    monkeypatch.setattr(certificates, "watch", breaks)
    installation._hourly(None)  # type: ignore[arg-type]
    assert len(done) == 6 and "ValueError" in caplog.text and "stands in it" not in caplog.text
