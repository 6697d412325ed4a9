"""People with accounts, each with a browser of their own."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import Parts
from ivr.accounts import Role
from tests.web.flows_house import ORIGIN

PASSWORD = "seven green bottles"  # noqa: S105 - made up for the tests
TOKEN_FIELD = re.compile(r'name="page_token" value="([^"]+)"')


@dataclass
class Browser:
    """A visitor's browser."""

    client: FlaskClient
    origin: str = ORIGIN
    sent: dict[str, str] = field(default_factory=dict)

    def get(self, path: str) -> TestResponse:
        return self.client.get(path, base_url=self.origin, headers=self.sent)

    def post(self, path: str, page: str = "", **fields: str | list[str]) -> TestResponse:
        """Send the form on ``page``."""
        found = TOKEN_FIELD.search(self.get(page or path).text)
        assert found, f"{page or path} has no form"
        return self.client.post(
            path, base_url=self.origin, data={"page_token": found[1], **fields}, headers={"Origin": self.origin}
        )

    def log_in(self, name: str, password: str = PASSWORD, next: str = "") -> TestResponse:
        return self.post("/login", name=name, password=password, next=next)


@dataclass
class Company:
    """The whole application, and who works there."""

    parts: Parts
    origin: str = ORIGIN

    @cached_property
    def app(self) -> Flask:
        return self.parts.web()

    def hire(self, name: str, *roles: Role, agent: str = "") -> None:
        """Somebody who has chosen a password."""
        self.parts.accounts.join(self.parts.accounts.add(name, roles, agent, "the test"), PASSWORD)

    def visitor(self) -> Browser:
        return Browser(self.app.test_client(), self.origin)

    def at_work(self, name: str, *roles: Role, agent: str = "") -> Browser:
        """Somebody who is logged in."""
        self.hire(name, *roles, agent=agent)
        browser = self.visitor()
        assert browser.log_in(name).status_code == 303
        return browser

    def did(self) -> list[tuple[str, str]]:
        """The trail, oldest first."""
        return [(one.who, one.what) for one in reversed(self.parts.audit.entries(100))]
