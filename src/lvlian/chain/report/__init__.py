"""What firms report each month: forms, import, and the lines that the account is made of (see `docs/reports.md`)."""
