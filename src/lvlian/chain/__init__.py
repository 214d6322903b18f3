"""The industrial chain: products, process coefficients, indicators, regulations, prices (see `docs/chain-library.md`)."""
