import sys

from belowline.project.cli import main

sys.exit(main())
