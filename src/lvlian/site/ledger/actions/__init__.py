"""What is done to the ledger; each action is one audit record."""
