"""Every file a run delivers: workbooks, CSV, Parquet, JSON and the HTML report, each read back."""
