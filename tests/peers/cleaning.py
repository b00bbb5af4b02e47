"""What the configuration of The Complete Journey cleans out (examples/complete-journey.yaml)."""
DEPARTMENTS = ("FUEL", "MISCELLANEOUS", "COUPON", "CNTRL/STORE SUP", "POSTAL CENTER", "PHOTO & VIDEO",
               "PROD-WHS SALES", "GM MERCH EXP", "RESTAURANT", "TRAVEL & LEISURE")
CATEGORIES = ("COUPON/MISC ITEMS", "COUPON", "FUEL", "NO COMMODITY DESCRIPTION")
