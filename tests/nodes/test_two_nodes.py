"""Any web node serves any turn, any worker any job: each is killed in turn, and no caller and no message is lost."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ivr.benchmarks.carrier_posts import CarrierPosts
from ivr.records import Database
from tests.nodes.callers import KeyCaller
from tests.nodes.cluster import SPOKEN, Cluster, cluster
from tests.postgres import Postgres
from voicemail.mailbox import State
from voicemail.store import Voicemails

PHONES, FEWEST_CALLS = 2, 3
FIND_A_STORE, LEAVE_A_MESSAGE = "1", "3"
PATIENCE_S = 90.0


def test_web_nodes_and_workers_are_killed_in_turn_and_no_call_or_message_is_lost(
    tmp_path: Path, postgres: Postgres
) -> None:
    with cluster(tmp_path, postgres) as nodes:
        posts = CarrierPosts(nodes.balancer.port, nodes.settings.public_url, nodes.settings.auth_token)
        killing = threading.Thread(target=nodes.kill_each)
        killing.start()

        def phone(number: int) -> list[KeyCaller]:
            """Calls, one after the other, for as long as nodes are killed and a little longer."""
            made: list[KeyCaller] = []
            while killing.is_alive() or len(made) < FEWEST_CALLS:
                wants = LEAVE_A_MESSAGE if (number + len(made)) % 3 == 0 else FIND_A_STORE
                made.append(KeyCaller(posts, nodes.settings.account_sid, nodes.recordings_url, wants))
                made[-1].talk()
            return made

        with ThreadPoolExecutor(PHONES) as phones:
            callers = [caller for made in phones.map(phone, range(PHONES)) for caller in made]
        killing.join()

        assert len(nodes.balancer.taken) == 2
        for caller in callers:
            assert "<Hangup" in caller.heard[-1], caller.story
            assert not caller.said_sorry
        left = sorted((caller.call_id, SPOKEN) for caller in callers if caller.wants == LEAVE_A_MESSAGE)
        assert messages_of(nodes, len(left)) == left


def messages_of(nodes: Cluster, count: int) -> list[tuple[str, str]]:
    """Call and words of every message, once all are written down."""
    database = Database(nodes.settings.database_url)
    store = Voicemails(database, nodes.settings.data / "recordings", lambda _id: None)
    deadline = time.monotonic() + PATIENCE_S
    try:
        while True:
            found = store.messages(500)
            if len(found) >= count and all(one.state is State.TRANSCRIBED for one in found):
                return sorted((one.call_id, one.text) for one in found)
            assert time.monotonic() < deadline, [(one.call_id, one.state) for one in found]
            time.sleep(0.1)
    finally:
        database.close()
