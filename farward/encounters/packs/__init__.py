"""What a device may keep of an encounter for the time without a network, and under which key."""
