"""`lvlian serve` and `lvlian demo`: the site, opened from one command."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lvlian.cli import terminal
from lvlian.cli.session import Debug, Quiet

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from lvlian.site.serving import FirstPassword

Host = Annotated[str, typer.Option("--host", help="The address to listen on.")]
Port = Annotated[int, typer.Option("--port", "-p", min=0, max=65535, help="The port; 0 takes a free one.")]
Workers = Annotated[int, typer.Option("--workers", min=1, max=64, help="Processes that answer requests.")]
Home = Annotated[
    Path | None,
    typer.Option(
        "--home",
        metavar="DIR",
        help="The folder of the database and the keys instead of LVLIAN_HOME.",
        show_default=False,
    ),
]


def serve(
    host: Host = "127.0.0.1",
    port: Port = 8000,
    workers: Workers = 2,
    home: Home = None,
    quiet: Quiet = False,
    debug: Debug = False,
) -> int:
    """Open the site: bring the database up to date, and serve until Ctrl-C.

    The first start makes three administrators and prints their passwords, this once.
    """
    from lvlian.site import serving

    opened = serving.listen(host, port)
    serving.use_home(home)
    made = serving.prepare()
    if made:
        terminal.result(
            "First start: three accounts were made; their passwords are shown this once and must be changed.\n"
        )
        _accounts(made)
    terminal.result(f"{serving.address_of(opened)}\n")
    terminal.remark("Ctrl-C ends it.")
    serving.run(opened, workers=workers)
    return 0


def demo(
    host: Host = "127.0.0.1",
    port: Port = 8000,
    home: Annotated[Path, typer.Option("--home", metavar="DIR", help="The folder of the demonstration.")] = Path(
        "out/demo-site"
    ),
    workers: Workers = 2,
    once: Annotated[
        bool, typer.Option("--once", help="Fetch the first page, print how long it took, and end.")
    ] = False,
    open_page: Annotated[bool, typer.Option("--open", help="Open the page in the browser.")] = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> int:
    """Open a demonstration of the site: five regions, an invented county, people of every role."""
    begun = time.monotonic()
    from lvlian.site import demo as world
    from lvlian.site import serving

    opened = serving.listen(host, port)
    address = serving.address_of(opened)
    stale = world.claim(home)
    serving.use_home(home, demo="on", today=world.TODAY)
    if stale:
        terminal.remark("The program changed: the demonstration is made anew.")
    made = serving.prepare(lambda: world.found(home))
    _accounts(made, once_for_all=True)
    terminal.result(f"{address}\n")

    def fetch(check: Callable[[], None]) -> bool:
        serving.first_page(address, check)
        terminal.result(f"first page after {time.monotonic() - begun:.1f} s\n")
        if open_page:
            import webbrowser

            webbrowser.open(address)
        return not once

    if not once:
        terminal.remark("Ctrl-C ends it.")
    serving.run(opened, workers=workers, ready=fetch)
    return 0


def _accounts(made: Sequence[FirstPassword], *, once_for_all: bool = False) -> None:
    width = max(len(one.username) for one in made)
    for one in made:
        shown = "" if once_for_all else f"  {one.password}"
        terminal.result(f"  {one.username:<{width}}{shown}  {one.name}\n")
    if once_for_all:
        terminal.result(f"password of all: {made[0].password}\n")
