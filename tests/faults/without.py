"""The program in a process of its own, with a defence out when WITHOUT names one."""

import os
import sys
import threading
import time

import pytest

from tests.faults.defences import take_out

if __name__ == "__main__":
    if "FAKETIME_TIMESTAMP_FILE" in os.environ:
        # libfaketime moves the end of a sleep with the clock, which no kernel does; waits it leaves alone
        time.sleep = lambda seconds: threading.Event().wait(seconds) and None
    take_out(pytest.MonkeyPatch())
    from app import main

    sys.argv = ["ioc", *sys.argv[1:]]
    main()
