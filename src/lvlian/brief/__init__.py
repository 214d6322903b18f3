"""What a person takes away from an assessed plan: a page, a paper, a workbook, a picture in the terminal."""

from __future__ import annotations

from .assessed import Assessed

__all__ = ["Assessed"]
