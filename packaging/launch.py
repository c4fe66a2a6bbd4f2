"""The entry of a frozen build: the window, the command line by the executable's name, the engine by a hidden flag."""

from __future__ import annotations

import sys
from pathlib import Path

# as in desktop/app.py, which has them for a checkout; here they come first, so that no engine process loads Qt
WORKER_FLAG, COMMAND_FLAG = "--engine-worker", "--engine-command"


def main() -> int:
    arguments = sys.argv[1:]
    flag = arguments[0] if arguments else ""
    if flag == WORKER_FLAG:
        from engine.worker import main as worker_main

        return worker_main()
    if flag == COMMAND_FLAG or Path(sys.executable).stem == "attune-engine":
        from engine.cli import main as command_main

        return command_main(arguments[1:] if flag == COMMAND_FLAG else arguments)
    from desktop.app import main as window_main

    return window_main(arguments)


if __name__ == "__main__":
    sys.exit(main())
