"""Pages of plans: the list, bringing a document, review, versions, plans side by side, files to take away."""
