"""Pages of the lift: approval, grave steps, the launch room, corrections and the receipt."""
