"""The command line. `main` is its door; each group of commands has its own module, engines are imported when they run."""

from lvlian.cli.door import main

__all__ = ["main"]
