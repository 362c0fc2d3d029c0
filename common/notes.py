"""What an API tells people beside an answer."""

#: A header, which may stand there several times.
HEADER = 'X-Trailmark-Note'
