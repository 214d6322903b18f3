"""Who is there: regions, units, firms, people, what each may see and do, and the record of what each did."""
