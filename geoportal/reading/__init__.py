"""Any file of others -> one stream of rows, and what was found about it.

`apart` is the door: it starts `child`, a process with limits that alone opens the file, and receives from it (`wire`) what was
`found` and the rows, batch by batch. Nothing below but `apart`, `refusals` and `points` may need Django: the child does without.
"""
