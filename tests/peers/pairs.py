"""Writes the pairs of household and product before the test weeks, and in them: truth.csv, before.csv.

    pairs.py DATA_FOLDER FOLDER
"""
import sys

from recompute import clean

db = clean(sys.argv[1])
for name, weeks in (("before", "w <= 50"), ("truth", "w >= 51")):
    db.execute(f"""copy (select distinct u as user_id, i as item_id from bought where {weeks} order by all)
                   to '{sys.argv[2]}/{name}.csv' (header)""")
