"""The site: pages and an API over the database. Only this room knows Django; importing the package itself does not."""
