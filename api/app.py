"""Puts the console together. Every route is thin; every read happens under the rights of who asks."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from fastapi import Depends, FastAPI

from api.access import by_the_rules
from api.errors import answer_errors
from api.guard import Guard
from api.live_feed import LiveFeed
from api.open_plays import OpenPlays
from api.parts import ConsoleParts
from api.provider import Provider
from api.provider_accounts import ProviderAccounts
from api.rendering import Pages
from api.routes import (
    access_log,
    accounts,
    accuracy,
    alarms,
    alerts,
    alike_calls,
    api_alerts,
    api_calls,
    api_case_content,
    api_document,
    api_imports,
    api_incident_steps,
    api_incidents,
    api_papers,
    api_quotes,
    api_reports,
    api_signals,
    api_statement_words,
    api_visits,
    around_marks,
    boards,
    bundles,
    callers,
    calls,
    care,
    case_alerts,
    case_content,
    case_statement,
    clips,
    console,
    danger_sheets,
    dashboard,
    deputies,
    desk_acts,
    desk_orders,
    desk_outside,
    destruction,
    disaster,
    disclosure_workspace,
    disclosures,
    ending,
    engagements,
    health,
    import_files,
    imports,
    incident_steps,
    incidents,
    keys,
    ledger,
    live,
    live_text,
    metrics,
    notices,
    originals,
    own_account,
    own_keys,
    policy,
    programs,
    promises,
    provider,
    quote_exports,
    quotes,
    recordings,
    records,
    redaction_steps,
    redactions,
    restrictions,
    rights,
    search,
    second_step,
    sign_in,
    signals,
    supervision,
    third_persons,
    tokens,
    unrecorded,
    urgent,
    viewing,
    visits,
    webhooks,
)
from api.routes import (
    help as helping,
)
from api.second_factors import SecondFactors
from api.sessions import Sessions
from api.sign_in import SignIn
from api.sign_in_steps import SignInSteps
from api.static_files import FOLDER, UnchangingFiles, static_version


def create_app(parts: ConsoleParts) -> FastAPI:
    """Return the console as an ASGI application. It listens to the database while it runs."""
    feed = LiveFeed(parts.database, parts.listen_dsn)

    @asynccontextmanager
    async def listening(_app: FastAPI) -> AsyncGenerator[None]:
        feed.start()
        yield
        feed.stop()

    app = FastAPI(
        title="Tsuwaroku", docs_url=None, redoc_url=None, openapi_url=None, lifespan=listening,
        redirect_slashes=False,  # it would send people to whatever host the request names
    )  # fmt: skip
    static = f"/static/{static_version()}"
    app.state.parts = parts
    app.state.feed = feed
    app.state.plays = OpenPlays()
    app.state.sounding = {}
    app.state.offered_words = {}
    app.state.pages = Pages(parts, static)
    app.state.sessions = Sessions(parts.database, parts.clock, parts.settings, parts.profile.with_those_below)
    app.state.sign_in = SignIn(parts.database, parts.passwords, parts.clock, parts.sign_in_key)
    app.state.factors = SecondFactors(parts.database, parts.clock, parts.sign_in_key)
    app.state.steps = SignInSteps(parts.database, parts.clock)
    app.state.provider = Provider(parts.provider, parts.clock) if parts.provider.issuer else None
    app.state.provider_accounts = ProviderAccounts(
        parts.database, parts.passwords, parts.clock, parts.profile, app.state.sessions
    )
    for routes in (
        sign_in,
        second_step,
        provider,
        own_account,
        console,
        deputies,
        desk_acts,
        desk_orders,
        desk_outside,
        promises,
        visits,
        care,
        live,
        live_text,
        calls,
        callers,
        keys,
        helping,
        supervision,
        ending,
        incidents,
        incident_steps,
        boards,
        case_alerts,
        case_statement,
        case_content,
        imports,
        import_files,
        originals,
        engagements,
        disaster,
        tokens,
        search,
        recordings,
        bundles,
        viewing,
        disclosure_workspace,
        disclosures,
        notices,
        records,
        redaction_steps,
        third_persons,
        redactions,
        restrictions,
        rights,
        access_log,
        clips,
        quotes,
        quote_exports,
        alarms,
        alerts,
        around_marks,
        accounts,
        health,
        programs,
        unrecorded,
        urgent,
        destruction,
        metrics,
        accuracy,
        ledger,
        dashboard,
        policy,
        signals,
        own_keys,
        webhooks,
        api_document,
        api_calls,
        api_imports,
        api_signals,
        api_incidents,
        api_case_content,
        api_statement_words,
        api_papers,
        api_incident_steps,
        api_alerts,
        api_quotes,
        api_visits,
        api_reports,
        danger_sheets,
        alike_calls,
    ):
        app.include_router(routes.router, dependencies=[Depends(by_the_rules)])
    app.mount(static, UnchangingFiles(directory=FOLDER), name="static")
    app.add_middleware(Guard)
    answer_errors(app)
    return app
