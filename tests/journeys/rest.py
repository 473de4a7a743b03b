"""A program that uses the REST API as one should: a key for each thing it wants, the same again after a failure."""

from __future__ import annotations

import itertools
import re
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import requests

from tests.journeys.system import System

PATIENCE = 60.0  # seconds after which a call that gets no answer is given up


@dataclass
class Client:
    """Calls any of the servers; `calls` counts the POSTs that were sent, repeats included, `repeats` those.

    patience: seconds until a call is given up. timeout: seconds that one try may take. twin: asked after each POST
    whether it is sent once more, with the same key: the same answer has to come.
    """

    system: System
    token: str = ""
    calls: int = 0
    repeats: int = 0
    before: Any = None  # called before each POST with its number: the place for a power cut
    patience: float = PATIENCE
    timeout: float = 30
    twin: Callable[[], bool] = lambda: False
    _turn: Any = field(default_factory=itertools.count)

    def _address(self) -> str:
        running = self.system.processes
        alive = [address for name, address in list(self.system.addresses.items()) if running[name].poll() is None]
        if not alive:
            raise requests.ConnectionError("no server runs")
        return alive[next(self._turn) % len(alive)]

    def _headers(self) -> dict[str, str]:
        if not self.token:
            one = self.system.known["clients"][0]
            answer = self._patiently(
                lambda: requests.post(
                    f"{self._address()}/api/v1/oauth/token",
                    auth=(one["client_id"], one["client_secret"]),
                    data={"grant_type": "client_credentials"},
                    timeout=self.timeout,
                )
            )
            self.token = answer.json()["access_token"]
        return {"Authorization": f"Bearer {self.token}"}

    def _patiently(self, call: Any) -> requests.Response:
        """The first answer that is neither a broken connection nor 502, 503, 504."""
        deadline = time.monotonic() + self.patience
        while True:
            try:
                answer: requests.Response = call()
                if answer.status_code not in (502, 503, 504):
                    return answer
                said = answer.text
            except requests.RequestException as error:
                said = str(error)
            assert time.monotonic() < deadline, said
            self.repeats += 1
            time.sleep(0.05)

    def get(self, path: str, **asked: Any) -> Any:
        """Reads; the body of the answer."""
        headers = self._headers()
        answer = self._patiently(
            lambda: requests.get(f"{self._address()}/api/v1{path}", params=asked, headers=headers, timeout=self.timeout)
        )
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path: str, body: dict[str, Any], expect: int = 0) -> Any:
        """Does something once, however often it has to be asked; the body of the answer."""
        headers = {**self._headers(), "Idempotency-Key": str(uuid.uuid4())}

        def call() -> requests.Response:
            self.calls += 1
            if self.before is not None:
                self.before(self.calls)
            return requests.post(f"{self._address()}/api/v1{path}", json=body, headers=headers, timeout=self.timeout)

        answer = self._patiently(call)
        assert answer.status_code == expect if expect else answer.ok, f"{path} {answer.status_code}: {answer.text}"
        if self.twin():
            again = self._patiently(call)
            assert (again.status_code, again.json()) == (answer.status_code, answer.json()), f"{path} {again.text}"
        return answer.json()

    # -- what officials do --------------------------------------------------------------------------------------------

    def task(self, code: str, element: str, who: str) -> dict[str, Any]:
        """The open task of a dossier at a step, as that official sees it."""
        found = self.get("/tasks", dossier=code, element=element, **_for(who))["items"]
        assert len(found) == 1, (code, element, found)
        one: dict[str, Any] = found[0]
        return one

    def complete(
        self, code: str, element: str, who: str, action: str, variables: dict[str, Any] | None = None, reason: str = ""
    ) -> None:
        """Claims the task and ends it."""
        task = self.task(code, element, who)
        if not task["assignee"]:
            self.post(f"/tasks/{task['id']}/claim", _for(who))
        self.post(
            f"/tasks/{task['id']}/complete",
            {"action": action, "variables": variables or {}, "reason": reason, **_for(who)},
        )

    def sign(self, code: str, element: str, action: str) -> None:
        """The leader reads what waits for the signature and signs it on the page: no program may. Again from the
        beginning where a server was lost on the way."""
        leader = self.system.account("lanh_dao")
        address = f"/cong-viec/{self.task(code, element, leader['username'])['id']}"
        deadline = time.monotonic() + self.patience
        while not self._signed(address, leader, action):
            assert time.monotonic() < deadline, address
            self.repeats += 1
            time.sleep(0.05)

    def _signed(self, address: str, leader: dict[str, str], action: str) -> bool:
        with requests.Session() as browser:
            try:
                server = self._address()
                token = _fields(browser.get(f"{server}/dang-nhap", timeout=self.timeout).text)["csrf_token"]
                who = {"ten_dang_nhap": leader["username"], "mat_khau": leader["password"], "csrf_token": token[0]}
                browser.post(f"{server}/dang-nhap", data=who, timeout=self.timeout)
                page = browser.get(server + address, timeout=self.timeout)
                if page.status_code == 404:
                    return True  # done, and the answer was lost
                for act, more in (("nhan", {}), ("hoan-thanh", {"hanh_dong": [action]})):
                    self.calls += 1
                    if self.before is not None:
                        self.before(self.calls)
                    data = {**_fields(page.text), **more}
                    answer = browser.post(
                        f"{server}{address}/{act}", data=data, timeout=self.timeout, allow_redirects=False
                    )
                    page = browser.get(server + address, timeout=self.timeout)
                return answer.status_code == 302 and "dang-nhap" not in answer.headers["Location"]
            except (requests.RequestException, KeyError):
                return False


def _fields(page: str) -> dict[str, list[str]]:
    """The token of a page, and what it shows to be signed."""
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'name="(csrf_token|da_xem)" value="([^"]*)"', page):
        if value not in found.setdefault(name, []):
            found[name].append(value)
    return found


def _for(who: str) -> dict[str, str]:
    """The official acted for; nobody: the program's own."""
    return {"on_behalf_of": who} if who else {}
