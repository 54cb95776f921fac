"""`python -m trampgen`."""

from trampgen.cli import main

raise SystemExit(main())
