"""The composition root: with ``ivr/wiring`` it alone knows every part.

``create_app()`` is the web service (gunicorn serves it), ``transcribe`` and ``fetch_recording`` are the jobs of the
worker, ``main()`` the command line. Each part is built, and imported, when it is first asked for: ``ivr check`` needs
no web server.
"""

from __future__ import annotations

import gc
import logging
import sys
import threading
import time
from functools import cache
from typing import TYPE_CHECKING

import click

from ivr.commands import Commands
from ivr.flows import FlowFileError
from ivr.flows.events import Heard
from ivr.logs import log_to_stdout
from ivr.ports import OutsideError
from ivr.settings import ROOT, Settings, SettingsError, read_environment
from ivr.wiring.site import Site
from ivr.wiring.state import NO_REDIS

if TYPE_CHECKING:
    from flask import Flask

log = logging.getLogger(__name__)

WARM_CALLS = 4
WARM_WORDS = "words that no menu has"
"""Understood at every menu before the first caller, so that the vectors of its phrases are made."""
NOT_BOOTED = 3
"""By this exit code of its worker gunicorn knows that trying again is no use."""
LOOK_AFTER_S = 3.0
"""How often lost transfers are mended; an agent's phone rings four times longer."""
LOOK_FOR_STORES_S = 15.0
"""How often it is looked whether the list of stores on the web is due."""

DAY_S = 86400
TRAFFIC_DAYS = 30
"""For so long it is kept what the carrier and we told each other in a call; a guess at how late people ask."""


class Parts(Site):
    """The parts of one process, each built when first asked for, and what is done with them."""

    def warm_up(self) -> None:
        """Do now what the first callers would otherwise wait for."""
        from ivr.speech import SileroActivity

        networks = [SileroActivity() for _ in range(WARM_CALLS)] if self.gear.ears else []
        del networks  # they go back to the pool that calls take them from
        book = self.books.current()
        for flow in book.flows:
            book.skills.understand(Heard(0.0, WARM_WORDS), (*book.menu(flow), *book.company.commands))
        for prompt in book.static_prompts():
            try:
                self.prompts.audio(prompt)
            except OutsideError as error:
                log.warning("no sound for %r: %s", prompt.text, error)
                break
        # What is loaded by now stays: looking through all of it for garbage made callers wait 0.1 s now and then.
        gc.collect()
        gc.freeze()

    def look_after(self) -> None:
        """Mend transfers that lost a process or a message, for as long as this process lives."""
        while True:
            time.sleep(LOOK_AFTER_S)
            try:
                self.transfers.look_after()
                self.rooms.look_after()
                self.roll_call.look_after()
            except OutsideError as error:
                log.warning("looking after transfers failed: %s", error)
            except Exception:  # the operator is told; the next round tries again
                log.exception("looking after transfers failed")

    def renew_stores(self) -> None:
        """Ask the list of stores on the web, if there is one, for as long as this process lives."""
        while True:
            try:
                self.skills.renew_feed(self.books.current().company, self.now())
            except (FlowFileError, OutsideError) as error:
                log.warning("the list of stores on the web was not asked: %s", error)
            except Exception:  # the operator is told; the next round tries again
                log.exception("the list of stores on the web was not asked")
            time.sleep(LOOK_FOR_STORES_S)

    def maintain(self) -> None:
        """What the worker does every minute."""
        from voicemail.recovery import recover

        self.outbox.forget_old()
        live = set(self.sessions.live())
        recover(self.voicemails, live.__contains__)
        self.voicemails.pick_out()
        self.by_phone.purge()
        self.fetching.enqueue_due()
        self.fetching_calls.enqueue_due()
        self._forget_recordings()
        self._forget_messages()
        self.traffic_kept.forget(self.now() - TRAFFIC_DAYS * DAY_S, self.holds.calls())
        self.vault.tidy()

    def _forget_recordings(self) -> None:
        """Delete what agents recorded of calls, when the flow file says for how long that is kept."""
        days = self.books.current().company.keep_recordings_days
        if days is None:
            return
        for gone in self.call_recordings.forget(self.now() - days * DAY_S, self.holds.calls()):
            self.audit("retention", "recording deleted", f"{gone['id']} of call {gone['call_id']}, after {days} days")

    def _forget_messages(self) -> None:
        """Delete messages of mailboxes for which the flow file says how long they are kept."""
        days = self.message_days()
        for mailbox, gone in self.removal.purge(days, self.now()).items():
            for voicemail_id in gone:
                self.audit("retention", "message deleted", f"{voicemail_id} of {mailbox}, after {days[mailbox]} days")

    def begin_errands(self) -> None:
        """Carry out what waits in the outbox, on a thread of this process's own."""
        threading.Thread(target=self.delivery.keep_on, name="outbox", daemon=True).start()


# --- entry points ---------------------------------------------------------------------------------------------------


@cache
def parts() -> Parts:
    """The parts of this process, set up from its environment."""
    environment, _ = read_environment(ROOT)
    return Parts(Settings.from_env(environment, ROOT))


def _tell_mistakes(error: FlowFileError) -> None:
    count = len(error.problems)
    click.echo(f"{count} mistake{'s' if count != 1 else ''} in the flow file\n{error}", err=True)


def _told(error: OutsideError) -> str:
    return f"{error}{' (Trying again may help.)' if error.retry else ''}"


def _must_be_found(settings: Settings) -> None:
    """Rather no service than one that refuses every call, because it is called by another name than it thinks."""
    from ivr.channels.public_url import public_url_problem

    if problem := public_url_problem(settings.public_url, local=settings.has_own_carrier):
        click.echo(problem, err=True)
        sys.exit(NOT_BOOTED)


def create_app() -> Flask:
    """The web service of this process. It does not begin with a flow file that has never been good."""
    from ivr.web.metrics import ErrorCounter

    log_to_stdout(parts().settings)
    _must_be_found(parts().settings)
    parts().skills.keeps_stores = True
    try:
        parts().books.current()
        app = parts().web()
        logging.getLogger().addHandler(ErrorCounter(parts().metrics))
    except FlowFileError as error:
        _tell_mistakes(error)
        sys.exit(NOT_BOOTED)
    except OutsideError as error:
        click.echo(_told(error), err=True)
        sys.exit(NOT_BOOTED)
    threading.Thread(target=parts().warm_up, name="warm up", daemon=True).start()
    threading.Thread(target=parts().look_after, name="look after transfers", daemon=True).start()
    parts().begin_errands()
    threading.Thread(target=parts().renew_stores, name="renew stores", daemon=True).start()
    return app


def transcribe(voicemail_id: str) -> None:
    """The worker's job: write down one message."""
    from voicemail.jobs import transcribe as transcribe_message

    transcribe_message(voicemail_id, parts().voicemails, parts().ears_for)


def fetch_recording(recording_id: str) -> None:
    """The worker's job: fetch a message that the carrier recorded."""
    parts().fetching.fetch(recording_id)


def fetch_call_recording(recording_id: str) -> None:
    """The worker's job: fetch what an agent recorded of a call."""
    parts().fetching_calls.fetch(recording_id)


@click.command()
@click.option("--burst", is_flag=True, help="Stop when there is nothing left to do.")
@click.pass_obj
def worker(own: Parts, burst: bool) -> None:
    """Write down messages, and look after what others left unfinished."""
    from ivr.sessions.connection import connected, must_answer
    from voicemail.worker import run_worker

    log_to_stdout(own.settings)
    if not own.settings.redis_url:
        raise OutsideError(NO_REDIS, retry=False)
    must_answer(own.settings.redis_url)
    own.begin_errands()
    run_worker(connected(own.settings.redis_url), own.maintain, burst=burst)
    if burst:
        own.delivery.run_due()


@click.group(
    cls=Commands,
    more={"voicemail": "voicemail.commands:voicemail"},
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option("0.1.0", prog_name="ringdown")
@click.pass_context
def ivr(context: click.Context) -> None:
    """Ringdown answers the phone, understands what callers say, and does the job."""
    context.obj = parts()


ivr.add_command(worker)


def main() -> None:
    """The command line."""
    # Jobs are named "app.transcribe" and so on: in this process that is this very module.
    sys.modules.setdefault("app", sys.modules[__name__])
    try:
        ivr(prog_name="ivr")
    except FlowFileError as error:
        _tell_mistakes(error)
        sys.exit(1)
    except OutsideError as error:
        click.echo(_told(error), err=True)
        sys.exit(1)
    except SettingsError as error:
        click.echo(f"{error}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
