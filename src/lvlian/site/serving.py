"""Serving the site from one command: its files made ready, then gunicorn and the worker as two children of this process."""

from __future__ import annotations

import errno
import hashlib
import logging
import os
import shutil
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

log = logging.getLogger("lvlian.site")
LEAVE = 12.0
"""Seconds that the children get to end by themselves."""
RESTARTS = 5
"""A worker that dies so often within a minute is not started again."""


class ServeError(ValueError):
    """The site cannot be served here; one sentence."""


@dataclass(frozen=True, slots=True)
class FirstPassword:
    """An account made at the first start, and its password, shown once."""

    username: str
    name: str
    password: str


def use_home(home: Path | None, **settings: str) -> None:
    """Sets the environment that the settings read, and sets Django up. Raises SettingError and ServeError."""
    if sys.platform == "win32":
        raise ServeError(
            "lvlian serve needs Linux or macOS; on Windows run lvlian.site.wsgi under a server of your own."
        )
    if home is not None:
        os.environ["LVLIAN_HOME"] = str(home)
    for name, value in settings.items():
        os.environ.setdefault(f"LVLIAN_{name.upper()}", value)
    try:
        import django
    except ModuleNotFoundError:
        raise ServeError("the site's packages are not installed; run: pip install 'lvlian[web]'.") from None
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lvlian.site.settings")
    try:
        django.setup()
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("lvlian"):
            raise
        raise ServeError(f"the package {error.name} is missing; run: pip install 'lvlian[web]'.") from None
    except PermissionError as error:
        raise ServeError(f"{error.filename}: cannot be written; name another folder with --home.") from None


def open_home(home: Path | None) -> None:
    """`use_home` for a site that is there already. Raises SettingError and ServeError."""
    use_home(home)
    from django.conf import settings
    from django.db import DatabaseError, connection

    if not settings.ENVIRONMENT.postgres and not Path(settings.DATABASES["default"]["NAME"]).exists():
        raise ServeError(f"{settings.HOME}: there is no site in this folder; lvlian serve makes one.")
    try:
        with connection.cursor() as cursor:
            found = "org_auditrecord" in connection.introspection.table_names(cursor)
    except DatabaseError as error:
        raise ServeError(f"the database cannot be used ({str(error).splitlines()[0]}).") from None
    if not found:
        raise ServeError("the database is empty; lvlian serve makes a site of it.")


def listen(host: str, port: int) -> socket.socket:
    """A listening socket. Raises ServeError where the port is taken or may not be used."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    opened = socket.socket(family, socket.SOCK_STREAM)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        opened.bind((host, port))
        opened.listen(256)
    except OSError as error:
        opened.close()
        if error.errno == errno.EADDRINUSE:
            raise ServeError(f"port {port} on {host} is in use; choose another with --port.") from None
        if error.errno in (errno.EACCES, errno.EPERM):
            raise ServeError(
                f"port {port} may not be used by this user; choose one from 1024 on with --port."
            ) from None
        raise ServeError(f"{host}:{port}: {error.strerror or error}.") from None
    opened.set_inheritable(True)
    return opened


# Making ready ---------------------------------------------------------------------------------------------------------
def first_people() -> list[FirstPassword]:
    """The region at the top and the three administrators, where nobody is there yet."""
    from lvlian.site.org.actions import first_people as make
    from lvlian.site.org.actions.founding import is_empty, root_region

    if not is_empty():
        return []
    return [FirstPassword(user.username, user.name, password) for user, password in make(root_region())]


def prepare(found: Callable[[], list[FirstPassword]] = first_people) -> list[FirstPassword]:
    """Brings the database and the static files up to date; at the very first start `found` makes who and what is there at the
    beginning, and the passwords are returned. Raises ServeError."""
    from django.conf import settings
    from django.db import DatabaseError, connections

    settings.HOME.mkdir(parents=True, exist_ok=True)
    try:
        migrate()
        made = found()
        _catch_up()
    except DatabaseError as error:
        where = "LVLIAN_DATABASE" if settings.ENVIRONMENT.postgres else str(settings.DATABASES["default"]["NAME"])
        raise ServeError(f"{where}: the database cannot be used ({str(error).splitlines()[0]}).") from None
    finally:
        connections.close_all()
    collect_static()
    return made


def _catch_up() -> None:
    """Writes what the search lacks: a stop right after an action of very many records leaves them without."""
    from lvlian.site.search.index import catch_up

    if count := catch_up():
        log.warning("the search lacked %d records, and has them now", count)


def migrate() -> bool:
    """Applies migrations that are not applied; whether there were any."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return False
    call_command("migrate", verbosity=0, interactive=False)
    return True


def collect_static() -> bool:
    """Gathers and compresses the static files, where they changed since the last time; whether they did."""
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    sums = hashlib.sha256()
    for finder in get_finders():
        for path, storage in sorted(finder.list([]), key=lambda found: found[0]):
            about = Path(storage.path(path)).stat()
            sums.update(f"{path}\0{about.st_size}\0{about.st_mtime_ns}\n".encode())
    mark = settings.STATIC_ROOT / ".sum"
    if mark.is_file() and mark.read_text(encoding="ascii") == sums.hexdigest():
        return False
    shutil.rmtree(settings.STATIC_ROOT, ignore_errors=True)
    call_command("collectstatic", verbosity=0, interactive=False)
    mark.write_text(sums.hexdigest(), encoding="ascii")
    return True


# Serving --------------------------------------------------------------------------------------------------------------
def run(
    opened: socket.socket,
    *,
    workers: int = 2,
    threads: int = 4,
    ready: Callable[[Callable[[], None]], bool] | None = None,
) -> None:
    """Serves until SIGINT or SIGTERM, then ends both children cleanly. `ready` is called once both have started, with a function
    that raises when a child has ended; where it says False, everything is ended at once. Raises ServeError."""
    asked: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, frame: asked.append(number))
    _import_pages()
    sys.stdout.flush()
    children = {"web": _fork(lambda: _web(opened, workers, threads)), "worker": _fork(_worker)}
    opened.close()
    deaths: list[float] = []

    def check() -> None:
        ended = _ended(set(children.values()))
        if children["web"] in ended:
            children["web"] = 0
            raise ServeError("the web server ended by itself; the lines above say why.")
        if children["worker"] in ended:
            now = time.monotonic()
            deaths[:] = [at for at in deaths if now - at < 60] + [now]
            if len(deaths) > RESTARTS:
                children["worker"] = 0
                raise ServeError("the worker of the jobs keeps ending; the lines above say why.")
            log.warning("the worker of the jobs ended, and is started again")
            children["worker"] = _fork(_worker)

    try:
        if ready is not None and not ready(check):
            return
        while not asked:
            check()
            time.sleep(0.1)
    finally:
        _end({pid for pid in children.values() if pid})


def _import_pages() -> None:
    """Imports every page before the processes part, so that they share it, and a fault in one is told here. What is there by then
    stays: the collector of garbage need not look at it again, which would hold up a page for some 60 ms now and then."""
    import gc

    from django.db import connections
    from django.urls import get_resolver

    _ = get_resolver().url_patterns
    connections.close_all()
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def _fork(work: Callable[[], None]) -> int:
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        os.setpgid(0, 0)  # Ctrl-C reaches the parent alone, which ends its children in order
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        _follow_parent(os.getppid())
        work()
        code = 0
    except SystemExit as leave:
        code = leave.code if isinstance(leave.code, int) else 1
    except BaseException:
        log.exception("a process of the site failed")
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _follow_parent(parent: int) -> None:
    """Ends this process when its parent is gone, also when that was killed."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()


def _web(opened: socket.socket, workers: int, threads: int) -> None:
    from gunicorn.app.base import BaseApplication

    class Server(BaseApplication):  # type: ignore[misc]
        def load_config(self) -> None:
            settings: dict[str, Any] = {
                "bind": f"fd://{opened.fileno()}",
                "workers": workers,
                "threads": threads,
                "worker_class": "gthread",
                "preload_app": True,
                "timeout": 120,
                "graceful_timeout": 8,
                "keepalive": 5,
                "loglevel": "warning",
                "proc_name": "lvlian",
                "control_socket_disable": True,
            }
            for name, value in settings.items():
                if name in self.cfg.settings:
                    self.cfg.set(name, value)
            if Path("/dev/shm").is_dir():
                self.cfg.set("worker_tmp_dir", "/dev/shm")

        def load(self) -> Any:
            from lvlian.site.wsgi import application

            return application

    Server().run()


def _worker() -> None:
    from lvlian.site.jobs.worker import work

    work()


def _ended(children: set[int]) -> set[int]:
    out = set()
    for pid in children:
        if pid and os.waitpid(pid, os.WNOHANG)[0]:
            out.add(pid)
    return out


def _end(children: set[int]) -> None:
    for number, patience in ((signal.SIGTERM, LEAVE), (signal.SIGKILL, 2.0)):
        for pid in children:
            os.kill(pid, number)
        until = time.monotonic() + patience
        while children and time.monotonic() < until:
            children -= _ended(children)
            time.sleep(0.05)
        if not children:
            return


def first_page(url: str, check: Callable[[], None] = lambda: None, patience: float = 60.0) -> float:
    """Seconds until the login page has come. `check` is called while waiting. Raises ServeError."""
    import urllib.error
    import urllib.request

    begun = time.monotonic()
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while True:
        try:
            with opener.open(f"{url}/login/", timeout=5) as answer:
                answer.read()
                return time.monotonic() - begun
        except urllib.error.HTTPError as error:
            raise ServeError(f"{url}/login/ answered {error.code}.") from None
        except OSError:
            check()
            if time.monotonic() - begun > patience:
                raise ServeError(f"{url}/login/ did not answer within {patience:.0f} s.") from None
            time.sleep(0.05)


def address_of(opened: socket.socket) -> str:
    """The address to open in a browser."""
    host, port = opened.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{host}:{port}"


__all__: Sequence[str] = (
    "FirstPassword",
    "ServeError",
    "address_of",
    "collect_static",
    "first_page",
    "first_people",
    "listen",
    "open_home",
    "prepare",
    "run",
    "use_home",
)
