"""The whole house as its users meet it: real processes, the command line, REST."""
