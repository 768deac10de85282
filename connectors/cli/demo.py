"""``hub demo``: a made-up group of companies through the real pipeline, what came of it, and then the API."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import orjson
import typer
from rich.console import Console
from rich.progress import Progress, TaskID
from rich.terminal_theme import MONOKAI

from connectors import wiring
from connectors.api import keys
from connectors.api.keys import Role
from connectors.cli import session
from connectors.cli.demo_ownership import issue
from connectors.cli.demo_report import Course, Outcome, measure, show, show_next
from connectors.cli.output import Json, err, out, progress_bar, rate, write_json
from connectors.cli.running import ApiServer, Port
from connectors.demo import UNITS, DemoData, generate
from connectors.postgres.folders import default_data_folder
from connectors.publishing import Outgoing
from connectors.runtime.children import Children
from connectors.runtime.home import empty_home
from connectors.settings import PREFIX
from connectors.wiring import Hub
from projections.runner.checkpoints import position_of

PUBLISH_BATCH = 1000
LOOK_S = 0.25
PAGE_WIDTH = 118
PAGE = """<!DOCTYPE html>
<meta charset="utf-8">
<title>make demo</title>
<style>{stylesheet}
@font-face {{ font-family: lines; src: local("DejaVu Sans Mono"); unicode-range: U+2500-257F; size-adjust: 83% }}
body {{ color: {foreground}; background: {background}; margin: 1em }}
pre {{ font: 14px/1.3 lines, "Noto Sans Mono CJK SC", "Sarasa Mono SC", "DejaVu Sans Mono", monospace }}</style>
<pre>{code}</pre>
"""


def demo(
    *,
    scale: Annotated[
        float, typer.Option(min=0.01, max=10, help="1 is about 20,000 records and 60,000 activities.")
    ] = 1.0,
    seed: Annotated[int, typer.Option(help="The same seed makes the same customers.")] = 7,
    kafka: Annotated[
        str | None,
        typer.Option("--kafka", metavar="HOST:PORT", help="Publish through this Kafka, not the inbox table."),
    ] = None,
    serve: Annotated[
        bool, typer.Option("--serve/--no-serve", help="Serve the API at the end, until Ctrl-C.")
    ] = True,
    port: Port = None,
    page: Annotated[Path | None, typer.Option("--page", help="Save what is shown as a web page.")] = None,
    json: Json = False,
) -> None:
    """See the whole hub work on made-up customers of a corporate group. Needs no database and no Kafka.

    [dim]hub demo[/dim]

    [dim]hub demo --no-serve --scale 0.1      a small one, in half a minute[/dim]

    [dim]hub demo --kafka localhost:9092      through a real Kafka[/dim]

    Four units publish overlapping customers, Chinese and international, with typing errors, moves, mergers, deletions
    and messages that cannot be read. Everything lies in the folder demo beneath the data folder, made afresh each time.
    """
    started = time.monotonic()
    folder = default_data_folder() / "demo"
    empty_home(folder)
    _be_a_hub_of_its_own(folder, kafka)
    settings = session.settings(api_port=port)
    with ExitStack() as stack:
        err().print(f"[dim]data folder: {folder}[/dim]")
        with err().status("making customers"):
            data = generate(seed, scale)
        course = Course(generate_s=time.monotonic() - started)
        hub = stack.enter_context(wiring.open_hub(settings))
        children = stack.enter_context(Children(folder))
        children.start("intake")
        children.start("project")
        with progress_bar() as bar:
            _Run(hub, children, course, bar).through(data)
        course.total_s = time.monotonic() - started
        course.memory_mb = children.peak_memory_mb()
        outcome = measure(hub, data, course)
        if json:
            write_json(outcome)
        else:
            screen = _screen(page)
            show(screen, hub, outcome)
            if page is not None:
                screen.save_html(str(page), theme=MONOKAI, code_format=PAGE)
        if serve:
            sys.stdout.flush()
            _serve(hub, outcome)
        elif not json:
            show_next(err(), outcome, folder)


def _be_a_hub_of_its_own(folder: Path, kafka: str | None) -> None:
    """Set this process's environment, and so its children's, for a hub that has nothing to do with any other."""
    for name in ("DATABASE_URL", "MASTER_KEY", "CONFIG", "KAFKA_BOOTSTRAP", "KAFKA_GROUP"):
        os.environ.pop(PREFIX + name, None)
    prefix = ""
    if kafka is not None:
        prefix = f"demo-{datetime.now(UTC):%Y%m%d-%H%M%S}."
        os.environ |= {"HUB_KAFKA_BOOTSTRAP": kafka, "HUB_KAFKA_GROUP": prefix + "hub"}
    units = {
        unit.name: {
            "topics": [prefix + unit.customers_topic, prefix + unit.activities_topic],
            "systems": [unit.name],
        }
        for unit in UNITS.values()
    }
    os.environ |= {"HUB_DATA_DIR": str(folder), "HUB_UNITS": orjson.dumps(units).decode()}


def _screen(page: Path | None) -> Console:
    if page is None:
        return out()
    return Console(highlight=False, record=True, width=PAGE_WIDTH)


def _serve(hub: Hub, outcome: Outcome) -> None:
    """The API with a key made for it, what to try with it, until Ctrl-C."""
    with hub.log.connection() as connection:
        token = keys.create(connection, "demo", [Role.ADMIN])
    server = ApiServer(hub, any_port=True)
    show_next(err(), outcome, hub.settings.data_dir, server.url, token)
    server.run()


class _Run:
    """One run of the pipeline: publish, wait for intake and read models, issue the ownership commands."""

    def __init__(self, hub: Hub, children: Children, course: Course, bar: Progress) -> None:
        self._hub = hub
        self._children = children
        self._course = course
        self._bar = bar
        topics = [t for u in UNITS.values() for t in (u.customers_topic, u.activities_topic)]
        self._topics = dict(zip(topics, hub.settings.topics, strict=True))

    def through(self, data: DemoData) -> None:
        """Everything, in order; publishing, taking in and projecting overlap."""
        total = len(data.messages)
        publishing = self._bar.add_task("publish", total=total, rate="messages")
        taking = self._bar.add_task("take in", total=total, rate="messages")
        projecting = self._bar.add_task("read models", total=None, rate="events")
        began = time.monotonic()
        ends = self._publish(data, publishing)
        self._course.publish_s = time.monotonic() - began
        while (taken := self._taken(ends)) < total:
            self._look(taking, taken, "messages/s")
            self._project(projecting)
        self._look(taking, total, "messages/s")
        while self._hub.resolver.retry_parked():
            self._project(projecting)
        self._catch_up(projecting)
        self._course.take_in_s = time.monotonic() - began
        self._own(data)
        self._catch_up(projecting)

    def _publish(self, data: DemoData, task: TaskID) -> dict[str, int]:
        """Send everything; gives the offset behind the last message of each input."""
        ends: dict[str, int] = {}
        with self._hub.publisher() as publisher:
            for start in range(0, len(data.messages), PUBLISH_BATCH):
                batch = data.messages[start : start + PUBLISH_BATCH]
                messages = [Outgoing(topic=self._topics[m.topic], key=m.key, value=m.value) for m in batch]
                for place in publisher.publish(messages):
                    name, _, offset = place.rpartition("@")
                    ends[name] = max(ends.get(name, 0), int(offset) + 1)
                self._children.check()
                self._look(task, start + len(batch), "messages/s", pause=False)
        return ends

    def _taken(self, ends: Mapping[str, int]) -> int:
        """How many of the messages are taken in. The topics are new: each input begins at 0."""
        return sum(min(self._hub.log.offset(name), end) for name, end in ends.items())

    def _own(self, data: DemoData) -> None:
        task = self._bar.add_task("ownership", total=len(data.ownership), rate="commands")
        began = time.monotonic()
        self._course.ownership_commands = len(data.ownership)
        self._course.ownership_refused = issue(self._hub, data.ownership, lambda: self._bar.advance(task))
        self._course.ownership_s = time.monotonic() - began
        self._look(task, len(data.ownership), "commands/s", pause=False)

    def _catch_up(self, task: TaskID) -> None:
        while self._project(task):
            time.sleep(LOOK_S)
            self._children.check()

    def _project(self, task: TaskID) -> bool:
        """Show how far the read models are; gives whether they are behind."""
        with self._hub.log.connection() as connection:
            done = min(position_of(connection, p.name) for p in self._hub.projections)
        head = self._hub.log.head()
        self._bar.update(task, total=head)
        self._look(task, done, "events/s", pause=False)
        return done < head

    def _look(self, task: TaskID, done: int, unit: str, *, pause: bool = True) -> None:
        shown = self._bar.tasks[task]
        self._bar.update(task, completed=done, rate=rate(done, shown.elapsed, f" {unit}"))
        if pause:
            time.sleep(LOOK_S)
            self._children.check()
