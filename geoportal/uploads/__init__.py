"""The upload page: a file of somebody's -> looked at -> columns named -> tried -> stored, and undone as a whole.

Every upload is a row with a state (`kept`), and a private folder that holds its file and what was found in it (`folder`).
`pages` only move the state on and put a job into the queue; `steps`, called by the job, does what the state asks for, in one
transaction: `looking`, `checking`, `storing`, `undoing`. So nothing is lost with a browser, and a worker that is killed leaves
either all of a step or nothing of it.
"""
