from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from ivr.locator.places import Places
from ivr.locator.sources.feed import Feed
from ivr.ports import OutsideError
from ivr.services import feed

LIST = b"id,name,lat,lon\nA,One,45.5,-122.6\n"
LONGER = LIST + b"B,Two,45.6,-122.6\n"


class Site:
    """A web server with one list; it remembers what it was asked."""

    def __init__(self) -> None:
        self.body, self.status, self.headers = LIST, 200, {"ETag": '"1"'}
        self.asked: list[Mapping[str, str]] = []


@contextmanager
def serving(site: Site) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.asked.append(dict(self.headers))
            same = site.headers.get("ETag") and self.headers.get("If-None-Match") == site.headers.get("ETag")
            self.send_response(304 if same else site.status)
            for name, value in site.headers.items():
                self.send_header(name, value)
            self.end_headers()
            if not same:
                self.wfile.write(site.body)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/stores.csv"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def host(url: str) -> str:
    return url.split("/")[2]


def feed_of(url: str, folder: Path, places: Places) -> Feed:
    return Feed(url, folder, places, partial(feed.fetch, hosts=[host(url)]))


def ids(source: Feed) -> list[str]:
    return [store.id for store in source.read().stores]


def test_a_list_on_the_web_is_read_once_and_again_only_when_it_changed(places: Places, tmp_path: Path) -> None:
    site = Site()
    with serving(site) as url:
        source = feed_of(url, tmp_path, places)
        assert ids(source) == ids(source) == ["A"]
        assert len(site.asked) == 1
        source.renew(10.0)
        assert site.asked[-1]["If-None-Match"] == '"1"'
        assert (source.asked().at_s, source.asked().trouble) == (10.0, "")
        site.body, site.headers = LONGER, {"ETag": '"2"', "Last-Modified": "Mon, 01 Jun 2026 10:00:00 GMT"}
        source.renew(20.0)
        assert ids(source) == ["A", "B"]
        site.headers = {}
        source.renew(30.0)
        assert site.asked[-1]["If-Modified-Since"] == "Mon, 01 Jun 2026 10:00:00 GMT"


@pytest.mark.parametrize(
    "body", [b"", b"id,name\n", LONGER + b"C,Three,95,0\n", b"\xff\xfe", b"id,name,lat,lon\n", b"{"]
)
def test_an_answer_that_is_no_good_is_told_and_the_list_before_stays_also_over_a_restart(
    body: bytes, places: Places, tmp_path: Path
) -> None:
    site = Site()
    with serving(site) as url:
        source = feed_of(url, tmp_path, places)
        assert ids(source) == ["A"]
        site.body, site.headers = body, {}
        assert source.renew(10.0).trouble
    again = feed_of(url, tmp_path, places)  # nobody answers now
    assert ids(again) == ["A"]
    assert "mistakes" in again.asked().trouble
    assert "does not answer" in again.renew(20.0).trouble
    assert ids(again) == ["A"]


def test_without_any_answer_ever_the_list_is_a_mistake_and_no_exception(places: Places, tmp_path: Path) -> None:
    site = Site()
    site.status = 500
    with serving(site) as url:
        (problem,) = feed_of(url, tmp_path, places).read().problems
    assert (problem.code, "answered 500" in problem.what) == ("S001", True)


def test_only_listed_hosts_are_asked_and_private_ones_only_if_allowed() -> None:
    site = Site()
    with serving(site) as url:
        with pytest.raises(OutsideError, match="not listed"):
            feed.fetch(url, "", "", hosts=["elsewhere.example"])
        by_name = url.replace("127.0.0.1", "localhost")
        with pytest.raises(OutsideError, match="private network"):
            feed.fetch(by_name, "", "", hosts=[host(by_name)])
        assert site.asked == []
        assert feed.fetch(by_name, "", "", hosts=[host(by_name)], private=True).body == LIST


def test_nobody_is_followed_elsewhere_and_too_much_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    site = Site()
    site.status, site.headers = 302, {"Location": "http://169.254.169.254/"}
    with serving(site) as url:
        with pytest.raises(OutsideError, match="answered 302"):
            feed.fetch(url, "", "", hosts=[host(url)])
        site.status, site.headers = 200, {}
        monkeypatch.setattr(feed, "MOST_BYTES", 10)
        with pytest.raises(OutsideError, match="larger"):
            feed.fetch(url, "", "", hosts=[host(url)])
        monkeypatch.setattr(feed, "WHOLE_S", -1.0)
        monkeypatch.setattr(feed, "MOST_BYTES", 10_000)
        with pytest.raises(OutsideError, match="longer"):
            feed.fetch(url, "", "", hosts=[host(url)])
