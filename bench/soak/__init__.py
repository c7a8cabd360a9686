"""What must never be lost, tried for a long time: `./dev soak [--kills N] [--seed N] [--only R1,R2,R3,R4,S18]`."""
