"""The account of a chain: contradicting reports become one balanced flow with error bars (see `docs/account.md`)."""
