"""One HTML page that needs nothing else: pictures are inside, every text is escaped, nothing is loaded from anywhere."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from html import escape

from matching.evaluate.sections import Section, Table

_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 68rem; margin: 2rem auto; padding: 0 1rem; color: #222; }
h1, h2 { line-height: 1.2; } h2 { margin-top: 2.5rem; border-bottom: 1px solid #ddd; }
table { border-collapse: collapse; margin: 1rem 0 1.5rem; } caption { text-align: left; font-weight: 600; }
th, td { padding: .2rem .7rem; border-bottom: 1px solid #eee; text-align: left; overflow-wrap: anywhere; }
th { color: #666; font-weight: 500; } .number { text-align: right; font-variant-numeric: tabular-nums; }
img { max-width: 100%; }
"""


def page(title: str, sections: Sequence[Section]) -> str:
    """The page as HTML."""
    return "\n".join(
        [
            "<!DOCTYPE html>",
            '<html lang="en"><head><meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
            '<meta name="viewport" content="width=device-width">',
            f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>",
            f"<h1>{escape(title)}</h1>",
            *(part for section in sections for part in _section(section)),
            "</body></html>",
            "",
        ]
    )


def _section(section: Section) -> list[str]:
    parts = [f"<h2>{escape(section.title)}</h2>"]
    if section.text:
        parts.append(f"<p>{escape(section.text)}</p>")
    if section.picture is not None:
        data = b64encode(section.picture.png).decode()
        parts.append(f'<img alt="{escape(section.title)}" src="data:image/png;base64,{data}">')
    return parts + [_table(table) for table in section.tables]


def _table(table: Table) -> str:
    rows = [_row("th", table.head, table.numbers)] if table.head else []
    rows += [_row("td", row, table.numbers) for row in table.rows]
    return f"<table><caption>{escape(table.caption)}</caption>{''.join(rows)}</table>"


def _row(cell: str, texts: tuple[str, ...], numbers: frozenset[int]) -> str:
    return f"<tr>{''.join(_cell(cell, text, number in numbers) for number, text in enumerate(texts))}</tr>"


def _cell(cell: str, text: str, is_number: bool) -> str:
    style = ' class="number"' if is_number else ""
    return f"<{cell}{style}>{escape(text)}</{cell}>"
