"""What the demo shows: counts, how right the customers are, one customer's story, times and rates."""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from shutil import which
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import tuple_row
from rich.console import Console
from rich.rule import Rule

from connectors.cli.customer import print_golden, print_history, print_ownership
from connectors.cli.output import table
from connectors.deadletters import store
from connectors.demo import DemoData, Figures, pair_figures
from connectors.wiring import Hub
from hub.customer.events import LinkEvidence
from hub.customer.state import LinkedRecord
from projections.crosswalk.queries import customer_of_record, export_links
from projections.golden_record import queries as golden
from projections.history.queries import timeline
from projections.ownership.queries import timeline as ownership_timeline

HISTORY_SHOWN = 8
REASONS_SHOWN = 6
SHOWN_VALUES = ("name.", "identifier.", "contact.", "address.registered.")
NAMES = ("name.legal", "name.full", "name.native", "name.english", "name.short")


@dataclass(slots=True, kw_only=True)
class Course:
    """How the run went: seconds by stage, commands that the rules refused, memory."""

    generate_s: float = 0.0
    publish_s: float = 0.0
    take_in_s: float = 0.0
    ownership_s: float = 0.0
    total_s: float = 0.0
    ownership_commands: int = 0
    ownership_refused: int = 0
    memory_mb: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """Agreement of the hub's customers with the truth, over pairs of records; ratios in [0, 1]."""

    precision: float
    recall: float
    f1: float
    true_pairs: int

    @classmethod
    def of(cls, figures: Figures) -> Quality:
        """The ratios, rounded for showing."""
        return cls(
            precision=round(figures.precision, 4),
            recall=round(figures.recall, 4),
            f1=round(figures.f1, 4),
            true_pairs=figures.true_pairs,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of the demo, for people and machines."""

    messages: int
    events: int
    records: int
    customers: int
    true_customers: int
    activities: int
    taken_in: Mapping[str, int]
    dead_letters: Mapping[str, int]
    parked: int
    quality: Mapping[str, Quality]
    story: UUID
    story_record: str
    story_last: str
    story_questions: tuple[str, ...]
    course: Course


def measure(hub: Hub, data: DemoData, course: Course) -> Outcome:
    """Count what is in the database, and hold the customers against the truth."""
    with hub.log.connection() as connection:
        clusters: dict[UUID, list[str]] = defaultdict(list)
        for row in export_links(connection):
            if not row.retired:
                clusters[row.customer_id].append(row.record_key)
        letters = Counter(x.reason for x in store.letters(connection, limit=100_000))
        story = customer_of_record(connection, data.story)
        assert story is not None  # noqa: S101 - the story's record was published and taken in
        return Outcome(
            messages=len(data.messages),
            events=hub.log.head(),
            records=sum(map(len, clusters.values())),
            customers=len(clusters),
            true_customers=len({data.truth[key] for key in data.truth.keys() - data.retired}),
            activities=_number(connection, "SELECT count(*) FROM history_activity"),
            taken_in=dict(
                _pairs(connection, "SELECT outcome, count(*) FROM hub_receipt GROUP BY 1 ORDER BY 2 DESC")
            ),
            dead_letters=dict(letters.most_common()),
            parked=_number(connection, "SELECT count(*) FROM hub_parked"),
            quality=_quality(clusters.values(), data),
            story=story,
            story_record=data.story,
            story_last=clusters[story][-1],
            story_questions=_questions(hub, story),
            course=course,
        )


def show(screen: Console, hub: Hub, outcome: Outcome) -> None:
    """Everything, for people."""
    _show_counts(screen, outcome)
    _show_quality(screen, outcome)
    _show_story(screen, hub, outcome)
    _show_times(screen, outcome)


def show_next(screen: Console, outcome: Outcome, folder: Path, url: str = "", token: str = "") -> None:
    """Commands to try; with *url* and *token* also requests to the API, which is then being served."""
    screen.print(Rule("What to try next", style="cyan"))
    first, last = outcome.story_record, outcome.story_last
    hub = "hub" if which("hub") else sys.argv[0]
    replay = f"{hub} replay ownership --customer {first}"
    commands = [
        f"export HUB_DATA_DIR={folder}",
        f"{hub} customer show {first}",
        f"{hub} customer history {first}",
        f"{hub} explain why {first} {last}",
        *(f"{replay} {asked}" for asked in outcome.story_questions),
        f"{hub} deadletter list",
        f"{hub} crosswalk export --output crosswalk.csv",
        f"{hub} steward unmerge {first} {last} --reason 'another company'",
    ]
    if url:
        customer = f"{url}/v1/customers/{outcome.story}"
        header = '-H "Authorization: Bearer $KEY"'
        commands += [
            f"export KEY={token}",
            f"curl {header} {customer}",
            f"curl {header} '{customer}/ownership?as_of=2025-01-01T00:00:00Z'",
            f"curl {header} '{url}/v1/customers?q=starbridge'",
        ]
    for command in commands:
        screen.print(f"  {command}", markup=False, soft_wrap=True)
    if url:
        screen.print(
            f"[bold green]The API is served at {url} until Ctrl-C[/bold green] [dim](shapes: {url}/openapi.json)[/dim]"
        )
    screen.print()


def _show_counts(screen: Console, outcome: Outcome) -> None:
    screen.print(Rule("What came in and what it became", style="cyan"))
    screen.print(
        f"[bold]{outcome.records:,}[/bold] source records of four units are [bold]{outcome.customers:,}[/bold] customers"
        f" [dim](truly {outcome.true_customers:,})[/dim], with [bold]{outcome.activities:,}[/bold] activities"
    )
    taken = ", ".join(f"{number:,} {what}" for what, number in outcome.taken_in.items())
    screen.print(f"{outcome.messages:,} messages: {taken}")
    screen.print(f"{outcome.parked:,} activities wait for a customer that is not known yet")
    rows = [(number, reason) for reason, number in outcome.dead_letters.items()]
    screen.print(
        f"{sum(outcome.dead_letters.values()):,} messages could not be read, and are dead letters with reason and remedy:"
    )
    screen.print(table(None, ["", "why"], rows[:REASONS_SHOWN], numbers=[""]))
    if len(rows) > REASONS_SHOWN:
        screen.print(f"[dim]and {len(rows) - REASONS_SHOWN} further reasons: hub deadletter list[/dim]")
    screen.print()


def _show_quality(screen: Console, outcome: Outcome) -> None:
    screen.print(Rule("How right that is: pairs of records, against the known truth", style="cyan"))
    rows = [
        (name, f"{q.precision:.2%}", f"{q.recall:.2%}", f"{q.f1:.4f}", q.true_pairs)
        for name, q in outcome.quality.items()
    ]
    columns = ["customers", "precision", "recall", "F1", "true pairs"]
    screen.print(table(None, columns, rows, numbers=columns[1:]))
    screen.print()


def _show_story(screen: Console, hub: Hub, outcome: Outcome) -> None:
    screen.print(Rule(f"One customer: how it came together ({outcome.story_record})", style="cyan"))
    customer = hub.customers.get(outcome.story)
    links = sorted(customer.records.values(), key=lambda r: r.linked.version)
    rows = [(link.record.key, _name(link), _because(link)) for link in links]
    columns = ["source record", "as written there", "belongs to it because"]
    screen.print(table(None, columns, rows, whole=columns[:1]))
    with hub.log.connection() as connection:
        record = golden.by_id(connection, outcome.story)
        screen.print(Rule("its golden record", style="dim"))
        if record is not None:
            print_golden(screen, record, SHOWN_VALUES)
        screen.print(Rule("who owned it", style="dim"))
        print_ownership(screen, ownership_timeline(connection, outcome.story))
        screen.print(Rule(f"the last {HISTORY_SHOWN} things that happened", style="dim"))
        print_history(screen, timeline(connection, outcome.story, limit=HISTORY_SHOWN, changes=False))
    screen.print()


def _show_times(screen: Console, outcome: Outcome) -> None:
    course = outcome.course
    screen.print(Rule("How long it took", style="cyan"))
    rows = [
        ("made the messages", f"{course.generate_s:.1f} s", ""),
        (
            "published them",
            f"{course.publish_s:.1f} s",
            _rate(outcome.messages, course.publish_s, "messages/s"),
        ),
        (
            "resolved, stored and projected them",
            f"{course.take_in_s:.1f} s",
            _rate(outcome.messages, course.take_in_s, "messages/s"),
        ),
        (
            "ownership commands",
            f"{course.ownership_s:.1f} s",
            _rate(course.ownership_commands, course.ownership_s, "commands/s"),
        ),
        ("in all", f"{course.total_s:.1f} s", f"{course.memory_mb:,} MB" if course.memory_mb else ""),
    ]
    screen.print(table(None, ["", "time", "rate"], rows, numbers=["time", "rate"]))
    if course.ownership_refused:
        screen.print(
            f"{course.ownership_refused:,} ownership commands were refused by the rules, such as a second owner in one lane"
        )
    screen.print()


def _name(link: LinkedRecord) -> str:
    return next((v for path in NAMES for v in link.record.values_of(path)), "–")


def _because(link: LinkedRecord) -> str:
    if link.retired:
        return "deleted at its source since"
    if not link.evidence:
        return "it was the first"
    return "; ".join(map(_evidence, link.evidence))


def _evidence(evidence: LinkEvidence) -> str:
    if evidence.kind == "assertion":
        return "a steward said so"
    strongest = sorted((f for f in evidence.features if f.weight), key=lambda f: -abs(f.weight))
    features = ", ".join(f"{f.feature} {f.level} {f.weight / 100:+.0f}" for f in strongest[:4])
    return f"{evidence.weight / 100:+.0f} bits: {features}"


def _rate(done: int, seconds: float, unit: str) -> str:
    return f"{done / seconds:,.0f} {unit}" if seconds > 0 else ""


def _quality(clusters: Collection[list[str]], data: DemoData) -> dict[str, Quality]:
    """Over all records that still exist, and over the Chinese and the international customers apart."""
    alive = {key: customer for key, customer in data.truth.items() if key not in data.retired}
    china = {key: customer for key, customer in alive.items() if customer in data.chinese}
    world = {key: customer for key, customer in alive.items() if customer not in data.chinese}
    parts = {"all": alive, "Chinese": china, "international": world}
    return {name: Quality.of(pair_figures(clusters, truth)) for name, truth in parts.items()}


def _questions(hub: Hub, customer_id: UUID) -> tuple[str, ...]:
    """A day about which the books were wrong: as known now, and as known just before they were corrected."""
    with hub.log.connection() as connection:
        spans = ownership_timeline(connection, customer_id)
    for span in spans:
        if span.kind == "corrected":
            day = f"--as-of {span.valid_from + timedelta(days=1):%Y-%m-%d}"
            before = span.known_from - timedelta(microseconds=1)
            return day, f"{day} --known-at {before.isoformat().replace('+00:00', 'Z')}"
    return ("--as-of 2025-01-01",)


def _number(connection: Connection[Any], query: str) -> int:
    return int(_pairs(connection, query)[0][0])


def _pairs(connection: Connection[Any], query: str) -> list[Any]:
    with connection.cursor(row_factory=tuple_row) as cursor:
        return cursor.execute(query).fetchall()
