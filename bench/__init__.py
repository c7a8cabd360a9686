"""What the project promises in numbers, measured: `./dev bench` for speed, `./dev soak` for what must never be lost.

Speed is a ratio inside one interleaved run, or CPU time per request as the kernel counts it; both hold on a machine
that does something else besides.
"""
