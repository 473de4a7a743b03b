"""The words of administration, each an entry with what it needs: statuses, channels, ways of paying, progress, roles,
units of time, and the elements that models say them by.

Lists, letters, pages, checks and hooks go by these entries, so that they cannot disagree. The rooms here that hold
plain words load nothing; `elements` knows the rest of the house.
"""
