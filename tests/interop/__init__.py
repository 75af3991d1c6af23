"""Every calendar object that we make, read by programs of others that share no code with each other."""
