"""Linux 6.12 on generated headers, booted under qemu, and what it shows when they are wrong: `make kernel-test`."""
