"""The hall of a one-stop desk: who has an appointment, who waits with a ticket, and who is called to which counter.

`appointments` are made, moved and cancelled by citizens; `tickets` are the numbers of a day. An appointment whose time
has come goes before who came without one; all others are called as they came.
"""
