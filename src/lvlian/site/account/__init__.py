"""链账 on the site: what firms report, the account of each month, indicators, flows and the chain atlas."""
