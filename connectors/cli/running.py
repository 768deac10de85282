"""``hub serve``, ``intake``, ``project``, ``api``, ``migrate``: the processes of a hub, together or each alone."""

from __future__ import annotations

import signal
import socket
from types import FrameType
from typing import Annotated

import structlog
import typer
import uvicorn

from connectors import wiring
from connectors.cli import session
from connectors.cli.output import Json, err, out, progress_bar, rate, table, write_json
from connectors.runtime.garbage import collect_rarely
from connectors.runtime.workers import Workers
from connectors.wiring import Hub
from hub.kernel.errors import NotFoundError, SettingsError
from projections.runner.apart import rebuild_apart

_log = structlog.get_logger(__name__)
Once = Annotated[bool, typer.Option("--once", help="Take in what is there, then leave.")]
Host = Annotated[str | None, typer.Option("--host", help="Address to listen on; else HUB_API_HOST.")]
Port = Annotated[int | None, typer.Option("--port", help="Port to listen on; else HUB_API_PORT.")]


def serve(host: Host = None, port: Port = None) -> None:
    """Run everything in one process: intake, read models and the API, until Ctrl-C.

    [dim]hub serve --port 8080[/dim]

    For more than one machine run [bold]hub intake[/bold], [bold]hub project[/bold] and [bold]hub api[/bold] apart.
    """
    with wiring.open_hub(session.settings(quiet=False, api_host=host, api_port=port)) as hub:
        server = ApiServer(hub)
        collect_rarely()
        with Workers(on_failure=server.end) as workers:
            workers.start("postgres", hub.keep_database)
            workers.start("intake", hub.take_in)
            workers.start("project", hub.project)
            _say_where(server)
            server.run()


def intake(once: Once = False, json: Json = False) -> None:
    """Take in what the business units publish: decode, resolve, append.

    [dim]hub intake          until Ctrl-C[/dim]
    [dim]hub intake --once   only what is waiting now[/dim]
    """
    with wiring.open_hub(session.settings(quiet=once)) as hub:
        collect_rarely()
        if once:
            with hub.worker() as worker:
                taken = worker.run_until_idle()
            write_json({"messages": taken}) if json else err().print(f"{taken:,} messages taken in")
            return
        with Workers() as workers:
            workers.stop_at_signals()
            workers.start("postgres", hub.keep_database)
            workers.start("intake", hub.take_in)
            workers.wait()


def project(
    once: Once = False,
    from_zero: Annotated[
        str | None,
        typer.Option(
            "--from-zero", metavar="NAME|all", help="Build a read model anew beside the old one, then switch."
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Carry the read models forward as the log grows.

    [dim]hub project                          until Ctrl-C[/dim]
    [dim]hub project --once                   up to the end of the log[/dim]
    [dim]hub project --from-zero ownership    rebuild one from the log[/dim]
    [dim]hub project --from-zero all[/dim]
    """
    with wiring.open_hub(session.settings(quiet=once or from_zero is not None)) as hub:
        collect_rarely()
        if from_zero is not None:
            _rebuild(hub, from_zero)
        elif once:
            _catch_up(hub)
        else:
            with Workers() as workers:
                workers.stop_at_signals()
                workers.start("postgres", hub.keep_database)
                workers.start("project", hub.project)
                workers.wait()
            return
        with hub.runner() as runner:
            _tell_positions(runner.positions(), json)


def api(host: Host = None, port: Port = None) -> None:
    """Serve the API alone, until Ctrl-C. [dim]hub api --port 8080[/dim]"""
    with wiring.open_hub(session.settings(quiet=False, api_host=host, api_port=port)) as hub:
        server = ApiServer(hub)
        with Workers(on_failure=server.end) as workers:
            workers.start("postgres", hub.keep_database)
            _say_where(server)
            server.run()


def migrate(json: Json = False) -> None:
    """Create missing tables, under a lock; harmless to repeat. The other commands do this by themselves."""
    with wiring.open_database(session.settings()) as database:
        done = wiring.migrate(database.url)
    write_json({"schemas": done}) if json else out().print("\n".join(done))


class ApiServer:
    """The API at its address. Raises SettingsError when the address cannot be used."""

    def __init__(self, hub: Hub, *, any_port: bool = False) -> None:
        settings = hub.settings
        self._socket = _listening(settings.api_host, settings.api_port, any_port=any_port)
        config = uvicorn.Config(
            hub.app(), log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=10
        )
        self._server = uvicorn.Server(config)
        host, port, *_ = self._socket.getsockname()
        self.url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    def run(self) -> None:
        """Serve until a signal, or until `end`."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._at_signal)  # uvicorn raises the signal again when it has ended
        self._server.run(sockets=[self._socket])

    def end(self) -> None:
        """Let requests finish and come back from `run`."""
        self._server.should_exit = True

    def _at_signal(self, number: int, frame: FrameType | None) -> None:
        self.end()


def _listening(host: str, port: int, *, any_port: bool) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        server = socket.create_server((host, port), family=family, backlog=1024)
    except OSError as error:
        if any_port and port:
            return _listening(host, 0, any_port=False)
        raise SettingsError(
            f"cannot listen on {host}:{port}: {error.strerror}; free it, or choose another with --port or HUB_API_PORT"
        ) from error
    # Connections inherit it. asyncio sees to it only for sockets that name TCP as their protocol, which this one does not;
    # without it an answer's second packet waits 40 ms for the acknowledgement of its first.
    server.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return server


def _say_where(server: ApiServer) -> None:
    _log.info("serving", url=server.url)


def _catch_up(hub: Hub) -> None:
    with hub.runner() as runner, progress_bar() as bar:
        head, start = hub.log.head(), min(runner.positions().values(), default=0)
        task = bar.add_task("reading the log", total=head, completed=start, rate="")

        def advance(position: int) -> None:
            done = bar.tasks[task]
            bar.update(task, completed=position, rate=rate(position - start, done.elapsed, " events/s"))

        runner.run_until(head, progress=advance)


def _rebuild(hub: Hub, name: str) -> None:
    wanted = [p.name for p in hub.projections if name in ("all", p.name)]
    if not wanted:
        known = ", ".join(p.name for p in hub.projections)
        raise NotFoundError(f"there is no read model {name!r}; write all or one of: {known}")
    head = hub.log.head()
    with progress_bar() as bar:
        tasks = {one: bar.add_task(f"rebuilding {one}", total=head, rate="", start=False) for one in wanted}

        def advance(one: str, position: int) -> None:
            task = bar.tasks[tasks[one]]
            bar.start_task(task.id)
            bar.update(task.id, completed=position, rate=rate(position, task.elapsed, " events/s"))

        rebuild_apart(hub.database.url, hub.database.master_key, wanted, advance, hub.survivorship)
        for task_id in tasks.values():
            bar.update(task_id, completed=head)


def _tell_positions(positions: dict[str, int], json: bool) -> None:
    if json:
        write_json(positions)
    else:
        out().print(table(None, ["read model", "position"], sorted(positions.items()), numbers=["position"]))
