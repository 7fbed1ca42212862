"""The matrix: every URL x every role x inside and outside the scope x own and other sector, against answers written by hand.

One module a role holds its tables; `asking` says what an answer tells, in the tables' words; `test_matrix` crosses them.

Words of the tables:
  every, none, pusong town …   rows by the place they lie in (world.py): all of that place, and none of another
  … named                      with names and exact places; without the word neither is anywhere in the answer
  … numbers                    with the numbers of people, too
  signin                       401 or the way to the sign-in page, with the sentence that names the layer
  refused                      403 with the sentence that names the layer
  absent                       404
  counts                       the figures of world.py, the same for everybody
  page                         200
  -> /path                     a redirect
"""
