"""The ledger: staged registers as data (`tracks/*.yaml`), one engine that carries items through them, lights that explain
themselves, working days, factors by quarter, sealed snapshots and their difference. Pure: records in, records out."""
