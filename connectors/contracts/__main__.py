"""Write the contracts for publishers: ``python -m connectors.contracts export FOLDER`` or ``describe FILE``."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path

from connectors.contracts.export import export, reference


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line."""
    parser = ArgumentParser(prog="python -m connectors.contracts", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("export", help="JSON Schemas, one file a type").add_argument("folder", type=Path)
    commands.add_parser("describe", help="the reference page").add_argument("file", type=Path)
    chosen = parser.parse_args(arguments)
    if chosen.command == "export":
        print(f"{len(export(chosen.folder))} schemas in {chosen.folder}")
    else:
        chosen.file.write_text(reference(), encoding="utf-8")
        print(f"written: {chosen.file}")


if __name__ == "__main__":
    main()
