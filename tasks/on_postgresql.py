"""`python tasks/on_postgresql.py COMMAND ...`: run a command with the address of a private PostgreSQL cluster.

Runs in the project's environment, in the checkout.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.support.postgres import private_cluster

with private_cluster(is_durable=False) as url:
    done = subprocess.run(sys.argv[1:], env=os.environ | {"BELOWLINE_DATABASE__URL": url})
sys.exit(done.returncode)
