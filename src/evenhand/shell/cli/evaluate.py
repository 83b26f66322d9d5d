"""`evenhand evaluate`: how good a detector is, on labelled data."""

import typer


def add_to(app: typer.Typer) -> None:
    """Register the command."""
