"""What changes in the rooms of the account; each action leaves one audit record."""
