"""What a person reads who mistyped a command: Japanese, with the name of what is wrong and how to see more.

The only file that knows the faults of the library that reads the command line.
"""

from __future__ import annotations

from typer._click import exceptions as mistyped

UsageError = mistyped.UsageError
"""Something on the command line is missing, unknown, or cannot be used."""


def usage_in_words(error: UsageError) -> str:
    """Say what was mistyped; nothing for a command without its words, which shows its help instead."""
    if isinstance(error, mistyped.NoArgsIsHelpError):
        return ""
    context = error.ctx
    more = f"\n使い方は {context.command_path} --help で見られます。" if context is not None else ""
    return _fault(error) + more


def _fault(error: UsageError) -> str:
    match error:
        case mistyped.MissingParameter(param=param) if param is not None:
            kind = "引数" if param.param_type_name == "argument" else "オプション"
            return f"{kind} {_name(param.get_error_hint())} が足りません。"
        case mistyped.NoSuchOption(option_name=name, possibilities=possible):
            near = f"もしかして: {'、'.join(sorted(possible))}" if possible else ""
            return f"オプション {name} はありません。{near}"
        case mistyped.BadParameter(param=param) if param is not None:
            return f"{_name(param.get_error_hint())} の値が使えません。"
        case mistyped.BadOptionUsage(option_name=name):
            return f"オプション {name} の書き方が違います（値が要るか、値を付けられません）。"
        case _ if error.ctx is not None and hasattr(error.ctx.command, "commands"):
            return "その名前のコマンドはありません。"
        case _:
            return "引数が多すぎるか、書き方が違います。"


def _name(hint: str | None) -> str:
    return (hint or "").replace("'", "")
