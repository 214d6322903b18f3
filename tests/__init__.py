"""The tests. A package of its own, so that `tests/site` is never taken for the `site` of the standard library."""
