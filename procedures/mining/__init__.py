"""What logs tell of a model: how long each step took and for whom it waited, where it stands now, what lies outside the
usual. Of our own log, and of logs of other systems that are laid over a model."""
