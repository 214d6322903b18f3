"""Lists of records: filters in the URL, columns to choose, saved views, bulk edit, Excel in and out, history, comments."""
