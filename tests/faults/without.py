"""The program in a process of its own, with a defence out when WITHOUT names one."""

import sys

import pytest

from tests.faults.defences import take_out

if __name__ == "__main__":
    take_out(pytest.MonkeyPatch())
    from app import main

    sys.argv = ["ioc", *sys.argv[1:]]
    main()
