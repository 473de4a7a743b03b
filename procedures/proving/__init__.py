"""A bundle that is being written is proven before anybody works by it: its scenarios with what they touch, a play by
hand, a simulation, and what past dossiers would have come to. Nothing of it touches a dossier."""
