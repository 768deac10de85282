"""The page stands alone: nothing is loaded, nothing that a record holds becomes markup."""

from __future__ import annotations

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from matching import Feature, Weight
from matching.evaluate.report import page
from matching.evaluate.sections import Picture, Section, Table, evidence_table

NASTY = '"><script src="https://evil.example/x.js"></script><img src=x onerror=alert(1)>&amp;'


class Seen(HTMLParser):
    """The tags with their attributes, and the text, of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def test_what_a_record_holds_is_text_and_never_markup() -> None:
    table = Table(head=("a", NASTY), rows=((NASTY, "2"),), numbers=frozenset({1}), caption=NASTY)
    seen = Seen(page(NASTY, [Section(title=NASTY, text=NASTY, tables=(table,))]))
    assert {tag for tag, _ in seen.tags}.isdisjoint({"script", "img", "link", "iframe"})
    assert seen.text.count(NASTY) == 7


def test_pictures_are_inside_and_nothing_is_loaded_from_anywhere() -> None:
    picture = Picture(name="curve", png=b"\x89PNG...")
    html = page("t", [Section(title="Curve", picture=picture)])
    seen = Seen(html)
    sources = [attributes["src"] for _, attributes in seen.tags if "src" in attributes]
    assert sources == ["data:image/png;base64,iVBORy4uLg=="]
    assert not any("href" in attributes for _, attributes in seen.tags)
    assert "default-src 'none'" in html


@given(st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc")), max_size=30))
def test_any_text_comes_through_unchanged(text: str) -> None:
    assert f"<{text}>" in Seen(page("t", [Section(title="s", text=f"<{text}>")])).text


def test_the_evidence_adds_up_from_the_prior_to_the_sum() -> None:
    evidence = Weight(
        total=-600,
        conflict=None,
        features=(
            Feature(feature="birth", left="1980", right="1980", level="equal", weight=1200),
            Feature(feature="name", left="anna", right="bert", level="different", weight=-2000),
        ),
    )
    table = evidence_table(evidence, "a · b", ("a", "b"))
    assert [(row[0], row[4]) for row in table.rows] == [
        ("(any two candidates)", "+2.00"),
        ("name", "-20.00"),
        ("birth", "+12.00"),
        ("(all together)", "-6.00"),
    ]
    assert table.rows[1] == (
        "name", "anna", "bert", "different", "-20.00", "over a million times likelier if different"
    )  # fmt: skip
