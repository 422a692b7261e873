"""The command line: what a person at the city hall types. Messages are Japanese, faults end with status 1."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError
from typer import echo

from core.errors import DomainError
from core.logs import get_log, place_of, start_logging
from core.profile.faults import ProfileFaults
from core.profile.report import check_profile, render_faults, render_modes
from core.settings import Settings
from runtime.cli_audit import audit_commands
from runtime.cli_backup import add_backup_commands
from runtime.cli_bundle import bundle_commands
from runtime.cli_factor import add_factor_command
from runtime.cli_keys import keys_commands
from runtime.cli_leak import add_leak_command
from runtime.cli_ledger import add_ledger_command
from runtime.cli_phone import phone_commands
from runtime.cli_quote import add_quote_commands
from runtime.environment import read_settings, unknown_variables
from runtime.error_words import file_in_words, in_words, settings_in_words
from runtime.usage_words import UsageError, usage_in_words

app = typer.Typer(
    help="通話録: 市役所の通話録音",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # a traceback can quote what people said or typed
)
profile_commands = typer.Typer(help="市の設定ファイル", no_args_is_help=True)
vault_commands = typer.Typer(help="録音の保管庫", no_args_is_help=True)
account_commands = typer.Typer(help="利用者", no_args_is_help=True)
for _name, _commands in {
    "profile": profile_commands, "vault": vault_commands, "account": account_commands,
    "phone": phone_commands, "keys": keys_commands, "audit": audit_commands, "bundle": bundle_commands,
}.items():  # fmt: skip
    app.add_typer(_commands, name=_name)
add_backup_commands(app)
add_factor_command(account_commands)
add_leak_command(app)
add_ledger_command(app)
add_quote_commands(app)


def main() -> None:
    """Run the command line; a fault is told in one Japanese paragraph, not in a traceback."""
    try:
        status = app(prog_name="./tsuwaroku", standalone_mode=False)
    except UsageError as error:
        echo(usage_in_words(error), err=True, nl=bool(usage_in_words(error)))
        raise SystemExit(error.exit_code) from None
    except typer.Abort:
        raise SystemExit(1) from None
    except ProfileFaults as faults:
        echo(render_faults(faults.faults, read_settings().profile), err=True)
        raise SystemExit(1) from None
    except DomainError as error:
        echo(f"できませんでした: {in_words(error)}", err=True)
        raise SystemExit(1) from None
    except ValidationError as error:
        echo(f"できませんでした: {settings_in_words(error)}", err=True)
        raise SystemExit(1) from None
    except OSError as error:
        echo(f"できませんでした: {file_in_words(error)}", err=True)
        raise SystemExit(1) from None
    except Exception as error:  # noqa: BLE001  a traceback can quote what people said or typed
        get_log().critical("command.failed", error=type(error).__name__, code=place_of(error.__traceback__))
        echo(f"できませんでした: 予期しないことが起きました（{type(error).__name__}）。", err=True)
        raise SystemExit(1) from None
    raise SystemExit(status)


def _settings() -> Settings:
    """Read the settings, and say which variables nobody knows."""
    for unknown in unknown_variables(os.environ):
        meant = f"{unknown.meant} のことではありませんか。" if unknown.meant else ""
        echo(f"注意: 環境変数 {unknown.name} は使われません。{meant}", err=True)
    return read_settings()


@app.command()
def up(
    practice: Annotated[bool, typer.Option(help="起動したあと、練習の通話を 1 本かける")] = True,
) -> None:
    """すべてを整えて起動し、練習の通話を 1 本かけ、画面のアドレスを表示します。"""
    from runtime.start import bring_up

    bring_up(_settings(), practice=practice, quiet=True)


@app.command()
def serve(
    only: Annotated[str, typer.Option(help="部品を , で: telephony,worker,speech,live-text,api")] = "",
) -> None:
    """起動して動かし続けます（練習の通話はかけません）。"""
    from runtime.start import bring_up

    start_logging("supervisor")
    bring_up(_settings(), practice=False, only=frozenset(filter(None, only.split(","))))


@app.command()
def prepare() -> None:
    """鍵・フォルダー・データベースの形・交換機の設定だけを整えて、終わります。"""
    from runtime.start import prepare_only

    start_logging("prepare")
    prepare_only(_settings())
    echo("整いました。")


@app.command()
def migrate() -> None:
    """データベースを今の版の形にします。"""
    from runtime.installation import Installation
    from storage.migrate import migrate as bring_to_head

    start_logging("migrate")
    bring_to_head(Installation(_settings()).dsn("owner"))
    echo("データベースは今の版の形です。")


@app.command()
def health(part: Annotated[str, typer.Argument(help="api, telephony または worker")]) -> None:
    """部品が動いているかを確かめます（動いていれば終了の値 0）。"""
    from runtime.health import is_healthy

    if not is_healthy(_settings(), part):
        echo(f"{part} は動いていません。", err=True)
        raise SystemExit(1)
    echo(f"{part} は動いています。")


@app.command()
def api() -> None:
    """画面だけを動かします。"""
    from runtime.console_process import run_api

    start_logging("api")
    run_api(read_settings())


@app.command()
def telephony(
    number: Annotated[int, typer.Option(min=1, max=9, help="いくつも動かすときの番号")] = 1,
) -> None:
    """通話の進行だけを動かします。"""
    from runtime.telephony_process import run_telephony

    start_logging(f"telephony-{number}")
    run_telephony(read_settings(), number)


@app.command()
def worker(
    queue: Annotated[list[str], typer.Option(help="capture, derive, transcribe のどれか。重ねて書けます")],
) -> None:
    """仕事の列を処理します。"""
    from runtime.worker_process import run_worker

    start_logging("worker")
    run_worker(read_settings(), queue)


@app.command("live-text")
def live_text() -> None:
    """速報の文字起こしだけを動かします。"""
    from runtime.live_text_process import run_live_text

    start_logging("live-text")
    run_live_text(read_settings())


@app.command()
def practice(
    scenario: Annotated[str, typer.Argument(help="台本の名前（d1 から d6）")] = "d1",
    seconds: Annotated[
        float | None, typer.Option(min=1, help="何秒話すか（台本より長ければ、くり返します）")
    ] = None,
) -> None:
    """動いている交換機で、練習の通話を 1 本かけます。"""
    from runtime.rehearsal import hold_practice_call

    start_logging("practice")
    hold_practice_call(_settings(), scenario=scenario, seconds=seconds)


@app.command("destroy-practice")
def destroy_practice() -> None:
    """練習の通話の録音・文字起こしをすべて廃棄します。"""
    from runtime.rehearsal import destroy_practice_calls

    start_logging("practice")
    echo(f"練習の録音を {destroy_practice_calls(_settings())} 件廃棄しました。")


@app.command("retry-jobs")
def retry_jobs() -> None:
    """何度試しても終わらずに止めてある仕事（取り込み・文字起こし など）を、もう一度始めます。"""
    from runtime.installation import Installation
    from runtime.wiring import worker_parts
    from storage.jobs import retry_parked

    start_logging("retry-jobs")
    count = retry_parked(worker_parts(Installation(_settings())).database)
    echo(f"止まっていた仕事を {count} 件、始めました。")


@app.command("asterisk-config")
def asterisk_config(
    out: Annotated[Path, typer.Option(help="書き出すフォルダー")],
) -> None:
    """市の交換機のための Asterisk の設定を書き出します。"""
    from runtime.rendering import render_for_city

    start_logging("prepare")
    render_for_city(_settings(), out)
    echo(f"{out} に書き出しました。")


@profile_commands.command("check")
def check(file: Path) -> None:
    """市の設定ファイルを点検し、誤りをすべて、行番号と直し方つきで示します。"""
    faults = check_profile(file)
    echo(render_faults(faults, file))
    if faults:
        raise SystemExit(1)
    echo("")
    echo(render_modes(file))


@app.command()
def unrecorded(
    since: Annotated[str, typer.Option(help="この日から（2026-11-01 の形。なければ 35 日前）")] = "",
    until: Annotated[str, typer.Option(help="この日の前まで（なければ今）")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="JSON で出す")] = False,
) -> None:
    """録れていない電話を照合し、一覧を表示します（あれば終了の値 1）。"""
    from runtime.unrecorded_report import report_unrecorded

    start_logging("unrecorded")
    if not report_unrecorded(_settings(), since=since, until=until, as_json=as_json):
        raise SystemExit(1)


@vault_commands.command("verify")
def verify() -> None:
    """録音の実物・照合値・アクセス記録のつながりを確かめます。"""
    from runtime.vault_report import verify_vault

    start_logging("verify")
    if not verify_vault(_settings()):
        raise SystemExit(1)


@account_commands.command("add")
def account_add(
    login: str,
    name: Annotated[str, typer.Option(help="画面に出す名前")],
    role: Annotated[
        list[str],
        typer.Option(
            help="operator（電話担当）, supervisor（管理者）, records-officer（情報開示担当）, "
            "auditor（監査）, administrator（システム管理）"
        ),
    ],
    department: Annotated[list[str] | None, typer.Option(help="部署の ID。重ねて書けます")] = None,
) -> None:
    """利用者を加えます。パスワードは一度だけ表示します。"""
    from runtime.people import add_person

    start_logging("account")
    password = add_person(_settings(), login=login, name=name, roles=role, departments=department or [])
    echo(f"利用者 {login} を加えました。パスワード: {password}")


@account_commands.command("password")
def account_password(login: str) -> None:
    """新しいパスワードにして、その人のログインをすべて終わらせます。"""
    from runtime.people import renew_password

    start_logging("account")
    echo(f"利用者 {login} の新しいパスワード: {renew_password(_settings(), login)}")


@account_commands.command("disable")
def account_disable(login: str) -> None:
    """ログインできないようにします。これまでの記録は残ります。"""
    from runtime.people import disable_person

    start_logging("account")
    disable_person(_settings(), login)
    echo(f"利用者 {login} はログインできなくなりました。")
