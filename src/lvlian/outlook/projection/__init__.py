"""The projection: what the chain makes quarter by quarter, what that does to the plan's goals, and what holds each quarter back."""
