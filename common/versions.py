"""How an API says which Trailmark it is."""

#: A header of every answer: the version.
HEADER = 'X-Trailmark-Version'
