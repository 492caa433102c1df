"""Run a command and write what it cost, as JSON, to a file descriptor: wall, cpu, peak.

A small process of its own, because Linux counts the size of whoever starts a command into the peak
of the command: a shim of 10 MB hides less than the benchmarks would.
"""

import json
import os
import sys
import time


def main() -> None:
    """Run ``shim.py DESCRIPTOR COMMAND [ARGUMENT...]``, and end with the command's own status."""
    descriptor, command = int(sys.argv[1]), sys.argv[2:]
    os.set_inheritable(descriptor, False)
    started = time.perf_counter()
    pid = os.posix_spawn(command[0], command, os.environ)
    _pid, status, usage = os.wait4(pid, 0)
    wall = time.perf_counter() - started
    cost = {"wall": wall, "cpu": usage.ru_utime + usage.ru_stime, "peak": usage.ru_maxrss / 1024}
    with os.fdopen(descriptor, "w") as file:
        json.dump(cost, file)
    sys.exit(os.waitstatus_to_exitcode(status))


main()
