"""Reads a CSV file without a header with the C reader of pandas. Arguments: FILE ROUNDS; prints the seconds of each
round."""
import sys
import time

import pandas

for _ in range(int(sys.argv[2])):
    start = time.perf_counter()
    pandas.read_csv(sys.argv[1], header=None, engine="c", low_memory=False)
    print(time.perf_counter() - start)
