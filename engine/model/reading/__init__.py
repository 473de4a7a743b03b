"""From the XML of a file to its processes: flow nodes, events, loops, scopes, flows."""
