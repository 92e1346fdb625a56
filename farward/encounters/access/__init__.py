"""Recording who sees and changes whose data: which pages show what, and the record written with each answer."""
