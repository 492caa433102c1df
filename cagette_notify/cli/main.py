"""The command line: the group of all commands, each imported only when it is called."""

from __future__ import annotations

import importlib

import click

from cagette_notify import __version__
from cagette_notify.cli.shortage import POSSIBLE, is_for_want_of_memory
from cagette_notify.errors import EXIT_LATER
from cagette_notify.language import _

_COMMANDS = {
    "send-due": ("cagette_notify.cli.send_due", "send_due_command"),
    "init": ("cagette_notify.cli.init", "init_command"),
    "check": ("cagette_notify.cli.check", "check_command"),
    "demo": ("cagette_notify.cli.demo", "demo_command"),
    "preview": ("cagette_notify.cli.preview", "preview_command"),
    "report": ("cagette_notify.cli.report", "report_command"),
    "status": ("cagette_notify.cli.status", "status_command"),
    "broadcast": ("cagette_notify.cli.broadcast", "broadcast_command"),
    "check-member": ("cagette_notify.cli.check_member", "check_member_command"),
    "notifications": ("cagette_notify.cli.notifications", "notifications_command"),
    "log": ("cagette_notify.cli.log", "log_command"),
    "forget": ("cagette_notify.cli.forget", "forget_command"),
    "settle": ("cagette_notify.cli.settle", "settle_command"),
}
_CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


class LazyGroup(click.Group):
    """A group that imports a command's module when it is needed: cron pays for one, not for all."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Name the commands in the order in which people meet them."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """Import and return a command."""
        if cmd_name not in _COMMANDS:
            return None
        module, name = _COMMANDS[cmd_name]
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Run a command; where memory runs out, say so: what it claimed or sent is in the ledger."""
        try:
            return super().invoke(ctx)
        except POSSIBLE as error:
            if not is_for_want_of_memory(error):
                raise
        # Only here, where all that the command held is free again, is there room for a sentence.
        click.echo(_("there is not enough memory; try again later"), err=True)
        return ctx.exit(EXIT_LATER)


@click.group(cls=LazyGroup, context_settings=_CONTEXT)
@click.option("-c", "--config", "config", metavar="FILE", help="The configuration file.")
@click.option("--lang", type=click.Choice(["fr", "en"]), help="The language of what is printed.")
@click.option("-v", "--verbose", is_flag=True, help="Say more.")
@click.version_option(__version__, prog_name="cagette-notify")
@click.pass_context
def main(ctx: click.Context, config: str | None, lang: str | None, *, verbose: bool) -> None:
    """Mail the members of Cagette groups: each notice once, in time, and with the proof kept."""
    ctx.obj = {"config": config, "lang": lang, "verbose": verbose}
