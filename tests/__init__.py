"""All tests; of the processes of a run, the first computes in all threads and the others in one each.

Twice as many threads as cores only wait for each other: it costs a tenth of the CPU of a run. What depends
on the number of threads still shows, in the first process and where a test asks for it (`test_bulk`).
"""

import os

if os.environ.get("PYTEST_XDIST_WORKER", "gw0") != "gw0":
    for name in ("POLARS_MAX_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(name, "1")
