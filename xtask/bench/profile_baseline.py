"""The exploratory report of a CSV file by fg-data-profiling, the successor of ydata-profiling.

Usage: profile_baseline.py FILE.csv OUT.html

Explorative mode, as the original delivered its reports; all else as the library has it.
"""

import sys

import pandas as pd
from data_profiling import ProfileReport


def main():
    table, page = sys.argv[1:]
    frame = pd.read_csv(table, low_memory=False)
    ProfileReport(frame, explorative=True, progress_bar=False).to_file(page, silent=True)


if __name__ == "__main__":
    main()
