"""The bootstrap: what is in force in every process of this house, built in one place.

Server, worker, command line, scenarios and tests call it, and open their databases by what it gives
(`install(settings).open(url)`).
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar

import engine.installation
import procedures.store
from engine.audit import Seal
from engine.store import Database
from procedures import certificates, deadlines, handing_over, hooks, notices, payments, sealing, step_terms
from procedures.citizens import drafts, proactive
from procedures.documents import looking, signing
from procedures.dossiers import log, signed
from procedures.exchange.axis import receiving, sending
from procedures.exchange.connectors import arriving, calling, catalogue_sync, lgsp, telling_portal, webhooks
from procedures.letters import issuing
from procedures.proving import background
from procedures.settings import Installation, Settings
from procedures.vocabulary import elements
from procedures.work_files import noticing

Made = TypeVar("Made")
logger = logging.getLogger("motcua.hourly")


def install(settings: Settings) -> Installation:
    """The house at work: its hooks on the models' `mc:` elements, its projections, the handlers of its jobs."""
    return _house(settings, rehearsal=False)


def rehearsal() -> Installation:
    """The same for a scenario, which has no papers and no outside world: results and hand-overs are taken as given
    where a model asks for them, and no letters are written."""
    return _house(None, rehearsal=True)


def _hourly(database: Database) -> Seal | None:
    """What a worker does when it starts, and every hour. What breaks in one step is logged and does not stop the
    others."""
    sealed = _guarded(sealing.due, database)
    _guarded(receiving.begin, database)
    _guarded(looking.begin, database)
    _guarded(certificates.watch, database)
    _guarded(arriving.due, database)
    _guarded(lgsp.due, database)
    _guarded(calling.forget, database)
    _guarded(webhooks.forget, database)
    return sealed


def _guarded(step: Callable[[Database], Made], database: Database) -> Made | None:
    try:
        return step(database)
    except Exception as error:
        logger.error("an hourly step failed: %s.%s: %s", step.__module__, step.__name__, type(error).__name__)
        return None


def _house(settings: Settings | None, *, rehearsal: bool) -> Installation:
    elements.install()
    procedures.store.every()
    return Installation(
        hooks=hooks.hooks(rehearsal=rehearsal),
        handlers={
            **engine.installation.handlers(),
            **step_terms.HANDLERS,
            **handing_over.HANDLERS,
            **notices.HANDLERS,
            **payments.HANDLERS,
            **drafts.HANDLERS,
            **proactive.HANDLERS,
            **issuing.HANDLERS,
            **signed.HANDLERS,
            **sealing.HANDLERS,
            **background.HANDLERS,
            **telling_portal.HANDLERS,
            **signing.HANDLERS,
            **looking.HANDLERS,
            **receiving.HANDLERS,
            **sending.HANDLERS,
            **arriving.HANDLERS,
            **catalogue_sync.HANDLERS,
            **lgsp.HANDLERS,
            **webhooks.HANDLERS,
            **noticing.HANDLERS,
        },
        projections={**engine.installation.projections(), "dossier": log.PROJECTION},
        seal=_hourly,
        settings=settings,
        secret=settings.job_key if settings is not None else bytes,
        calendar=[deadlines.calendar_changed],
        happened=[] if rehearsal else [telling_portal.happened, webhooks.happened, proactive.happened],
    )
